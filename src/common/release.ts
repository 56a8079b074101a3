/** Below this a buffer may be a piece of a pool that others use. */
const POOLED_BYTES = 16 * 1024;

/**
 * Gives the memory of a large piece of bytes back at once: the collector would let a hundred megabytes of them pile up. The
 * caller is the only one who has it, and it is empty from now on. A part of a larger buffer is left alone.
 */
export function release(bytes: Uint8Array): void {
  const { buffer } = bytes;
  if (buffer instanceof ArrayBuffer && bytes.length === buffer.byteLength && bytes.length > POOLED_BYTES)
    buffer.transfer(0);
}

/** The pieces for a reader that is done with one when it asks for the next; each is released then. */
export async function* releaseEach(pieces: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  for await (const piece of pieces) {
    yield piece;
    release(piece);
  }
}
