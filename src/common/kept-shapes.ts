interface Kept {
  uses: number;
  instance: unknown;
}

const kept = new Map<unknown, Kept>();
/** The engine changes a shape while it learns what the fields hold: one is made anew at the first, second, fourth … use. */
const LAST_RENEWAL = 4096;

/**
 * Keeps one of a kind of object whose instances live shortly: what `make` returns, for as long as the program runs. The
 * engine forgets the shape of objects of which none is left, and with it all machine code that knows the shape: after each
 * full garbage collection the work would start again in the interpreter, at half the speed.
 */
export function keepShape(kind: unknown, make: () => unknown): void {
  let one = kept.get(kind);
  if (one === undefined) kept.set(kind, (one = { uses: 0, instance: undefined }));
  // What is made may itself be of the kind: it finds this count raised.
  const uses = ++one.uses;
  if (uses <= LAST_RENEWAL && (uses & (uses - 1)) === 0) one.instance = make();
}
