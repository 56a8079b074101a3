/** Something to be gone through as often as one likes, of which nothing is kept: each time it is made anew. */
export function again<T>(make: () => Iterator<T>): Iterable<T> {
  return { [Symbol.iterator]: make };
}
