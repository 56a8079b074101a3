import type { Finding } from '../common/finding.ts';
import { invariant } from '../common/invariant.ts';
import { isUtf8 } from './charset.ts';
import { objectLength, objectTrailerAt } from './envelope-package.ts';
import type { Header } from './header.ts';
import { latin1 } from './bytes.ts';
import { Lexer, STOP_DATA, STOP_HEADER, STOP_SEGMENT_LIMIT } from './lexer.ts';
import type { Charset, Delimiters, Interchange, ParsedFile, SegmentTable, Standard } from './model.ts';
import { newPage } from './page.ts';
import { readHeader } from './read-header.ts';
import type { WriteElement, WriteRepetition } from './segment-writer.ts';
import { SegmentWriter } from './segment-writer.ts';
import type { Page, TextRules } from './token-table.ts';
import { MAX_OFFSET, SEGMENT_ID, SEGMENT_STRIDE, SegmentSlice, packSegmentId } from './token-table.ts';

/**
 * A file as plain JSON that can be written again byte for byte. Text in `raw`, `before`, `after` and
 * `serviceStringAdvice` has one character for each byte (ISO 8859-1); other text is decoded.
 */
export interface EdiTree {
  format: 'edi-tree/1';
  interchanges: InterchangeTree[];
  /** Bytes behind the last interchange: its last line break. Of a file without interchanges: all of it. */
  after: string;
}

export interface InterchangeTree {
  standard: Standard;
  charset: Charset;
  delimiters: Delimiters;
  /** What follows each segment terminator but the last: '', '\n', '\r\n'. */
  segmentSuffix: string;
  /** Bytes in front of the interchange: a byte order mark, the line break of the interchange before. */
  before: string;
  /** UNA as sent, with the line break behind it; '' without. */
  serviceStringAdvice: string;
  /** ISA (elements padded as sent) or UNB. */
  header: SegmentTree;
  content: (GroupTree | TransactionTree | SegmentTree)[];
  /** IEA or UNZ; null when it is missing. */
  trailer: SegmentTree | null;
}

export interface GroupTree {
  /** GS01 / UNG 0038. */
  group: string;
  header: SegmentTree;
  content: (TransactionTree | SegmentTree)[];
  /** GE or UNE; null when it is missing. */
  trailer: SegmentTree | null;
}

export interface TransactionTree {
  /** ST01 / UNH 0065. */
  transaction: string;
  /** From ST or UNH to SE or UNT, both included. */
  segments: SegmentTree[];
}

/** `["DTM", ["137", "20260131", "102"]]`; empty elements at the end are kept. */
export type PlainSegment = readonly [id: string, ...elements: WriteElement[]];

/**
 * A segment; in the long form when writing its elements would not give its bytes: needless release characters, line
 * breaks inside, something between it and the next segment. `raw` is then what is written.
 */
export type SegmentTree = PlainSegment | { segment: PlainSegment; raw: string };

const UNO = packSegmentId('UNO');
/** A longer run between segments is no suffix. */
const MAX_SUFFIX = 4;

/** The tree of a parsed file. */
export function toTree(file: ParsedFile): EdiTree {
  let position = 0;
  const interchanges: InterchangeTree[] = [];
  for (const interchange of file.interchanges) {
    const [start] = interchange.range;
    const before = latin1(file.bytes, position, start);
    interchanges.push(new TreeBuilder(file.bytes, interchange).build(before));
    position = interchange.range[1];
  }
  return { format: 'edi-tree/1', interchanges, after: latin1(file.bytes, position, file.bytes.length) };
}

class TreeBuilder {
  readonly #bytes: Uint8Array;
  readonly #interchange: Interchange;
  readonly #header: Header;
  readonly #charset: Charset;
  readonly #table: SegmentSlice;
  readonly #suffix: string;
  readonly #writer: SegmentWriter;

  constructor(bytes: Uint8Array, interchange: Interchange) {
    this.#bytes = bytes;
    this.#interchange = interchange;
    const { range, charset, delimiters, standard } = interchange;
    const [start, end] = range;
    invariant(end - start < MAX_OFFSET, 'An interchange of more than 256 MB cannot be a tree');
    const ignoreRepetition = delimiters.repetitionSeparator === '';
    const header = readHeader(bytes, start, bytes.length, true, { ignoreRepetition });
    invariant(header.kind === 'header', 'An interchange starts with its header');
    this.#header = header;
    this.#charset = charset === 'ascii' ? sentCharset(bytes.subarray(start, end)) : charset;
    this.#table = this.#tokenise();
    this.#suffix = this.#commonSuffix();
    this.#writer = treeWriter(standard, delimiters, this.#suffix, this.#charset);
  }

