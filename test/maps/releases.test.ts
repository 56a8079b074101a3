import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { findGrammar, validateTransaction } from '../../src/edi/grammar/index.ts';
import { parseFile } from '../../src/edi/parse.ts';
import { compileMap, loadMap, readTransaction } from '../../src/maps/index.ts';
import type { SegmentMap } from '../../src/maps/index.ts';
import { createMapSource, listStandardMaps } from '../../src/partners/map-source.ts';
import { REPOSITORY } from '../support/gateway.ts';

const source = createMapSource(REPOSITORY.maps);
const RELEASES = {
  x12: ['004010', '005010', '007030'],
  edifact: ['D.96A', 'D.97A', 'D.01B', 'D.21A'],
} as const;

/** The standard map as another release has its message. */
function compiledFor(name: string, release: string): SegmentMap {
  const map = loadMap(name, source).map!;
  const grammar = findGrammar(map.message.standard as 'x12' | 'edifact', map.message.type!, release);
  const { map: compiled, findings } = compileMap(map, grammar);
  if (compiled === undefined) throw new Error(findings.map(({ message }) => message).join('\n'));
  return compiled as SegmentMap;
}

const CASES = listStandardMaps(REPOSITORY.maps).flatMap((name) => {
  const { standard } = loadMap(name, source).map!.message;
  return standard === 'x12' || standard === 'edifact'
    ? RELEASES[standard].map((release): [string, string] => [name, release])
    : [];
});

describe('every standard map', () => {
  test.each(CASES)('%s serves release %s', (name, release) => {
    expect(() => compiledFor(name, release)).not.toThrow();
  });
});

test('a DESADV of D.01B with its packages means what one of D.96A means', () => {
  const text = readFileSync(
    new URL('../../maps/samples/edifact/d96a/desadv/pallet-with-cartons.edi', import.meta.url),
    'utf8',
  );
  const meaningOf = (release: string) => {
    const sent = new TextEncoder().encode(text.replace(':D:96A:', `:${release.replace('.', ':')}:`));
    const transaction = parseFile(sent).interchanges[0]!.groups[0]!.transactions[0]!;
    const map = compiledFor('edifact/d96a/desadv', release);
    const { structure } = validateTransaction(
      transaction,
      map.grammar as Parameters<typeof validateTransaction>[1],
    );
    return readTransaction(map, transaction, structure!).document;
  };
  const meant = meaningOf('D.96A');
  expect(meant).toMatchObject({ packages: [{ sscc: expect.any(String) }, {}, {}] });
  expect(meaningOf('D.01B')).toEqual(meant);
});
