import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { findGrammar, validateTransaction } from '../../src/edi/grammar/index.ts';
import { parseFile } from '../../src/edi/index.ts';
import { mapApplies, readTransaction } from '../../src/maps/index.ts';
import { readBytes } from './harness.ts';
import { loadGoldens } from './samples.ts';

/** The standard maps on real files: EDI_CORPUS names a folder with x12/ and edifact/ in it. */
const CORPUS = process.env['EDI_CORPUS'];

const MAPS: Record<string, string[]> = {
  '850': ['x12/004010/850-order'],
  '860': ['x12/004010/860-order-change'],
  '855': ['x12/004010/855-order-response'],
  '865': ['x12/004010/865-order-response'],
  '856': ['x12/004010/856-despatch-advice'],
  '810': ['x12/004010/810-credit-note', 'x12/004010/810-invoice'],
  ORDERS: ['edifact/d96a/orders'],
  ORDCHG: ['edifact/d96a/ordchg'],
  ORDRSP: ['edifact/d96a/ordrsp'],
  DESADV: ['edifact/d96a/desadv'],
  INVOIC: ['edifact/d96a/invoic-credit-note', 'edifact/d96a/invoic'],
};

if (CORPUS === undefined)
  console.log('EDI_CORPUS is not set: the standard maps are not tried on real files.');

(CORPUS === undefined ? describe.skip : describe)('the standard maps on real files', () => {
  test('every transaction gives a document or says why not, and order responses are understood', async () => {
    const { mapOf } = await loadGoldens();
    const counts = new Map<string, { transactions: number; documents: number }>();
    for (const file of [...listFiles(join(CORPUS!, 'x12')), ...listFiles(join(CORPUS!, 'edifact'))]) {
      for (const transaction of transactionsOf(file)) {
        const count = counts.get(transaction.type) ?? { transactions: 0, documents: 0 };
        for (const name of MAPS[transaction.type] ?? []) {
          const map = mapOf(name);
          if (!('grammar' in map)) throw new Error(`${name} is no map of segments`);
          const { standard, type, release } = map.grammar;
          const { structure } = validateTransaction(transaction, findGrammar(standard, type, release));
          if (structure === undefined || !mapApplies(map, transaction, structure)) continue;
          const { document, findings } = readTransaction(map, transaction, structure);
          if (document === undefined)
            expect(findings.filter(({ severity }) => severity === 'error')).not.toEqual([]);
          count.transactions += 1;
          count.documents += document === undefined ? 0 : 1;
          counts.set(transaction.type, count);
          break;
        }
      }
    }
    console.log(Object.fromEntries(counts));
    const responses = counts.get('855');
    expect(responses?.transactions).toBeGreaterThan(20);
    expect(responses?.documents).toBe(responses?.transactions);
  });
});

function listFiles(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .map((path) => join(folder, path))
    .filter((path) => statSync(path).isFile());
}

function transactionsOf(
  path: string,
): ReturnType<typeof parseFile>['interchanges'][0]['groups'][0]['transactions'] {
  return parseFile(readBytes(path)).interchanges.flatMap(({ groups }) =>
    groups.flatMap(({ transactions }) => transactions),
  );
}
