import { GatewayError } from '../../common/errors.ts';
import type { Instant } from '../../common/time.ts';
import type { Agreement } from './agreement.ts';
import type { Certificate } from './certificate.ts';
import { chooseRecipient, listAccepted, listVerifiers, unusableCertificate } from './choose-certificates.ts';
import type { HeldCertificate } from './choose-certificates.ts';
import type { Verifiers } from './message-security.ts';
import type { As2Station } from './station.ts';
import { findPath } from './trust/certificate-path.ts';
import type { PathVerdict } from './trust/certificate-path.ts';
import type { TrustMaterial } from './trust/trust-material.ts';
import { describeCertificate } from './trust/trust-model.ts';
import type { Trust, UnusableCertificate } from './trust/trust-model.ts';

type Keys = Pick<As2Station, 'keys'>;

/** Whose signatures count for a partner at a moment, by his settings. Throws as the reading of certificates does. */
export async function verifiersOf({ keys }: Keys, agreement: Agreement, at: Instant): Promise<Verifiers> {
  const graceDays = agreement.settings.tolerances.expiredSignatureDays;
  const held = await keys.partnerCertificates(agreement);
  const verification = listVerifiers(held, at, graceDays);
  const unusable = held
    .filter(({ certificate, uses }) => uses.includes('sign') && !verification.includes(certificate))
    .map((one): UnusableCertificate => ({ certificate: one.certificate, reason: endOf(one, at) }));
  const trust = await trustOf({ keys }, agreement, held, at);
  if (trust === undefined) return { verification, unusable };
  const judged = verification.map((certificate) => ({
    certificate,
    verdict: judgeCertificate(trust, { certificate, chain: chainOf(held, certificate) }, 'sign'),
  }));
  return {
    verification: judged.filter(({ verdict }) => verdict.ok).map(({ certificate }) => certificate),
    unusable: [
      ...unusable,
      ...judged.flatMap(({ certificate, verdict }) =>
        verdict.ok
          ? []
          : [
              {
                certificate,
                reason: verdict.reason,
                ...(verdict.passing === true && { passing: true as const }),
              },
            ],
      ),
    ],
    trust: trust.trust,
  };
}

/**
 * The partner's certificate that we encrypt for. Nothing is sent without one: throws CERTIFICATE_UNUSABLE, or
 * TRANSPORT_UNAVAILABLE where it is not known now whether it was revoked.
 */
export async function recipientOf({ keys }: Keys, agreement: Agreement, at: Instant): Promise<Certificate> {
  const { expiredEncryption, weakKeys } = agreement.settings.tolerances;
  const held = await keys.partnerCertificates(agreement);
  const certificate = chooseRecipient(held, at, { expired: expiredEncryption, weak: weakKeys });
  const trust = await trustOf({ keys }, agreement, held, at);
  if (trust === undefined) return certificate;
  const verdict = judgeCertificate(trust, { certificate, chain: chainOf(held, certificate) }, 'encrypt');
  if (verdict.ok) return certificate;
  const text = `The partner’s certificate for encryption, ${describeCertificate(certificate)}, is not trusted: ${verdict.reason}`;
  throw verdict.passing === true
    ? new GatewayError('TRANSPORT_UNAVAILABLE', `${text}.`)
    : unusableCertificate(text);
}

export interface JudgedCertificate {
  held: HeldCertificate;
  verdict: PathVerdict;
}

/** Whether the certificates of the partner's settings that sign or are encrypted for are trusted; undefined without `trust`. */
export async function judgeHeld(
  { keys }: Keys,
  agreement: Agreement,
  at: Instant,
): Promise<JudgedCertificate[] | undefined> {
  const held = await keys.partnerCertificates(agreement);
  const trust = await trustOf({ keys }, agreement, held, at);
  if (trust === undefined) return undefined;
  const used = [...new Set([...listAccepted(held, 'sign', at), ...listAccepted(held, 'encrypt', at)])];
  return used.map((one) => ({
    held: one,
    verdict: judgeCertificate(trust, one, one.uses.includes('sign') ? 'sign' : 'encrypt'),
  }));
}

/** Whether a certificate that the settings do not have yet would be trusted; undefined without `trust`. */
export async function judgeProposed(
  { keys }: Keys,
  agreement: Agreement,
  { use, ...proposed }: Pick<HeldCertificate, 'certificate' | 'chain'> & { use: 'sign' | 'encrypt' },
  at: Instant,
): Promise<PathVerdict | undefined> {
  const trust = await trustOf({ keys }, agreement, await keys.partnerCertificates(agreement), at);
  return trust === undefined ? undefined : judgeCertificate(trust, proposed, use);
}

interface TrustNow {
  trust: Trust;
  material: TrustMaterial;
}

async function trustOf(
  { keys }: Keys,
  agreement: Agreement,
  held: readonly HeldCertificate[],
  at: Instant,
): Promise<TrustNow | undefined> {
  const { trust: settings, tolerances } = agreement.settings;
  if (settings === undefined) return undefined;
  const material = await keys.partnerTrust(agreement, settings);
  const { anchors, authorities, lists } = material;
  const { newCertificates, revocation } = settings;
  const trust: Trust = {
    anchors,
    authorities,
    newCertificates,
    subjects: held.filter(({ uses }) => uses.includes('sign')).map(({ certificate }) => certificate.subject),
    ...(revocation !== undefined && { revocation: { lists, whenUnknown: revocation.whenUnknown } }),
    at,
    graceDays: tolerances.expiredSignatureDays,
  };
  return { trust, material };
}

function chainOf(held: readonly HeldCertificate[], certificate: Certificate): readonly Certificate[] {
  return held.find((one) => one.certificate === certificate)?.chain ?? [];
}

/** A path does not change while what it was found in is fresh: a few seconds. */
function judgeCertificate(
  { trust, material }: TrustNow,
  { certificate, chain }: Pick<HeldCertificate, 'certificate' | 'chain'>,
  use: 'sign' | 'encrypt',
): PathVerdict {
  const key = `${use} ${certificate.fingerprint}`;
  const known = material.verdicts.get(key);
  if (known !== undefined) return known;
  const found = findPath(certificate, use, trust, chain);
  const verdict =
    found.ok || material.troubles.length === 0
      ? found
      : { ...found, reason: `${found.reason} (${material.troubles.join('; ')})` };
  material.verdicts.set(key, verdict);
  return verdict;
}

function endOf({ certificate, until }: HeldCertificate, at: Instant): string {
  return until !== undefined && until <= at
    ? `it is retired by the settings since ${until}`
    : `it has expired on ${certificate.validTo}`;
}
