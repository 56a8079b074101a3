import type { MessageGrammar } from '../../edi/model.ts';
import { checkOf, documentCheck } from '../document-check.ts';
import { documentShape } from '../document-shape.ts';
import type { EffectiveMap } from '../load-map.ts';
import { ScopeCompiler } from './compile-scope.ts';
import { WritePrograms } from './generate-write.ts';
import { mapFinding } from './map-finding.ts';
import type { Compilation, SegmentMap } from './compiled-map.ts';
import type { SegmentPlace } from './model.ts';
import { planSegments } from './segment-plan.ts';
import { uncheckedShape } from './written-shape.ts';
import { planWriting } from './write-plan.ts';
import { planValues } from './write-values.ts';
import { SegmentPlaces } from './segment-places.ts';

/** Compiles an X12 or EDIFACT map against the grammar of its message. Never throws: problems are findings with line and column. */
export function compileSegmentMap(map: EffectiveMap, grammar: MessageGrammar): Compilation<SegmentMap> {
  const shape = documentShape(map.document);
  const places = new SegmentPlaces(map, grammar);
  const compiler = new ScopeCompiler<SegmentPlace>(map, shape, places);
  const root = compiler.compileRoot();
  const head = { map: map.name, line: 1, column: 1 };
  const when = compiler.compileWhen(map.message.when, root, head);
  const { standard } = map.message;
  if (standard !== grammar.standard)
    compiler.findings.push(
      mapFinding(head, `the map is for ${standard}, the grammar for ${grammar.standard}`),
    );
  const { findings, scopes, fields, trees } = compiler;
  if (findings.some((finding) => finding.severity === 'error')) return { map: undefined, findings };
  const writePlan = planWriting(grammar, scopes);
  const writeValues = planValues(scopes, writePlan);
  return {
    map: {
      standard: grammar.standard,
      map,
      grammar,
      document: map.document,
      root,
      scopes,
      fields,
      trees,
      when,
      // What a tree says of lines and packages is no rule's.
      check:
        trees.length > 0 ? documentCheck(map.document) : checkOf(uncheckedShape(shape, compiler.written)),
      plan: planSegments(grammar, scopes, trees, places.ignored),
      writePlan,
      writeValues,
      writePrograms: new WritePrograms(scopes, writePlan, writeValues),
      ignored: places.ignored,
    },
    findings,
  };
}
