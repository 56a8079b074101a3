import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { anchorAudit, recordAudit, verifyAudit } from '../../src/pipeline/audit.ts';
import type { AuditRecord } from '../../src/pipeline/records.ts';
import { UnitOfWork } from '../../src/pipeline/unit-of-work.ts';
import { readAnchors, writeAnchor } from '../../src/store/anchor-folder.ts';
import { SqliteStore } from '../../src/store/sqlite/sqlite-store.ts';

const clock = { now: () => '2026-03-02T08:00:00.000Z' };
let store: SqliteStore;
let folder: string;
beforeEach(async () => {
  store = SqliteStore.open({ file: ':memory:', role: 'tool' });
  folder = await mkdtemp(path.join(tmpdir(), 'tradelane-anchors-'));
  for (let index = 1; index <= 5; index += 1) await write(store, `action.${index}`);
});
afterEach(async () => {
  await store.close();
  await rm(folder, { recursive: true });
});

async function write(to: SqliteStore, action: string): Promise<void> {
  const unit = new UnitOfWork(to);
  const actor = { name: 'maria', roles: [] };
  await recordAudit(unit, { clock }, { actor, action, subject: 'order:1', details: {} });
  await unit.commit();
}

function idOf(entry: number): string {
  return String(entry).padStart(12, '0');
}

async function change(entry: number, values: Partial<AuditRecord>): Promise<void> {
  const record = (await store.get('audit', idOf(entry)))!;
  await store.commit([{ op: 'update', collection: 'audit', record: { ...record, ...values } }]);
}

/** A log of its own, whole in itself, in which one entry tells of something else. */
async function writtenAnew(entry: number): Promise<SqliteStore> {
  const other = SqliteStore.open({ file: ':memory:', role: 'tool' });
  for (let index = 1; index <= 5; index += 1)
    await write(other, index === entry ? 'nothing' : `action.${index}`);
  return other;
}

/** Puts another entry in the place of one, with a hash that is right for it. */
async function replace(entry: number): Promise<void> {
  const other = await writtenAnew(entry);
  const { revision } = (await store.get('audit', idOf(entry)))!;
  await change(entry, { ...(await other.get('audit', idOf(entry)))!, revision });
  await other.close();
}

describe('the chain', () => {
  test('is whole as long as nobody touches it', async () => {
    expect(await verifyAudit(store)).toEqual({ entries: 5, firstBroken: undefined });
  });

  test('is followed to its end however long it is', async () => {
    const unit = new UnitOfWork(store);
    const entry = { actor: { name: 'maria', roles: [] }, subject: 'order:1', details: {} };
    for (let index = 6; index <= 1_002; index += 1)
      await recordAudit(unit, { clock }, { ...entry, action: `action.${index}` });
    await unit.commit();
    expect(await verifyAudit(store)).toEqual({ entries: 1_002, firstBroken: undefined });
    await change(1_001, { actor: 'somebody else' });
    expect((await verifyAudit(store)).firstBroken).toBe(idOf(1_001));
  });

  test('of a log without entries is whole', async () => {
    const empty = SqliteStore.open({ file: ':memory:', role: 'tool' });
    expect(await verifyAudit(empty)).toEqual({ entries: 0, firstBroken: undefined });
    await empty.close();
  });

  test.each([
    ['an edit', () => change(3, { actor: 'somebody else' }), 3],
    ['an edit with a hash made anew, at the entry behind it', () => replace(2), 3],
    ['an edit of the last with a hash made anew', () => replace(5), 5],
    ['a removal', () => store.commit([{ op: 'delete', collection: 'audit', id: idOf(2) }]), 2],
    ['a removal at the end', () => store.commit([{ op: 'delete', collection: 'audit', id: idOf(5) }]), 5],
    [
      'another order',
      async () => {
        const [second, third] = [(await store.get('audit', idOf(2)))!, (await store.get('audit', idOf(3)))!];
        await change(2, { ...third, id: idOf(2), revision: second.revision });
        await change(3, { ...second, id: idOf(3), revision: third.revision });
      },
      2,
    ],
  ] as const)('tells %s and where', async (_, tamper, entry) => {
    await tamper();
    expect((await verifyAudit(store)).firstBroken).toBe(idOf(entry));
  });
});

describe('anchors', () => {
  test('are written once for each head, and agree with the log that they are of', async () => {
    const anchor = (await anchorAudit({ store, clock }))!;
    await writeAnchor(folder, anchor);
    await writeAnchor(folder, anchor);
    await write(store, 'action.6');
    await writeAnchor(folder, (await anchorAudit({ store, clock }))!);
    expect(await readdir(folder)).toEqual(['audit-000000000005.json', 'audit-000000000006.json']);
    expect(await verifyAudit(store, await readAnchors(folder))).toEqual({
      entries: 6,
      firstBroken: undefined,
    });
  });

  test('tell a log that was written anew, whole in itself', async () => {
    const other = await writtenAnew(2);
    const anchor = (await anchorAudit({ store, clock }))!;
    expect((await verifyAudit(other)).firstBroken).toBeUndefined();
    expect((await verifyAudit(other, [anchor])).firstBroken).toBe(idOf(5));
    await other.close();
  });

  test('tell a log that is shorter than it was', async () => {
    const short = SqliteStore.open({ file: ':memory:', role: 'tool' });
    await write(short, 'action.1');
    expect((await verifyAudit(short, [(await anchorAudit({ store, clock }))!])).firstBroken).toBe(idOf(2));
    await short.close();
  });

  test('that cannot be read are named', async () => {
    await writeFile(path.join(folder, 'audit-000000000001.json'), '{}');
    await expect(readAnchors(folder)).rejects.toMatchObject({ code: 'FILE_UNREADABLE' });
  });
});
