import type { Range } from './entity.ts';
import { MimeError } from './mime-error.ts';

const HYPHENS = '--';
const LF = 0x0a;
const CR = 0x0d;

interface Delimiter {
  /** Of the line. */
  start: number;
  /** Behind the line. */
  end: number;
  closing: boolean;
}

export interface Multipart {
  parts: Range[];
  /** Something other than white space follows the closing delimiter. */
  hasEpilogue: boolean;
}

/**
 * Cuts a multipart body at its delimiter lines (RFC 2046 5.1.1). A part is exactly the bytes between two of them: the
 * line break before a delimiter belongs to the delimiter. Throws MimeError.
 */
export function splitMultipart(body: Range, boundary: string, maxParts: number): Multipart {
  if (boundary === '' || boundary.length > 200) throw new MimeError('Multipart without a usable boundary');
  const parts: Range[] = [];
  let partStart: number | undefined;
  for (const delimiter of delimiters(body, boundary)) {
    if (partStart !== undefined) {
      if (parts.length === maxParts) throw new MimeError(`More than ${maxParts} parts`);
      const end = Math.max(partStart, beforeLineBreak(body, delimiter.start));
      parts.push({ source: body.source, start: partStart, end });
    }
    if (delimiter.closing) return { parts, hasEpilogue: !isBlank({ ...body, start: delimiter.end }) };
    partStart = delimiter.end;
  }
  throw new MimeError('Multipart without closing delimiter');
}

function* delimiters(body: Range, boundary: string): Generator<Delimiter> {
  const mark = Buffer.from(HYPHENS + boundary, 'latin1');
  for (const at of occurrences(body, mark)) {
    const delimiter = delimiterAt(body, at, mark.length);
    if (delimiter !== undefined) yield delimiter;
  }
}

/** Where the mark stands; also where it begins in one block and ends in another. */
function* occurrences({ source, start, end }: Range, mark: Buffer): Generator<number> {
  const overlap = mark.length - 1;
  let tail = Buffer.alloc(0);
  let at = start;
  for (const block of source.blocks(start, end)) {
    const seam = tail.length === 0 ? block : Buffer.concat([tail, block.subarray(0, overlap)]);
    if (tail.length > 0)
      for (const hit of hits(seam, mark)) if (hit < tail.length) yield at - tail.length + hit;
    for (const hit of hits(block, mark)) yield at + hit;
    at += block.length;
    tail = Buffer.from(
      block.length >= overlap ? block.subarray(block.length - overlap) : seam.subarray(-overlap),
    );
  }
}

function* hits(bytes: Buffer, mark: Buffer): Generator<number> {
  for (let hit = bytes.indexOf(mark); hit >= 0; hit = bytes.indexOf(mark, hit + 1)) yield hit;
}

/** The delimiter line there, if the mark begins a line and nothing else but white space follows on it. */
function delimiterAt({ source, start, end }: Range, at: number, markLength: number): Delimiter | undefined {
  if (at > start && source.read(at - 1, at)[0] !== LF) return undefined;
  const after = at + markLength;
  const rest = source.read(after, Math.min(after + 256, end)).toString('latin1');
  const line = /^(--)?[ \t]*(?:\r?\n|$)/.exec(rest);
  return line === null
    ? undefined
    : { start: at, end: after + line[0].length, closing: line[1] !== undefined };
}

function beforeLineBreak({ source, start }: Range, at: number): number {
  if (at <= start) return at;
  const before = source.read(Math.max(start, at - 2), at);
  if (before.at(-1) !== LF) return at;
  return before.length > 1 && before[0] === CR ? at - 2 : at - 1;
}

export function isBlank({ source, start, end }: Range): boolean {
  for (const block of source.blocks(start, end)) if (/[^\s\0]/.test(block.toString('latin1'))) return false;
  return true;
}
