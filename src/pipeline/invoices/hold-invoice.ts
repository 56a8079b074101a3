import { GatewayError } from '../../common/errors.ts';
import { placeHold } from '../../tracking/match/hold.ts';
import { recordAudit } from '../audit.ts';
import type { PipelineContext } from '../context.ts';
import type { Actor } from '../actor.ts';
import { raiseHoldExceptions } from './hold-exceptions.ts';
import { settleInvoice } from './invoice-decision.ts';
import { isWaiting } from './invoice-record.ts';
import { showInvoice } from '../queries/invoices.ts';
import { UnitOfWork } from '../unit-of-work.ts';

/**
 * A person stops the payment, whatever the match says; no machine lets it go. `idOrNumber` as in `showInvoice`. Throws
 * NOT_FOUND, INVALID_REQUEST (no reason), CONFLICT (released or ended already).
 */
export async function holdInvoice(
  context: PipelineContext,
  idOrNumber: string,
  reason: string,
  actor: Actor,
): Promise<void> {
  if (reason.trim() === '') {
    throw new GatewayError('INVALID_REQUEST', 'A reason is needed: it is kept with the author for good.');
  }
  const { invoice } = await showInvoice(context.store, idOrNumber);
  if (!isWaiting(invoice)) {
    throw new GatewayError(
      'CONFLICT',
      `Invoice ${invoice.number} stands at ${invoice.status}: it is released or ended already and cannot be held any more.`,
      { retryable: 'never' },
    );
  }
  const unit = new UnitOfWork(context.store);
  const record = await unit.get('matchDecisions', invoice.decisionId);
  if (record === undefined) {
    throw new GatewayError('STORE_CORRUPT', `The decision ${invoice.decisionId} of ${invoice.id} is gone.`);
  }
  const at = context.clock.now();
  const hold = placeHold('accountsPayable', { by: actor.name, at, reason, amount: invoice.payable });
  const eventId = context.ids.next();
  const held = { ...invoice, holds: [...invoice.holds, hold] };
  const decided = await settleInvoice(unit, context, held, record.decision, eventId);
  await raiseHoldExceptions(unit, context, decided, record.decision);
  const audit = { actor, action: 'invoice.held', subject: `invoice:${invoice.id}`, details: { reason } };
  await recordAudit(unit, context, audit);
  unit.afterCommit(context.wake);
  await unit.commit();
}
