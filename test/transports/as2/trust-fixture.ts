import { readCertificates } from '../../../src/transports/as2/certificate.ts';
import type { Certificate } from '../../../src/transports/as2/certificate.ts';
import { readRevocationList } from '../../../src/transports/as2/trust/revocation-list.ts';
import type { Trust } from '../../../src/transports/as2/trust/trust-model.ts';
import { opensslVerifies } from '../../support/certificate-authority.ts';

export const AT = '2026-03-02T08:00:00.000Z';

export const toCertificate = (pem: string): Certificate => readCertificates(Buffer.from(pem))[0]!;

export interface Setup {
  anchors: readonly string[];
  others?: readonly string[];
  /** PEM; undefined: revocation is not asked. */
  lists?: readonly string[];
  at?: string;
  use?: 'sign' | 'encrypt';
  whenUnknown?: 'refuse' | 'accept';
}

export function toTrust(
  { anchors, lists, at = AT, whenUnknown = 'refuse' }: Setup,
  more: Partial<Trust> = {},
): Trust {
  return {
    anchors: anchors.map(toCertificate),
    authorities: [],
    newCertificates: 'none',
    subjects: [],
    ...(lists !== undefined && {
      revocation: {
        lists: lists.map((text, index) => readRevocationList(Buffer.from(text), `list ${index + 1}`)),
        whenUnknown,
      },
    }),
    at,
    graceDays: 0,
    ...more,
  };
}

export function askOpenssl(
  pem: string,
  { anchors, others, lists, at = AT, use = 'sign' }: Setup,
): true | string {
  return opensslVerifies(pem, {
    anchors,
    ...(others !== undefined && { others }),
    ...(lists !== undefined && { lists }),
    at,
    purpose: use === 'sign' ? 'smimesign' : 'smimeencrypt',
  });
}
