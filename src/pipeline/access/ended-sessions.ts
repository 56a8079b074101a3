import type { Instant } from '../../common/time.ts';
import type { Store } from '../ports/store.ts';
import { UnitOfWork } from '../unit-of-work.ts';
import { retryOnConflict } from '../work/retry.ts';
import type { AccessTokenRecord, ConsoleSession } from './access-token-record.ts';

/** The record of a token is read with every request; it does not grow without an end. */
const KEPT = 100;

export function hasEnded(
  { endedSessions, endedUntil }: AccessTokenRecord,
  { id, expiresAt }: ConsoleSession,
): boolean {
  if (endedUntil !== undefined && expiresAt <= endedUntil) return true;
  return endedSessions?.some((ended) => ended.id === id) === true;
}

/**
 * Ends a session of a token, on every gateway at once. Sessions that are over by themselves are forgotten; of more than
 * there is room for, the oldest are ended together with all that are as old. Nothing happens where the token is gone.
 */
export function endConsoleSession(
  store: Store,
  tokenId: string,
  session: ConsoleSession,
  now: Instant,
): Promise<void> {
  return retryOnConflict(async () => {
    const unit = new UnitOfWork(store);
    const token = await unit.get('accessTokens', tokenId);
    if (token === undefined || hasEnded(token, session)) return;
    const ended = [...(token.endedSessions ?? []), session]
      .filter(({ expiresAt }) => expiresAt > now)
      .sort((a, b) => (a.expiresAt < b.expiresAt ? -1 : 1));
    const endedUntil = ended.at(-KEPT - 1)?.expiresAt ?? token.endedUntil;
    unit.update('accessTokens', {
      ...token,
      endedSessions: ended.slice(-KEPT),
      ...(endedUntil !== undefined && { endedUntil }),
    });
    await unit.commit();
  });
}
