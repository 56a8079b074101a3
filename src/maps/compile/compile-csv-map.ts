import { documentShape } from '../document-shape.ts';
import type { EffectiveMap } from '../load-map.ts';
import { ScopeCompiler, type PlaceCompiler } from './compile-scope.ts';
import type { Compilation, CsvMap } from './compiled-map.ts';
import { mapFinding } from './map-finding.ts';
import type { WhenClause } from '../map-schema.ts';
import type { CsvPlace, When } from './model.ts';
import { compileTest } from './when-test.ts';

/** Compiles a CSV map. */
export function compileCsvMap(map: EffectiveMap): Compilation<CsvMap> {
  const places = new CsvPlaces();
  const compiler = new ScopeCompiler<CsvPlace>(map, documentShape(map.document), places);
  const root = compiler.compileRoot();
  const origin = { map: map.name, line: 1, column: 1 };
  const when = ofColumns(map.message.when, places);
  const skip = ofColumns(map.message.skip, places);
  const { findings, scopes, fields, trees } = compiler;
  const { decimal = '.', thousands } = map.message;
  if (decimal === thousands)
    findings.push(
      mapFinding(origin, `message.thousands: "${thousands}" is the decimal mark already; say decimal: too`),
    );
  if (findings.some((finding) => finding.severity === 'error')) return { map: undefined, findings };
  const { ignored } = places;
  return {
    map: { standard: 'csv', map, document: map.document, root, scopes, fields, trees, when, skip, ignored },
    findings,
  };
}

/** `message.when` and `message.skip` ask for columns, whatever their names look like. */
function ofColumns(clause: WhenClause | undefined, places: CsvPlaces): When<CsvPlace> | undefined {
  if (clause === undefined) return undefined;
  return {
    places: Object.entries(clause).map(([column, wanted]) => ({
      place: places.value(column),
      test: compileTest(wanted),
    })),
    paths: [],
  };
}

/** Places are names of columns, or `#3`; the loop is `row`, or `row[Type=L]`. */
class CsvPlaces implements PlaceCompiler<CsvPlace> {
  readonly ignored = new Set<string>();

  value(text: string): CsvPlace {
    const number = /^#(\d+)$/.exec(text)?.[1];
    if (number === undefined) return { text, column: text, index: -1, condition: undefined, up: 0 };
    return { text, column: '', index: Number(number) - 1, condition: undefined, up: 0 };
  }

  loop(text: string): { place: CsvPlace; loopSlot: number; single: boolean } | string {
    const match = /^row(?:\[([^=\]]+)=([^\]]*)\])?$/.exec(text);
    if (!match) return `loop: "${text}" is not row or row[Column=value]`;
    const [, column, value = ''] = match;
    const condition = column === undefined ? undefined : { column: column.trim(), value: value.trim() };
    return { place: { text, column: '', index: -1, condition, up: 0 }, loopSlot: 0, single: false };
  }

  tree(): string {
    return 'tree: is for HL and CPS segments';
  }

  isPlace(key: string): boolean {
    return /^[A-Z#]/.test(key) || key.includes(' ');
  }

  ignore(addresses: readonly string[]): undefined {
    for (const address of addresses) this.ignored.add(address);
  }
}
