import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { MemorySource } from '../../../../src/transports/as2/bytes/byte-source.ts';
import { MimeError } from '../../../../src/transports/as2/mime/mime-error.ts';
import { splitMultipart } from '../../../../src/transports/as2/mime/multipart.ts';

function split(
  text: string | Buffer,
  boundary: string,
  maxParts = 10,
): { parts: string[]; hasEpilogue: boolean } {
  const bytes = typeof text === 'string' ? Buffer.from(text, 'latin1') : text;
  const body = { source: new MemorySource(bytes), start: 0, end: bytes.length };
  const { parts, hasEpilogue } = splitMultipart(body, boundary, maxParts);
  return { parts: parts.map(({ start, end }) => bytes.toString('latin1', start, end)), hasEpilogue };
}

describe('a multipart body', () => {
  test('is cut at its delimiter lines; the line break before one belongs to it', () => {
    expect(split('--b\r\none\r\n\r\n--b\r\ntwo\r\n--b--\r\n', 'b')).toEqual({
      parts: ['one\r\n', 'two'],
      hasEpilogue: false,
    });
    expect(split('--b\none\n\n--b\ntwo\n--b--', 'b').parts).toEqual(['one\n', 'two']);
  });

  test('may have a preamble, an epilogue, and white space behind a delimiter', () => {
    expect(split('hello\r\n--b \t\r\none\r\n--b--  \r\nbye', 'b')).toEqual({
      parts: ['one'],
      hasEpilogue: true,
    });
  });

  test('keeps lines that only look like a delimiter', () => {
    const inside = 'x--b\r\n--bb\r\n--b-\r\n -- b\r\n--b--x\r\n---b';
    expect(split(`--b\r\n${inside}\r\n--b--\r\n`, 'b').parts).toEqual([inside]);
  });

  test('may have empty parts', () => {
    expect(split('--b\r\n--b\r\n\r\n--b--', 'b').parts).toEqual(['', '']);
  });

  test('is refused without its closing delimiter, without a boundary, with too many parts', () => {
    expect(() => split('--b\r\none\r\n--b\r\ntwo', 'b')).toThrow(MimeError);
    expect(() => split('--b\r\none\r\n--b--', '')).toThrow(MimeError);
    expect(() => split('--b\r\n1\r\n--b\r\n2\r\n--b\r\n3\r\n--b--', 'b', 2)).toThrow('More than 2 parts');
  });

  test('is cut the same wherever its blocks end', () => {
    // Delimiters around the border of the blocks that a source is read in.
    for (let shift = -12; shift <= 12; shift++) {
      const one = 'x'.repeat(256 * 1024 + shift);
      expect(
        split(`--bound\r\n${one}\r\n--bound\r\ntwo\r\n--bound--`, 'bound').parts.map(({ length }) => length),
      ).toEqual([one.length, 3]);
    }
  });

  test('gives back every part that was put in', () => {
    const part = fc.uint8Array({ maxLength: 40 }).map((bytes) => Buffer.from(bytes));
    fc.assert(
      fc.property(fc.array(part, { minLength: 1, maxLength: 5 }), (parts) => {
        fc.pre(parts.every((one) => !one.includes('--boundary')));
        const body = Buffer.concat([
          ...parts.flatMap((one) => [Buffer.from('\r\n--boundary\r\n'), one]),
          Buffer.from('\r\n--boundary--\r\n'),
        ]);
        expect(split(body, 'boundary').parts).toEqual(parts.map((one) => one.toString('latin1')));
      }),
    );
  });
});
