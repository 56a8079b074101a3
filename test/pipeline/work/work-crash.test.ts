import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { expect, test } from '@jest/globals';
import { createIdSource } from '../../../src/pipeline/ids.ts';
import { enqueue } from '../../../src/pipeline/work/work-queue.ts';
import { SqliteStore } from '../../../src/store/sqlite/sqlite-store.ts';
import { temporaryFolder } from '../../store/temporary-folder.ts';

/** Runs the worker until it has done so many items, then kills it -9; without a number, until nothing is left. */
async function work(file: string, killAfter?: number): Promise<number> {
  const script = join(import.meta.dirname, 'work-until-killed.ts');
  const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', script, file], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const done: string[] = [];
  for await (const id of createInterface({ input: child.stdout })) {
    if (done.push(id) === killAfter) child.kill('SIGKILL');
  }
  return done.length;
}

test('a worker killed -9 again and again loses no item, does none twice, and keeps every order', async () => {
  const folder = temporaryFolder();
  const file = join(folder.path, 't.db');
  const clock = { now: () => new Date().toISOString() };
  const ids = createIdSource(clock);
  const expected = new Map<string, string[]>();
  const store = SqliteStore.open({ file, role: 'gateway' });
  for (let index = 0; index < 400; index += 1) {
    const orderingKey = index % 4 === 0 ? '' : `order-${index % 7}`;
    const id = `item-${index}`;
    expected.set(orderingKey, [...(expected.get(orderingKey) ?? []), id]);
    await store.commit(
      enqueue(
        { clock, ids },
        { kind: 'writeErp', id, key: id, orderingKey, partnerId: `p${index % 3}`, payload: {} },
      ),
    );
  }
  await store.close();

  for (const killAfter of [1, 7, 30, 55, 90])
    expect(await work(file, killAfter)).toBeGreaterThanOrEqual(killAfter);
  await work(file);

  const after = SqliteStore.open({ file, role: 'gateway' });
  expect(await after.count('work', { status: 'done' })).toBe(400);
  const entries = [];
  for (let cursor: string | undefined = ''; cursor !== undefined;) {
    const page: Awaited<ReturnType<typeof after.find<'claims'>>> = await after.find('claims', {
      limit: 1000,
      ...(cursor !== '' && { after: cursor }),
    });
    entries.push(...page.records);
    cursor = page.next;
  }
  expect(entries).toHaveLength(400);
  for (const [orderingKey, items] of expected) {
    if (orderingKey === '') continue;
    const diary = entries.filter((entry) => entry.id.startsWith(`${orderingKey}/`));
    expect(diary.map((entry) => entry.ownerId)).toEqual(items);
  }
  await after.close();
  folder.remove();
}, 60_000);
