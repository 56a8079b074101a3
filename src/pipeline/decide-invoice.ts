import { GatewayError } from '../common/errors.ts';
import type { ExceptionAction } from '../tracking/exception-model.ts';
import type { PriorStatus } from '../tracking/match/facts.ts';
import { decideHold, DEFAULT_HOLD_RULES, isPayable } from '../tracking/match/hold.ts';
import type { HoldEffect, HoldState } from '../tracking/match/hold.ts';
import type { HoldAction, MatchDecision } from '../tracking/match/model.ts';
import { priorInvoiceOf } from '../tracking/match/prior-invoice.ts';
import type { PipelineContext } from './context.ts';
import type { Actor } from './gateway.ts';
import { holdExceptionType } from './hold-exceptions.ts';
import { decideOnInvoice, partnerOf, writeInvoice } from './invoice-decision.ts';
import { releaseToErp, tellOrders } from './invoice-effects.ts';
import type { ExceptionRecord, InvoiceRecord } from './order-records.ts';
import type { UnitOfWork } from './unit-of-work.ts';
import { enqueue } from './work-queue.ts';

/** Exception actions that are hold actions by another name. */
const HOLD_ACTIONS: Partial<Record<ExceptionAction, HoldAction>> = {
  accept: 'accept',
  release: 'accept',
  shortPay: 'shortPay',
  requestCredit: 'requestCredit',
  reject: 'reject',
  correctData: 'correctData',
  reprocess: 'correctData',
};

/**
 * A person's decision on the hold behind an exception. False: it is noted, and the exception stays open (a second person has to
 * agree, or the supplier is to send a credit). Throws INVALID_REQUEST and FORBIDDEN with the reason in words.
 */
export async function decideInvoice(
  unit: UnitOfWork,
  context: PipelineContext,
  request: { exception: ExceptionRecord; action: ExceptionAction; reason: string; actor: Actor },
): Promise<boolean> {
  const { exception, reason, actor } = request;
  const action = HOLD_ACTIONS[request.action];
  const invoice = await unit.get('invoices', exception.invoiceId);
  const record = invoice === undefined ? undefined : await unit.get('matchDecisions', invoice.decisionId);
  const hold = invoice?.holds.find((each) => holdExceptionType(each) === exception.type && isOpen(each));
  if (invoice === undefined || record === undefined || hold === undefined || action === undefined) {
    throw new GatewayError(
      'INVALID_REQUEST',
      `"${request.action}" has nothing to act on: ${exception.type} of ${exception.invoiceId} is no open hold.`,
    );
  }
  const at = context.clock.now();
  const permissions = actor.roles.includes('viewer') ? [] : ['accept:*'];
  const answer = decideHold(hold, { action, by: actor.name, permissions, at, reason }, DEFAULT_HOLD_RULES);
  if ('refusal' in answer) {
    throw new GatewayError(
      answer.refusal === 'PERMISSION_MISSING' ? 'FORBIDDEN' : 'INVALID_REQUEST',
      answer.text,
    );
  }
  const holds = invoice.holds.map((each) => (each.key === hold.key ? answer.hold : each));
  await carryOut(
    unit,
    context,
    { ...invoice, holds, updatedAt: at },
    record.decision,
    answer.effects,
    request,
  );
  return !isOpen(answer.hold);
}

function isOpen(hold: HoldState): boolean {
  return hold.status === 'open' || hold.status === 'waiting';
}

async function carryOut(
  unit: UnitOfWork,
  context: PipelineContext,
  invoice: InvoiceRecord,
  decision: MatchDecision,
  effects: readonly HoldEffect[],
  { reason, actor }: { reason: string; actor: Actor },
): Promise<void> {
  if (effects.includes('rematch')) {
    unit.update('invoices', invoice);
    await decideOnInvoice(
      unit,
      context,
      invoice,
      partnerOf(context, invoice.partnerId),
      `person:${actor.name}`,
      actor,
    );
    return;
  }
  const status: PriorStatus = effects.includes('rejectToSupplier')
    ? 'rejected'
    : effects.includes('pay') && isPayable(invoice.holds)
      ? 'approved'
      : invoice.prior.status;
  const changed = status !== invoice.prior.status;
  const decided: InvoiceRecord = {
    ...invoice,
    prior: priorInvoiceOf(decision, status),
    status: changed ? (status === 'approved' ? 'APPROVED_BY_PERSON' : 'REJECTED') : invoice.status,
  };
  await writeInvoice(unit, decided);
  if (changed) await tellOrders(unit, context, decided, decision, context.ids.next());
  if (changed && status === 'approved') {
    const short = decided.holds.some((hold) => hold.status === 'shortPaid');
    await releaseToErp(unit, context, decided, decision, short ? 'short' : 'full');
  }
  if (effects.includes('rejectToSupplier') || effects.includes('requestCredit')) {
    tellSupplier(
      unit,
      context,
      decided,
      effects.includes('requestCredit') ? 'creditRequested' : 'invoiceRejected',
      reason,
    );
  }
}

function tellSupplier(
  unit: UnitOfWork,
  context: PipelineContext,
  invoice: InvoiceRecord,
  template: string,
  reason: string,
): void {
  unit.add(
    enqueue(context, {
      kind: 'notify',
      key: `${template}/${invoice.id}/${invoice.updatedAt}`,
      orderingKey: '',
      partnerId: invoice.partnerId,
      payload: {
        audience: 'supplier',
        template,
        data: { invoice: invoice.number, reason },
        orderId: invoice.orderIds[0] ?? '',
      },
    }),
  );
}
