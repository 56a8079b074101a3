import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { loadOdooSettings } from '../../src/odoo/load-odoo-settings.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'tradelane-odoo-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function file(text: string): string {
  const name = path.join(folder, 'odoo.yaml');
  writeFileSync(name, text);
  return name;
}

const FILE = 'url: https://erp.example.com\ndatabase: production\n';

test('without a file and without an address there is no Odoo', async () => {
  expect(await loadOdooSettings(path.join(folder, 'none.yaml'), {})).toBeUndefined();
});

test('a file with an address is enough: nothing is posted, everything else is sensible', async () => {
  expect(await loadOdooSettings(file(FILE), {})).toMatchObject({
    url: 'https://erp.example.com',
    protocol: 'auto',
    concurrency: 4,
    timeoutSeconds: 90,
    read: { intervalSeconds: 15, overlapSeconds: 300 },
    write: { bills: 'draft', fields: { price: 'gateway' } },
    reconcile: { repair: false },
  });
});

test('the environment lies over the file, or stands alone', async () => {
  const variables = { url: 'https://other.example.com', database: 'test', user: 'edi' };
  expect(await loadOdooSettings(file(`${FILE}concurrency: 2\n`), variables)).toMatchObject({
    ...variables,
    concurrency: 2,
  });
  expect(await loadOdooSettings(path.join(folder, 'none.yaml'), variables)).toMatchObject(variables);
  expect(await loadOdooSettings(file('concurrency: 3\n'), variables)).toMatchObject({
    ...variables,
    concurrency: 3,
  });
});

test.each([
  [`${FILE}concurency: 4\n`, 'odoo.yaml:3:1'],
  [`${FILE}write:\n  bills: posted\n`, 'odoo.yaml:4'],
  ['database: production\n', 'TRADELANE_ODOO_URL'],
  ['url: ftp://erp.example.com\ndatabase: x\n', 'https://erp.example.com'],
  [`${FILE}apiKey: 0123456789\n`, 'odoo.yaml:3'],
])('a mistake is told with its place: %j', async (text, place) => {
  await expect(loadOdooSettings(file(text), {})).rejects.toMatchObject({
    code: 'CONFIG_INVALID',
    message: expect.stringContaining(place),
  });
});
