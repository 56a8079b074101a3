import { CsvError, parse } from 'csv-parse/sync';
import type { Finding } from '../../common/finding.ts';

export interface CsvOptions {
  delimiter?: string;
  /** Quote character; '' = none. */
  quote?: string;
  /** The first row names the columns; default true. */
  header?: boolean;
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
  rows: readonly CsvRow[];
  findings: Finding[];
}

/** Reads a CSV file (RFC 4180 with any delimiter). Never throws: what is wrong is a finding with the line. */
export function parseCsv(bytes: Uint8Array, options: CsvOptions = {}): ParsedCsv {
  const { delimiter = ',', quote = '"', header = true, charset = 'utf-8' } = options;
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
    const columns = header ? (rows.shift()?.cells ?? []) : [];
    return { columns, rows, findings: [] };
  } catch (error) {
    return { columns: [], rows: [], findings: [describe(error)] };
  }
}

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
