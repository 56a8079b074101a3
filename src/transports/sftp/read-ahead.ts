export interface ReadAheadOptions<T, V> {
  /** Reads under way or waiting to be taken. */
  parallel: number;
  /** What these may take in memory together; a single larger one is read alone. */
  maxBytes: number;
  sizeOf: (item: T) => number;
  read: (item: T) => Promise<V>;
  /** Called with what was read and is not given any more. */
  discard: (value: V) => Promise<void>;
}

/**
 * Reads several items at the same time and gives them in their order. The first failure is thrown in its turn; when the
 * consumer stops, the reads under way are waited for.
 */
export async function* readAhead<T, V>(
  items: readonly T[],
  { parallel, maxBytes, sizeOf, read, discard }: ReadAheadOptions<T, V>,
): AsyncGenerator<{ item: T; value: V }, void> {
  const ahead: { item: T; size: number; value: Promise<V> }[] = [];
  let bytes = 0;
  let next = 0;
  const fill = () => {
    while (next < items.length && ahead.length < parallel) {
      const item = items[next]!;
      const size = sizeOf(item);
      if (ahead.length > 0 && bytes + size > maxBytes) return;
      const value = read(item);
      // Its failure is thrown when its turn comes, which may be never.
      value.catch(() => undefined);
      ahead.push({ item, size, value });
      bytes += size;
      next += 1;
    }
  };
  try {
    for (;;) {
      fill();
      if (ahead.length === 0) return;
      const { item, size, value } = ahead[0]!;
      const result = { item, value: await value };
      ahead.shift();
      yield result;
      bytes -= size;
    }
  } finally {
    await Promise.allSettled(ahead.map(async ({ value }) => discard(await value)));
  }
}
