/** A broken invariant is a bug of ours, never a partner's fault: it ends the job, never the process. */
export class InvariantError extends Error {
  override readonly name = 'InvariantError';
}

/** Asserts what must hold if the code is right. Partner input is never checked with this. */
export function invariant(condition: unknown, message: string): asserts condition {
  if (!condition) throw new InvariantError(message);
}
