import type { Instant } from '../../../common/time.ts';
import type { ProposedUse } from '../../../pipeline/channels/certificate-proposal-record.ts';
import type { Agreement } from '../agreement.ts';
import type { Certificate } from '../certificate.ts';
import { BerError } from '../cms/ber.ts';
import type { HeldCertificate } from '../choose-certificates.ts';
import type { As2Station } from '../station.ts';
import { readExtensions } from '../trust/certificate-extensions.ts';
import { troubleOfUse } from '../trust/certificate-path.ts';
import { judgeProposed } from '../verifiers.ts';

export interface Proposed {
  certificate: Certificate;
  chain: readonly Certificate[];
  uses: readonly ProposedUse[];
}

/** Kinds of keys whose signatures are checked here. */
const SIGNING_KEYS: readonly string[] = ['rsa', 'rsa-pss', 'ec'];

/** Why a certificate of the partner cannot count, whoever would like it to; undefined where somebody may decide. */
export async function troubleOf(
  station: As2Station,
  agreement: Agreement,
  proposed: Proposed,
  at: Instant,
): Promise<string | undefined> {
  return (
    troubleOfKey(agreement, proposed, at) ??
    (await troubleOfIdentity(station, agreement, proposed)) ??
    (await troubleOfTrust(station, agreement, proposed, at))
  );
}

function troubleOfKey(
  { settings }: Agreement,
  { certificate, uses }: Proposed,
  at: Instant,
): string | undefined {
  const { validTo, keyType, keyBits } = certificate;
  if (validTo < at) return `It has expired on ${validTo}.`;
  if (keyType.startsWith('rsa') && keyBits < 2048 && !settings.tolerances.weakKeys)
    return `Its key has ${keyBits} bits; 2,048 are the least.`;
  if (uses.includes('encrypt') && keyType !== 'rsa')
    return `Nothing can be encrypted for its key (${keyType}); RSA is needed.`;
  if (uses.includes('sign') && !SIGNING_KEYS.includes(keyType))
    return `Signatures of its key (${keyType}) cannot be checked.`;
  return uses
    .map((use) => (use === 'sign' || use === 'encrypt' ? troubleOfUsage(certificate, use) : undefined))
    .find((trouble) => trouble !== undefined);
}

function troubleOfUsage(certificate: Certificate, use: 'sign' | 'encrypt'): string | undefined {
  try {
    const trouble = troubleOfUse(readExtensions(certificate), use);
    return trouble === undefined ? undefined : `It cannot be used so: ${trouble}.`;
  } catch (error) {
    if (error instanceof BerError) return `Its extensions cannot be read: ${error.message}.`;
    throw error;
  }
}

/** One that looks like another, or is another's: whoever holds that key could speak for both. */
async function troubleOfIdentity(
  { keys, agreements }: As2Station,
  agreement: Agreement,
  { certificate }: Proposed,
): Promise<string | undefined> {
  const known = [
    ...(await held('our own', keys.ownKeys())),
    ...(
      await Promise.all(agreements.map((one) => held(one.partnerId, keys.partnerCertificates(one))))
    ).flat(),
  ];
  for (const { owner, certificate: other } of known) {
    const hasSameKey = other.publicKey.equals(certificate.publicKey);
    if (other.issuer === certificate.issuer && other.serialNumber === certificate.serialNumber && !hasSameKey)
      return `A certificate with another key (${owner}) has the same issuer and serial number: SHA-256 ${other.fingerprint}.`;
    if (owner !== agreement.partnerId && hasSameKey)
      return `Its key is that of another certificate (${owner}): SHA-256 ${other.fingerprint}.`;
  }
  return undefined;
}

async function held(
  owner: string,
  reading: Promise<readonly HeldCertificate[]>,
): Promise<{ owner: string; certificate: Certificate }[]> {
  // What cannot be read is told elsewhere, and cannot be compared with.
  return (await reading.catch(() => [])).map(({ certificate }) => ({ owner, certificate }));
}

async function troubleOfTrust(
  station: As2Station,
  agreement: Agreement,
  { certificate, chain, uses }: Proposed,
  at: Instant,
): Promise<string | undefined> {
  for (const use of ['sign', 'encrypt'] as const) {
    if (!uses.includes(use)) continue;
    const verdict = await judgeProposed(station, agreement, { certificate, chain, use }, at);
    if (verdict?.ok === false && verdict.passing !== true)
      return `It does not come from an authority of the partner: ${verdict.reason}.`;
  }
  return undefined;
}
