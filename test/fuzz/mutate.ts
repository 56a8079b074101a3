import type { Random } from './random.ts';

type Bytes = Uint8Array;
type Mutation = (bytes: Bytes, random: Random, originals: readonly Bytes[]) => Bytes;

const encode = (text: string): Bytes => Uint8Array.from(text, (char) => char.charCodeAt(0));

/** Texts that have been trouble somewhere: headers, trailers, marks, numbers beyond every limit. */
const WORDS = [
  'ISA*', 'ISA', 'UNA:+.? \'', 'UNB+UNOC:3+', 'UNB+UNOY:4+', 'UNH+1+ORDERS:D:96A:UN', 'GS*PO*', 'ST*850*0001~', 'SE*0*0001~',
  'GE*99999999*1~', 'IEA*1*000000001~', "UNT+0+1'", "UNZ+99999999999999999999+1'", "UNE+1+1'", 'UNG+', 'TA1*', 'LS*1~', 'LE*1~',
  'HL*1**S~', 'HL*1*1*O~', 'CTT*999999999999999999999~', "CNT+2:99999999999999999'", 'BIN*9*', '000000000000000000001', '-', '+', '.',
  '-.', '1E9', '\u00ef\u00bb\u00bf', '\u00ff\u00fe', '\0', '\u001a', '\u0085', '\u00e2\u0080\u00a6', '??', '?', "''", '~~', '**', '::', '>>', '^^',
  '\r\n', '\n', '\r', '\n\n', ' ', '   ', '\t', '\u00c9\u00e2\u00c1', '\u001b(B', '\u00c3\u00a9', '\u00e9', '20260230', '2460', '99999999',
].map(encode); // prettier-ignore

const INTERESTING = [
  ...encode("~*>:+'?^|\r\n \0AZaz09.,-U"),
  0x1a,
  0x1c,
  0x1d,
  0x1e,
  0x1f,
  0x80,
  0x85,
  0xa0,
  0xe9,
  0xff,
];

function join(...parts: readonly Bytes[]): Bytes {
  return joinAll(parts);
}

/** Any number of them: more than a call takes as arguments. */
function joinAll(parts: readonly Bytes[]): Bytes {
  const bytes = new Uint8Array(parts.reduce((size, part) => size + part.length, 0));
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}

function replaceRange(bytes: Bytes, start: number, end: number, by: Bytes): Bytes {
  return join(bytes.subarray(0, start), by, bytes.subarray(end));
}

function someRange(bytes: Bytes, random: Random, most: number): [start: number, end: number] {
  const start = random.below(bytes.length);
  return [start, Math.min(bytes.length, start + 1 + random.below(most))];
}

/** Ends of segments, by the terminators of the samples; so few bytes that any other cut does as well. */
function segmentEnds(bytes: Bytes): number[] {
  const ends = [0];
  for (let i = 0; i < bytes.length; i++) if (bytes[i] === 0x7e || bytes[i] === 0x27) ends.push(i + 1);
  return ends;
}

function someSegments(bytes: Bytes, random: Random, most: number): [start: number, end: number] {
  const ends = segmentEnds(bytes);
  const first = random.below(ends.length);
  const last = Math.min(ends.length - 1, first + 1 + random.below(most));
  return [ends[first]!, ends[last]!];
}

function someNumber(bytes: Bytes, random: Random): [start: number, end: number] | undefined {
  const found = [...Buffer.from(bytes).toString('latin1').matchAll(/\d+/g)];
  const match = found.length === 0 ? undefined : random.pick(found);
  return match && [match.index, match.index + match[0].length];
}

