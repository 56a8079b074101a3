import { decodeBytes } from './charset.ts';
import type { EnvelopeContext } from './envelope-context.ts';
import type { Charset, Transaction } from './model.ts';
import { shorten } from './grammar/report.ts';
import type { SegmentSlice } from './token-table.ts';

/** Bytes that are not of the character set which their interchange declares: where, as offsets in `bytes`, and what they are. */
export interface Misdeclared {
  start: number;
  end: number;
  /** Absent where they are of no set that could be named: the interchange declares UTF-8, and they are not. */
  actual?: 'utf-8' | 'windows-1252';
}

/** Of what ISO 8859-1 and -15 write in one byte, UTF-8 makes two: the first is one of these. */
const LATIN_LEADS: ReadonlySet<number> = new Set([0xc2, 0xc3]);
const WESTERN: ReadonlySet<Charset> = new Set(['iso-8859-1', 'iso-8859-15']);

/** Length of the well-formed UTF-8 sequence of several bytes at `at` (Unicode, table 3-7); 0 where none stands. */
function sequenceLength(bytes: Uint8Array, at: number, end: number): number {
  const lead = bytes[at]!;
  const length = lead >= 0xf0 ? 4 : lead >= 0xe0 ? 3 : 2;
  if (lead < 0xc2 || lead > 0xf4 || at + length > end) return 0;
  for (let i = 1; i < length; i++) if ((bytes[at + i]! & 0xc0) !== 0x80) return 0;
  const second = bytes[at + 1]!;
  if ((lead === 0xe0 && second < 0xa0) || (lead === 0xed && second > 0x9f)) return 0;
  if ((lead === 0xf0 && second < 0x90) || (lead === 0xf4 && second > 0x8f)) return 0;
  return length;
}

function isC1(byte: number): boolean {
  return byte >= 0x80 && byte <= 0x9f;
}

/**
 * Whether bytes above 127 are those of another character set than the declared one. Sets of ISO 8859 have control characters
 * at 0x80 to 0x9F, which no text holds: UTF-8 uses them all the time, windows-1252 for quotes and the euro. `ü` and the like are
 * known by their first byte, which in Latin-1 is a capital letter before a sign (`Ã¼`). One byte sequence that UTF-8 does not
 * have, and the text is what it says it is: `NESCAFÉ®` is Latin-1, though its last two bytes could be UTF-8 as well.
 */
function findMisdeclared(
  bytes: Uint8Array,
  start: number,
  end: number,
  declared: Charset,
): Misdeclared | undefined {
  if (declared === 'ascii' || declared === 'windows-1252') return undefined;
  let utf8: Misdeclared | undefined;
  let control: Misdeclared | undefined;
  let malformed: Misdeclared | undefined;
  for (let i = start; i < end;) {
    const byte = bytes[i]!;
    if (byte < 0x80) {
      i++;
      continue;
    }
    const length = sequenceLength(bytes, i, end);
    if (length === 0) {
      malformed ??= { start: i, end: i + 1 };
      if (isC1(byte)) control ??= { start: i, end: i + 1, actual: 'windows-1252' };
      i++;
      continue;
    }
    const isEvidence =
      (WESTERN.has(declared) && LATIN_LEADS.has(byte)) || bytes.subarray(i + 1, i + length).some(isC1);
    if (isEvidence) utf8 ??= { start: i, end: i + length, actual: 'utf-8' };
    i += length;
  }
  if (declared === 'utf-8') return malformed;
  return malformed === undefined ? utf8 : control;
}

/** Letters, digits and what else is above 127: the word that a place stands in. */
function wordAround(bytes: Uint8Array, { start, end }: Misdeclared): readonly [number, number] {
  const isWord = (byte = 0x20): boolean => byte > 0x7f || /[A-Za-z0-9]/.test(String.fromCharCode(byte));
  let from = start;
  let to = end;
  while (start - from < LONGEST_WORD && isWord(bytes[from - 1])) from--;
  while (to - end < LONGEST_WORD && isWord(bytes[to])) to++;
  return [from, to];
}

const LONGEST_WORD = 40;

/** Tells, once an interchange, where a transaction has bytes of another character set than UNB declares. */
export function reportMisdeclared(
  context: EnvelopeContext,
  transaction: Transaction,
  segments: SegmentSlice,
): void {
  const { charset } = context.rules;
  if (segments.plain || !context.trustsDeclaration) return;
  const { bytes, base, length } = segments;
  const [first] = segments.range(0);
  const [, last] = segments.range(length - 1);
  const found = findMisdeclared(bytes, first - base, last - base, charset);
  if (found === undefined) return;
  context.trustsDeclaration = false;
  const range = [base + found.start, base + found.end] as const;
  let s = 0;
  while (s < length - 1 && segments.range(s)[1] <= range[0]) s++;
  const word = bytes.subarray(...wordAround(bytes, found));
  const identifier = context.interchange.version.slice(0, 4);
  const read = decodeBytes(word, charset);
  const actual = found.actual ?? 'not UTF-8';
  context.report(
    'CHARACTERS_MISDECLARED',
    {
      group: transaction.group,
      transaction: transaction.transaction,
      segment: s + 1,
      segmentId: segments.id(s),
      range,
    },
    `UNB declares ${identifier} (${charset}), but segment ${s + 1} (${segments.id(s)}) has bytes that are ${actual}: ` +
      (found.actual === undefined
        ? `they were read as Latin-1, "${shorten(read)}".`
        : `"${shorten(decodeBytes(word, found.actual))}" was read as "${shorten(read)}".`),
    { actual, expected: charset },
  );
}
