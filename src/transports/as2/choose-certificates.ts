import type { KeyObject } from 'node:crypto';
import { GatewayError } from '../../common/errors.ts';
import { instantMs, toInstant } from '../../common/calendar.ts';
import type { Instant } from '../../common/time.ts';
import type { Certificate } from './certificate.ts';

export type CertificateUse = 'sign' | 'encrypt' | 'tls';

/** A certificate with the time in which it is used. */
export interface HeldCertificate {
  certificate: Certificate;
  /** Authorities that came with it in one file. */
  chain: readonly Certificate[];
  uses: readonly CertificateUse[];
  /** Used for what we send from then on. */
  from?: Instant;
  /** Retired then. */
  until?: Instant;
  /** The proposal of the partner that it was accepted from; absent for one of the settings. */
  proposalId?: string;
}

/** One of our own. */
export interface HeldKey extends HeldCertificate {
  key: KeyObject;
}

const DAY_MS = 86_400_000;

/** The newest one whose time has come: what we send is signed, or encrypted, with it. */
export function chooseActive<C extends HeldCertificate>(
  held: readonly C[],
  use: CertificateUse,
  at: Instant,
): C | undefined {
  return held
    .filter((one) => one.uses.includes(use) && startOf(one) <= at && !isRetired(one, at))
    .sort((a, b) => (startOf(a) < startOf(b) ? 1 : -1))[0];
}

/** All that are not retired, also those whose time for sending has not come: the other side may switch before us. */
export function listAccepted<C extends HeldCertificate>(
  held: readonly C[],
  use: CertificateUse,
  at: Instant,
): C[] {
  return held.filter((one) => one.uses.includes(use) && !isRetired(one, at));
}

/** The partner's certificates that a signature may come from: not retired, and valid now or until a few days ago. */
export function listVerifiers(
  held: readonly HeldCertificate[],
  at: Instant,
  graceDays: number,
): Certificate[] {
  const earliestEnd = toInstant(instantMs(at) - graceDays * DAY_MS);
  return listAccepted(held, 'sign', at)
    .map(({ certificate }) => certificate)
    .filter(({ validTo }) => validTo >= earliestEnd);
}

/** Our key for signing. Throws CERTIFICATE_UNUSABLE where there is none that is valid: nothing is sent then. */
export function chooseSigner(held: readonly HeldKey[], at: Instant): HeldKey {
  const signer = chooseActive(held, 'sign', at);
  if (signer === undefined)
    throw unusableCertificate(
      'We have no certificate of our own for signing (as2.certificates of company.yaml)',
    );
  needValid(signer.certificate, at, 'Our own certificate for signing');
  return signer;
}

/** The partner's certificate for encryption. Throws CERTIFICATE_UNUSABLE where none may be used: nothing is sent then. */
export function chooseRecipient(
  held: readonly HeldCertificate[],
  at: Instant,
  tolerated: { expired: boolean; weak: boolean },
): Certificate {
  const chosen = chooseActive(held, 'encrypt', at);
  if (chosen === undefined)
    throw unusableCertificate('The partner has no certificate for encryption whose time has come');
  const { certificate } = chosen;
  if (!tolerated.expired) needValid(certificate, at, 'The partner’s certificate for encryption');
  if (!tolerated.weak && certificate.keyType === 'rsa' && certificate.keyBits < 2048) {
    throw unusableCertificate(
      `The partner’s certificate for encryption ${certificate.subject} has a key of ${certificate.keyBits} bits; less than 2,048 is too weak`,
    );
  }
  return certificate;
}

function needValid(
  { subject, fingerprint, validFrom, validTo }: Certificate,
  at: Instant,
  what: string,
): void {
  if (at > validTo)
    throw unusableCertificate(`${what}, ${subject} (${fingerprint}), has expired on ${validTo}`);
  if (at < validFrom)
    throw unusableCertificate(`${what}, ${subject} (${fingerprint}), is valid only from ${validFrom} on`);
}

/** Nothing may be sent with a certificate; `text` says why, without its full stop. */
export function unusableCertificate(text: string): GatewayError {
  return new GatewayError(
    'CERTIFICATE_UNUSABLE',
    `${text}. Nothing is sent until another one is in the settings (docs/as2.md, certificates).`,
  );
}

/** From when on it is used for what goes out. */
export function startOf({ from, certificate }: HeldCertificate): Instant {
  return from ?? certificate.validFrom;
}

function isRetired({ until }: HeldCertificate, at: Instant): boolean {
  return until !== undefined && until <= at;
}
