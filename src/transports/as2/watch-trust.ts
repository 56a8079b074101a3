import type { Instant } from '../../common/time.ts';
import { closeException, raiseException } from '../../pipeline/exceptions/exceptions.ts';
import { retryOnConflict } from '../../pipeline/work/retry.ts';
import { UnitOfWork } from '../../pipeline/unit-of-work.ts';
import { fingerprintOf } from '../../tracking/exceptions.ts';
import type { Agreement } from './agreement.ts';
import { FIRST_WARNING_DAYS, daysLeftOf, isAuthoritySucceeded } from './certificate-end.ts';
import type { Certificate } from './certificate.ts';
import type { As2Station } from './station.ts';
import type { TrustMaterial } from './trust/trust-material.ts';
import { describeCertificate } from './trust/trust-model.ts';
import { judgeHeld } from './verifiers.ts';

/** Something that is in order, or the words for a person why it is not. */
interface Concern {
  type: 'CERT_UNTRUSTED' | 'CERT_EXPIRING';
  discriminator: string;
  trouble: string | undefined;
}

/**
 * Tells of certificates of partners that are revoked or lead to no trusted authority any more, of revocation lists that cannot be
 * renewed, and of authorities that end soon; once for each trouble, and closes what is in order again. Called every hour.
 */
export async function watchTrust(station: As2Station): Promise<void> {
  for (const agreement of station.agreements) {
    for (const concern of await listConcerns(station, agreement)) {
      await retryOnConflict(() => settle(station, agreement, concern));
    }
  }
}

async function listConcerns(station: As2Station, agreement: Agreement): Promise<Concern[]> {
  const { trust } = agreement.settings;
  if (trust === undefined) return [];
  const at = station.context.clock.now();
  const unreadable = (trouble?: string): Concern => ({
    type: 'CERT_UNTRUSTED',
    discriminator: `${agreement.channel}/settings`,
    trouble,
  });
  try {
    const material = await station.keys.partnerTrust(agreement, trust);
    const judged = (await judgeHeld(station, agreement, at)) ?? [];
    return [
      unreadable(),
      ...judged.map(({ held: { certificate }, verdict }): Concern => ({
        type: 'CERT_UNTRUSTED',
        discriminator: `${agreement.channel}/${certificate.fingerprint}`,
        trouble: verdict.ok
          ? verdict.unknown.length === 0
            ? undefined
            : `${agreement.theirs}’s certificate ${describeCertificate(certificate)} is used, although ${verdict.unknown.join('; ')}.`
          : `${agreement.theirs}’s certificate ${describeCertificate(certificate)} does not count: ${verdict.reason}. What it signs is refused, and nothing is encrypted for it.`,
      })),
      listConcern(agreement, material),
      ...[...material.anchors, ...material.authorities].map((one) => endOf(agreement, material, one, at)),
    ];
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return [
      unreadable(
        `By which authorities ${agreement.theirs} is trusted cannot be read, and nothing is taken from him: ${reason}`,
      ),
    ];
  }
}

function listConcern({ channel, theirs }: Agreement, { troubles }: TrustMaterial): Concern {
  return {
    type: 'CERT_UNTRUSTED',
    discriminator: `${channel}/lists`,
    trouble:
      troubles.length === 0
        ? undefined
        : `Revocation lists for ${theirs} cannot be had: ${troubles.join('; ')}. What is known counts until it ends.`,
  };
}

function endOf(
  { channel, theirs }: Agreement,
  { anchors, authorities }: TrustMaterial,
  one: Certificate,
  at: Instant,
): Concern {
  const succeeded = isAuthoritySucceeded(one, [...anchors, ...authorities]);
  const soon = daysLeftOf(one, at) <= FIRST_WARNING_DAYS;
  return {
    type: 'CERT_EXPIRING',
    discriminator: `${channel}/authority/${one.fingerprint}`,
    trouble:
      soon && !succeeded
        ? `The authority ${describeCertificate(one)}, by which ${theirs} is trusted, ends on ${one.validTo}. What rests on it alone counts no longer from then on.`
        : undefined,
  };
}

async function settle({ context }: As2Station, { partnerId }: Agreement, concern: Concern): Promise<void> {
  const { type, discriminator, trouble } = concern;
  const subject = { partnerId };
  const unit = new UnitOfWork(context.store);
  // What was told last: an exception that a person has dismissed is not opened again for the same trouble.
  const key = `as2.trust.${partnerId}.${discriminator}`;
  const told = await unit.get('settings', key);
  if ((told?.value ?? '') === (trouble ?? '')) return;
  const record = { id: key, revision: told?.revision ?? 0, value: trouble ?? '' };
  if (told === undefined) unit.insert('settings', record);
  else unit.update('settings', record);
  if (trouble === undefined) {
    await closeException(unit, context, {
      fingerprint: fingerprintOf({ type, subject, discriminator }),
      by: 'system',
      action: 'resolved',
      reason: 'It is in order again.',
    });
  } else await raiseException(unit, context, { type, subject, discriminator, detail: trouble });
  await unit.commit();
}
