import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, expect, test } from '@jest/globals';
import type { FileRecord } from '../../src/pipeline/records.ts';
import { SqliteStore } from '../../src/store/sqlite/sqlite-store.ts';
import { runCli } from './run-cli.ts';

const data = mkdtempSync(path.join(tmpdir(), 'tradelane-file-'));
afterAll(() => rmSync(data, { recursive: true }));

test('file show writes the bytes of a file as they are, and nothing else', async () => {
  const bytes = Buffer.from('ISA\x1d00\x1cL\xfcbeck', 'latin1');
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  const store = SqliteStore.open({ file: path.join(data, 'tradelane.sqlite'), role: 'tool' });
  const record = {
    id: 'f1',
    revision: 0,
    direction: 'outbound',
    name: 'first.edi',
    status: 'sent',
    sha256,
    sizeBytes: bytes.length,
  } as Partial<FileRecord> as FileRecord;
  await store.commit([{ op: 'insert', collection: 'files', record }], [{ sha256, bytes }]);
  await store.close();
  const shown = runCli(['file', 'show', 'f1'], { data });
  expect(shown.stderr).toBe('');
  expect(shown.stdout.equals(bytes)).toBe(true);
  expect(runCli(['file', 'show', 'f2'], { data })).toMatchObject({ status: 2 });
});
