import { GatewayError } from '../../common/errors.ts';
import type {
  ExceptionRecord,
  InvoiceRecord,
  MatchDecisionRecord,
  SupplierClaimRecord,
} from '../orders/order-records.ts';
import type { Page, Store } from '../ports/store.ts';
import { listClaims } from './claims.ts';
import { scanAll, scanPage } from './scan.ts';

export interface InvoiceFilter {
  status?: string | undefined;
  supplierId?: string | undefined;
  number?: string | undefined;
  limit: number;
  after?: string | undefined;
}

/** Newest first; by number or supplier: by number. */
export function listInvoices(store: Store, filter: InvoiceFilter): Promise<Page<InvoiceRecord>> {
  const { status, supplierId, number, limit, after } = filter;
  const keep = (invoice: InvoiceRecord) =>
    (status === undefined || invoice.status === status) &&
    (supplierId === undefined || invoice.supplierId === supplierId);
  if (number !== undefined) return scanPage(store, 'invoices', { where: { number }, limit, after }, keep);
  if (supplierId !== undefined) {
    return scanPage(
      store,
      'invoices',
      { where: { supplierId }, orderBy: 'normalisedNumber', limit, after },
      keep,
    );
  }
  const where = status === undefined ? {} : { status };
  return scanPage(store, 'invoices', { where, orderBy: 'createdAt', descending: true, limit, after }, keep);
}

export interface InvoiceView {
  invoice: InvoiceRecord;
  /** Newest first; the first one is in force. */
  decisions: MatchDecisionRecord[];
  /** Newest first. */
  claims: SupplierClaimRecord[];
  /** Open and snoozed ones, in which its holds are decided. */
  exceptions: ExceptionRecord[];
}

/** By record id or by the supplier's invoice number, where only one invoice has it. */
export async function showInvoice(store: Store, idOrNumber: string): Promise<InvoiceView> {
  const invoice = (await store.get('invoices', idOrNumber)) ?? (await findByNumber(store, idOrNumber));
  const decisions = await scanAll(
    store,
    'matchDecisions',
    { where: { invoiceId: invoice.id }, orderBy: 'createdAt', descending: true },
    200,
  );
  const { records: claims } = await listClaims(store, { invoiceId: invoice.id, limit: 100 });
  const waiting = await scanAll(store, 'exceptions', {
    where: { partnerId: invoice.partnerId, status: { in: ['open', 'snoozed'] } },
  });
  return { invoice, decisions, claims, exceptions: waiting.filter((each) => each.invoiceId === invoice.id) };
}

async function findByNumber(store: Store, number: string): Promise<InvoiceRecord> {
  const { records } = await store.find('invoices', { where: { number }, limit: 20 });
  if (records.length === 1) return records[0]!;
  if (records.length === 0) throw new GatewayError('NOT_FOUND', `There is no invoice "${number}".`);
  const ids = records.map((record) => record.id).join(', ');
  throw new GatewayError(
    'INVALID_REQUEST',
    `Several suppliers have an invoice "${number}"; name one of: ${ids}.`,
  );
}
