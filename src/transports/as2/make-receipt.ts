import type { As2Receipt, HeaderLine } from '../../pipeline/channels/as2-message-record.ts';
import { sha256Of } from '../../pipeline/unit-of-work.ts';
import type { Agreement } from './agreement.ts';
import { formatMessageId } from './as2-id.ts';
import type { Certificate } from './certificate.ts';
import { chooseActive } from './choose-certificates.ts';
import type { Disposition } from './disposition.ts';
import { formatDisposition, isPositive } from './disposition.ts';
import { headerOf } from './headers.ts';
import type { Mic } from './message-security.ts';
import { micalgName } from './mic.ts';
import type { ReceiptRequest } from './receipt-request.ts';
import { toSignOptions } from './sign-options.ts';
import type { As2Station } from './station.ts';
import { writeMdn } from './write-mdn.ts';
import type { MdnContent, WrittenMdn } from './write-mdn.ts';

/** What a receipt of ours has to say, and about which request. */
export interface ReceiptContent {
  station: As2Station;
  agreement: Agreement;
  headers: readonly HeaderLine[];
  receiptRequest: ReceiptRequest;
  disposition: Disposition;
  text: string;
  mic?: Mic;
}

export interface MadeReceipt {
  written: WrittenMdn;
  /** As the record of the message keeps it. */
  receipt: As2Receipt;
  signer: Certificate | undefined;
}

const latin1Of = ({ buffer, byteOffset, length }: Uint8Array): string =>
  Buffer.from(buffer, byteOffset, length).toString('latin1');

/** Writes our receipt for a partner's message: signed if he asks for that and we have a key, its MIC in his spelling. */
export async function makeReceipt(given: ReceiptContent): Promise<MadeReceipt> {
  const { station, agreement, headers, receiptRequest, disposition, text, mic } = given;
  const at = station.context.clock.now();
  const { security, version, cem } = agreement.settings;
  const signer = receiptRequest.signed ? chooseActive(await station.keys.ownKeys(), 'sign', at) : undefined;
  const spelled = receiptRequest.digests.find(({ digest }) => digest === mic?.digest)?.spelling;
  const content: MdnContent = {
    from: agreement.ours,
    to: agreement.theirs,
    originalRecipient: headerOf(headers, 'AS2-To') ?? agreement.ours,
    originalMessageId: headerOf(headers, 'Message-ID'),
    messageId: formatMessageId(station.context.ids.next(), agreement.ours),
    at,
    disposition,
    text,
    ...(version === '1.3' && { version }),
    exchangesCertificates: cem !== undefined,
    ...(mic !== undefined && {
      mic: { value: mic.value, spelling: spelled ?? micalgName(mic.digest, security.micalgSpelling) },
    }),
  };
  const digest = receiptRequest.digests[0]?.digest ?? 'sha256';
  const written = writeMdn(content, signer && toSignOptions(signer, digest, at, security));
  return {
    written,
    signer: signer?.certificate,
    receipt: {
      headers: written.headers,
      sha256: sha256Of(written.body),
      sizeBytes: written.body.length,
      at,
      messageId: content.messageId,
      disposition: formatDisposition(disposition),
      positive: isPositive(disposition),
      signed: signer !== undefined,
      signerFingerprint: signer?.certificate.fingerprint ?? '',
      ...(mic !== undefined && { mic: { algorithm: mic.digest, value: mic.value } }),
      text,
      body: latin1Of(written.body),
      warnings: [],
    },
  };
}
