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
  const findings = [...csv.findings, ...missingColumns(map, csv), ...doubledColumns(map, csv)];
  const source = new CsvSource(csv);
  const groups = new Map<string, CsvRow[]>();
  for (const row of csv.rows) {
    if (options.lines?.has(row.line) === false || isSkipped(map, source, row)) continue;
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
  const { charset, delimiter, quote, header, key } = message;
  return {
    ...(charset === undefined ? {} : { charset }),
    ...(delimiter === undefined ? {} : { delimiter }),
    ...(quote === undefined ? {} : { quote }),
    ...(header === undefined ? {} : { header }),
    ...(key === undefined ? {} : { headerHas: key }),
  };
}

/** `message.skip`: a row that is known and not wanted, such as one with sums. */
function isSkipped({ skip }: CsvMap, source: CsvSource, row: CsvRow): boolean {
  return (
    skip !== undefined &&
    skip.places.every(({ place, test }) =>
      satisfies(
        test,
        source.texts(place, [row]).map(({ text }) => text),
      ),
    )
  );
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
  reportDiffering(map, source, rows);
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
 * What holds for a whole document is read from its first row. The rows that repeat it have to say the same: an invoice whose rows
 * name two orders would be billed to the first one.
 */
function reportDiffering({ root, when }: CsvMap, source: CsvSource, rows: readonly CsvRow[]): void {
  const [first, ...others] = rows as [CsvRow, ...CsvRow[]];
  const lines = root.children.filter(({ entry, reads }) => reads && !entry);
  const alike = others.filter((row) =>
    lines.some((loop) => source.takes(loop, first) && source.takes(loop, row)),
  );
  if (alike.length === 0) return;
  const ofLines = new Set(lines.flatMap(fieldsIn).flatMap(({ places }) => places.map(({ text }) => text)));
  const header = fieldsIn({ ...root, children: root.children.filter(({ entry }) => entry) })
    .filter(({ reads, path }) => reads && path)
    .map(({ places, list }) => ({ places: places.filter(({ text }) => !ofLines.has(text)), list }));
  const conditions = (when?.places ?? []).map(({ place }) => ({ places: [place], list: false }));
  for (const { places, list } of [...header, ...conditions]) {
    const said = source.firstText(places, first);
    const other = alike
      .map((row) => source.firstText(places, row))
      .find((found) => found !== undefined && found.text !== said?.text);
    if (other === undefined) continue;
    const expected = said === undefined ? 'nothing' : `"${said.text}"`;
    source.report(other.where)(
      'MAP_ROWS_DIFFER',
      list ? 'warning' : 'error',
      `"${other.text}" where the first row of the document says ${expected}: the map reads it once for all its rows`,
      other.text,
      said?.text ?? '',
    );
  }
}

function fieldsIn({
  fields,
  children,
}: Pick<Scope<CsvPlace>, 'fields' | 'children'>): Scope<CsvPlace>['fields'] {
  return [...fields, ...children.flatMap(fieldsIn)];
}

/**
 * A file without a column that the map reads is not the file that was agreed on: what stands in it would be missed in silence. Where
 * a rule names several columns one is enough; a rule with a default needs none.
 */
function missingColumns(map: CsvMap, csv: ParsedCsv): Finding[] {
  if (map.map.message.header === false || csv.findings.length > 0) return [];
  const missing = columnsRead(map, ({ defaultRead }) => defaultRead === undefined)
    .filter(
      (columns) =>
        columns.length > 0 && !columns.some((column) => column === '' || csv.columns.includes(column)),
    )
    .map((columns) => columns.join('" or "'));
  return [...new Set(missing)].map((columns) => ({
    code: 'MAP_COLUMN_MISSING',
    severity: 'error',
    message: `The file has no column "${columns}"; line ${csv.headerLine} names ${csv.columns.filter((column) => column !== '').join(', ')}.`,
    place: { line: csv.headerLine },
    expected: columns,
  }));
}

/** Of two columns with one name nobody knows which is meant. */
function doubledColumns(map: CsvMap, csv: ParsedCsv): Finding[] {
  const read = new Set(columnsRead(map, () => true).flat());
  const doubled = csv.columns.filter(
    (column, index) => column !== '' && read.has(column) && csv.columns.indexOf(column) !== index,
  );
  return [...new Set(doubled)].map((column) => ({
    code: 'CSV_INVALID',
    severity: 'error',
    message: `The file has more than one column "${column}": which of them is meant nobody knows.`,
    place: { line: csv.headerLine },
    actual: column,
  }));
}

/** The columns of what the map reads, each rule with its alternatives. */
function columnsRead(
  map: CsvMap,
  isWanted: (field: CsvMap['fields'][number]) => boolean,
): readonly (readonly string[])[] {
  const read = map.fields.filter((field) => field.reads && field.path && isWanted(field));
  return [
    ...(map.map.message.key ?? []).map((column) => [column]),
    ...[map.when, map.skip].flatMap((when) => (when?.places ?? []).map(({ place }) => [place.column])),
    ...map.scopes.flatMap(({ place }) => (place?.condition ? [[place.condition.column]] : [])),
    ...read.map(({ places }) => places.map(({ column }) => column)),
  ];
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

  /** What stands in the first of the places that has anything. */
  firstText(places: readonly CsvPlace[], row: CsvRow): FoundText<Cell> | undefined {
    for (const place of places) {
      const [found] = this.texts(place, [row]);
      if (found !== undefined) return found;
    }
    return undefined;
  }

  nodes(scope: Scope<CsvPlace>, rows: CsvRow[]): CsvRow[][] {
    return rows.filter((row) => this.takes(scope, row)).map((row) => [row]);
  }

  /** Whether the row is one of the loop. */
  takes({ place }: Scope<CsvPlace>, row: CsvRow): boolean {
    const condition = place?.condition;
    return !condition || this.cell(row, condition.column, -1) === condition.value;
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
