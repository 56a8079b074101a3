import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, expect, test } from '@jest/globals';
import type { ExceptionRecord } from '../../src/pipeline/orders/order-records.ts';
import { SqliteStore } from '../../src/store/sqlite/sqlite-store.ts';
import { runCli } from './run-cli.ts';

const data = mkdtempSync(path.join(tmpdir(), 'tradelane-exception-'));
afterAll(() => rmSync(data, { recursive: true }));

test('what is at stake is listed as money', async () => {
  const store = SqliteStore.open({ file: path.join(data, 'tradelane.sqlite'), role: 'tool' });
  const record = {
    id: 'e1',
    revision: 0,
    status: 'open',
    title: 'Supplier proposes other values: order PO-1, line 1, acme, 1140.00 USD',
    partnerId: 'acme',
    orderId: 'PO-1',
    valueAtStake: '1140',
    currency: 'USD',
    owner: 'buyer',
    priority: 6,
    openedAt: '2026-03-02T08:00:00.000Z',
    dueAt: '',
    documentId: '',
  } as Partial<ExceptionRecord> as ExceptionRecord;
  await store.commit([{ op: 'insert', collection: 'exceptions', record }]);
  await store.close();
  expect(runCli(['exception', 'list'], { data }).stdout.toString()).toMatch(/PO-1 +1140\.00 USD +buyer/);
});

test('a list that is cut off says so beside it, not in it', async () => {
  const store = SqliteStore.open({ file: path.join(data, 'tradelane.sqlite'), role: 'tool' });
  const [first] = (await store.find('exceptions', {})).records;
  await store.commit([
    { op: 'insert', collection: 'exceptions', record: { ...first!, id: 'e2', revision: 0, orderId: 'PO-2' } },
  ]);
  await store.close();
  const cut = runCli(['exception', 'list', '--limit', '1', '--json'], { data });
  expect(JSON.parse(cut.stdout.toString())).toHaveLength(1);
  expect(cut.stderr).toBe('There are more than 1 row: see --limit, or the console for all of them.\n');
  expect(runCli(['exception', 'list', '--limit', '2'], { data }).stderr).toBe('');
});
