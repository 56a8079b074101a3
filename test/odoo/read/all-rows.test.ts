import { expect, test } from '@jest/globals';
import type { OdooQuery, OdooRow } from '../../../src/odoo/client/odoo-client.ts';
import { readAllRows } from '../../../src/odoo/read/all-rows.ts';

test.each([0, 1, 5, 6, 10, 11])('of %d rows none is left out, and none comes twice', async (count) => {
  const rows = Array.from({ length: count }, (_, index): OdooRow => ({
    id: index * 3 + 1,
    usage: 'supplier',
  }));
  const searchRead = (_: string, { domain, limit }: OdooQuery) => {
    const after = domain.find((condition) => condition[0] === 'id')?.[2] as number | undefined;
    expect(domain[0]).toEqual(['usage', '=', 'supplier']);
    return Promise.resolve(rows.filter(({ id }) => id > (after ?? 0)).slice(0, limit));
  };
  const query = { domain: [['usage', '=', 'supplier']] as const, fields: ['usage'] };
  expect(await readAllRows({ searchRead }, 'stock.location', query, 5)).toEqual(rows);
});
