/** Looks at most once in so many milliseconds: whoever asks more often gets what was found then. */
export function seldom<T>(everyMs: number, look: () => Promise<T>): () => Promise<T> {
  let last: { at: number; found: Promise<T> } | undefined;
  return () => {
    const now = performance.now();
    if (last === undefined || now - last.at >= everyMs) last = { at: now, found: look() };
    return last.found;
  };
}
