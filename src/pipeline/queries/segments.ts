import type { Finding } from '../../common/finding.ts';
import type { Interchange } from '../../edi/model.ts';
import { parseFile } from '../../edi/parse.ts';
import { unpackPlaces } from '../interchange/field-places.ts';
import type { DocumentRecord } from '../records.ts';

/** Part of a row's text, in characters, that a finding or a field of the document is about. */
interface SegmentMark {
  from: number;
  to: number;
  /** Index in the findings handed in. */
  finding?: number;
  /** The field of the row's document that was read here: `lines[0].quantity.value`. */
  path?: string;
}

/** One segment of an EDI file, or one line of any other text. */
export interface SegmentRow {
  /** 1-based position in the file. */
  number: number;
  text: string;
  /** Half-open byte range. */
  range: readonly [number, number];
  /** Ordinals as findings use them; absent outside an interchange. */
  interchange?: number;
  group?: number;
  transaction?: number;
  /** Position in the transaction: ST and UNH are 1. */
  segment?: number;
  documentId?: string;
  marks: SegmentMark[];
  /** Findings about the whole row. */
  findings: number[];
}

const NEWLINE = 0x0a;

/** The file as a person reads it: segment by segment, with what was found and what was read at its place. */
export function listSegments(
  bytes: Uint8Array,
  findings: readonly Finding[],
  documents: readonly DocumentRecord[],
): SegmentRow[] {
  const decode = decoderOf(bytes);
  const { interchanges } = parseFile(bytes);
  const rows: SegmentRow[] = [];
  let end = 0;
  for (const interchange of interchanges) {
    const [from, to] = interchange.range;
    pushLines(rows, bytes, end, from, decode);
    pushInterchange(rows, bytes, interchange, decode);
    end = to;
  }
  pushLines(rows, bytes, end, bytes.length, decode);
  nameDocuments(rows, documents);
  const index = new RowIndex(rows);
  findings.forEach((finding, number) => {
    placeFinding(index, bytes, finding, number, decode);
  });
  for (const document of documents) placeTrace(index, bytes, document, decode);
  for (const row of rows) row.marks.sort((a, b) => a.from - b.from || b.to - a.to);
  return rows;
}

/** Number of the first row of each finding (by its index) and of each document. */
export function locateRows(rows: readonly SegmentRow[]): {
  findings: Map<number, number>;
  documents: Map<string, number>;
} {
  const findings = new Map<number, number>();
  const documents = new Map<string, number>();
  for (const row of rows) {
    const marked = row.marks.flatMap((mark) => mark.finding ?? []);
    for (const index of [...row.findings, ...marked])
      if (!findings.has(index)) findings.set(index, row.number);
    const id = row.documentId;
    if (id !== undefined && !documents.has(id)) documents.set(id, row.number);
  }
  return { findings, documents };
}

type Decode = (bytes: Uint8Array) => string;

function decoderOf(bytes: Uint8Array): Decode {
  const strict = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
  const byByte = new TextDecoder('windows-1252');
  try {
    strict.decode(bytes);
    const lenient = new TextDecoder('utf-8', { ignoreBOM: true });
    return (part) => lenient.decode(part);
  } catch {
    return (part) => byByte.decode(part);
  }
}

/** Text outside any interchange, or a file that has none: by lines. */
function pushLines(rows: SegmentRow[], bytes: Uint8Array, from: number, to: number, decode: Decode): void {
  for (let start = from; start < to;) {
    const newline = bytes.indexOf(NEWLINE, start);
    const end = newline === -1 || newline >= to ? to : newline + 1;
    pushRow(rows, bytes, start, end, decode);
    start = end;
  }
}

/** Cuts after each terminator that is not released. A terminator that is missing at the end ends nothing. */
function pushInterchange(
  rows: SegmentRow[],
  bytes: Uint8Array,
  interchange: Interchange,
  decode: Decode,
): void {
  const [from, to] = interchange.range;
  const terminator = interchange.delimiters.segmentTerminator.charCodeAt(0);
  const release = interchange.delimiters.releaseCharacter.charCodeAt(0);
  const place = { interchange: interchange.interchange, group: 0, transaction: 0, segment: 0 };
  let start = from;
  for (let at = from; at < to; at += 1) {
    if (bytes[at] === release) {
      at += 1;
      continue;
    }
    if (bytes[at] !== terminator && at < to - 1) continue;
    const row = pushRow(rows, bytes, start, at + 1, decode);
    start = at + 1;
    if (row !== undefined) placeRow(row, place, interchange);
  }
  if (start < to) pushRow(rows, bytes, start, to, decode);
}

