import { release } from '../common/release.ts';

/** The same bytes in blocks of one size, the last one shorter. Nothing at all is one empty block. The pieces are released. */
export async function* blocksOf(pieces: AsyncIterable<Uint8Array>, size: number): AsyncGenerator<Uint8Array> {
  let block = new Uint8Array(size);
  let filled = 0;
  let count = 0;
  for await (const piece of pieces) {
    for (let done = 0; done < piece.length;) {
      const part = piece.subarray(done, done + size - filled);
      block.set(part, filled);
      filled += part.length;
      done += part.length;
      if (filled < size) continue;
      yield block;
      count += 1;
      block = new Uint8Array(size);
      filled = 0;
    }
    release(piece);
  }
  if (filled > 0 || count === 0) yield block.subarray(0, filled);
}
