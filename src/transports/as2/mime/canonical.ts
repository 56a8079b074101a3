const LF = 0x0a;
const CR = 0x0d;

/** Blocks with every bare line feed made CRLF (RFC 5751 3.1.1): what was signed by those who send line feeds. */
export function* canonicalBlocks(blocks: Iterable<Uint8Array>): Generator<Uint8Array> {
  let last = 0;
  for (const block of blocks) {
    const result = Buffer.allocUnsafe(block.length * 2);
    let length = 0;
    for (const octet of block) {
      if (octet === LF && last !== CR) result[length++] = CR;
      result[length++] = octet;
      last = octet;
    }
    yield result.subarray(0, length);
  }
}
