import { expect, test } from '@jest/globals';
import { eachOrderLink, saveOrderLink } from '../../src/odoo/order-link.ts';
import type { OdooOrderLink } from '../../src/odoo/order-link.ts';
import { SqliteStore } from '../../src/store/sqlite/sqlite-store.ts';
import { FakeTime } from '../pipeline/fake-time.ts';

function linkOf(odooId: number): OdooOrderLink {
  return {
    ...{ orderId: `P${odooId}`, odooId, companyId: 1, currency: 'EUR', state: 'confirmed', content: '' },
    lines: [],
    intendedSlices: [],
  };
}

test('every linked order comes once, also where it is written while the others are looked at', async () => {
  const store = SqliteStore.open({ file: ':memory:', role: 'tool' });
  const clock = new FakeTime();
  // More than a page.
  for (let odooId = 1; odooId <= 501; odooId++) await saveOrderLink(store, clock, linkOf(odooId));
  const seen: string[] = [];
  for await (const { link, record } of eachOrderLink(store)) {
    seen.push(link.orderId);
    clock.advance(1_000);
    if (seen.length <= 2) await saveOrderLink(store, clock, { ...link, content: 'read again' }, record);
  }
  expect([seen.length, new Set(seen).size]).toEqual([501, 501]);
  await store.close();
});
