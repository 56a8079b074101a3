import type { MessageGrammar } from '../../edi/model.ts';
import type { EffectiveMap } from '../load-map.ts';
import { mapFinding } from './map-finding.ts';
import { compileCsvMap } from './compile-csv-map.ts';
import { compileSegmentMap } from './compile-map.ts';
import { compileXmlMap } from './compile-xml-map.ts';
import type { Compilation } from './compiled-map.ts';

/**
 * Compiles a map for use. X12 and EDIFACT maps need the grammar of their message (`message.type` and `message.release`).
 * Never throws: problems are findings (MAP_INVALID) with the line and column of the rule.
 */
export function compileMap(map: EffectiveMap, grammar?: MessageGrammar): Compilation {
  const { standard, type, release } = map.message;
  if (standard === 'x12' || standard === 'edifact') {
    if (grammar) return compileSegmentMap(map, grammar);
    const head = { map: map.name, line: 1, column: 1 };
    return {
      map: undefined,
      findings: [mapFinding(head, `no dictionary has ${type ?? '?'} ${release ?? '?'}`)],
    };
  }
  return standard === 'xml' ? compileXmlMap(map) : compileCsvMap(map);
}
