import { localDate } from '../../common/calendar.ts';
import type { Partner } from '../../partners/partner-schema.ts';
import { resolveMatchPolicy } from '../../partners/resolve-match-policy.ts';
import { buildMatchInput } from '../../tracking/match/build-match-input.ts';
import type { MatchInput, PriorInvoice } from '../../tracking/match/facts.ts';
import type { PipelineContext } from '../context.ts';
import { findInvoicesOfOrder } from './invoices-of-order.ts';
import { findExchangeRate } from './exchange-rate.ts';
import type { InvoiceRecord, OrderRecord } from '../orders/order-records.ts';
import { supplierFactOf } from './supplier-fact.ts';
import type { UnitOfWork } from '../unit-of-work.ts';

/** An invoice that has not been decided yet. */
export type InvoiceDraft = Omit<InvoiceRecord, 'status' | 'decisionId' | 'prior' | 'updatedAt'>;

/** Everything that a match of this document has to know, as it is now. */
export async function gatherFacts(
  unit: UnitOfWork,
  context: PipelineContext,
  invoice: InvoiceDraft,
  partner: Partner,
): Promise<MatchInput> {
  const foreign = invoice.currency !== context.partners.company.currency;
  const rate = foreign
    ? await findExchangeRate(unit, invoice.currency, invoice.document.issueDate)
    : undefined;
  const { timeZone } = context.policyOf('').companyCalendar;
  return buildMatchInput({
    documentId: invoice.documentId,
    document: invoice.document,
    sequence: invoice.sequence,
    today: localDate(context.clock.now(), timeZone),
    timeZone,
    supplier: supplierFactOf(context.partners.company, partner),
    orders: (await loadOrders(unit, invoice.orderIds)).map((order) => order.state),
    priorInvoices: await loadPriorInvoices(unit, invoice),
    policy: resolveMatchPolicy(context.partners.company, partner),
    currency: partner.currency ?? context.partners.company.currency,
    items: context.policyOf(partner.partner).items,
    ...(invoice.statedLineCount !== undefined && { statedLineCount: invoice.statedLineCount }),
    ...(rate !== undefined && { exchangeRate: rate }),
  });
}

async function loadOrders(unit: UnitOfWork, orderIds: readonly string[]): Promise<OrderRecord[]> {
  const orders = await Promise.all(orderIds.map((orderId) => unit.get('orders', orderId)));
  return orders.filter((order) => order !== undefined);
}

/**
 * What the match has to know of the supplier's other documents: those of the same orders (what is billed, credited, reserved),
 * and those that this one may repeat or refer to, by number and by amount.
 */
async function loadPriorInvoices(unit: UnitOfWork, invoice: InvoiceDraft): Promise<PriorInvoice[]> {
  const { supplierId, amount, normalisedNumber, originalNumber } = invoice;
  const found = new Map<string, InvoiceRecord>();
  const add = (records: readonly InvoiceRecord[]) => {
    for (const record of records) if (record.id !== invoice.id) found.set(record.id, record);
  };
  for (const orderId of invoice.orderIds) add(await findInvoicesOfOrder(unit, orderId));
  for (const number of new Set([normalisedNumber, originalNumber].filter((each) => each !== ''))) {
    add(
      await unit.findAll(
        'invoices',
        { supplierId, normalisedNumber: number },
        (other) => other.supplierId === supplierId && other.normalisedNumber === number,
      ),
    );
  }
  // Other credit notes over the same invoice, whatever order they name.
  if (originalNumber !== '') {
    add(
      await unit.findAll(
        'invoices',
        { supplierId, originalNumber },
        (other) => other.supplierId === supplierId && other.originalNumber === originalNumber,
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
