import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { createIdSource } from '../../../src/pipeline/ids.ts';
import { enqueue } from '../../../src/pipeline/work/work-queue.ts';
import { openStore } from '../../../src/store/open-store.ts';
import type { StoreSettings } from '../../../src/store/open-store.ts';

const SCRIPT = join(import.meta.dirname, 'work-until-killed.ts');

interface Fate {
  signal: 'SIGKILL' | 'SIGSTOP';
  /** Items that it does before. */
  after: number;
  /** Of SIGSTOP: it goes on after this. */
  until?: Promise<unknown>;
  /** Of SIGSTOP: happens a while after it. */
  meanwhile?: () => void;
}

/** Longer than a lease; a server gives a transaction a minute. */
const TRANSACTION_MS = 4_000;

/** Runs a worker process on the store; without a fate, until every item is done. Resolves with how many it has done. */
async function work({ dataFolder, mongodbUri }: StoreSettings, fate?: Fate): Promise<number> {
  const place = mongodbUri === undefined ? [dataFolder] : [dataFolder, mongodbUri];
  const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', SCRIPT, ...place], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const done: string[] = [];
  for await (const id of createInterface({ input: child.stdout })) {
    if (done.push(id) !== fate?.after) continue;
    child.kill(fate.signal);
    if (fate.meanwhile) setTimeout(fate.meanwhile, TRANSACTION_MS).unref();
    void fate.until?.then(() => child.kill('SIGCONT'));
  }
  return done.length;
}

export interface KillScene {
  /** A place for an empty store. */
  settings: StoreSettings;
  /** Another way to that store, and what the server does after a while to those who stand still: it undoes what they had begun. */
  standing?: { settings: StoreSettings; undo(): void };
  /** Takes the store away. */
  dispose(): void | Promise<void>;
}

/**
 * Worker processes on one store are killed -9 and frozen in the middle of their work. Whatever happens, every item is done once,
 * and those of an order one after the other. `many`: several processes may work on the store at the same time.
 */
export function describeWorkKills(
  name: string,
  { open, items, many }: { open: () => KillScene | Promise<KillScene>; items: number; many: boolean },
): void {
  describe(`work under kill -9: ${name}`, () => {
    let scene: KillScene;
    /** Ids by orderingKey, as they were enqueued. */
    let expected: Map<string, string[]>;

    beforeEach(async () => {
      scene = await open();
      expected = new Map();
      const clock = { now: () => new Date().toISOString() };
      const ids = createIdSource(clock);
      const store = await openStore(scene.settings, 'gateway');
      const operations = Array.from({ length: items }, (_, index) => {
        const orderingKey = index % 4 === 0 ? '' : `order-${index % 7}`;
        const id = `item-${index}`;
        expected.set(orderingKey, [...(expected.get(orderingKey) ?? []), id]);
        const partnerId = `p${index % 3}`;
        return enqueue(
          { clock, ids },
          { kind: 'writeErp', id, key: id, orderingKey, partnerId, payload: {} },
        );
      });
      await store.commit(operations.flat());
      await store.close();
    });
    afterEach(() => scene.dispose());

    async function expectEachOnceInOrder(): Promise<void> {
      const store = await openStore(scene.settings, 'tool');
      expect(await store.count('work', { status: 'done' })).toBe(items);
      const { records } = await store.find('claims', { limit: 1_000 });
      expect(records).toHaveLength(items);
      for (const [orderingKey, ids] of expected) {
        if (orderingKey === '') continue;
        const diary = records.filter(({ id }) => id.startsWith(`${orderingKey}/`));
        expect(diary.map(({ ownerId }) => ownerId)).toEqual(ids);
      }
      await store.close();
    }

    test('one worker, again and again: no item is lost, none done twice, every order kept', async () => {
      for (const share of [0, 0.05, 0.1, 0.15, 0.2]) {
        const after = 1 + Math.round(share * items);
        expect(await work(scene.settings, { signal: 'SIGKILL', after })).toBeGreaterThanOrEqual(after);
      }
      await work(scene.settings);
      await expectEachOnceInOrder();
    }, 120_000);

    if (!many) return;

    test('four at once, of which three die: the fourth takes over what they held', async () => {
      const deaths = [1, 4, 9].map((after) => work(scene.settings, { signal: 'SIGKILL', after }));
      await Promise.all([...deaths, work(scene.settings)]);
      await expectEachOnceInOrder();
    }, 120_000);

    test('one that stands still until another has done its items is refused what it commits afterwards', async () => {
      const { settings, standing } = scene;
      const awake = work(settings);
      const frozen = work(standing?.settings ?? settings, {
        signal: 'SIGSTOP',
        after: 3,
        until: awake,
        ...(standing && { meanwhile: () => standing.undo() }),
      });
      expect((await frozen) + (await awake)).toBeGreaterThanOrEqual(items);
      await expectEachOnceInOrder();
    }, 120_000);
  });
}
