import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { SqliteStore } from '../../../src/store/sqlite/sqlite-store.ts';
import { temporaryFolder } from '../temporary-folder.ts';

let folder: ReturnType<typeof temporaryFolder>;
beforeEach(() => {
  folder = temporaryFolder();
});
afterEach(() => folder.remove());

/** Runs the committing child, kills it -9 after so many acknowledged commits, and returns all that it acknowledged. */
async function commitAndKill(file: string, prefix: string, acknowledged: number): Promise<string[]> {
  const child = spawn(
    process.execPath,
    ['--disable-warning=ExperimentalWarning', join(import.meta.dirname, 'commit-forever.ts'), file, prefix],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  );
  const ids: string[] = [];
  for await (const line of createInterface({ input: child.stdout })) {
    ids.push(line);
    if (ids.length === acknowledged) child.kill('SIGKILL');
  }
  return ids;
}

test('after kill -9 every acknowledged commit is there, whole, and the next gateway starts at once', async () => {
  const file = join(folder.path, 'tradelane.db');
  const acknowledged: string[] = [];
  for (const [run, count] of [1, 50, 333].entries()) {
    acknowledged.push(...(await commitAndKill(file, `run${run}`, count)));

    const store = SqliteStore.open({ file, role: 'gateway' });
    expect(store.checkIntegrity()).toEqual([]);
    for (const id of acknowledged) {
      const record = await store.get('files', id);
      expect(record?.id).toBe(id);
      const bytes = await store.readArchive(record?.sha256 ?? '');
      expect(Buffer.from(bytes ?? []).toString()).toBe(`bytes of ${id}`);
    }
    expect(await store.count('files', {})).toBe(await store.count('claims', {}));
    await store.close();
  }
  expect(acknowledged.length).toBeGreaterThanOrEqual(384);
}, 60_000);
