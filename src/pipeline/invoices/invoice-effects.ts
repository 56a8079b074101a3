import { dec, formatDecimal } from '../../common/decimal.ts';
import type { MatchDecision } from '../../tracking/match/model.ts';
import { paidLinesOf } from '../../tracking/match/payment.ts';
import type { OrderEvent } from '../../tracking/model.ts';
import type { PipelineContext } from '../context.ts';
import type { InvoiceRecord } from '../orders/order-records.ts';
import { applyOrderEvent } from '../orders/order-stream.ts';
import type { UnitOfWork } from '../unit-of-work.ts';

interface BilledLine {
  lineId: string;
  quantity: string;
}

/** Each order hears what its own lines are billed, held or credited; what is paid ahead of the rest is matched already. */
export async function tellOrders(
  unit: UnitOfWork,
  context: PipelineContext,
  invoice: InvoiceRecord,
  decision: MatchDecision,
  eventId: string,
): Promise<void> {
  const { status } = invoice.prior;
  const off = endOf(invoice);
  const inParts = invoice.payments.some(({ kind }) => kind === 'part');
  const paidAhead = inParts
    ? paidLinesOf(invoice.payments.filter(({ kind }) => kind === 'part'))
    : new Set<number>();
  for (const orderId of invoice.orderIds) {
    const order = await unit.get('orders', orderId);
    if (order === undefined) continue;
    // Of a repeat the orders hear nothing, unless they have taken it for a document of its own until now.
    if (status === 'blocked' && !order.state.billing.some(({ invoiceId }) => invoiceId === invoice.id))
      continue;
    const tell = (event: OrderEvent) => applyOrderEvent(unit, context, orderId, invoice.partnerId, event);
    const id = `match/${eventId}/${orderId}`;
    if (invoice.status === 'REVERSED' && inParts) {
      await tell({
        id: `${id}/paid`,
        type: 'invoiceHeld',
        invoiceId: `${invoice.id}#paid`,
        holds: ['REVERSED'],
        lines: [],
      });
    } else if (inParts) {
      const lines = allocated(decision, orderId, (line) => paidAhead.has(line));
      if (lines.length > 0) {
        await tell({ id: `${id}/paid`, type: 'invoiceMatched', invoiceId: `${invoice.id}#paid`, lines });
      }
    }
    const rest = inParts
      ? allocated(decision, orderId, (line) => !paidAhead.has(line))
      : invoice.prior.lines
          .filter((line) => line.orderId === orderId)
          .map(({ orderLineId, quantity }) => ({ lineId: orderLineId, quantity: unsigned(quantity) }));
    const common = { id, invoiceId: invoice.id, lines: off === undefined ? rest : [] };
    if (off !== undefined || status !== 'approved') {
      const holds = off === undefined ? [...new Set(decision.holds.map((hold) => hold.type))] : [off];
      await tell({ ...common, type: 'invoiceHeld', holds });
    } else {
      await tell({ ...common, type: invoice.type === 'invoice' ? 'invoiceMatched' : 'creditMatched' });
    }
  }
}

/** What takes it off its orders; undefined while they count it. */
function endOf({ status, prior }: InvoiceRecord): 'REJECTED' | 'REVERSED' | 'BLOCKED' | undefined {
  if (status === 'REJECTED' || status === 'REVERSED') return status;
  return prior.status === 'blocked' ? 'BLOCKED' : undefined;
}

function allocated(
  decision: MatchDecision,
  orderId: string,
  wanted: (line: number) => boolean,
): BilledLine[] {
  return decision.lines
    .filter(({ line }) => wanted(line))
    .flatMap(({ allocations }) => allocations)
    .filter((allocation) => allocation.orderId === orderId)
    .map(({ orderLineId, quantity }) => ({ lineId: orderLineId, quantity: unsigned(quantity) }));
}

/** Orders count what is credited as a positive quantity. */
function unsigned(quantity: string): string {
  return formatDecimal(dec(quantity).abs());
}
