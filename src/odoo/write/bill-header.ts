import { GatewayError } from '../../common/errors.ts';
import type { CreditNote, Invoice } from '../../documents/invoice.ts';
import type { ErpCommand } from '../../pipeline/ports/erp.ts';
import type { OdooDomain, OdooRow } from '../client/odoo-client.ts';
import { readOrderLink } from '../order-link.ts';
import type { OdooOrderLink } from '../order-link.ts';
import { findCreated } from './external-id.ts';
import { idOf, needOdooOrder } from './odoo-order.ts';
import type { OdooOrder, OdooOrderLine } from './odoo-order.ts';
import { knownRows } from './plan-lines.ts';
import type { WriteContext } from './write-context.ts';

/** What a bill needs beside its rows. */
export interface BillHeader {
  moveType: 'in_invoice' | 'in_refund';
  companyId: number;
  partnerId: number;
  currencyId: number;
  paymentTermId: number | undefined;
  /** Numbers of its orders. */
  origin: string;
  /** The bill that a credit note is about. */
  reversedId: number | undefined;
  /** Rows of purchase.order.line of its orders. */
  orderRowIds: number[];
  rowsOf: (orderId: string, lineId: string) => { order: OdooOrder; row: OdooOrderLine }[];
}

/** Vendor, company and terms are those of the order; without an order those of the vendor. */
export async function findHeader(
  context: WriteContext,
  command: ErpCommand,
  document: Invoice | CreditNote,
): Promise<BillHeader> {
  const orders: { link: OdooOrderLink; order: OdooOrder }[] = [];
  for (const orderId of command.orderIds) {
    const stored = await readOrderLink(context.store, orderId);
    if (stored === undefined) continue;
    const order = await needOdooOrder(context, stored.link.odooId, orderId);
    orders.push({ link: stored.link, order });
  }
  const moveType = document.documentType === 'invoice' ? 'in_invoice' : 'in_refund';
  const [first] = orders;
  const { companyId, partnerId, paymentTermId } =
    first === undefined ? await vendorOf(context, command.partnerId) : first.order;
  const currency = document.currency ?? (command.data['currency'] as string);
  return {
    moveType,
    companyId,
    partnerId,
    paymentTermId,
    currencyId:
      first?.order.currency.name === currency ? first.order.currency.id : await currencyOf(context, currency),
    origin: orders.map(({ order }) => order.name).join(', '),
    reversedId: await findReversed(context, command, document),
    orderRowIds: orders.flatMap(({ order }) => order.lines.map(({ id }) => id)),
    rowsOf: (orderId, lineId) => {
      const found = orders.find(({ link }) => link.orderId === orderId);
      if (found === undefined) return [];
      return knownRows(found, lineId).map((row) => ({ order: found.order, row }));
    },
  };
}

/** As orders find their partner: by the id that is named, the reference, the GLN or the VAT number, whichever finds one first. */
async function vendorOf({ client, supplierIdOf }: WriteContext, partnerId: string) {
  const supplierId = supplierIdOf(partnerId) ?? partnerId;
  const [, odooId] = /^odoo:(\d+)$/.exec(supplierId) ?? [];
  const known = await client.call<Record<string, unknown>>('res.partner', 'fields_get', {
    allfields: ['global_location_number'],
    attributes: ['type'],
  });
  const ways: OdooDomain[] =
    odooId === undefined
      ? ['ref', 'global_location_number', 'vat']
          .filter((field) => field !== 'global_location_number' || field in known)
          .map((field) => [
            [field, '=', supplierId],
            ['parent_id', '=', false],
          ])
      : [[['id', '=', Number(odooId)]]];
  let rows: OdooRow[] = [];
  for (const domain of ways) {
    rows = await client.searchRead('res.partner', { domain, fields: ['company_id'], limit: 2 });
    if (rows.length > 0) break;
  }
  const [vendor] = rows;
  if (vendor === undefined || rows.length > 1) {
    throw new GatewayError(
      'ODOO_REJECTED',
      `${vendor === undefined ? 'No' : 'More than one'} vendor in Odoo has the reference ${supplierId}. Set it on the one that is meant (Contacts, Reference) and redrive.`,
      { details: { model: 'res.partner' } },
    );
  }
  const companyId = idOf(vendor['company_id']) ?? (await onlyCompany(client, supplierId));
  return { partnerId: vendor.id, companyId, paymentTermId: undefined };
}

/** A vendor of all companies, and no order that names one: certain only where there is just one. */
async function onlyCompany(client: WriteContext['client'], supplierId: string): Promise<number> {
  const companies = await client.searchRead('res.company', { domain: [], fields: ['name'], limit: 2 });
  const [company] = companies;
  if (company !== undefined && companies.length === 1) return company.id;
  throw new GatewayError(
    'ODOO_REJECTED',
    `Vendor ${supplierId} belongs to every company, and no order says which of them is billed. Enter the bill in Odoo and dismiss this.`,
    { details: { model: 'res.partner' } },
  );
}

async function currencyOf({ client }: WriteContext, code: string): Promise<number> {
  const [row] = await client.searchRead('res.currency', { domain: [['name', '=', code]], fields: ['name'] });
  if (row !== undefined) return row.id;
  throw new GatewayError(
    'ODOO_REJECTED',
    `Odoo has no active currency ${code}. Activate it (Accounting, Configuration, Currencies) and redrive.`,
    { details: { model: 'res.currency' } },
  );
}

/** The bill of the credited invoice, where we made it and it is still there. */
async function findReversed(
  { client, store }: WriteContext,
  command: ErpCommand,
  document: Invoice | CreditNote,
): Promise<number | undefined> {
  if (document.documentType === 'invoice' || document.originalInvoiceId === undefined) return undefined;
  const credit = await store.get('invoices', command.data['invoiceId'] as string);
  if (credit === undefined || credit.originalNumber === '') return undefined;
  const { records } = await store.find('invoices', {
    where: { supplierId: credit.supplierId, normalisedNumber: credit.originalNumber },
    limit: 10,
  });
  const original = records.find(({ type, status }) => type === 'invoice' && status !== 'REJECTED');
  const [payment] = original?.payments ?? [];
  return payment === undefined ? undefined : findCreated(client, 'bill', payment.key);
}
