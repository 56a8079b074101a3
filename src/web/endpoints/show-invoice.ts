import { showInvoice as query } from '../../pipeline/queries/invoices.ts';
import { endpoint } from '../endpoint.ts';
import { invoiceDetail } from '../schemas/invoice.ts';
import { idParams } from '../schemas/page.ts';
import { toClaimRow } from '../views/claim.ts';
import { toHolds, toPayment } from '../views/invoice-holds.ts';
import { toInvoiceRow } from '../views/invoice-row.ts';
import { toMatchDecision } from '../views/match-decision.ts';

export const showInvoice = endpoint({
  method: 'get',
  path: '/api/invoices/:id',
  operationId: 'showInvoice',
  tag: 'Invoices',
  summary: 'One invoice, by id or number: its content and every decision on it, check by check and in words',
  role: 'viewer',
  params: idParams,
  answer: invoiceDetail,
  async handle({ gateway }, { params }) {
    const { invoice, decisions, claims, exceptions } = await query(gateway.store, params.id);
    const document = await gateway.store.get('documents', invoice.documentId);
    return {
      invoice: toInvoiceRow(invoice),
      document: invoice.document,
      fileId: document?.fileId ?? '',
      decisions: decisions.map(toMatchDecision),
      holds: toHolds(invoice, exceptions),
      payments: invoice.payments.map(toPayment),
      claims: claims.map(toClaimRow),
    };
  },
});
