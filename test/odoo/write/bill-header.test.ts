import { expect, test } from '@jest/globals';
import type { Invoice } from '../../../src/documents/invoice.ts';
import type { OdooQuery } from '../../../src/odoo/client/odoo-client.ts';
import { findHeader } from '../../../src/odoo/write/bill-header.ts';
import type { WriteContext } from '../../../src/odoo/write/write-context.ts';
import type { ErpCommand } from '../../../src/pipeline/ports/erp.ts';

const VENDORS = [
  { id: 95, ref: 'NORTHWIND', vat: 'US1', global_location_number: '4012345500004' },
  { id: 96, ref: '', vat: 'DE811569869', global_location_number: '4012345500011' },
  { id: 97, ref: '4012345500011', vat: '', global_location_number: '' },
];

/** An Odoo of these vendors and one company. */
function contextOf(supplierId: string): WriteContext {
  const searchRead = (model: string, { domain }: OdooQuery) => {
    if (model === 'res.company') return Promise.resolve([{ id: 1, name: 'We' }]);
    if (model === 'res.currency') return Promise.resolve([{ id: 2, name: 'USD' }]);
    const [field, , value] = domain[0] as ['id' | 'ref' | 'vat' | 'global_location_number', string, unknown];
    const found = VENDORS.filter((vendor) => vendor[field] === value);
    return Promise.resolve(found.map(({ id }) => ({ id, company_id: false })));
  };
  const call = () => Promise.resolve({ global_location_number: { type: 'char' } });
  return { client: { searchRead, call }, supplierIdOf: () => supplierId } as unknown as WriteContext;
}

const COMMAND = { orderIds: [], partnerId: 'northwind-hardware', data: {} } as unknown as ErpCommand;
const INVOICE = { documentType: 'invoice', id: 'I-1', currency: 'USD' } as unknown as Invoice;

test.each([
  ['its reference', 'NORTHWIND', 95],
  ['its id in Odoo', 'odoo:96', 96],
  ['its VAT number', 'DE811569869', 96],
  ['its GLN', '4012345500004', 95],
  ['its reference before the GLN of another', '4012345500011', 97],
])('the vendor of an invoice without order is found by %s', async (_, supplierId, partnerId) => {
  expect(await findHeader(contextOf(supplierId), COMMAND, INVOICE)).toMatchObject({
    partnerId,
    companyId: 1,
  });
});

test('a vendor that is not there is named', async () => {
  await expect(findHeader(contextOf('odoo:12'), COMMAND, INVOICE)).rejects.toThrow(
    'No vendor in Odoo has the reference odoo:12',
  );
});
