import type { Instant } from '../../../common/time.ts';
import type { Certificate } from '../certificate.ts';
import type { RevocationList } from './revocation-list.ts';

/** By what the certificates of a partner are trusted, beyond being in the settings. Plain data: workers get it too. */
export interface Trust {
  /** Authorities that the partner's certificates have to come from; one of them may be the partner's own certificate. */
  anchors: readonly Certificate[];
  /** Authorities below them. Those that a message brings are looked at as well. */
  authorities: readonly Certificate[];
  /** Which certificates count that a message brings and the settings do not have. */
  newCertificates: 'none' | 'sameSubject' | 'anySubject';
  /** Subjects of the certificates of the settings, for `sameSubject`. */
  subjects: readonly string[];
  /** Undefined: revocation is not asked. */
  revocation?: {
    lists: readonly RevocationList[];
    /** What becomes of a certificate whose authority has no current list. */
    whenUnknown: 'refuse' | 'accept';
  };
  /** When the message came. */
  at: Instant;
  /** A certificate still counts so many days after its end. */
  graceDays: number;
}

/** A certificate that does not count, and why: for our log, never for the partner. */
export interface UnusableCertificate {
  certificate: Certificate;
  reason: string;
  /** It may count again without a change of the settings: whoever used it is told to come again. */
  passing?: true;
}

export function describeCertificate({ subject, issuer, fingerprint }: Certificate): string {
  return `${subject}, issued by ${issuer === subject ? 'itself' : issuer} (SHA-256 ${fingerprint})`;
}
