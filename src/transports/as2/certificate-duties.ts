import type { Instant } from '../../common/time.ts';
import type { CertificateDuty } from '../../pipeline/ports/certificates.ts';
import type { Agreement } from './agreement.ts';
import { isValidAt } from './certificate.ts';
import { chooseActive, chooseRecipient, listAccepted, listVerifiers } from './choose-certificates.ts';
import type { HeldCertificate } from './choose-certificates.ts';

/** What one of our own does now. */
export function dutiesOfOurs(
  one: HeldCertificate,
  held: readonly HeldCertificate[],
  at: Instant,
): CertificateDuty[] {
  return dutiesWhere({
    signs: chooseActive(held, 'sign', at) === one && isValidAt(one.certificate, at),
    decrypts: listAccepted(held, 'encrypt', at).includes(one),
    shown: chooseActive(held, 'tls', at) === one,
  });
}

/** What one of a partner does now, as far as he is `trusted`. */
export function dutiesOfPartners(
  one: HeldCertificate,
  held: readonly HeldCertificate[],
  { agreement: { settings }, at, trusted }: { agreement: Agreement; at: Instant; trusted: boolean },
): CertificateDuty[] {
  const { expiredSignatureDays, expiredEncryption, weakKeys } = settings.tolerances;
  const encrypts = settings.security.encrypt !== 'none';
  return dutiesWhere({
    verifies: trusted && listVerifiers(held, at, expiredSignatureDays).includes(one.certificate),
    encrypts:
      trusted &&
      encrypts &&
      mayEncrypt(
        () => chooseRecipient(held, at, { expired: expiredEncryption, weak: weakKeys }) === one.certificate,
      ),
    pinned: listAccepted(held, 'tls', at).includes(one),
  });
}

/** Nothing is encrypted where the certificate whose turn it is may not be used. */
function mayEncrypt(choose: () => boolean): boolean {
  try {
    return choose();
  } catch {
    return false;
  }
}

function dutiesWhere(does: Partial<Record<CertificateDuty, boolean>>): CertificateDuty[] {
  return (Object.keys(does) as CertificateDuty[]).filter((duty) => does[duty]);
}
