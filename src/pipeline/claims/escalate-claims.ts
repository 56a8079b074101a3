import { GatewayError } from '../../common/errors.ts';
import { escalateClaim } from '../../tracking/claims/claim-life.ts';
import { claimPolicyOf, dueDateOf, dueIn } from './claim-policy.ts';
import type { PipelineContext } from '../context.ts';
import { raiseException } from '../exceptions/exceptions.ts';
import type { SupplierClaimRecord } from '../orders/order-records.ts';
import { overdueSubject } from './supplier-claims.ts';
import { UnitOfWork } from '../unit-of-work.ts';
import { enqueue } from '../work/work-queue.ts';

/** Claims in one go; the tick comes again for the rest. */
const BATCH = 200;

/** Reminds of claims that the supplier has not settled in time: first accounts payable, then its head. Returns how many. */
export async function escalateClaims(context: PipelineContext): Promise<number> {
  const now = context.clock.now();
  const { records } = await context.store.find('supplierClaims', {
    where: { dueAt: { gt: '', lte: now } },
    orderBy: 'dueAt',
    limit: BATCH,
  });
  let escalated = 0;
  for (const claim of records) if (await escalate(context, claim)) escalated += 1;
  return escalated;
}

async function escalate(context: PipelineContext, claim: SupplierClaimRecord): Promise<boolean> {
  const unit = new UnitOfWork(context.store);
  const at = context.clock.now();
  const { number, partnerId, value, credited, currency } = claim;
  const policy = claimPolicyOf(context, partnerId);
  const again = claim.escalations > 0;
  const text = `Due on ${dueDateOf(context, claim)}, not settled: ${value} ${currency} claimed, ${credited} credited.`;
  const escalated = escalateClaim(claim, dueIn(context, policy.escalateBusinessDays), {
    at,
    by: 'gateway',
    text,
  });
  unit.update('supplierClaims', { ...claim, ...escalated, updatedAt: at });
  await raiseException(unit, context, {
    type: 'CLAIM_OVERDUE',
    ...overdueSubject(claim),
    detail: `Claim ${number} is not settled. ${text} Ask the supplier, or end the claim with a reason.`,
    valueAtStake: value,
    currency,
    ...(again && { owner: 'accountsPayableLead', severity: 'high' }),
  });
  if (claim.state !== 'open') {
    unit.add(
      enqueue(context, {
        kind: 'notify',
        key: `claimOverdue/${number}/${escalated.escalations}`,
        orderingKey: '',
        partnerId,
        payload: {
          audience: again ? 'supplierSecondContact' : 'supplier',
          template: 'claimOverdue',
          data: { claim: number, value: `${value} ${currency}`, credited: `${credited} ${currency}` },
          orderId: claim.orderId,
        },
      }),
    );
  }
  unit.afterCommit(context.wake);
  try {
    await unit.commit();
    return true;
  } catch (error) {
    // Somebody settles it just now; the next tick looks again.
    if (error instanceof GatewayError && error.code === 'CONFLICT') return false;
    throw error;
  }
}
