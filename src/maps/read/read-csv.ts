import type { Finding } from '../../common/finding.ts';
import { parseCsv, type CsvRow, type ParsedCsv } from '../../edi/csv/index.ts';
import type { CsvMap } from '../compile/compiled-map.ts';
import type { CsvPlace, Scope } from '../compile/model.ts';
import { Frame } from './frame.ts';
import { FieldReader, type FoundText, type MessageSource } from './read-fields.ts';
import { completeReading, startDraft, type Reading, type Unconsumed } from './read.ts';
import type { TraceEntry } from './trace.ts';
import type { Report } from './understand.ts';

export interface CsvReading {
  /** One per document, in the order of their first rows. */
  readings: Reading[];
  /** Trouble with the file as a whole. */
  findings: Finding[];
}

/** Reads a CSV file: rows that agree in the columns of `message.key` are one document. Never throws. */
export function readCsv(
  map: CsvMap,
  bytes: Uint8Array,
  options: { trace?: boolean; charset?: string } = {},
): CsvReading {
  const { delimiter, quote, header, key = [] } = map.map.message;
  const csv = parseCsv(bytes, {
    ...(delimiter === undefined ? {} : { delimiter }),
    ...(quote === undefined ? {} : { quote }),
    ...(header === undefined ? {} : { header }),
    ...(options.charset === undefined ? {} : { charset: options.charset }),
  });
  const findings = [...csv.findings, ...missingColumns(map, csv)];
  const source = new CsvSource(csv);
  const groups = new Map<string, CsvRow[]>();
  for (const row of csv.rows) {
    const value = JSON.stringify(key.map((column) => source.cell(row, column, -1)));
    groups.set(value, [...(groups.get(value) ?? []), row]);
  }
  const readings = [...groups.values()].map((rows) => readDocument(map, csv, rows, options.trace === true));
  return { readings, findings };
}

function readDocument(map: CsvMap, csv: ParsedCsv, rows: CsvRow[], withTrace: boolean): Reading {
  const source = new CsvSource(csv);
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

/** A file without a column that the map reads is not the file that was agreed on. */
function missingColumns(map: CsvMap, csv: ParsedCsv): Finding[] {
  if (map.map.message.header === false || csv.findings.length > 0) return [];
  const wanted = new Set(
    map.fields.filter((field) => field.reads).flatMap((field) => field.places.map((place) => place.column)),
  );
  for (const column of map.map.message.key ?? []) wanted.add(column);
  return [...wanted]
    .filter((column) => column !== '' && !csv.columns.includes(column))
    .map((column) => ({
      code: 'MAP_COLUMN_MISSING',
      severity: 'warning',
      message: `The file has no column "${column}"; it has ${csv.columns.join(', ')}.`,
      place: { line: 1 },
      expected: column,
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
