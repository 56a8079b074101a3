import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { SqliteStore } from '../../../src/store/sqlite/sqlite-store.ts';
import { fileRecord } from '../records.ts';
import { temporaryFolder } from '../temporary-folder.ts';

let folder: ReturnType<typeof temporaryFolder>;
let file: string;
beforeEach(() => {
  folder = temporaryFolder();
  file = join(folder.path, 'tradelane.db');
});
afterEach(() => folder.remove());

test('a second gateway on the same data folder is told who runs there, and never to retry', async () => {
  const first = SqliteStore.open({ file, role: 'gateway' });
  expect(() => SqliteStore.open({ file, role: 'gateway' })).toThrow(
    expect.objectContaining({
      code: 'STORE_UNAVAILABLE',
      retryable: 'never',
      message: expect.stringContaining(`process ${process.pid}`),
    }),
  );
  await first.close();
  const second = SqliteStore.open({ file, role: 'gateway' });
  await second.close();
  expect(existsSync(`${file}.holder`)).toBe(false);
});

test('a tool reads and writes beside the running gateway, and both see all', async () => {
  const gateway = SqliteStore.open({ file, role: 'gateway' });
  const tool = SqliteStore.open({ file, role: 'tool' });
  await gateway.commit([{ op: 'insert', collection: 'files', record: fileRecord('by-gateway') }]);
  await tool.commit([{ op: 'insert', collection: 'files', record: fileRecord('by-tool') }]);
  expect((await tool.find('files', {})).records.map(({ id }) => id)).toEqual(['by-gateway', 'by-tool']);
  expect((await gateway.find('files', {})).records.map(({ id }) => id)).toEqual(['by-gateway', 'by-tool']);
  await tool.close();
  await gateway.close();
});

test('an update by a tool makes the older reading of the gateway a conflict', async () => {
  const gateway = SqliteStore.open({ file, role: 'gateway' });
  const tool = SqliteStore.open({ file, role: 'tool' });
  await gateway.commit([{ op: 'insert', collection: 'files', record: fileRecord('f1') }]);
  await tool.commit([{ op: 'update', collection: 'files', record: fileRecord('f1', { revision: 1 }) }]);
  await expect(
    gateway.commit([{ op: 'update', collection: 'files', record: fileRecord('f1', { revision: 1 }) }]),
  ).rejects.toMatchObject({ code: 'CONFLICT' });
  await tool.close();
  await gateway.close();
});
