import type { PipelineContext } from '../context.ts';
import { enqueueRematch } from './enqueue-rematch.ts';
import { closeHoldExceptions } from './hold-exceptions.ts';
import { tellOrders } from './invoice-effects.ts';
import { rematchOthers } from './rematch-others.ts';
import { isWaiting, writeInvoice } from './invoice-record.ts';
import type { InvoiceRecord } from '../orders/order-records.ts';
import type { UnitOfWork } from '../unit-of-work.ts';
import { enqueue } from '../work/work-queue.ts';

/** What the state of one invoice changes for others: its credit notes and corrections, and the invoice that it corrects. */
export async function followUp(
  unit: UnitOfWork,
  context: PipelineContext,
  invoice: InvoiceRecord,
): Promise<void> {
  if (invoice.type !== 'invoice') return;
  const { document, prior, supplierId, normalisedNumber, decisionId, partnerId } = invoice;
  const corrects = document.documentType === 'invoice' && document.invoiceType === 'corrected';
  if (corrects && prior.status === 'approved') await reverseOriginal(unit, context, invoice);
  const waiting = await findWaiting(unit, supplierId, normalisedNumber);
  if (!waiting.some(({ id }) => id !== invoice.id)) return;
  const id = `rematch/${invoice.id}/${decisionId}/${prior.status}`;
  await enqueueRematch(unit, context, {
    id,
    scope: { supplierId, originalNumber: normalisedNumber },
    trigger: 'originalDecided',
    partnerId,
    orderId: invoice.orderIds[0] ?? invoice.id,
  });
}

/** Credit notes over an invoice, and corrections of it, that wait; oldest first. */
export async function findWaiting(
  unit: UnitOfWork,
  supplierId: string,
  originalNumber: string,
): Promise<InvoiceRecord[]> {
  const found = await unit.findAll(
    'invoices',
    { supplierId, originalNumber },
    (other) => other.supplierId === supplierId && other.originalNumber === originalNumber,
  );
  return found.filter(isWaiting).sort((a, b) => a.sequence - b.sequence);
}

/** A corrected invoice takes the place of its original, which is never payable any more: the ERP books it back. */
async function reverseOriginal(
  unit: UnitOfWork,
  context: PipelineContext,
  correction: InvoiceRecord,
): Promise<void> {
  const { supplierId, originalNumber, id } = correction;
  const originals = await unit.findAll(
    'invoices',
    { supplierId, normalisedNumber: originalNumber },
    (other) => other.supplierId === supplierId && other.normalisedNumber === originalNumber,
  );
  for (const original of originals) {
    const ended = original.status === 'REJECTED' || original.status === 'REVERSED';
    if (original.id === id || original.type !== 'invoice' || ended || original.sequence > correction.sequence)
      continue;
    await reverse(unit, context, original, correction);
  }
}

async function reverse(
  unit: UnitOfWork,
  context: PipelineContext,
  original: InvoiceRecord,
  correction: InvoiceRecord,
): Promise<void> {
  const now = context.clock.now();
  const record = await unit.get('matchDecisions', original.decisionId);
  const reversed: InvoiceRecord = {
    ...original,
    status: 'REVERSED',
    prior: { ...original.prior, status: 'reversed' },
    holds: original.holds.map((hold) =>
      hold.status === 'open' || hold.status === 'waiting'
        ? { ...hold, status: 'released', closedAt: now }
        : hold,
    ),
    updatedAt: now,
  };
  await writeInvoice(unit, reversed);
  if (record !== undefined) {
    await tellOrders(unit, context, reversed, record.decision, `reversed/${correction.decisionId}`);
    await closeHoldExceptions(unit, context, reversed, record.decision);
  }
  await rematchOthers(unit, context, reversed, original.prior);
  if (original.payments.length === 0) return;
  const key = `erp/invoiceReversal/${original.id}`;
  const command = {
    key,
    kind: 'invoiceReversal',
    orderIds: original.orderIds,
    partnerId: original.partnerId,
    document: original.document,
    data: {
      invoiceId: original.id,
      number: original.number,
      bills: original.payments.map(({ key: bill }) => bill),
      replacedBy: { invoiceId: correction.id, number: correction.number },
      currency: original.currency,
      text: `Invoice ${original.number} is replaced by the corrected invoice ${correction.number}.`,
    },
  };
  unit.add(
    enqueue(context, {
      id: key,
      kind: 'writeErp',
      key,
      orderingKey: `writeErp:${original.orderIds[0] ?? original.id}`,
      partnerId: original.partnerId,
      payload: { command },
    }),
  );
}
