import { localDate } from '../common/calendar.ts';
import { GatewayError } from '../common/errors.ts';
import type { Partner } from '../partners/partner-schema.ts';
import { resolveMatchPolicy } from '../partners/resolve-match-policy.ts';
import { buildMatchInput } from '../tracking/match/build-match-input.ts';
import { originalNumberOf } from '../tracking/match/context.ts';
import { isPayable, updateHolds } from '../tracking/match/hold.ts';
import { plainInvoiceNumber } from '../tracking/match/identifiers.ts';
import { match } from '../tracking/match/match.ts';
import { priorInvoiceOf, statusOf } from '../tracking/match/prior-invoice.ts';
import type { PipelineContext } from './context.ts';
import type { Actor } from './gateway.ts';
import { closeHoldExceptions, raiseHoldExceptions } from './hold-exceptions.ts';
import { releaseToErp, tellOrders } from './invoice-effects.ts';
import { findInvoicesOfOrder } from './invoices-of-order.ts';
import type { InvoiceRecord, OrderRecord } from './order-records.ts';
import type { DocumentRecord } from './records.ts';
import { supplierFactOf } from './supplier-fact.ts';
import { sha256Of } from './unit-of-work.ts';
import type { UnitOfWork } from './unit-of-work.ts';

const GATEWAY: Actor = { name: 'gateway', roles: [] };

/** An invoice that has not been decided yet. */
export type InvoiceDraft = Omit<InvoiceRecord, 'status' | 'decisionId' | 'prior' | 'updatedAt'>;

/** Matches a document with everything known now, and records the decision with all that follows from it. */
export async function decideOnInvoice(
  unit: UnitOfWork,
  context: PipelineContext,
  invoice: InvoiceDraft | InvoiceRecord,
  partner: Partner,
  trigger: string,
  actor: Actor = GATEWAY,
): Promise<InvoiceRecord> {
  const now = context.clock.now();
  const input = buildMatchInput({
    documentId: invoice.documentId,
    document: invoice.document,
    sequence: invoice.sequence,
    today: localDate(now, context.policyOf('').companyCalendar.timeZone),
    supplier: supplierFactOf(context.partners.company, partner),
    orders: (await loadOrders(unit, invoice.orderIds)).map((order) => order.state),
    priorInvoices: await loadPriorInvoices(unit, invoice),
    policy: resolveMatchPolicy(context.partners.company, partner),
    currency: partner.currency ?? context.partners.company.currency,
    items: context.policyOf(partner.partner).items,
  });
  const decision = match(input, { hash: sha256Of, decidedAt: now, actor: actor.name });
  const holds = updateHolds(invoice.holds, decision);
  const payable = isPayable(holds);
  const prior = priorInvoiceOf(decision, payable ? 'approved' : statusOf(decision.outcome));
  const decisionId = context.ids.next();
  unit.insert('matchDecisions', {
    id: decisionId,
    revision: 0,
    invoiceId: invoice.id,
    createdAt: now,
    trigger,
    decision,
  });
  const decided: InvoiceRecord = {
    ...invoice,
    status: decision.outcome,
    decisionId,
    holds,
    prior,
    updatedAt: now,
  };
  await writeInvoice(unit, decided);
  await tellOrders(unit, context, decided, decision, decisionId);
  await closeHoldExceptions(unit, context, decided, decision);
  await raiseHoldExceptions(unit, context, decided, decision);
  if (payable) await releaseToErp(unit, context, decided, decision, 'full');
  return decided;
}

/** Writes the record, and what became of the document that it came in. */
export async function writeInvoice(unit: UnitOfWork, invoice: InvoiceRecord): Promise<void> {
  if (invoice.revision === 0) {
    unit.insert('invoices', invoice);
    return;
  }
  unit.update('invoices', invoice);
  const document = await unit.get('documents', invoice.documentId);
  const status = documentStatusOf(invoice);
  if (document !== undefined && document.status !== status) unit.update('documents', { ...document, status });
}

/** What the document is called in lists. */
export function documentStatusOf({ status, prior, holds }: InvoiceRecord): DocumentRecord['status'] {
  if (status === 'DUPLICATE_BLOCKED') return 'duplicate';
  if (prior.status === 'rejected') return 'rejected';
  return isPayable(holds) ? 'applied' : 'held';
}

async function loadOrders(unit: UnitOfWork, orderIds: readonly string[]): Promise<OrderRecord[]> {
  const orders = await Promise.all(orderIds.map((orderId) => unit.get('orders', orderId)));
  return orders.filter((order) => order !== undefined);
}

/**
 * What the match has to know of the supplier's other documents: those of the same orders (what is billed, credited, reserved),
 * and those that this one may repeat or refer to, by number and by amount.
 */
async function loadPriorInvoices(unit: UnitOfWork, invoice: InvoiceDraft | InvoiceRecord) {
  const { supplierId, amount } = invoice;
  const found = new Map<string, InvoiceRecord>();
  const add = (records: readonly InvoiceRecord[]) => {
    for (const record of records) if (record.id !== invoice.id) found.set(record.id, record);
  };
  for (const orderId of invoice.orderIds) add(await findInvoicesOfOrder(unit, orderId));
  const original = originalNumberOf(invoice.document);
  for (const number of [
    invoice.normalisedNumber,
    ...(original === undefined ? [] : [plainInvoiceNumber(original)]),
  ]) {
    const where = { supplierId, normalisedNumber: number };
    add(
      await unit.findAll(
        'invoices',
        where,
        (other) => other.supplierId === supplierId && other.normalisedNumber === number,
      ),
    );
  }
  add(
    await unit.findAll(
      'invoices',
      { supplierId, amount },
      (other) => other.supplierId === supplierId && other.amount === amount,
    ),
  );
  return [...found.values()].sort((a, b) => a.sequence - b.sequence).map(({ prior }) => prior);
}

/** Throws PARTNER_INVALID. */
export function partnerOf(context: PipelineContext, partnerId: string): Partner {
  const partner = context.partners.partners.find((candidate) => candidate.partner === partnerId);
  if (partner !== undefined) return partner;
  throw new GatewayError(
    'PARTNER_INVALID',
    `There is no partner "${partnerId}" any more: put its partner.yaml back.`,
  );
}
