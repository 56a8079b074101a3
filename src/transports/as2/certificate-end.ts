import { instantMs } from '../../common/calendar.ts';
import type { Instant } from '../../common/time.ts';
import type { Certificate } from './certificate.ts';
import type { HeldCertificate } from './choose-certificates.ts';

/** From then on people are told that a certificate or an authority ends. */
export const FIRST_WARNING_DAYS = 60;
const DAY_MS = 86_400_000;

/** Days to the end, with their fraction; negative once it has passed. */
export function daysLeftOf({ validTo }: Pick<Certificate, 'validTo'>, at: Instant): number {
  return (instantMs(validTo) - instantMs(at)) / DAY_MS;
}

/** For each of its uses another one of the same owner has a later end. */
export function isSucceeded(one: HeldCertificate, held: readonly HeldCertificate[]): boolean {
  return one.uses.every((use) =>
    held.some((other) => other.uses.includes(use) && other.certificate.validTo > one.certificate.validTo),
  );
}

/** Another authority of the same name has a later end. */
export function isAuthoritySucceeded(
  { subject, validTo }: Certificate,
  authorities: readonly Certificate[],
): boolean {
  return authorities.some((other) => other.subject === subject && other.validTo > validTo);
}
