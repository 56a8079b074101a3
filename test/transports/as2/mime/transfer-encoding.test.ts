import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { ByteSource } from '../../../../src/transports/as2/bytes/byte-source.ts';
import { MemorySource } from '../../../../src/transports/as2/bytes/byte-source.ts';
import { Workspace } from '../../../../src/transports/as2/bytes/workspace.ts';
import { canonicalBlocks } from '../../../../src/transports/as2/mime/canonical.ts';
import { MimeError } from '../../../../src/transports/as2/mime/mime-error.ts';
import {
  base64Length,
  decodeTransfer,
  encodeBase64,
} from '../../../../src/transports/as2/mime/transfer-encoding.ts';

/** A source that is read in blocks of that many bytes. */
class SmallBlocks extends MemorySource implements ByteSource {
  readonly #size: number;
  constructor(bytes: Uint8Array, size: number) {
    super(bytes);
    this.#size = size;
  }
  override *blocks(start: number, end: number): Iterable<Buffer> {
    for (let at = start; at < end; at += this.#size) yield this.read(at, Math.min(at + this.#size, end));
  }
}

function decode(encoding: string, text: string | Uint8Array, size = 7): Buffer {
  const source = new SmallBlocks(typeof text === 'string' ? Buffer.from(text, 'latin1') : text, size);
  const range = decodeTransfer(
    { source, start: 0, end: source.length },
    encoding,
    new Workspace(1 << 20, undefined),
  );
  return range.source.read(range.start, range.end);
}

const blocksOf = (bytes: Uint8Array, size: number): Uint8Array[] =>
  Array.from({ length: Math.ceil(bytes.length / size) }, (_, i) => bytes.subarray(i * size, (i + 1) * size));

const SIZES = fc.integer({ min: 1, max: 200 });

describe('Content-Transfer-Encoding', () => {
  test('base64 gives back what was encoded, in lines of 76, whatever the blocks', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 400 }), SIZES, SIZES, (bytes, out, back) => {
        const encoded = Buffer.concat([...encodeBase64(blocksOf(bytes, out))]);
        expect(encoded.length).toBe(base64Length(bytes.length));
        expect(
          encoded
            .toString('latin1')
            .split('\r\n')
            .every((line) => line.length <= 76),
        ).toBe(true);
        expect(decode('BASE64', encoded, back)).toEqual(Buffer.from(bytes));
      }),
    );
  });

  test('base64 with anything behind its end or between is refused', () => {
    expect(decode('base64', 'YWJj\n \tZGU=\n').toString()).toBe('abcde');
    expect(decode('base64', 'YWI').toString()).toBe('ab');
    for (const wrong of ['YWI=YWI=', 'YWI=\nx', 'Y!WI', 'YWI=\0', '====', 'YW==YW=='])
      for (const size of [1, 3, 100]) expect(() => decode('base64', wrong, size)).toThrow(MimeError);
  });

  test('quoted-printable is decoded whatever the blocks', () => {
    const text = 'Gr=C3=BC=\r\n=c3=9fe \t\r\nline =\nnext=3D=20\r\nend';
    for (let size = 1; size < 20; size++)
      expect(decode('quoted-printable', text, size).toString()).toBe('Grüße\r\nline next= \r\nend');
  });

  test('binary, 7bit, 8bit and none leave the bytes where they are', () => {
    for (const encoding of ['binary', '7Bit', ' 8bit', ''])
      expect(decode(encoding, 'a=\0\n')).toEqual(Buffer.from('a=\0\n'));
    expect(() => decode('x-uuencode', 'a')).toThrow(MimeError);
  });
});

test('bare line feeds become CRLF, whatever the blocks', () => {
  const text = Buffer.from('\na\r\nb\n\nc\rd\r\r\n');
  for (let size = 1; size < 12; size++)
    expect(Buffer.concat([...canonicalBlocks(blocksOf(text, size))]).toString()).toBe(
      '\r\na\r\nb\r\n\r\nc\rd\r\r\n',
    );
});
