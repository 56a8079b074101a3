import { GatewayError } from '../../common/errors.ts';
import type { Instant } from '../../common/time.ts';
import { closeException, raiseException } from '../../pipeline/exceptions/exceptions.ts';
import { retryOnConflict } from '../../pipeline/work/retry.ts';
import { UnitOfWork } from '../../pipeline/unit-of-work.ts';
import { fingerprintOf } from '../../tracking/exceptions.ts';
import { FIRST_WARNING_DAYS, daysLeftOf, isSucceeded } from './certificate-end.ts';
import type { HeldCertificate } from './choose-certificates.ts';
import type { As2Station } from './station.ts';

/** Days before the end of a certificate at which a person is told. */
const STEPS = [FIRST_WARNING_DAYS, 30, 14, 7, 1];

interface Watched {
  partnerId: string;
  whose: string;
  held: HeldCertificate;
  /** Another one for the same uses takes over before this one ends. */
  succeeded: boolean;
}

/**
 * Tells of certificates that end soon or have ended, once at each of 60, 30, 14, 7 and 1 days; what has a successor with a
 * later end is left alone. An exception closes itself once that successor is in the settings. Called every hour.
 */
export async function watchCertificates(station: As2Station): Promise<void> {
  for (const watched of await listWatched(station)) {
    await retryOnConflict(() => judge(station, watched));
  }
}

async function listWatched(station: As2Station): Promise<Watched[]> {
  const now = station.context.clock.now();
  const watched = watchedOf('', 'Our own', await readable(station, 'as2', () => station.keys.ownKeys()), now);
  for (const agreement of station.agreements) {
    const held = await readable(station, agreement.partnerId, () =>
      station.keys.partnerCertificates(agreement),
    );
    watched.push(...watchedOf(agreement.partnerId, `${agreement.theirs}’s`, held, now));
    const shown = await readable(station, agreement.partnerId, () =>
      station.keys.clientCertificates(agreement),
    );
    watched.push(...watchedOf(agreement.partnerId, `Our own (for ${agreement.theirs} alone)`, shown, now));
  }
  return watched;
}

/** Certificates that cannot be read are told by sending and by the connection test. */
async function readable<T>(
  station: As2Station,
  subject: string,
  read: () => Promise<readonly T[]>,
): Promise<readonly T[]> {
  try {
    return await read();
  } catch (error) {
    // Nothing is set up yet: `partner check` says so, and no line of a log at every start.
    const level = error instanceof GatewayError && error.code === 'SECRET_MISSING' ? 'info' : 'warn';
    station.context.logger[level]({ subject, error }, 'Certificates cannot be read');
    return [];
  }
}

function watchedOf(
  partnerId: string,
  whose: string,
  held: readonly HeldCertificate[],
  now: Instant,
): Watched[] {
  return held
    .filter(({ until }) => until === undefined || until > now)
    .map((one) => ({
      partnerId,
      whose,
      held: one,
      succeeded: isSucceeded(one, held),
    }));
}

async function judge({ context }: As2Station, { partnerId, whose, held, succeeded }: Watched): Promise<void> {
  const { certificate, uses } = held;
  const leftDays = daysLeftOf(certificate, context.clock.now());
  const step = STEPS.findLast((days) => leftDays <= days);
  const type = leftDays <= 0 ? 'CERT_EXPIRED' : 'CERT_EXPIRING';
  const subject = partnerId === '' ? {} : { partnerId };
  const unit = new UnitOfWork(context.store);
  for (const each of ['CERT_EXPIRING', 'CERT_EXPIRED'] as const) {
    if (!succeeded && each === type && step !== undefined) continue;
    await closeException(unit, context, {
      fingerprint: fingerprintOf({ type: each, subject, discriminator: certificate.fingerprint }),
      by: 'system',
      action: 'resolved',
      reason: succeeded ? 'Another certificate takes over.' : 'The certificate is in another state now.',
    });
  }
  if (step !== undefined && !succeeded) {
    // Once for each step: the settings remember which was told.
    const key = `as2.certificate.${partnerId}.${certificate.fingerprint}`;
    const told = await unit.get('settings', key);
    const state = leftDays <= 0 ? 0 : step;
    if (told?.value !== state) {
      const record = { id: key, revision: told?.revision ?? 0, value: state };
      if (told === undefined) unit.insert('settings', record);
      else unit.update('settings', record);
      const days = Math.floor(leftDays);
      await raiseException(unit, context, {
        type,
        subject,
        discriminator: certificate.fingerprint,
        detail:
          leftDays <= 0
            ? `${whose} AS2 certificate for ${uses.join(' and ')}, ${certificate.subject} (SHA-256 ${certificate.fingerprint}), has expired on ${certificate.validTo}. Nothing is sent with it until another one is in the settings.`
            : `${whose} AS2 certificate for ${uses.join(' and ')}, ${certificate.subject} (SHA-256 ${certificate.fingerprint}), ends on ${certificate.validTo}, in ${days === 1 ? 'one day' : `${days} days`}. Put its successor beside it (docs/as2.md, certificate rollover).`,
        evidence: [{ text: `${certificate.subject}, valid until ${certificate.validTo}` }],
        ...(leftDays > 0 && step <= 7 && { severity: 'high' as const }),
      });
    }
  }
  await unit.commit();
}
