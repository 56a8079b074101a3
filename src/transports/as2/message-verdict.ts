import type { Arrival } from './arrival.ts';
import { isMessageId } from './as2-id.ts';
import { listAccepted } from './choose-certificates.ts';
import { errorDisposition, failureDisposition, PROCESSED } from './disposition.ts';
import type { Disposition } from './disposition.ts';
import { contentFieldsOf, headerOf } from './headers.ts';
import type { ReceiptContent } from './make-receipt.ts';
import { unpackMessage } from './message-security.ts';
import type { InboundPart, Layer, Mic } from './message-security.ts';
import { verifiersOf } from './verifiers.ts';
import { openExchange } from './cem/open-exchange.ts';
import type { SignedExchange } from './cem/open-exchange.ts';
import { isExchange } from './cem/read-exchange.ts';
import { REFUSALS } from './refusal.ts';
import type { Refusal } from './refusal.ts';

/** What was found in a message, and what is said about it. */
export interface MessageVerdict {
  disposition: Disposition;
  /** For the partner. */
  text: string;
  /** For us: why it was refused. */
  trouble?: string;
  layers: readonly Layer[];
  parts: readonly InboundPart[];
  /** Where it is no business document but one of the exchange of certificates. */
  exchange?: SignedExchange;
  mic?: Mic;
}

/** Opens a message and checks it by the agreement. Throws for trouble of our own alone. */
export async function judgeMessage(arrival: Arrival): Promise<MessageVerdict> {
  const { station, agreement, request, receiptRequest, messageId } = arrival;
  if (receiptRequest.unsupported !== undefined) {
    return {
      disposition: failureDisposition(receiptRequest.unsupported),
      text: 'The receipt that was asked for cannot be made. Nothing was delivered.',
      trouble: `The sender asks for a receipt that we cannot make: ${receiptRequest.unsupported}.`,
      layers: [],
      parts: [],
    };
  }
  const isModern = headerOf(request.headers, 'AS2-Version')?.trim() === '1.3';
  if (isModern && !isMessageId(messageId)) {
    return refusal('invalid-message-id', `${JSON.stringify(messageId)} is no Message-ID.`);
  }
  const at = station.context.clock.now();
  const { accept } = agreement.settings;
  const unpacked = await unpackMessage(
    contentFieldsOf(request.headers),
    request.body,
    {
      decryption: listAccepted(await station.keys.ownKeys(), 'encrypt', at),
      ...(await verifiersOf(station, agreement, at)),
    },
    {
      policy: {
        mustBeSigned: accept.signed,
        mustBeEncrypted: accept.encrypted,
        digests: accept.digests,
        ciphers: accept.ciphers,
      },
      micDigests: receiptRequest.digests.map(({ digest }) => digest),
      ...(isModern && { defaultMicDigest: 'sha256' }),
      limits: { inflatedBytes: accept.maxMegabytes * 1_000_000 },
      // Asked for only where the message does not fit into memory.
      get folder() {
        return request.folder.path;
      },
    },
  );
  const { layers, mic } = unpacked;
  if (unpacked.ok) {
    const text = 'The message was received and stored. This does not say that its content was accepted.';
    const { parts } = unpacked;
    const opened: MessageVerdict = { disposition: PROCESSED, text, layers, parts, mic: unpacked.mic };
    if (!isExchange(parts)) return opened;
    const exchange = await openExchange(agreement, opened);
    return 'modifier' in exchange
      ? refusal(exchange.modifier, exchange.reason, opened)
      : { ...opened, exchange };
  }
  return {
    disposition: errorDisposition(unpacked.modifier),
    text: unpacked.text,
    trouble: `${unpacked.modifier}: ${unpacked.reason}`,
    layers,
    parts: [],
    ...(mic !== undefined && { mic }),
  };
}

/** The verdict on a message that was opened, or not even that, and cannot be taken. */
export function refusal(
  modifier: Refusal['modifier'],
  reason: string,
  opened?: MessageVerdict,
): MessageVerdict {
  const { layers = [], mic } = opened ?? {};
  return {
    disposition: errorDisposition(modifier),
    text: REFUSALS[modifier],
    trouble: `${modifier}: ${reason}`,
    layers,
    parts: [],
    ...(mic !== undefined && { mic }),
  };
}

/** What our receipt says about it. */
export function toReceiptContent(
  { station, agreement, request, receiptRequest }: Arrival,
  { disposition, text, mic }: MessageVerdict,
): ReceiptContent {
  const { headers } = request;
  return {
    station,
    agreement,
    headers,
    receiptRequest,
    disposition,
    text,
    ...(mic !== undefined && { mic }),
  };
}
