import { GatewayError } from '../../common/errors.ts';
import { dec } from '../../common/decimal.ts';
import { actionsOn, actOnClaim } from '../../tracking/claims/claim-life.ts';
import type { ClaimAction } from '../../tracking/claims/claim-life.ts';
import { goodsLine } from '../../tracking/claims/claim-lines.ts';
import type { ClaimLine } from '../../tracking/claims/claim.ts';
import { recordAudit } from '../audit.ts';
import type { PipelineContext } from '../context.ts';
import type { Actor } from '../actor.ts';
import type { ClaimRequest } from '../gateway.ts';
import type { SupplierClaimRecord } from '../orders/order-records.ts';
import { termsOf } from './claim-sources.ts';
import { raiseClaim, writeClaim } from './supplier-claims.ts';
import { UnitOfWork } from '../unit-of-work.ts';

/** Throws NOT_FOUND (order, invoice), INVALID_REQUEST (line, nothing claimed, no reason). */
export async function openClaimByPerson(
  context: PipelineContext,
  request: ClaimRequest,
  actor: Actor,
): Promise<SupplierClaimRecord> {
  const unit = new UnitOfWork(context.store);
  const order = await unit.get('orders', request.orderId);
  if (order?.state.order === undefined) {
    throw new GatewayError('NOT_FOUND', `There is no order ${request.orderId}.`);
  }
  const { invoiceId, receiptId } = request;
  if (invoiceId !== undefined && (await unit.get('invoices', invoiceId)) === undefined) {
    throw new GatewayError('NOT_FOUND', `There is no invoice ${invoiceId}.`);
  }
  needReason(request.reason);
  const terms = termsOf(context, order.state);
  const { currency } = terms;
  const lines = request.lines.map(({ lineId, quantity = '0', amount }): ClaimLine => {
    const line = order.state.lines.find(({ id }) => id === lineId);
    if (line === undefined) {
      const known = order.state.lines.map(({ id }) => id).join(', ');
      throw new GatewayError(
        'INVALID_REQUEST',
        `Order ${order.number} has no line "${lineId}"; it has ${known}.`,
      );
    }
    const goods = goodsLine(order.id, line, quantity, terms);
    return amount === undefined ? goods : { ...goods, amount };
  });
  if (!lines.some(({ amount }) => dec(amount).gt(0))) {
    throw new GatewayError(
      'INVALID_REQUEST',
      'A claim needs at least one line with a quantity or an amount.',
    );
  }
  const claim = await raiseClaim(
    unit,
    context,
    {
      kind: request.kind,
      asStated: true,
      partnerId: order.partnerId,
      currency,
      lines,
      orderId: order.id,
      ...(invoiceId !== undefined && { invoiceId }),
      ...(receiptId !== undefined && { receiptId }),
      evidence: [{ text: request.reason }],
    },
    { by: actor.name, reason: request.reason },
  );
  await audit(unit, context, claim, 'claim.opened', request.reason, actor);
  await unit.commit();
  return claim;
}

/** Throws NOT_FOUND, CONFLICT (its state does not allow it), INVALID_REQUEST (no reason). */
export async function decideClaim(
  context: PipelineContext,
  id: string,
  { action, reason }: { action: ClaimAction; reason: string },
  actor: Actor,
): Promise<void> {
  needReason(reason);
  const unit = new UnitOfWork(context.store);
  const claim = await unit.get('supplierClaims', id);
  if (claim === undefined) throw new GatewayError('NOT_FOUND', `There is no claim ${id}.`);
  const occasion = { at: context.clock.now(), by: actor.name, text: reason };
  const decided = actOnClaim(claim, action, occasion);
  if (decided === undefined) {
    const possible = actionsOn(claim).join(', ');
    throw new GatewayError(
      'CONFLICT',
      `Claim ${id} is ${claim.state}: "${action}" is not possible${possible === '' ? '' : `; possible: ${possible}`}.`,
      { retryable: 'never' },
    );
  }
  await writeClaim(unit, context, claim, decided);
  await audit(unit, context, claim, `claim.${action}`, reason, actor);
  unit.afterCommit(context.wake);
  await unit.commit();
}

function needReason(reason: string): void {
  if (reason.trim() !== '') return;
  throw new GatewayError('INVALID_REQUEST', 'A reason is needed: it is kept with the author for good.');
}

async function audit(
  unit: UnitOfWork,
  context: PipelineContext,
  { number, orderId, value, currency }: SupplierClaimRecord,
  action: string,
  reason: string,
  actor: Actor,
): Promise<void> {
  await recordAudit(unit, context, {
    actor,
    action,
    subject: `claim:${number}`,
    details: { orderId, value, currency, reason },
  });
}