function placeRow(
  row: SegmentRow,
  place: { interchange: number; group: number; transaction: number; segment: number },
  interchange: Interchange,
): void {
  const id = row.text.slice(0, 3).replace(/[^A-Z0-9].*$/, '');
  if (id === 'GS' || id === 'UNG') Object.assign(place, { group: place.group + 1, transaction: 0 });
  if (id === 'ST' || id === 'UNH') {
    if (interchange.groups[0]?.implicit === true) place.group = 1;
    Object.assign(place, { transaction: place.transaction + 1, segment: 0 });
  }
  const inside = id === 'ST' || id === 'UNH' || place.segment > 0;
  row.interchange = place.interchange;
  if (place.group > 0) row.group = place.group;
  if (!inside) return;
  place.segment += 1;
  row.transaction = place.transaction;
  row.segment = place.segment;
  if (id === 'SE' || id === 'UNT') place.segment = 0;
}

/** Line ends and blanks around a segment belong to nobody. */
function pushRow(
  rows: SegmentRow[],
  bytes: Uint8Array,
  from: number,
  to: number,
  decode: Decode,
): SegmentRow | undefined {
  let start = from;
  let end = to;
  while (start < end && isLineEnd(bytes[start]!)) start += 1;
  while (end > start && isLineEnd(bytes[end - 1]!)) end -= 1;
  if (start === end) return undefined;
  const text = decode(bytes.subarray(start, end));
  const row: SegmentRow = { number: rows.length + 1, text, range: [start, end], marks: [], findings: [] };
  rows.push(row);
  return row;
}

function isLineEnd(byte: number): boolean {
  return byte === NEWLINE || byte === 0x0d;
}

function nameDocuments(rows: SegmentRow[], documents: readonly DocumentRecord[]): void {
  const ids = new Map(
    documents.flatMap(({ id, ordinal }) =>
      ordinal === undefined ? [] : [[`${ordinal.interchange}.${ordinal.group}.${ordinal.transaction}`, id]],
    ),
  );
  for (const row of rows) {
    const id = ids.get(`${row.interchange}.${row.group}.${row.transaction}`);
    if (id !== undefined) row.documentId = id;
  }
}

/** Rows by byte and by place. */
class RowIndex {
  readonly rows: readonly SegmentRow[];
  readonly #byPlace = new Map<string, SegmentRow>();

  constructor(rows: readonly SegmentRow[]) {
    this.rows = rows;
    for (const row of rows) {
      const key = keyOf(row);
      if (!this.#byPlace.has(key)) this.#byPlace.set(key, row);
    }
  }

  at(byte: number): SegmentRow | undefined {
    let low = 0;
    let high = this.rows.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (this.rows[middle]!.range[0] <= byte) low = middle;
      else high = middle - 1;
    }
    return this.rows[low];
  }

  in(place: {
    interchange?: number;
    group?: number;
    transaction?: number;
    segment?: number;
  }): SegmentRow | undefined {
    return this.#byPlace.get(keyOf(place));
  }
}

function keyOf(place: {
  interchange?: number | undefined;
  group?: number | undefined;
  transaction?: number | undefined;
  segment?: number | undefined;
}): string {
  return `${place.interchange ?? 1}.${place.group ?? 1}.${place.transaction ?? 0}.${place.segment ?? 0}`;
}

function placeFinding(
  index: RowIndex,
  bytes: Uint8Array,
  finding: Finding,
  number: number,
  decode: Decode,
): void {
  const { place } = finding;
  if (place.range !== undefined) {
    const row = index.at(place.range[0]);
    const mark = row && markOf(row, bytes, place.range, decode);
    if (row !== undefined && mark !== undefined) row.marks.push({ ...mark, finding: number });
    else row?.findings.push(number);
    return;
  }
  const row = place.line === undefined ? index.in(place) : index.rows[place.line - 1];
  row?.findings.push(number);
}

function placeTrace(index: RowIndex, bytes: Uint8Array, document: DocumentRecord, decode: Decode): void {
  for (const { path, range } of unpackPlaces(document.trace ?? [])) {
    const row = index.at(range[0]);
    const mark = row && markOf(row, bytes, range, decode);
    if (mark !== undefined) row?.marks.push({ ...mark, path });
  }
}

/** Bytes to characters within a row; undefined where the range lies outside of it or is empty. */
function markOf(
  row: SegmentRow,
  bytes: Uint8Array,
  range: readonly [number, number],
  decode: Decode,
): { from: number; to: number } | undefined {
  const [start, end] = row.range;
  const first = Math.max(start, range[0]);
  const last = Math.min(end, range[1]);
  if (first >= last) return undefined;
  const from = decode(bytes.subarray(start, first)).length;
  return { from, to: from + decode(bytes.subarray(first, last)).length };
}
