import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir, userInfo } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { SqliteStore } from '../../src/store/sqlite/sqlite-store.ts';
import { openClaim } from '../../src/tracking/claims/claim-life.ts';
import { runCli } from './run-cli.ts';

const data = mkdtempSync(path.join(tmpdir(), 'tradelane-claim-'));
const run = (...args: string[]) => runCli(args, { data });

beforeAll(async () => {
  const store = SqliteStore.open({ file: path.join(data, 'tradelane.sqlite'), role: 'tool' });
  const at = '2026-03-02T08:00:00.000Z';
  const line = {
    orderId: 'PO-1',
    lineId: '2',
    quantity: '20',
    unit: 'EA',
    amount: '200.00',
    credited: '0.00',
  };
  const claim = openClaim(
    {
      number: 'CL-000001',
      kind: 'shortage',
      partnerId: 'northwind-hardware',
      currency: 'USD',
      lines: [line],
      orderId: 'PO-1',
      receiptId: '',
      shipmentId: 'D-1',
      invoiceId: '',
      evidence: [],
      dueAt: '2026-03-16T08:00:00.000Z',
    },
    { at, by: 'Ann', text: 'twenty are missing' },
  );
  const record = { ...claim, id: claim.number, revision: 0, updatedAt: at };
  await store.commit([{ op: 'insert', collection: 'supplierClaims', record }]);
  await store.close();
});
afterAll(() => rmSync(data, { recursive: true }));

test('claims are listed, shown and closed with a reason', () => {
  const list = run('claim', 'list');
  expect(list.stdout.toString()).toMatch(/CL-000001 +shortage +open +northwind-hardware +PO-1 +200\.00 USD/);
  const shown = run('claim', 'show', 'CL-000001').stdout.toString();
  expect(shown).toContain('line 2, 20 EA: 200.00 USD, credited 0.00');
  expect(shown).toContain('Possible: send, answer, writeOff, close.');
  expect(run('claim', 'close', 'CL-000001').status).not.toBe(0);
  expect(run('claim', 'close', 'CL-000001', '--reason', 'replaced').stdout.toString()).toBe(
    'CL-000001 is closed.\n',
  );
  const again = run('claim', 'close', 'CL-000001', '--reason', 'again', '--write-off');
  expect([again.status, again.stderr]).toEqual([2, expect.stringContaining('CONFLICT')]);
  expect(run('claim', 'list').stdout.toString()).toBe('Nothing is claimed.\n');
  const json = JSON.parse(run('claim', 'list', '--all', '--json').stdout.toString()) as unknown[];
  expect(json).toMatchObject([{ number: 'CL-000001', state: 'closed' }]);
  // The log names who was at the command line, not just that somebody was.
  expect(run('audit', 'list').stdout.toString()).toContain(`cli:${userInfo().username} `);
});
