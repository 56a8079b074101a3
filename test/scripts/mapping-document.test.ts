import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { beforeAll, expect, test } from '@jest/globals';
import { buildMappingDocument } from '../../scripts/mapping-document.ts';
import { createMapSource } from '../../src/partners/map-source.ts';
import { readPartnerFiles } from '../../src/partners/read-partner-files.ts';

const root = new URL('../../', import.meta.url);
let built = '';

beforeAll(async () => {
  built = buildMappingDocument(createMapSource(await readPartnerFiles(fileURLToPath(new URL('maps', root)))));
});

test('docs/mapping.md is what the maps say (node scripts/generate.ts writes it)', () => {
  expect(readFileSync(new URL('docs/mapping.md', root), 'utf8')).toBe(built);
});

test.each([
  [
    'the order number',
    '| `id` | `BEG03` | `BGM02` | `ID` | `OrderRequestHeader@orderID` | `purchase.order name` |',
  ],
  ['a promised date', '| `lines[].schedules[].date` | `ACK05` or `DTM[067'],
  ['an SSCC', '| `packages[].sscc` | `MAN{GM}` or `MAN[GM]02` |'],
])('%s is found in it', (_name, line) => {
  expect(built).toContain(line);
});
