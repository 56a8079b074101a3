import type { ProposedUse } from '../../../pipeline/channels/certificate-proposal-record.ts';
import type { Certificate } from '../certificate.ts';

/** Certificate Exchange Messaging (draft-meadors-certificate-exchange-14): its root part, in a multipart/related. */
export const EXCHANGE_TYPE = 'application/ediint-cert-exchange+xml';
export const EXCHANGE_NAMESPACE = 'urn:ietf:params:xml:ns:ediintcertificateexchange';
export const SIGNATURE_NAMESPACE = 'http://www.w3.org/2000/09/xmldsig#';

/** How the messages name the uses of a certificate. */
export const USAGES: Readonly<Record<ProposedUse, string>> = {
  sign: 'digitalSignature',
  encrypt: 'keyEncipherment',
  tlsServer: 'tlsServer',
  tlsClient: 'tlsClient',
};

interface ExchangeHeading {
  requestId: string;
  /** TradingPartnerInfo: AS2 identifier of the sender. */
  sender: string;
}

/** One certificate that the sender wants to be trusted. */
export interface TrustRequest {
  uses: ProposedUse[];
  /** Instant; '' for none. */
  respondBy: string;
  responseUrl: string;
  certificate: Certificate;
  /** Certificates that came with it, as a rule its authorities. */
  chain: readonly Certificate[];
}

export interface ExchangeRequest extends ExchangeHeading {
  kind: 'request';
  trust: readonly TrustRequest[];
}

/** What the sender has decided on one certificate of ours. */
export interface TrustResponse {
  accepted: boolean;
  /** Why it was rejected; '' where nothing is said. */
  reason: string;
  /** As written: decimal, by the schema. */
  serialNumber: string;
}

export interface ExchangeResponse extends ExchangeHeading {
  kind: 'response';
  trust: readonly TrustResponse[];
}

export type ExchangeMessage = ExchangeRequest | ExchangeResponse;

/** A message that cannot be taken for one of the exchange, in words for us. */
export class ExchangeError extends Error {}

/** Whether a serial number as messages write it is that of a certificate. Some write the hexadecimal one. */
export function hasSerialNumber(certificate: { serialNumber: string }, written: string): boolean {
  const hexadecimal = certificate.serialNumber.replace(/^0+(?=.)/, '').toUpperCase();
  if (written.replace(/^(?:0x)?0*(?=.)/i, '').toUpperCase() === hexadecimal) return true;
  return /^\d{1,60}$/.test(written) && BigInt(written).toString(16).toUpperCase() === hexadecimal;
}

export function serialNumberOf({ serialNumber }: { serialNumber: string }): string {
  return BigInt(`0x${serialNumber}`).toString();
}
