import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from '@jest/globals';
import { leniencySchema } from '../../src/partners/leniency-schema.ts';

test('docs/leniency.md names every switch, and no other', () => {
  const text = readFileSync(path.join(import.meta.dirname, '../../docs/leniency.md'), 'utf8');
  const named = [...text.matchAll(/^\| `(\w+)`/gm)].map(([, name]) => name);
  expect(named.sort()).toEqual(Object.keys(leniencySchema.shape).sort());
});
