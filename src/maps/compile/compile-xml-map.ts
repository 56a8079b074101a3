import { documentShape } from '../document-shape.ts';
import type { EffectiveMap } from '../load-map.ts';
import { ScopeCompiler } from './compile-scope.ts';
import { mapFinding } from './map-finding.ts';
import type { Compilation, XmlMap } from './compiled-map.ts';
import type { XmlPlace } from './model.ts';
import { XmlPlaces } from './xml-places.ts';

/** Compiles an XML map. */
export function compileXmlMap(map: EffectiveMap): Compilation<XmlMap> {
  const places = new XmlPlaces(map);
  const compiler = new ScopeCompiler<XmlPlace>(map, documentShape(map.document), places);
  const root = compiler.compileRoot();
  const head = { map: map.name, line: 1, column: 1 };
  const when = compiler.compileWhen(map.message.when, root, head);
  const rootElement = places.step(map.message.root ?? '');
  if (typeof rootElement === 'string')
    compiler.findings.push(mapFinding(head, `message.root: ${rootElement}`));
  const { findings, scopes, fields, trees } = compiler;
  if (typeof rootElement === 'string' || findings.some((finding) => finding.severity === 'error'))
    return { map: undefined, findings };
  const { ignored } = places;
  return {
    map: {
      standard: 'xml',
      map,
      document: map.document,
      root,
      scopes,
      fields,
      trees,
      when,
      rootElement,
      ignored,
    },
    findings,
  };
}
