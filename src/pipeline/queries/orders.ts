import { companyZone } from '../../partners/resolve-policy.ts';
import type { Gateway } from '../gateway.ts';
import type {
  ExceptionRecord,
  InvoiceRecord,
  MatchDecisionRecord,
  OrderRecord,
} from '../orders/order-records.ts';
import type { Page, Store } from '../ports/store.ts';
import type { DocumentRecord } from '../records.ts';
import type { DeadlineView } from './deadlines.ts';
import { listDeadlines } from './deadlines.ts';
import type { LineView } from './order-lines.ts';
import { viewLines } from './order-lines.ts';
import type { OrderStep } from './order-steps.ts';
import { listSteps } from './order-steps.ts';
import { getOrThrow, scanAll, scanPage } from './scan.ts';
import type { TimelineEntry } from './timeline.ts';
import { describeEvent } from './timeline.ts';

export interface OrderFilter {
  badge?: string | undefined;
  open?: boolean | undefined;
  partnerId?: string | undefined;
  /** An order number or its beginning. */
  number?: string | undefined;
  limit: number;
  after?: string | undefined;
}

/** The latest changed first; by number: in its order. */
export function listOrders(store: Store, filter: OrderFilter): Promise<Page<OrderRecord>> {
  const { badge, open, partnerId, number, limit, after } = filter;
  const keep = (order: OrderRecord) =>
    (badge === undefined || order.badge === badge) &&
    (open === undefined || order.open === open) &&
    (partnerId === undefined || order.partnerId === partnerId);
  if (number !== undefined && number !== '') {
    const where = { number: { gte: number, lt: `${number}\uffff` } };
    return scanPage(store, 'orders', { where, orderBy: 'number', limit, after }, keep);
  }
  const where =
    partnerId !== undefined
      ? { partnerId }
      : badge !== undefined
        ? { badge }
        : open !== undefined
          ? { open }
          : {};
  return scanPage(store, 'orders', { where, orderBy: 'updatedAt', descending: true, limit, after }, keep);
}

export interface OrderView {
  order: OrderRecord;
  steps: OrderStep[];
  lines: LineView[];
  /** The newest event first. */
  timeline: TimelineEntry[];
  documents: DocumentRecord[];
  exceptions: ExceptionRecord[];
  /** What is waited for, the next first. */
  deadlines: DeadlineView[];
  invoices: InvoiceRecord[];
}

/** Everything about one order, from every collection. Throws GatewayError NOT_FOUND. */
export async function showOrder(
  { store, partners }: Pick<Gateway, 'store' | 'partners'>,
  id: string,
): Promise<OrderView> {
  const order = await getOrThrow(store, 'orders', id, 'order');
  const [events, joins, exceptions] = await Promise.all([
    scanAll(store, 'orderEvents', { where: { orderId: id }, orderBy: 'sequence', descending: true }, 2_000),
    scanAll(store, 'orderDocuments', { where: { orderId: id }, orderBy: 'createdAt' }, 1_000),
    scanAll(store, 'exceptions', { where: { orderId: id } }, 1_000),
  ]);
  const documents = await getAll(
    store,
    joins.map((join) => join.documentId),
  );
  const invoices = await findInvoices(store, id, documents);
  const decisions = await Promise.all(
    invoices.map((invoice) => store.get('matchDecisions', invoice.decisionId)),
  );
  return {
    order,
    steps: listSteps(order.state, documents, invoices),
    lines: viewLines(
      order.state,
      decisions.filter((found): found is MatchDecisionRecord => found !== undefined),
      companyZone(partners.company),
    ),
    timeline: events.map(describeEvent),
    documents,
    exceptions: exceptions.sort((a, b) => rankOf(a) - rankOf(b) || b.priority - a.priority),
    deadlines: listDeadlines(order),
    invoices,
  };
}

const STATUS_ORDER: readonly ExceptionRecord['status'][] = ['open', 'snoozed', 'resolved'];

function rankOf(exception: ExceptionRecord): number {
  return STATUS_ORDER.indexOf(exception.status);
}

async function getAll(store: Store, ids: readonly string[]): Promise<DocumentRecord[]> {
  const documents = await Promise.all(ids.map((id) => store.get('documents', id)));
  return documents.filter((found) => found !== undefined);
}

async function findInvoices(
  store: Store,
  orderId: string,
  documents: readonly DocumentRecord[],
): Promise<InvoiceRecord[]> {
  const numbers = new Set(
    documents
      .filter((document) => document.documentType === 'invoice' || document.documentType === 'creditNote')
      .map((document) => document.number),
  );
  const found = await Promise.all(
    [...numbers].map((number) => store.find('invoices', { where: { number }, limit: 20 })),
  );
  return found.flatMap((page) => page.records).filter((invoice) => invoice.orderIds.includes(orderId));
}