const MUTATIONS: readonly Mutation[] = [
  function flipBit(bytes, random) {
    const copy = bytes.slice();
    const at = random.below(copy.length);
    copy[at] = copy[at]! ^ (1 << random.below(8));
    return copy;
  },
  function setByte(bytes, random) {
    const copy = bytes.slice();
    copy[random.below(copy.length)] = random.oneIn(3) ? random.below(256) : random.pick(INTERESTING);
    return copy;
  },
  function deleteBytes(bytes, random) {
    const [start, end] = someRange(bytes, random, 30);
    return replaceRange(bytes, start, end, new Uint8Array());
  },
  function insertWord(bytes, random) {
    const at = random.below(bytes.length + 1);
    return replaceRange(bytes, at, at, random.pick(WORDS));
  },
  function overwriteWithWord(bytes, random) {
    const word = random.pick(WORDS);
    const at = random.below(bytes.length);
    return replaceRange(bytes, at, Math.min(bytes.length, at + word.length), word);
  },
  function repeatBytes(bytes, random) {
    const [start, end] = someRange(bytes, random, 40);
    const part = bytes.subarray(start, end);
    return replaceRange(bytes, end, end, join(...Array.from({ length: 1 + random.below(8) }, () => part)));
  },
  function deleteSegments(bytes, random) {
    const [start, end] = someSegments(bytes, random, 4);
    return replaceRange(bytes, start, end, new Uint8Array());
  },
  function repeatSegments(bytes, random) {
    const [start, end] = someSegments(bytes, random, 4);
    const times = random.oneIn(2000) ? 2000 : 1 + random.below(4);
    const part = bytes.subarray(start, end);
    return replaceRange(bytes, end, end, join(...Array.from({ length: times }, () => part)));
  },
  function moveSegments(bytes, random) {
    const [start, end] = someSegments(bytes, random, 3);
    const rest = replaceRange(bytes, start, end, new Uint8Array());
    const to = random.pick(segmentEnds(rest));
    return replaceRange(rest, to, to, bytes.subarray(start, end));
  },
  function changeNumber(bytes, random) {
    const range = someNumber(bytes, random);
    if (range === undefined) return bytes;
    const numbers = [
      '0',
      '1',
      '-1',
      '00',
      '0001',
      '999999999',
      '99999999999999999999',
      '2147483648',
      '1.5',
      'X',
      '',
    ];
    return replaceRange(bytes, range[0], range[1], encode(random.pick(numbers)));
  },
  function changeDelimiter(bytes, random) {
    const from = random.pick([0x7e, 0x2a, 0x3e, 0x3a, 0x2b, 0x27, 0x3f, 0x5e]);
    const to = random.oneIn(4) ? random.below(256) : random.pick(INTERESTING);
    return bytes.map((byte) => (byte === from ? to : byte));
  },
  function truncate(bytes, random) {
    return bytes.subarray(0, random.below(bytes.length));
  },
  function cutBeginning(bytes, random) {
    return bytes.subarray(random.below(Math.min(bytes.length, 200)));
  },
  function splice(bytes, random, originals) {
    const other = random.pick(originals);
    return join(bytes.subarray(0, random.below(bytes.length)), other.subarray(random.below(other.length)));
  },
  function append(bytes, random, originals) {
    const between = random.oneIn(2) ? new Uint8Array() : random.pick(WORDS);
    return join(bytes, between, random.pick(originals));
  },
  function wrapLines(bytes, random) {
    const width = random.oneIn(2) ? 80 : 1 + random.below(130);
    const end = encode(random.pick(['\r\n', '\n']));
    const lines: Bytes[] = [];
    for (let at = 0; at < bytes.length; at += width) lines.push(bytes.subarray(at, at + width), end);
    return joinAll(lines);
  },
  function longElement(bytes, random) {
    const at = random.below(bytes.length);
    const length = random.oneIn(2000) ? 1_100_000 : random.oneIn(20) ? 70_000 : random.below(300);
    return replaceRange(
      bytes,
      at,
      at,
      new Uint8Array(length).fill(random.oneIn(2) ? 0x41 : random.below(256)),
    );
  },
];

/** A file near one of the originals: one to six changes of any kind. */
export function mutate(originals: readonly Bytes[], random: Random): Bytes {
  let bytes: Bytes = random.pick(originals);
  const changes = 1 + random.below(random.oneIn(4) ? 6 : 2);
  for (let i = 0; i < changes; i++)
    if (bytes.length > 0) bytes = random.pick(MUTATIONS)(bytes, random, originals);
  return bytes;
}
