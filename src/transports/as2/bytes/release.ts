/** Below this a buffer may be a piece of the pool that others use. */
const POOLED_BYTES = 16 * 1024;

/**
 * Gives the memory of a large buffer back at once. For what a cipher or zlib puts out block by block: the collector would
 * let a hundred megabytes of it pile up. The caller is the only one who has the buffer, and it is empty from now on.
 */
export function release(bytes: Buffer): void {
  const { buffer, byteOffset } = bytes;
  if (buffer instanceof ArrayBuffer && byteOffset === 0 && bytes.length > POOLED_BYTES) buffer.transfer(0);
}
