import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from '@jest/globals';
import { parse } from 'yaml';
import {
  findGrammar,
  layerSchema,
  lintDictionary,
  userDictionarySchema,
} from '../../../src/edi/grammar/index.ts';

const text = readFileSync(path.join(import.meta.dirname, '../../../docs/dictionaries.md'), 'utf8');
const [restrictions, dictionary, guide] = [...text.matchAll(/```yaml\n([\s\S]*?)```/g)].map(
  (match): unknown => parse(match[1] ?? ''),
);

test('the restrictions of docs/dictionaries.md are places of their messages', () => {
  const layer = layerSchema.parse({ name: 'documentation', ...(restrictions as object) });
  for (const [standard, type, release] of [
    ['x12', '850', '004010'],
    ['edifact', 'ORDERS', 'D.96A'],
    ['edifact', 'INVOIC', 'D.96A'],
  ] as const) {
    expect(findGrammar(standard, type, release, { extensions: { layers: [layer] } })?.misplaced).toEqual([]);
  }
});

test('the dictionary of docs/dictionaries.md can be used', () => {
  const own = userDictionarySchema.parse(dictionary);
  expect(lintDictionary(own)).toEqual([]);
  expect(findGrammar('x12', '830', '004030', { extensions: { dictionaries: [own] } })?.slots).toHaveLength(
    15,
  );
});

test('the guide of docs/dictionaries.md narrows the sets of its suffix, and no others', () => {
  const own = userDictionarySchema.parse(guide);
  expect(lintDictionary(own)).toEqual([]);
  const extensions = { dictionaries: [own] };
  const layers = (release: string) => findGrammar('x12', '850', release, { extensions })?.layers;
  expect([layers('004010VICS'), layers('004010')]).toEqual([['004010VICS'], []]);
});
