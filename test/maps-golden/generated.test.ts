import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { checkDocument } from '../../src/documents/document.ts';
import { validateTransaction, type Grammar } from '../../src/edi/grammar/index.ts';
import { parseFile } from '../../src/edi/index.ts';
import type { SegmentMap } from '../../src/maps/index.ts';
import { readTransaction } from '../../src/maps/index.ts';
import { loadGoldens } from './samples.ts';

/*
 * Rules that are used often are compiled, unless the caller wants them interpreted. Both must say the same, the trace included,
 * also of messages that are not in order.
 */

/** More uses than make a rule worth compiling. */
const USES = 120;
const RUNS = 30;
const NOISE = Array.from(" X0-.,*+:~'?é\n");

type Said = ReturnType<typeof readTransaction>;

function readAll(map: SegmentMap, bytes: Uint8Array, interpreted: boolean): Said[] {
  const transactions = parseFile(bytes).interchanges.flatMap(({ groups }) =>
    groups.flatMap((group) => group.transactions),
  );
  return transactions.flatMap((transaction): Said[] => {
    const { structure } = validateTransaction(transaction, map.grammar as Grammar);
    if (structure === undefined) return [];
    return [readTransaction(map, transaction, structure, { trace: true, interpreted })];
  });
}

const { samples } = await loadGoldens();
const cases = samples.flatMap(({ name, map, bytes }) => ('plan' in map ? [[name, map, bytes] as const] : []));

describe('compiled rules read what the rules say', () => {
  test.each(cases)('in messages like %s', (_name, map, bytes) => {
    const clean = readAll(map, bytes, true);
    for (let i = 0; i < USES; i++) readAll(map, bytes, false);
    expect(readAll(map, bytes, false)).toEqual(clean);
    const change = fc.tuple(fc.nat(bytes.length - 1), fc.constantFrom(...NOISE));
    fc.assert(
      fc.property(fc.array(change, { minLength: 1, maxLength: 4 }), (changes) => {
        const changed = bytes.slice();
        for (const [at, character] of changes) changed[at] = character.charCodeAt(0) & 255;
        const said = readAll(map, changed, false);
        expect(said).toEqual(readAll(map, changed, true));
        // What the rules are known to write well is not checked again.
        for (const { document } of said) if (document) expect(checkDocument(document).findings).toEqual([]);
      }),
      { numRuns: RUNS },
    );
  });
});
