import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import { buildEventSchemas } from '../../scripts/event-schemas.ts';

const folder = new URL('../../docs/events/', import.meta.url);
const built = buildEventSchemas();

test.each(Object.entries(built))(
  'docs/events/%s is what the code publishes (node scripts/generate.ts writes it)',
  (file, text) => {
    expect(readFileSync(new URL(file, folder), 'utf8')).toBe(text);
  },
);

test('docs/events holds nothing else, and docs/events.md names every type', () => {
  expect(readdirSync(folder).sort()).toEqual(Object.keys(built).sort());
  const page = readFileSync(new URL('../events.md', folder), 'utf8');
  for (const file of Object.keys(built)) expect(page).toContain(`| \`${file.replace('.json', '')}\``);
});
