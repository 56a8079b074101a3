import { GatewayError } from '../../../common/errors.ts';
import { readCertificate } from '../certificate.ts';
import type { Certificate } from '../certificate.ts';
import { BerError } from '../cms/ber.ts';
import { identifies } from '../cms/certificate-id.ts';
import type { SignerInfo } from '../cms/verify-signed-data.ts';
import type { Verifiers } from '../message-model.ts';
import { findPath } from './certificate-path.ts';
import { readExtensions } from './certificate-extensions.ts';
import type { Trust, UnusableCertificate } from './trust-model.ts';

/** A signer has one certificate; a sender may put any number there that claim to be it. */
const MAX_JUDGED = 2;

interface WithNew extends Verifiers {
  /** Above each certificate that the settings do not have. */
  authorities?: ReadonlyMap<Certificate, readonly Certificate[]>;
}

/**
 * Adds the certificates that a message brings for its signers and that the settings let count, or says why they do not. Nothing
 * is looked at where a certificate of the settings fits, or the settings trust nobody else.
 */
export function withNewCertificates(
  verifiers: Verifiers,
  signers: readonly SignerInfo[],
  brought: () => Iterable<Uint8Array>,
): WithNew {
  const { trust, verification, unusable = [] } = verifiers;
  if (trust === undefined || trust.newCertificates === 'none') return verifiers;
  const isNamed = (certificate: Certificate): boolean =>
    signers.some(({ id }) => identifies(id, certificate));
  // One that is in the settings and does not count is not let in by the message that brings it.
  if (verification.some(isNamed) || unusable.some(({ certificate }) => isNamed(certificate)))
    return verifiers;
  const certificates = readAll(brought);
  const accepted = new Map<Certificate, readonly Certificate[]>();
  const refused: UnusableCertificate[] = [];
  for (const certificate of certificates.filter(isNamed).slice(0, MAX_JUDGED)) {
    const verdict = judge(certificate, certificates, trust);
    if ('reason' in verdict)
      refused.push({ certificate, ...verdict, reason: `it is not in the settings, and ${verdict.reason}` });
    else accepted.set(certificate, verdict.authorities);
  }
  return {
    verification: [...verification, ...accepted.keys()],
    unusable: [...unusable, ...refused],
    authorities: accepted,
  };
}

/** The authorities above a certificate, or why it does not count. */
function judge(
  certificate: Certificate,
  others: readonly Certificate[],
  trust: Trust,
): { authorities: readonly Certificate[] } | Omit<UnusableCertificate, 'certificate'> {
  if (trust.newCertificates === 'sameSubject' && !trust.subjects.includes(certificate.subject)) {
    return { reason: `its subject is none of those there (${trust.subjects.join('; ') || 'none'})` };
  }
  const found = findPath(certificate, 'sign', trust, others);
  if (!found.ok) return { reason: found.reason, ...(found.passing === true && { passing: true }) };
  return readExtensions(certificate).isAuthority
    ? { reason: 'it is the certificate of an authority, not of a partner' }
    : { authorities: found.path.slice(1) };
}

/** A sender may put anything there: what cannot be read is left out. */
function readAll(brought: () => Iterable<Uint8Array>): Certificate[] {
  const certificates: Certificate[] = [];
  try {
    for (const der of brought()) certificates.push(...readOne(der));
  } catch (error) {
    if (!(error instanceof BerError)) throw error;
  }
  return certificates;
}

function readOne(der: Uint8Array): Certificate[] {
  try {
    return [readCertificate(der)];
  } catch (error) {
    if (error instanceof GatewayError || error instanceof BerError) return [];
    throw error;
  }
}
