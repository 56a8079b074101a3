import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, expect, jest, test } from '@jest/globals';
import type { CommitOptions } from '../../../src/pipeline/ports/store.ts';
import { SqliteStore } from '../../../src/store/sqlite/sqlite-store.ts';
import { claimRecord } from '../records.ts';
import { temporaryFolder } from '../temporary-folder.ts';

let folder: ReturnType<typeof temporaryFolder>;
let store: SqliteStore;
/** For each transaction, whether the log was flushed at its end: the value of `synchronous` that it ran under. */
let flushed: string[];
beforeEach(() => {
  folder = temporaryFolder();
  store = SqliteStore.open({ file: join(folder.path, 't.db'), role: 'gateway' });
  flushed = [];
  // eslint-disable-next-line @typescript-eslint/unbound-method -- called with its own `this` below
  const exec = DatabaseSync.prototype.exec;
  jest.spyOn(DatabaseSync.prototype, 'exec').mockImplementation(function (this: DatabaseSync, sql: string) {
    if (sql === 'COMMIT') flushed.push(String(this.prepare('PRAGMA synchronous').get()?.['synchronous']));
    exec.call(this, sql);
  });
});
afterEach(async () => {
  jest.restoreAllMocks();
  await store.close();
  folder.remove();
});

const FULL = '2';
const NORMAL = '1';

function commit(id: string, options?: CommitOptions): Promise<void> {
  return store.commit([{ op: 'insert', collection: 'claims', record: claimRecord(id) }], [], options);
}

test('a commit is flushed to the disk unless it says that it need not be', async () => {
  await commit('a');
  await commit('b', { durability: 'relaxed' });
  await commit('c', { durability: 'relaxed' });
  await commit('d', { durability: 'durable' });
  await commit('e');
  expect(flushed).toEqual([FULL, NORMAL, NORMAL, FULL, FULL]);
});

test('one durable commit flushes the whole group that it is in', async () => {
  // A group that takes long is cut in two.
  jest.spyOn(performance, 'now').mockReturnValue(0);
  await Promise.all([
    commit('a', { durability: 'relaxed' }),
    commit('b'),
    commit('c', { durability: 'relaxed' }),
  ]);
  expect(flushed).toEqual([FULL]);
});
