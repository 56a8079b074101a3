import { documentShape } from '../document-shape.ts';
import type { EffectiveMap } from '../load-map.ts';
import { ScopeCompiler, type PlaceCompiler } from './compile-scope.ts';
import type { Compilation, CsvMap } from './compiled-map.ts';
import type { CsvPlace } from './model.ts';

/** Compiles a CSV map. */
export function compileCsvMap(map: EffectiveMap): Compilation<CsvMap> {
  const places = new CsvPlaces();
  const compiler = new ScopeCompiler<CsvPlace>(map, documentShape(map.document), places);
  const root = compiler.compileRoot();
  const when = compiler.compileWhen(map.message.when, root, { map: map.name, line: 1, column: 1 });
  const { findings, scopes, fields, trees } = compiler;
  if (findings.some((finding) => finding.severity === 'error')) return { map: undefined, findings };
  const { ignored } = places;
  return {
    map: { standard: 'csv', map, document: map.document, root, scopes, fields, trees, when, ignored },
    findings,
  };
}

/** Places are names of columns, or `#3`; the loop is `row`, or `row[Type=L]`. */
class CsvPlaces implements PlaceCompiler<CsvPlace> {
  readonly ignored = new Set<string>();

  value(text: string): CsvPlace | string {
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
