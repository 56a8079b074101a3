import { GatewayError } from '../../common/errors.ts';
import { InvariantError } from '../../common/invariant.ts';
import type { WorkKind } from '../records.ts';

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;

/** 1, 2, 4, 8, 15, 30, 60 minutes, then every 4 hours until 24 hours have passed (domain rules, 5.13). */
const TRANSPORT = [
  ...[1, 2, 4, 8, 15, 30, 60].map((minutes) => minutes * MINUTE),
  ...[4, 4, 4, 4, 4, 2].map((hours) => hours * HOUR),
];
/** Ten attempts (5.13): the first again soon, because most failures of an ERP are short; the last after an outage of hours. */
const ERP = [10 * SECOND, ...[1, 2, 4, 8, 15, 30, 60, 120].map((minutes) => minutes * MINUTE)];
/** Our own work fails only with the store or the disk. */
const OWN = [1, 5, 15, 60, 300, 900, 3600].map((seconds) => seconds * SECOND);

/** Pauses before the second, third … attempt of each kind of work; after the last one it is a dead letter. */
const RETRY_DELAYS_MS: Readonly<Record<WorkKind, readonly number[]>> = {
  processFile: OWN,
  rematchInvoices: OWN,
  rejectFile: TRANSPORT,
  sendFile: TRANSPORT,
  sendReceipt: TRANSPORT,
  sendEvents: TRANSPORT,
  writeErp: ERP,
  notify: TRANSPORT.slice(0, 7),
  tellPartner: TRANSPORT,
};

/** An error that no adapter foresaw is most likely a bug: two retries tell whether it was a passing thing. */
const MAX_UNFORESEEN_ATTEMPTS = 3;

/** Pause after a CONFLICT, before jitter: the other side has committed by then. */
const CONFLICT_DELAY_MS = 100;

/**
 * Milliseconds until the next attempt, or undefined when there is none. `attempts` counts those made; `random` (0 to 1)
 * spreads the pause over 80 % to 120 %, so that what failed together does not come back together. An error whose details
 * hold `retryAfterMs` (a partner's own schedule, a server's Retry-After) decides the pause itself, and ends it by `never`.
 */
export function retryDelayMs(
  kind: WorkKind,
  attempts: number,
  error: unknown,
  random: number,
): number | undefined {
  if (error instanceof InvariantError) return undefined;
  if (error instanceof GatewayError) {
    if (error.retryable === 'never') return undefined;
    const { retryAfterMs } = error.details;
    if (typeof retryAfterMs === 'number') return Math.round(retryAfterMs * (0.8 + 0.4 * random));
  } else if (attempts >= MAX_UNFORESEEN_ATTEMPTS) {
    return undefined;
  }
  const pause = RETRY_DELAYS_MS[kind][attempts - 1];
  if (pause === undefined) return undefined;
  const soon = error instanceof GatewayError && error.retryable === 'now';
  return Math.round((soon ? Math.min(CONFLICT_DELAY_MS * attempts, pause) : pause) * (0.8 + 0.4 * random));
}
