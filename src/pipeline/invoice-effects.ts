import { proposeShortPay } from '../tracking/match/short-pay.ts';
import type { MatchDecision } from '../tracking/match/model.ts';
import type { PipelineContext } from './context.ts';
import type { InvoiceRecord } from './order-records.ts';
import { applyOrderEvent } from './order-stream.ts';
import type { UnitOfWork } from './unit-of-work.ts';
import { enqueue } from './work-queue.ts';

/** Each order hears what its own lines are billed, held or credited. */
export async function tellOrders(
  unit: UnitOfWork,
  context: PipelineContext,
  invoice: InvoiceRecord,
  decision: MatchDecision,
  eventId: string,
): Promise<void> {
  const { status } = invoice.prior;
  if (status === 'blocked') return;
  const allocations = decision.lines.flatMap((line) => line.allocations);
  for (const orderId of invoice.orderIds) {
    if ((await unit.get('orders', orderId)) === undefined) continue;
    const lines = allocations
      .filter((allocation) => allocation.orderId === orderId)
      .map(({ orderLineId, quantity }) => ({ lineId: orderLineId, quantity }));
    const event = {
      id: `match/${eventId}/${orderId}`,
      invoiceId: invoice.id,
      lines: status === 'rejected' ? [] : lines,
    };
    const type =
      status === 'approved'
        ? invoice.type === 'invoice'
          ? 'invoiceMatched'
          : 'creditMatched'
        : 'invoiceHeld';
    const holds =
      status === 'rejected' ? ['REJECTED'] : [...new Set(decision.holds.map((hold) => hold.type))];
    await applyOrderEvent(
      unit,
      context,
      orderId,
      invoice.partnerId,
      type === 'invoiceHeld' ? { ...event, type, holds } : { ...event, type },
    );
  }
}

/** The bill goes to the ERP, once: the work item's id is the invoice. */
export async function releaseToErp(
  unit: UnitOfWork,
  context: PipelineContext,
  invoice: InvoiceRecord,
  decision: MatchDecision,
  amount: 'full' | 'short',
): Promise<void> {
  const key = `erp/${invoice.type}/${invoice.id}`;
  if ((await unit.get('work', key)) !== undefined) return;
  const short = amount === 'short' ? proposeShortPay(decision) : undefined;
  const command = {
    key,
    kind: invoice.type,
    orderIds: invoice.orderIds,
    partnerId: invoice.partnerId,
    document: invoice.document,
    data: {
      invoiceId: invoice.id,
      decisionId: invoice.decisionId,
      outcome: decision.outcome,
      payable: short?.payable ?? invoice.payable,
      currency: decision.amounts.currency,
      text: decision.text,
      approvals: invoice.holds.flatMap((hold) => hold.approvals),
      lines: decision.lines.flatMap((line) =>
        line.allocations.map((allocation) => ({ line: line.line, ...allocation })),
      ),
      ...(short !== undefined && { debitNote: short.debitNote }),
    },
  };
  unit.add(
    enqueue(context, {
      id: key,
      kind: 'writeErp',
      key,
      orderingKey: `writeErp:${invoice.orderIds[0] ?? invoice.id}`,
      partnerId: invoice.partnerId,
      payload: { command },
    }),
  );
}
