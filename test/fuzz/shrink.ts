/**
 * The smallest file near `bytes` that still breaks the law: ever smaller parts are left out as long as it does. `breaks`
 * is asked at most `attempts` times.
 */
export function shrink(
  bytes: Uint8Array,
  breaks: (candidate: Uint8Array) => boolean,
  attempts = 4000,
): Uint8Array {
  let smallest = bytes;
  let left = attempts;
  for (
    let size = Math.ceil(smallest.length / 2);
    size >= 1 && left > 0;
    size = size === 1 ? 0 : Math.ceil(size / 2)
  ) {
    for (let at = 0; at < smallest.length && left > 0; left--) {
      const candidate = new Uint8Array(smallest.length - Math.min(size, smallest.length - at));
      candidate.set(smallest.subarray(0, at));
      candidate.set(smallest.subarray(at + size), at);
      if (breaks(candidate)) smallest = candidate;
      else at += size;
    }
  }
  return smallest;
}
