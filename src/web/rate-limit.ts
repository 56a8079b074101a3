/** Allows `perMinute` calls on average, and as many at once after a pause. */
export interface RateLimit {
  /** 0 = go ahead, else the seconds to wait. */
  take(key: string, nowMs: number): number;
}

/** Callers remembered at most; the longest unheard of is forgotten first, which only ever favours a caller. */
const MAX_KEYS = 10_000;

export function createRateLimit(perMinute: number): RateLimit {
  const buckets = new Map<string, { left: number; at: number }>();
  return {
    take(key, nowMs) {
      const bucket = buckets.get(key) ?? { left: perMinute, at: nowMs };
      const left = Math.min(perMinute, bucket.left + ((nowMs - bucket.at) / 60_000) * perMinute);
      buckets.delete(key);
      const wait = left >= 1 ? 0 : Math.ceil(((1 - left) / perMinute) * 60);
      buckets.set(key, { left: wait === 0 ? left - 1 : left, at: nowMs });
      if (buckets.size > MAX_KEYS) buckets.delete(buckets.keys().next().value!);
      return wait;
    },
  };
}
