import type { Agreement } from '../agreement.ts';
import type { Certificate } from '../certificate.ts';
import type { InboundPart, Layer } from '../message-security.ts';
import type { Refusal } from '../refusal.ts';
import { ExchangeError } from './exchange-message.ts';
import type { ExchangeMessage } from './exchange-message.ts';
import { readExchange } from './read-exchange.ts';

/** A message of the exchange with the certificate that signed it. */
export interface SignedExchange {
  message: ExchangeMessage;
  signer: Certificate;
  /** The signer is in the settings, or was accepted before: not one that only an authority vouches for. */
  isSignerHeld: boolean;
}

/** Reads what an opened message proposes or answers; or why it cannot be taken, whatever its content may be worth. */
export async function openExchange(
  { theirs, settings }: Agreement,
  { parts, layers }: { parts: readonly InboundPart[]; layers: readonly Layer[] },
): Promise<SignedExchange | Refusal> {
  if (settings.cem === undefined) {
    const reason = `It exchanges certificates (CEM), which the settings do not switch on for ${theirs}.`;
    return { modifier: 'unexpected-processing-error', reason };
  }
  const signature = layers.find((layer) => layer.kind === 'signed');
  if (signature === undefined) {
    const reason = 'It exchanges certificates and is not signed, so that anybody may have sent it.';
    return { modifier: 'insufficient-message-security', reason };
  }
  try {
    const message = await readExchange(parts);
    if (message.sender !== theirs)
      throw new ExchangeError(`It speaks for ${JSON.stringify(message.sender)}, and ${theirs} has sent it.`);
    return { message, signer: signature.signer, isSignerHeld: signature.authorities === undefined };
  } catch (error) {
    if (!(error instanceof ExchangeError)) throw error;
    const reason = `It exchanges certificates (CEM) and cannot be read: ${error.message}`;
    return { modifier: 'unexpected-processing-error', reason };
  }
}
