import { X509Certificate } from 'node:crypto';
import { instantMs, toInstant } from '../../../common/calendar.ts';
import type { Instant } from '../../../common/time.ts';
import type { Certificate } from '../certificate.ts';
import { BerError } from '../cms/ber.ts';
import { readExtensions } from './certificate-extensions.ts';
import type { CertificateExtensions, KeyUsage } from './certificate-extensions.ts';
import type { RevocationList } from './revocation-list.ts';
import { findRevocation } from './revocation-status.ts';
import type { RevocationStatus } from './revocation-status.ts';
import { describeCertificate } from './trust-model.ts';
import type { Trust } from './trust-model.ts';

/** From a certificate up to an authority that the settings trust; or why there is no such path. */
export type PathVerdict =
  | {
      ok: true;
      /** The certificate first, the trusted authority last; the two are one where it is trusted itself. */
      path: readonly Certificate[];
      /** What could not be found out, and the settings let pass. */
      unknown: readonly string[];
    }
  | {
      ok: false;
      reason: string;
      /** It is not known now whether it was revoked, and may be known later. */
      passing?: true;
    };

/** Certificates in a path; real ones have three or four. */
const MAX_LENGTH = 8;
/** Issuers that are tried: authorities may have signed each other. A sender must not keep us busy with his own. */
const MAX_TRIES = 50;
const MAX_BROUGHT_KEY_BITS = 8192;
const DAY_MS = 86_400_000;
const USAGES: Readonly<Record<'sign' | 'encrypt', readonly KeyUsage[]>> = {
  sign: ['digitalSignature', 'nonRepudiation'],
  encrypt: ['keyEncipherment'],
};

/**
 * Looks for a path that holds (RFC 5280 section 6, without policies and name constraints): each certificate signed by the next,
 * valid at the time, authorities that may issue, as many as their path lengths allow, none revoked. Where several paths lead up,
 * one that holds is enough. Nothing is fetched.
 */
export function findPath(
  certificate: Certificate,
  use: 'sign' | 'encrypt',
  trust: Trust,
  brought: readonly Certificate[] = [],
): PathVerdict {
  const usable = brought.filter(({ keyBits }) => keyBits <= MAX_BROUGHT_KEY_BITS);
  const issuers = unique([...trust.anchors, ...trust.authorities, ...usable]);
  const isAnchor = (one: Certificate): boolean =>
    trust.anchors.some(({ fingerprint }) => fingerprint === one.fingerprint);
  let tries = MAX_TRIES;
  let failure: (PathVerdict & { ok: false }) | undefined;
  const climb = (path: readonly Certificate[]): PathVerdict | undefined => {
    const last = path.at(-1)!;
    if (isAnchor(last)) {
      const verdict = judgePath(path, use, trust);
      if (verdict.ok) return verdict;
      if (failure === undefined || verdict.passing === true) failure = verdict;
      return undefined;
    }
    if (path.length === MAX_LENGTH) return undefined;
    for (const issuer of issuers) {
      if (issuer.subject !== last.issuer || path.includes(issuer) || tries-- <= 0) continue;
      const found = isSignedBy(last, issuer) ? climb([...path, issuer]) : undefined;
      if (found !== undefined) return found;
    }
    return undefined;
  };
  return (
    climb([certificate]) ??
    failure ?? { ok: false, reason: 'no path leads from it to an authority of the settings' }
  );
}

function unique(certificates: readonly Certificate[]): Certificate[] {
  return [...new Map(certificates.map((one) => [one.fingerprint, one])).values()];
}

function isSignedBy({ der }: Certificate, { publicKey }: Certificate): boolean {
  try {
    return new X509Certificate(der).verify(publicKey);
  } catch {
    // A key of another kind than the signature.
    return false;
  }
}

