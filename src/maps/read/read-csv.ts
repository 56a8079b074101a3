import type { Finding } from '../../common/finding.ts';
import { parseCsv, type CsvOptions, type CsvRow, type ParsedCsv } from '../../edi/csv/index.ts';
import type { CsvMap } from '../compile/compiled-map.ts';
import type { CsvPlace, Scope } from '../compile/model.ts';
import { satisfies } from '../compile/when-test.ts';
import { Frame } from './frame.ts';
import { FieldReader, type FoundText, type MessageSource } from './read-fields.ts';
import { completeReading, startDraft, type Reading, type Unconsumed } from './read.ts';
import type { TraceEntry } from './trace.ts';
import type { Report } from './understand.ts';

export interface CsvReading {
  /** One per document that the map is for (`message.when`), in the order of their first rows. */
  readings: Reading[];
  /** Trouble with the file as a whole. */
  findings: Finding[];
  /** Lines of the rows that are left: the map is for none of them. */
  left: number[];
}

/**
 * Reads a CSV file: rows that agree in the columns of `message.key` are one document. `lines`: only these, which another map has
 * left. Never throws.
 */
export function readCsv(
  map: CsvMap,
  bytes: Uint8Array,
  options: { trace?: boolean; lines?: ReadonlySet<number> } = {},
): CsvReading {
  const { key = [] } = map.map.message;
  const csv = parseCsv(bytes, csvOptionsOf(map));
  const findings = [...csv.findings, ...missingColumns(map, csv)];
  const source = new CsvSource(csv);
  const groups = new Map<string, CsvRow[]>();
  for (const row of csv.rows) {
    if (options.lines?.has(row.line) === false) continue;
    const value = JSON.stringify(key.map((column) => source.cell(row, column, -1)));
    const group = groups.get(value);
    if (group === undefined) groups.set(value, [row]);
    else group.push(row);
  }
  const readings: Reading[] = [];
  const left: number[] = [];
  for (const rows of groups.values()) {
    if (applies(map, source, rows)) readings.push(readDocument(map, csv, rows, options.trace === true));
    else for (const { line } of rows) left.push(line);
  }
  return { readings, findings, left };
}

/** How the map says that its files are written. */
export function csvOptionsOf({ map: { message } }: CsvMap): CsvOptions {
  const { charset, delimiter, quote, header } = message;
  return {
    ...(charset === undefined ? {} : { charset }),
    ...(delimiter === undefined ? {} : { delimiter }),
    ...(quote === undefined ? {} : { quote }),
    ...(header === undefined ? {} : { header }),
  };
}

/** `message.when`, by the first row of a document. */
function applies({ when }: CsvMap, source: CsvSource, rows: CsvRow[]): boolean {
  return (when?.places ?? []).every(({ place, test }) =>
    satisfies(
      test,
      source.texts(place, rows).map(({ text }) => text),
    ),
  );
}

function readDocument(map: CsvMap, csv: ParsedCsv, rows: CsvRow[], withTrace: boolean): Reading {
  const source = new CsvSource(csv);
  for (const row of rows) source.reportSurplus(row);
  const reader = new FieldReader<CsvPlace, CsvRow[], Cell>(source, withTrace);
  const frame = new Frame<CsvPlace>(map.root, undefined, 0, startDraft(map.document));
  reader.read(frame, rows);
  const unconsumed = csv.columns.flatMap((column, index): Unconsumed[] => {
    const row = rows.find(({ cells }) => (cells[index] ?? '') !== '');
    if (!row || source.used.has(index) || map.ignored.has(column)) return [];
    return [{ position: index + 1, name: column, text: row.cells[index] ?? '' }];
  });
  return completeReading(map.document, frame.ensure(), source.findings, reader.trace ?? [], unconsumed);
}

/**
 * A file without a column that the map reads is not the file that was agreed on: what stands in it would be missed in silence. Where
 * a rule names several columns one is enough; a rule with a default needs none.
 */
function missingColumns(map: CsvMap, csv: ParsedCsv): Finding[] {
  if (map.map.message.header === false || csv.findings.length > 0) return [];
  const read = map.fields.filter(
    ({ reads, path, defaultRead }) => reads && path && defaultRead === undefined,
  );
  const wanted = [
    ...(map.map.message.key ?? []).map((column) => [column]),
    ...(map.when?.places ?? []).map(({ place }) => [place.column]),
    ...map.scopes.flatMap(({ place }) => (place?.condition ? [[place.condition.column]] : [])),
    ...read.map(({ places }) => places.map(({ column }) => column)),
  ];
  const missing = wanted
    .filter(
      (columns) =>
        columns.length > 0 && !columns.some((column) => column === '' || csv.columns.includes(column)),
    )
    .map((columns) => columns.join('" or "'));
  return [...new Set(missing)].map((columns) => ({
    code: 'MAP_COLUMN_MISSING',
    severity: 'error',
    message: `The file has no column "${columns}"; it has ${csv.columns.join(', ')}.`,
    place: { line: 1 },
    expected: columns,
  }));
}

interface Cell {
  row: CsvRow;
  /** 0-based; -1 = the row. */
  column: number;
}

class CsvSource implements MessageSource<CsvPlace, CsvRow[], Cell> {
  readonly findings: Finding[] = [];
  readonly used = new Set<number>();
  readonly #csv: ParsedCsv;

  constructor(csv: ParsedCsv) {
    this.#csv = csv;
  }

  /** A row with more cells than the header has names: what stands in which column nobody knows. */
  reportSurplus(row: CsvRow): void {
    const { columns } = this.#csv;
    if (columns.length === 0 || row.cells.slice(columns.length).every((cell) => cell === '')) return;
    const message = `the row has ${row.cells.length} cells, the header ${columns.length}: is a delimiter part of a text without quotes?`;
    this.report({ row, column: -1 })(
      'CSV_INVALID',
      'error',
      message,
      row.cells.join(' | '),
      `${columns.length} cells`,
    );
  }

  cell(row: CsvRow, column: string, index: number): string {
    const at = index >= 0 ? index : this.#csv.columns.indexOf(column);
    if (at >= 0) this.used.add(at);
    return row.cells[at] ?? '';
  }

  texts(place: CsvPlace, [row]: CsvRow[]): FoundText<Cell>[] {
    if (!row) return [];
    const column = place.index >= 0 ? place.index : this.#csv.columns.indexOf(place.column);
    const text = this.cell(row, place.column, place.index);
    return text === '' ? [] : [{ text, where: { row, column } }];
  }

  nodes(scope: Scope<CsvPlace>, rows: CsvRow[]): CsvRow[][] {
    const condition = scope.place?.condition;
    return rows
      .filter((row) => !condition || this.cell(row, condition.column, -1) === condition.value)
      .map((row) => [row]);
  }

  whereOf(rows: CsvRow[]): Cell {
    return { row: rows[0]!, column: -1 };
  }

  report({ row, column }: Cell): Report {
    return (code, severity, message, actual, expected) => {
      const name = this.#csv.columns[column] ?? (column >= 0 ? `#${column + 1}` : '');
      this.findings.push({
        code,
        severity,
        message: `line ${row.line}${name === '' ? '' : `, ${name}`}: ${message}`,
        place: { line: row.line, ...(column >= 0 ? { column: column + 1 } : {}) },
        ...(actual === '' ? {} : { actual }),
        ...(expected === undefined ? {} : { expected }),
      });
    };
  }

  trace({ row, column }: Cell): Partial<TraceEntry> {
    return { line: row.line, column: column + 1 };
  }

  /** Columns that are not wanted are known by name, not by place. */
  ignore(): undefined {
    return undefined;
  }
}
