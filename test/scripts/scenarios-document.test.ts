import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { buildScenariosDocument } from '../../scripts/scenarios-document.ts';
import { ELSEWHERE } from '../simulation/scenarios/elsewhere.ts';
import { SCENARIOS } from '../simulation/scenarios/index.ts';

const read = (file: string) => readFileSync(new URL(`../../${file}`, import.meta.url), 'utf8');

test('docs/scenarios.md is what the cases say (node scripts/generate.ts writes it)', () => {
  expect(read('docs/scenarios.md')).toBe(buildScenariosDocument());
});

test('every case from 1 to 64 is there', () => {
  const numbers = new Set([...SCENARIOS, ...ELSEWHERE].map(({ number }) => number));
  expect([...numbers].sort((a, b) => a - b)).toEqual(Array.from({ length: 64 }, (_, index) => index + 1));
});

describe('what another suite shows', () => {
  const shown = ELSEWHERE.flatMap(({ number, shownBy }) =>
    shownBy === undefined ? [] : [[number, shownBy.file, shownBy.test] as const],
  );
  test.each(shown)('case %i is in %s', (_, file, title) => {
    expect(read(file)).toContain(title);
  });
});
