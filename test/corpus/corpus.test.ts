import { readFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, describe, expect, test } from '@jest/globals';
import { judge, listCorpus, readExplained } from './corpus-files.ts';

/** Real files of many origins, each with the verdict of an independent checker; the folder holds manifest.tsv. */
const folder = process.env['EDI_CORPUS'];

if (folder === undefined) {
  test.skip('corpus: EDI_CORPUS is not set, its files are not read', () => undefined);
} else {
  const entries = listCorpus(folder);

  /** How many files, by standard: [read, of one opinion with the checker, of another for a reason that is written down]. */
  const table = new Map<string, [files: number, agree: number, explained: number]>();

  afterAll(() => {
    const rows = [...table].map(([standard, counts]) => [standard, ...counts]);
    const total = [1, 2, 3].map((column) => rows.reduce((sum, row) => sum + Number(row[column]), 0));
    const lines = [['corpus', 'files', 'agree', 'explained'], ...rows, ['all', ...total]].map((row) =>
      row.map((cell, i) => (i === 0 ? String(cell).padEnd(10) : String(cell).padStart(10))).join(''),
    );
    process.stdout.write(`${lines.join('\n')}\n`);
  });

  describe('corpus', () => {
    test.each(entries)('$path', ({ path: file, standard, theirs: check, explained }) => {
      const bytes = new Uint8Array(readFileSync(path.join(folder, file)));
      const { verdict, findings } = judge(bytes, standard);
      const { ours, theirs } = explained ?? { ours: check, theirs: check };
      expect({ verdict, theirs: check, findings: findings.slice(0, 3) }).toMatchObject({
        verdict: ours,
        theirs,
      });
      const counts = table.get(standard) ?? [0, 0, 0];
      table.set(standard, counts);
      counts[0] += 1;
      counts[ours === theirs ? 1 : 2] += 1;
      for (const { place } of findings) {
        const [start, end] = place.range ?? [0, 0];
        expect(start >= 0 && start <= end && end <= bytes.length).toBe(true);
      }
    });

    test('every explained difference is one', () => {
      const paths = new Set(entries.map((entry) => entry.path));
      const stale = readExplained().filter(([file = '', ours, theirs, why = '']) => {
        return !paths.has(file) || ours === theirs || why.length < 20;
      });
      expect(stale).toEqual([]);
    });
  });
}
