import { readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import { buildInteroperabilityDocument } from '../../scripts/interoperability-document.ts';
import { readExplained } from '../corpus/corpus-files.ts';

const folder = process.env['EDI_CORPUS'];
const page = readFileSync(new URL('../../docs/interoperability.md', import.meta.url), 'utf8');

test('every reason of a difference is on the page', () => {
  for (const [, , , why = ''] of readExplained()) expect(page).toContain(why);
});

if (folder === undefined)
  test.skip('EDI_CORPUS is not set: the figures of docs/interoperability.md', () => undefined);
else
  test('docs/interoperability.md is what the corpus says (node scripts/generate.ts writes it)', () => {
    expect(page).toBe(buildInteroperabilityDocument(folder));
  });
