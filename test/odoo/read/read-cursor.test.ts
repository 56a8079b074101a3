import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { OdooClient } from '../../../src/odoo/client/odoo-client.ts';
import { readCursor } from '../../../src/odoo/read/read-cursor.ts';
import { SqliteStore } from '../../../src/store/sqlite/sqlite-store.ts';

/** Odoo need not be asked where the settings name the day. */
const CLIENT = {} as OdooClient;

let store: SqliteStore;
beforeEach(() => {
  store = SqliteStore.open({ file: ':memory:', role: 'tool' });
});
afterEach(() => store.close());

const sinceOf = async (ordersSince: string | undefined, zone: string) =>
  (await readCursor({ store }, CLIENT, { ordersSince, zone })).cursor;

async function haveRead(since: string) {
  const data = { since, readTo: { 'purchase.order': '2026-12-20 10:00:00' } };
  const record = { id: 'cursor:odoo', revision: 0, kind: 'cursor', erpId: '', updatedAt: '', data } as const;
  await store.commit([{ op: 'insert', collection: 'erpLinks', record }]);
}

describe('the day from which orders are exchanged', () => {
  test.each([
    ['America/Chicago', '2026-12-01 06:00:00'],
    ['Europe/Berlin', '2026-11-30 23:00:00'],
    ['UTC', '2026-12-01 00:00:00'],
  ])('begins at midnight in %s', async (zone, since) => {
    expect(await sinceOf('2026-12-01', zone)).toEqual({ since, readTo: {} });
  });

  test('stays where it began with an earlier release: nothing goes out twice, nothing is read anew', async () => {
    await haveRead('2026-12-01 00:00:00');
    const readTo = { 'purchase.order': '2026-12-20 10:00:00' };
    expect(await sinceOf('2026-12-01', 'Europe/Berlin')).toEqual({ since: '2026-12-01 00:00:00', readTo });
    expect(await sinceOf(undefined, 'Europe/Berlin')).toEqual({ since: '2026-12-01 00:00:00', readTo });
  });

  test('may be moved to an earlier day: what was passed over is read then', async () => {
    await haveRead('2026-12-01 00:00:00');
    expect(await sinceOf('2026-11-20', 'Europe/Berlin')).toEqual({
      since: '2026-11-19 23:00:00',
      readTo: {},
    });
  });
});