  /** All segments of the interchange behind ISA, or from UNB on. */
  #tokenise(): SegmentSlice {
    const [start, end] = this.#interchange.range;
    const header = this.#header;
    const page = newPage(this.#bytes.subarray(start, end), start, end - start);
    const lexer = new Lexer(header.dialect, start);
    lexer.position = header.resume - start;
    if (header.standard === 'edifact') lexer.begin(page, lexer.position);
    let stop = lexer.run(page, true);
    while (stop !== STOP_DATA && stop !== STOP_SEGMENT_LIMIT) {
      if (stop === STOP_HEADER) lexer.begin(page, lexer.position);
      else if (page.segments[(page.segmentCount - 1) * SEGMENT_STRIDE + SEGMENT_ID] === UNO)
        lexer.position = this.#behindObject(page, lexer.position);
      stop = lexer.run(page, true);
    }
    return new SegmentSlice(page, 0, page.segmentCount, this.#rules);
  }

  get #rules(): TextRules {
    return { delimiters: this.#interchange.delimiters, charset: this.#charset, wrapped: false };
  }

  /** The object of a package belongs to the UNO in front of it, the last segment so far. */
  #behindObject(page: Page, from: number): number {
    const length = objectLength(new SegmentSlice(page, page.segmentCount - 1, 1, this.#rules), 0);
    if (length === 0) return from;
    return objectTrailerAt(page.bytes, from + length, page.used, this.#interchange.segmentSuffix);
  }

  /** File offset of segment `s`; the end of the interchange behind the last one. */
  #startOf(s: number): number {
    return s < this.#table.length ? this.#table.range(s)[0] : this.#interchange.range[1];
  }

  /** What most often stands between two segments. */
  #commonSuffix(): string {
    const counts = new Map<string, number>();
    const terminator = 1 + this.#header.dialect.terminatorTail.length;
    for (let s = 0; s + 1 < this.#table.length; s++) {
      const from = this.#table.range(s)[1] + terminator;
      const suffix = latin1(this.#bytes, from, Math.min(this.#startOf(s + 1), from + MAX_SUFFIX));
      counts.set(suffix, (counts.get(suffix) ?? 0) + 1);
    }
    const [most] = [...counts].sort(([, a], [, b]) => b - a);
    return most === undefined || !/^[\r\n]*$/.test(most[0]) ? this.#interchange.segmentSuffix : most[0];
  }

  build(before: string): InterchangeTree {
    const { standard, delimiters, range } = this.#interchange;
    const segments = this.#segments();
    const tree: InterchangeTree = {
      standard,
      charset: this.#charset,
      delimiters,
      segmentSuffix: this.#suffix,
      before,
      serviceStringAdvice: standard === 'edifact' ? latin1(this.#bytes, range[0], this.#header.resume) : '',
      header: segments[0]!,
      content: [],
      trailer: null,
    };
    nest(segments.slice(1), tree);
    return tree;
  }

  #segments(): SegmentTree[] {
    const [start] = this.#interchange.range;
    const segments: SegmentTree[] = [];
    const table = this.#table;
    if (this.#header.standard === 'x12') {
      const isa: PlainSegment = ['ISA', ...this.#header.elements.slice(1)];
      this.#writer.clear();
      this.#writer.raw(isaBytes(isa, this.#interchange.delimiters.elementSeparator));
      this.#writer.terminate(table.length > 0);
      segments.push(this.#verified(isa, start, this.#startOf(0)));
    }
    for (let s = 0; s < table.length; s++) {
      const elements = elementsOf(table, s);
      this.#writer.clear();
      this.#writer.segment(table.id(s), elements, s + 1 < table.length);
      segments.push(this.#verified([table.id(s), ...elements], this.#startOf(s), this.#startOf(s + 1)));
    }
    return segments;
  }

  /** The segment that the writer holds, as its elements if they give the bytes that were sent. */
  #verified(segment: PlainSegment, start: number, end: number): SegmentTree {
    const written = this.#writer.toBytes();
    const sent = this.#bytes.subarray(start, end);
    const equal = written.length === sent.length && written.every((byte, i) => byte === sent[i]);
    return equal ? segment : { segment, raw: latin1(sent, 0, sent.length) };
  }
}

function sentCharset(bytes: Uint8Array): Charset {
  if (!bytes.some((byte) => byte > 127)) return 'ascii';
  return isUtf8(bytes) ? 'utf-8' : 'iso-8859-1';
}

function treeWriter(
  standard: Standard,
  delimiters: Delimiters,
  suffix: string,
  charset: Charset,
): SegmentWriter {
  return new SegmentWriter({
    standard,
    delimiters,
    segmentSuffix: suffix,
    charset,
    repertoire: 'verbatim',
    unsupportedCharacter: 'refuse',
    delimiterInData: 'refuse',
    replacement: ' ',
    keepTrailing: true,
  });
}

function isaBytes(isa: PlainSegment, separator: string): Uint8Array {
  const text = isa.map((element) => (typeof element === 'string' ? element : '')).join(separator);
  return latin1Bytes(text);
}

function elementsOf(table: SegmentTable, s: number): WriteElement[] {
  return Array.from({ length: table.elementCount(s) }, (_, i) => {
    const repetitions = Array.from({ length: table.repetitionCount(s, i + 1) }, (__, r) =>
      repetitionOf(table, s, i + 1, r + 1),
    );
    return repetitions.length === 1 ? repetitions[0]! : { repetitions };
  });
}

function repetitionOf(table: SegmentTable, s: number, e: number, r: number): WriteRepetition {
  const count = table.componentCount(s, e, r);
  return count === 1
    ? table.value(s, e, 1, r)
    : Array.from({ length: count }, (_, c) => table.value(s, e, c + 1, r));
}

function plain(segment: SegmentTree): PlainSegment {
  return 'raw' in segment ? segment.segment : segment;
}

function firstText(segment: PlainSegment, element: number): string {
  const value = segment[element];
  if (value === undefined || typeof value === 'string') return value ?? '';
  const repetition = 'repetitions' in value ? value.repetitions[0] : value;
  return (typeof repetition === 'string' ? repetition : repetition?.[0]) ?? '';
}

type Role = 'group' | 'transaction' | 'transactionEnd' | 'groupEnd' | 'end';

const ROLES: Readonly<Record<Standard, Readonly<Record<string, Role>>>> = {
  x12: { GS: 'group', ST: 'transaction', SE: 'transactionEnd', GE: 'groupEnd', IEA: 'end' },
  edifact: { UNG: 'group', UNH: 'transaction', UNT: 'transactionEnd', UNE: 'groupEnd', UNZ: 'end' },
};

/** Puts the segments behind the header into groups and transactions, as their ids say. */
function nest(segments: readonly SegmentTree[], tree: InterchangeTree): void {
  const roles = ROLES[tree.standard];
  let group: GroupTree | undefined;
  let transaction: TransactionTree | undefined;
  for (const segment of segments) {
    const [id] = plain(segment);
    // An id with a release character in it is none of the envelope's.
    const role = 'raw' in segment && !segment.raw.startsWith(id) ? undefined : roles[id];
    const level = group ?? tree;
    if (role === 'transaction') {
      transaction = {
        transaction: firstText(plain(segment), tree.standard === 'x12' ? 1 : 2),
        segments: [segment],
      };
      level.content.push(transaction);
    } else if (role === 'group') {
      transaction = undefined;
      group = { group: firstText(plain(segment), 1), header: segment, content: [], trailer: null };
      tree.content.push(group);
    } else if (role === 'groupEnd' && group !== undefined) {
      transaction = undefined;
      group.trailer = segment;
      group = undefined;
    } else if (role === 'end') {
      transaction = undefined;
      group = undefined;
      tree.trailer = segment;
    } else if (transaction === undefined) level.content.push(segment);
    else {
      transaction.segments.push(segment);
      if (role === 'transactionEnd') transaction = undefined;
    }
  }
}

/** Writes a tree. The bytes of a tree that toTree made are those of its file; findings are of values that were edited. */
export function writeTree(tree: EdiTree): { bytes: Uint8Array; findings: Finding[] } {
  const parts: Uint8Array[] = [];
  const findings: Finding[] = [];
  for (const interchange of tree.interchanges) {
    const { standard, delimiters, segmentSuffix, charset } = interchange;
    const writer = treeWriter(standard, delimiters, segmentSuffix, charset);
    writer.raw(latin1Bytes(interchange.before + interchange.serviceStringAdvice));
    const body = flatten(interchange.content);
    if (interchange.trailer !== null) body.push(interchange.trailer);
    writeHeader(writer, interchange, body.length > 0);
    body.forEach((segment, i) => writeSegment(writer, segment, i + 1 < body.length));
    parts.push(writer.toBytes());
    for (const finding of writer.findings) findings.push(finding);
  }
  parts.push(latin1Bytes(tree.after));
  return { bytes: concat(parts), findings };
}

function flatten(content: InterchangeTree['content']): SegmentTree[] {
  return content.flatMap((item) => {
    if ('transaction' in item) return item.segments;
    if (!('group' in item)) return [item];
    const trailer = item.trailer === null ? [] : [item.trailer];
    return [item.header, ...flatten(item.content), ...trailer];
  });
}

function writeHeader(writer: SegmentWriter, interchange: InterchangeTree, suffix: boolean): void {
  const { header } = interchange;
  if (interchange.standard === 'edifact' || 'raw' in header) {
    writeSegment(writer, header, suffix);
    return;
  }
  // ISA16 is the component separator itself, and nothing in ISA is ever replaced.
  writer.raw(isaBytes(header, interchange.delimiters.elementSeparator));
  writer.terminate(suffix);
}

function writeSegment(writer: SegmentWriter, segment: SegmentTree, suffix: boolean): void {
  if ('raw' in segment) writer.raw(latin1Bytes(segment.raw));
  else {
    const [id, ...elements] = segment;
    writer.segment(id, elements, suffix);
  }
}

function latin1Bytes(text: string): Uint8Array {
  const bytes = new Uint8Array(text.length);
  for (let i = 0; i < text.length; i++) bytes[i] = text.charCodeAt(i);
  return bytes;
}

function concat(parts: readonly Uint8Array[]): Uint8Array {
  const bytes = new Uint8Array(parts.reduce((size, part) => size + part.length, 0));
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}
