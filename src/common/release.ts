/** Below this a buffer may be a piece of a pool that others use. */
const POOLED_BYTES = 16 * 1024;

let relief: { everyBytes: number; relieve: () => void } | undefined;
let releasedBytes = 0;

/**
 * Has `relieve` called whenever so many bytes of large content have been released. The small objects around the pieces grow old
 * while a gigabyte passes, and a collector that looks at young ones leaves them.
 */
export function relieveEvery(everyBytes: number, relieve: () => void): void {
  relief = { everyBytes, relieve };
}

/**
 * Gives the memory of a large piece of bytes back at once: the collector would let a hundred megabytes of them pile up. The
 * caller is the only one who has it, and it is empty from now on. A part of a larger buffer is left alone.
 */
export function release(bytes: Uint8Array): void {
  const { buffer, length } = bytes;
  if (!(buffer instanceof ArrayBuffer) || length !== buffer.byteLength || length <= POOLED_BYTES) return;
  buffer.transfer(0);
  releasedBytes += length;
  if (relief === undefined || releasedBytes < relief.everyBytes) return;
  releasedBytes = 0;
  relief.relieve();
}

/** The pieces for a reader that is done with one when it asks for the next; each is released then. */
export async function* releaseEach(pieces: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  for await (const piece of pieces) {
    yield piece;
    release(piece);
  }
}
