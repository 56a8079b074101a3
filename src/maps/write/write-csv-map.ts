import type { Finding } from '../../common/finding.ts';
import type { Document } from '../../documents/document.ts';
import { encodeCsv, writeCsv } from '../../edi/csv/index.ts';
import type { CsvMap } from '../compile/compiled-map.ts';
import type { CsvPlace, Scope } from '../compile/model.ts';
import type { Fields } from '../document-path.ts';
import { csvOptionsOf } from '../read/read-csv.ts';
import { DocumentCursor } from './document-cursor.ts';
import type { WriteOptions } from './sink.ts';

/** Writes documents as one CSV file: a row per entry of `loop: row`, the columns in the order of the rules. */
export function writeCsvText(
  map: CsvMap,
  documents: readonly Document[],
  options: WriteOptions = {},
): { text: string; bytes: Uint8Array; findings: Finding[] } {
  const { charset, decimal } = map.map.message;
  const columns = columnsOf(map);
  const findings: Finding[] = [];
  const rows: string[][] = [];
  for (const document of documents) {
    const writer = new CsvMapWriter(map, columns, document, {
      ...options,
      ...(decimal === undefined ? {} : { decimalMark: decimal }),
    });
    for (const row of writer.run()) rows.push(row);
    for (const finding of writer.findings) findings.push(finding);
  }
  const text = writeCsv(columns, rows, csvOptionsOf(map));
  const { bytes, replaced } = encodeCsv(text, charset);
  if (replaced.length > 0)
    findings.push({
      code: 'CHARACTER_UNSUPPORTED',
      severity: 'warning',
      message: `The file contains "${replaced.join('", "')}", which ${charset} does not have; a question mark stands in its place.`,
      place: {},
      actual: replaced.join(''),
    });
  return { text, bytes, findings };
}

function columnsOf(map: CsvMap): string[] {
  const places = map.fields.filter((field) => field.writes).flatMap((field) => field.places.slice(0, 1));
  const conditions = map.scopes.flatMap((scope) => scope.place?.condition?.column ?? []);
  const numbered = places.reduce((most, { index }) => Math.max(most, index + 1), 0);
  if (numbered > 0) return Array.from({ length: numbered }, (_, index) => `#${index + 1}`);
  return [...new Set([...conditions, ...places.map(({ column }) => column)])];
}

class CsvMapWriter {
  readonly #map: CsvMap;
  readonly #columns: readonly string[];
  readonly #cursor: DocumentCursor<CsvPlace>;

  constructor(map: CsvMap, columns: readonly string[], document: Document, options: WriteOptions) {
    this.#map = map;
    this.#columns = columns;
    this.#cursor = new DocumentCursor(map.scopes).start(document, options);
  }

  get findings(): Finding[] {
    return this.#cursor.findings;
  }

  run(): string[][] {
    const { root } = this.#map;
    const head = this.#fill(root, this.#cursor.document, 1, []);
    const rows = root.children.flatMap((child) => (child.entry ? [] : this.#rowsOf(child, head)));
    return rows.length > 0 ? rows : [head];
  }

  #rowsOf(scope: Scope<CsvPlace>, head: readonly string[]): string[][] {
    const rows: string[][] = [];
    const start = [...head];
    const { condition } = scope.place!;
    if (condition) start[this.#columns.indexOf(condition.column)] = condition.value;
    if (scope.writes)
      this.#cursor.forEach(scope, (target, ordinal) => rows.push(this.#fill(scope, target, ordinal, start)));
    return rows;
  }

  #fill(scope: Scope<CsvPlace>, target: Fields, ordinal: number, start: readonly string[]): string[] {
    const row = Array.from(this.#columns, (_, index) => start[index] ?? '');
    this.#cursor.enter(scope, target, ordinal);
    for (const from of [scope, ...scope.children.filter((child) => child.entry)])
      for (const field of from.fields) {
        const [place] = field.places;
        if (!place || !field.writes) continue;
        const at = place.index >= 0 ? place.index : this.#columns.indexOf(place.column);
        if (row[at] !== '') continue;
        const { texts } = this.#cursor.textsOf(field, from, false);
        row[at] = field.constant ?? texts.join(field.join ?? ' ');
      }
    return row;
  }
}
