import { dec, formatDecimal } from '../../common/decimal.ts';
import type { Finding } from '../../common/finding.ts';
import type { CreditNote, Invoice } from '../../documents/invoice.ts';
import { originalNumberOf } from '../../tracking/match/context.ts';
import { plainInvoiceNumber } from '../../tracking/match/identifiers.ts';
import type { AppliedDocument, ReceivedDocument } from '../interchange/received-document.ts';
import type { PipelineContext } from '../context.ts';
import { orderIdsOf } from '../interchange/document-number.ts';
import { decideOnInvoice } from './invoice-decision.ts';
import type { InvoiceDraft } from './invoice-facts.ts';
import { documentStatusOf } from './invoice-record.ts';
import { linkOrder } from '../outbound/outbound.ts';
import type { InvoiceRecord } from '../orders/order-records.ts';
import type { DocumentRecord } from '../records.ts';
import type { UnitOfWork } from '../unit-of-work.ts';

/** Takes an invoice or credit note in and decides on it for the first time. */
export async function receiveInvoice(
  unit: UnitOfWork,
  context: PipelineContext,
  { record, partner }: ReceivedDocument,
  document: Invoice | CreditNote,
): Promise<AppliedDocument> {
  const supplierId = partner.partner;
  const type = document.documentType;
  const now = context.clock.now();
  const normalisedNumber = plainInvoiceNumber(document.id);
  const counter = await unit.get('counters', `invoices|${supplierId}`);
  const sequence = (counter?.value ?? 0) + 1;
  const count = { id: `invoices|${supplierId}`, revision: counter?.revision ?? 0, value: sequence };
  if (counter === undefined) unit.insert('counters', count);
  else unit.update('counters', count);
  const key = `${supplierId}|${normalisedNumber}|${type}`;
  const taken = await unit.get('invoices', key);
  const original = originalNumberOf(document);
  const draft: InvoiceDraft = {
    id: taken === undefined ? key : `${key}|${sequence}`,
    revision: 0,
    number: document.id,
    normalisedNumber,
    supplierId,
    partnerId: supplierId,
    documentId: record.id,
    type,
    orderIds: orderIdsOf(document),
    currency: document.currency ?? partner.currency ?? context.partners.company.currency,
    payable: document.totals.payable,
    amount: formatDecimal(dec(document.totals.payable)),
    createdAt: now,
    sequence,
    holds: [],
    originalNumber: original === undefined ? '' : plainInvoiceNumber(original),
    payments: [],
    document,
  };
  const stated = record.findings.find(({ code }) => code === 'MAP_COUNT_DIFFERS')?.actual;
  if (stated !== undefined && /^\d+$/.test(stated)) draft.statedLineCount = Number(stated);
  for (const orderId of draft.orderIds) await linkOrder(unit, context, orderId, record.id);
  const decided = await decideOnInvoice(unit, context, draft, partner, 'invoiceReceived');
  return { status: documentStatusOf(decided), findings: refusalsOf(decided, record) };
}

/** Why an invoice is none that can be paid. Reasons of other holds name limits that are ours alone. */
function refusalsOf({ status, holds }: InvoiceRecord, { ordinal }: DocumentRecord): Finding[] {
  if (status !== 'REJECTED') return [];
  return holds
    .filter(({ type }) => type === 'REJECTED')
    .flatMap(({ texts }) => texts)
    .map((message) => ({ code: 'INVOICE_REJECTED', severity: 'error', message, place: { ...ordinal } }));
}
