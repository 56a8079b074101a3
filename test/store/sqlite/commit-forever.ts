/** Child process of crash.test.ts: commits without end and prints the id of every commit that has resolved. */
import { createHash } from 'node:crypto';
import { SqliteStore } from '../../../src/store/sqlite/sqlite-store.ts';
import { claimRecord, fileRecord } from '../records.ts';

const [file = '', prefix = ''] = process.argv.slice(2);
const store = SqliteStore.open({ file, role: 'gateway' });

async function commitForever(lane: number): Promise<never> {
  for (let index = 0; ; index += 1) {
    const id = `${prefix}-${lane}-${index}`;
    const bytes = Buffer.from(`bytes of ${id}`);
    const sha256 = createHash('sha256').update(bytes).digest('hex');
    await store.commit(
      [
        { op: 'insert', collection: 'files', record: fileRecord(id, { sha256 }) },
        { op: 'insert', collection: 'claims', record: claimRecord(id) },
      ],
      [{ sha256, bytes }],
    );
    process.stdout.write(`${id}\n`);
  }
}

await Promise.all([0, 1, 2, 3].map(commitForever));
