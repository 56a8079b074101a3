/** Allows `perMinute` calls on average, and as many at once after a pause. */
export interface RateLimit {
  /** 0 = go ahead, else the seconds to wait. */
  take(key: string, nowMs: number): number;
}

/** Callers remembered at most; the longest unheard of is forgotten first, which only ever favours a caller. */
const MAX_KEYS = 10_000;

export function createRateLimit(perMinute: number): RateLimit {
  const intervalMs = 60_000 / perMinute;
  /** When the caller will have used up what it was given so far, at the even pace. */
  const usedUpAt = new Map<string, number>();
  return {
    take(key, nowMs) {
      const usedUp = Math.max(usedUpAt.get(key) ?? 0, nowMs);
      const tooEarlyMs = usedUp - nowMs - (60_000 - intervalMs);
      usedUpAt.delete(key);
      usedUpAt.set(key, tooEarlyMs > 0 ? usedUp : usedUp + intervalMs);
      if (usedUpAt.size > MAX_KEYS) usedUpAt.delete(usedUpAt.keys().next().value!);
      return tooEarlyMs > 0 ? Math.ceil(tooEarlyMs / 1_000) : 0;
    },
  };
}