function judgePath(path: readonly Certificate[], use: 'sign' | 'encrypt', trust: Trust): PathVerdict {
  /** Authorities below that do not issue to themselves (RFC 5280 6.1.4 (l)). */
  let below = 0;
  const read = path.map(extensionsOf);
  for (const [index, certificate] of path.entries()) {
    const fail = (reason: string): PathVerdict => ({
      ok: false,
      reason: index === 0 ? reason : `${describeCertificate(certificate)}: ${reason}`,
    });
    const extensions = read[index]!;
    if (typeof extensions === 'string') return fail(extensions);
    const trouble =
      troubleOfEach(certificate, extensions, trust, index < path.length - 1) ??
      (index === 0 ? troubleOfUse(extensions, use) : troubleOfAuthority(extensions, below));
    if (trouble !== undefined) return fail(trouble);
    if (index > 0 && certificate.subject !== certificate.issuer) below += 1;
  }
  const statuses = trust.revocation === undefined ? [] : statusesOf(path, trust.revocation.lists, trust.at);
  const revoked = statuses.find(({ state }) => state === 'revoked');
  if (revoked !== undefined) return { ok: false, reason: revoked.reason };
  const unknown = statuses.filter(({ state }) => state === 'unknown').map(({ reason }) => reason);
  if (unknown.length > 0 && trust.revocation?.whenUnknown === 'refuse')
    return { ok: false, reason: unknown.join('; '), passing: true };
  return { ok: true, path, unknown };
}

/** What the lists say of each certificate below the trusted authority. */
function statusesOf(
  path: readonly Certificate[],
  lists: readonly RevocationList[],
  at: Instant,
): { state: RevocationStatus['state']; reason: string }[] {
  return path.slice(0, -1).map((certificate, index) => {
    const status = findRevocation(certificate, path[index + 1]!, lists, at);
    if (status.state === 'good') return { state: 'good', reason: '' };
    const named = index === 0 ? '' : `${describeCertificate(certificate)}: `;
    return { state: status.state, reason: `${named}${status.reason}` };
  });
}

function extensionsOf(certificate: Certificate): CertificateExtensions | string {
  try {
    return readExtensions(certificate);
  } catch (error) {
    if (error instanceof BerError) return `its extensions cannot be read: ${error.message}`;
    throw error;
  }
}

function troubleOfEach(
  certificate: Certificate,
  { notJudged }: CertificateExtensions,
  { at, graceDays }: Trust,
  isSigned: boolean,
): string | undefined {
  const { validFrom, validTo, weakSignature, keyType, keyBits } = certificate;
  if (at < validFrom) return `it is valid only from ${validFrom} on`;
  if (toInstant(instantMs(at) - graceDays * DAY_MS) > validTo) return `it has expired on ${validTo}`;
  if (keyType.startsWith('rsa') && keyBits < 2048) return `its key has ${keyBits} bits; 2,048 are the least`;
  // Nobody relies on the signature of an authority that the settings trust.
  if (isSigned && weakSignature !== undefined) return `its authority signed it with ${weakSignature}`;
  return notJudged.length === 0
    ? undefined
    : `it has restrictions that are not judged here: ${notJudged.join(', ')}`;
}

/** Why its key usage does not allow a use; undefined where it does, or says nothing. */
export function troubleOfUse(
  { keyUsage }: CertificateExtensions,
  use: 'sign' | 'encrypt',
): string | undefined {
  if (keyUsage === undefined || USAGES[use].some((one) => keyUsage.has(one))) return undefined;
  return `its key usage (${[...keyUsage].join(', ')}) has no ${USAGES[use].join(' or ')}`;
}

function troubleOfAuthority(
  { isAuthority, keyUsage, pathLength }: CertificateExtensions,
  below: number,
): string | undefined {
  if (!isAuthority) return 'it issues others without being an authority (basicConstraints)';
  if (keyUsage?.has('keyCertSign') === false) return 'its key usage has no keyCertSign';
  if (pathLength === undefined || below <= pathLength) return undefined;
  return `it allows ${pathLength} authorities below it (pathLenConstraint), and there are ${below}`;
}
