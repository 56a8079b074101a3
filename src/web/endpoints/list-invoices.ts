import * as z from 'zod';
import { listInvoices as query } from '../../pipeline/queries/invoices.ts';
import { endpoint } from '../endpoint.ts';
import { invoiceRow } from '../schemas/invoice.ts';
import { pageOf, pageQuery } from '../schemas/page.ts';
import { toInvoiceRow } from '../views/invoice-row.ts';

export const listInvoices = endpoint({
  method: 'get',
  path: '/api/invoices',
  operationId: 'listInvoices',
  tag: 'Invoices',
  summary: 'Invoices and credit notes with the outcome of their match, the newest first',
  role: 'viewer',
  query: z.object({
    ...pageQuery,
    status: z.string().optional(),
    supplierId: z.string().optional(),
    number: z.string().optional(),
  }),
  answer: pageOf(invoiceRow),
  async handle({ gateway }, { query: filter }) {
    const { records, ...cursor } = await query(gateway.store, filter);
    return { records: records.map(toInvoiceRow), ...cursor };
  },
});
