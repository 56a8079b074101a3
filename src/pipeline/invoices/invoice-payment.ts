import { nextPayment } from '../../tracking/match/payment.ts';
import type { MatchDecision } from '../../tracking/match/model.ts';
import { countedDocument } from '../../tracking/match/stated-charges.ts';
import type { PipelineContext } from '../context.ts';
import type { InvoicePayment, InvoiceRecord } from '../orders/order-records.ts';
import type { UnitOfWork } from '../unit-of-work.ts';
import { enqueue } from '../work/work-queue.ts';

type Payable = Pick<
  InvoiceRecord,
  'id' | 'type' | 'number' | 'orderIds' | 'partnerId' | 'decisionId' | 'holds' | 'payments' | 'payable'
>;

/**
 * Releases to the ERP what may be paid now, and returns all payments so far. What has been released is in the record, in the
 * same commit: nothing is ever released twice.
 */
export function payInvoice(
  unit: UnitOfWork,
  context: PipelineContext,
  invoice: Payable,
  decision: MatchDecision,
): InvoicePayment[] {
  const { payments } = invoice;
  const payment = nextPayment(decision, invoice.holds, payments);
  const settled = payments.some(({ kind }) => kind !== 'part');
  if (payment === undefined || settled) return payments;
  const whole = `erp/${invoice.type}/${invoice.id}`;
  const inParts = payment.kind === 'part' || payment.kind === 'rest';
  const key = inParts ? `${whole}/${payments.length + 1}` : whole;
  const command = {
    key,
    kind: invoice.type,
    orderIds: invoice.orderIds,
    partnerId: invoice.partnerId,
    document: countedDocument(decision),
    data: {
      invoiceId: invoice.id,
      decisionId: invoice.decisionId,
      outcome: decision.outcome,
      payment: payment.kind,
      payable: payment.amount,
      ...(payment.prepaid !== undefined && { prepaid: payment.prepaid }),
      currency: decision.amounts.currency,
      text: decision.text,
      ...(decision.computed !== undefined && { computed: decision.computed }),
      approvals: invoice.holds.flatMap((hold) => hold.approvals),
      lines: payment.lines,
      ...(payment.debitNote !== undefined && { debitNote: payment.debitNote }),
      ...(inParts && {
        part: { number: payments.length + 1, paidBefore: payments.map(({ key: before }) => before) },
      }),
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
  return [...payments, { ...payment, key, at: context.clock.now(), decisionId: invoice.decisionId }];
}
