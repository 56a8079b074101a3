import { CsvError, parse } from 'csv-parse/sync';
import type { Finding } from '../../common/finding.ts';

export interface CsvOptions {
  delimiter?: string;
  /** Quote character; '' = none. */
  quote?: string;
  /** A row names the columns; default true. */
  header?: boolean;
  /** Columns by which that row is known: titles above it, as spreadsheets have them, are passed over. Default: it is the first. */
  headerHas?: readonly string[];
  /** Default UTF-8; a byte order mark wins. */
  charset?: CsvCharset;
}

/** What spreadsheets and old systems save CSV in. */
export const CSV_CHARSETS = ['utf-8', 'windows-1252', 'iso-8859-1', 'iso-8859-15', 'utf-16le'] as const;
export type CsvCharset = (typeof CSV_CHARSETS)[number];

export interface CsvRow {
  cells: readonly string[];
  /** Line of the file on which the row ends, 1-based. */
  line: number;
}

export interface ParsedCsv {
  /** Names of the columns; [] without a header line. */
  columns: readonly string[];
  /** Line of the file with the names of the columns; 1 without them. */
  headerLine: number;
  rows: readonly CsvRow[];
  findings: Finding[];
}

/** Reads a CSV file (RFC 4180 with any delimiter). Never throws: what is wrong is a finding with the line. */
export function parseCsv(bytes: Uint8Array, options: CsvOptions = {}): ParsedCsv {
  const { delimiter = ',', quote = '"', header = true, headerHas = [], charset = 'utf-8' } = options;
  try {
    const text = new TextDecoder(markedCharset(bytes) ?? charset, { fatal: true }).decode(bytes);
    const records = parse(text, {
      bom: true,
      from_line: SEPARATOR_LINE.test(text) ? 2 : 1,
      delimiter,
      quote: quote === '' ? null : quote,
      info: true,
      relax_column_count: true,
      skip_empty_lines: true,
      // Spreadsheets end with rows of delimiters alone.
      skip_records_with_empty_values: true,
      trim: true,
    }) as unknown as { record: string[]; info: { lines: number } }[];
    const rows = records.map(({ record, info }): CsvRow => ({ cells: record, line: info.lines }));
    return {
      ...(header ? belowHeader(rows, headerHas) : { columns: [], headerLine: 1, rows }),
      findings: [],
    };
  } catch (error) {
    return { columns: [], headerLine: 1, rows: [], findings: [describe(error)] };
  }
}

/** Names are on one line: spreadsheets break them. A header that is repeated below, as on each page of a list, is no row. */
function belowHeader(all: readonly CsvRow[], has: readonly string[]): Omit<ParsedCsv, 'findings'> {
  const named = all
    .slice(0, HEADER_WITHIN)
    .map(({ cells }) => cells.map((cell) => cell.replace(/\s*[\r\n]\s*/g, ' ')));
  const found = has.length === 0 ? 0 : named.findIndex((names) => has.every((name) => names.includes(name)));
  const at = Math.max(found, 0);
  const header = all[at];
  if (header === undefined) return { columns: [], headerLine: 1, rows: [] };
  const isRepeated = ({ cells }: CsvRow) =>
    cells.length === header.cells.length && cells.every((cell, index) => cell === header.cells[index]);
  return {
    columns: named[at]!,
    headerLine: header.line,
    rows: all.slice(at + 1).filter((row) => !isRepeated(row)),
  };
}

/** Among so many rows the names of the columns are looked for. */
const HEADER_WITHIN = 50;

/** The line by which Excel is told the delimiter. */
const SEPARATOR_LINE = /^\ufeff?sep=.\r?\n/i;

/** What a byte order mark says; undefined without one. */
function markedCharset(bytes: Uint8Array): string | undefined {
  const [first, second, third] = bytes;
  if (first === 0xff && second === 0xfe) return 'utf-16le';
  if (first === 0xfe && second === 0xff) return 'utf-16be';
  return first === 0xef && second === 0xbb && third === 0xbf ? 'utf-8' : undefined;
}

function describe(error: unknown): Finding {
  const context = error instanceof CsvError ? (error as CsvError & { lines?: unknown }) : undefined;
  const line = typeof context?.lines === 'number' ? context.lines : 1;
  return {
    code: error instanceof CsvError ? 'CSV_INVALID' : 'CSV_ENCODING',
    severity: 'error',
    message: `The file cannot be read as CSV: ${error instanceof Error ? error.message : String(error)}`,
    place: { line },
  };
}

/** CSV text with CRLF line ends (RFC 4180); cells are quoted where they must be. */
export function writeCsv(
  columns: readonly string[],
  rows: readonly (readonly string[])[],
  options: CsvOptions = {},
): string {
  const { delimiter = ',', quote = '"', header = true } = options;
  const cell = (text: string): string =>
    quote !== '' && (text.includes(delimiter) || text.includes(quote) || /[\r\n]|^\s|\s$/.test(text))
      ? `${quote}${text.replaceAll(quote, quote + quote)}${quote}`
      : text;
  return [...(header ? [columns] : []), ...rows]
    .map((row) => `${row.map(cell).join(delimiter)}\r\n`)
    .join('');
}
