import type { BerElement } from '../cms/ber.ts';
import type { ByteSource } from './byte-source.ts';

const GATHERED_BYTES = 64 * 1024;

/** The octets of a string in blocks of a good size, however small its segments are. A block is good until the next one. */
export function* segmentBlocks(source: ByteSource, octetString: BerElement): Generator<Buffer> {
  let gathered = Buffer.allocUnsafe(0);
  let length = 0;
  for (const [start, end] of octetString.segments()) {
    const size = end - start;
    if (length + size > gathered.length || size >= GATHERED_BYTES) {
      if (length > 0) yield gathered.subarray(0, length);
      length = 0;
      if (size >= GATHERED_BYTES || !octetString.constructed) {
        yield* source.blocks(start, end);
        continue;
      }
      if (gathered.length === 0) gathered = Buffer.allocUnsafe(GATHERED_BYTES);
    }
    source.read(start, end).copy(gathered, length);
    length += size;
  }
  if (length > 0) yield gathered.subarray(0, length);
}
