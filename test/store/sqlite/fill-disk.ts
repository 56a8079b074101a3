/** Child process of disk-full.test.ts, under a limit on file size: commits until the disk is full, then goes on. */
import { createHash, randomBytes } from 'node:crypto';
import { SqliteStore } from '../../../src/store/sqlite/sqlite-store.ts';
import { fileRecord } from '../records.ts';

const store = SqliteStore.open({ file: process.argv[2] ?? '', role: 'gateway' });

async function commit(id: string, sizeBytes: number): Promise<string> {
  const bytes = randomBytes(sizeBytes);
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  try {
    await store.commit(
      [{ op: 'insert', collection: 'files', record: fileRecord(id, { sha256 }) }],
      [{ sha256, bytes }],
    );
    return 'stored';
  } catch (error) {
    return (error as { code?: string }).code ?? String(error);
  }
}

const outcomes = [
  await commit('small', 1000),
  await commit('large', 50_000_000),
  await commit('after', 1000),
];
const { records } = await store.find('files', {});
const integrity = store.checkIntegrity();
process.stdout.write(JSON.stringify({ outcomes, ids: records.map(({ id }) => id), integrity }));
await store.close();
