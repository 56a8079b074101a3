import { dec } from '../../common/decimal.ts';
import { changeClaim } from '../../tracking/claims/claim-life.ts';
import { afterReplacement, claimFromOrder, claimKindOf } from '../../tracking/claims/claim-lines.ts';
import type { ClaimTerms } from '../../tracking/claims/claim-lines.ts';
import { isLive } from '../../tracking/claims/claim.ts';
import type { ExceptionChange, OrderEvent, OrderState } from '../../tracking/model.ts';
import { claimPolicyOf } from './claim-policy.ts';
import type { PipelineContext } from '../context.ts';
import type { ExceptionRecord, SupplierClaimRecord } from '../orders/order-records.ts';
import { claimsOfOrder, raiseClaim, writeClaim } from './supplier-claims.ts';
import type { UnitOfWork } from '../unit-of-work.ts';

/** A person claims what an exception of an order shows. Undefined where nothing of it is left to claim. */
export async function claimException(
  unit: UnitOfWork,
  context: PipelineContext,
  state: OrderState,
  exception: ExceptionRecord,
  occasion: { by: string; reason: string },
): Promise<SupplierClaimRecord | undefined> {
  const open = state.exceptions.find(({ fingerprint }) => fingerprint === exception.fingerprint);
  const terms = termsOf(context, state);
  const source = open && claimFromOrder(state, open, terms);
  if (source === undefined) return undefined;
  const { currency } = terms;
  const { partnerId, orderId } = state;
  const evidence = [{ text: exception.detail }, ...exception.evidence.map(evidenceOf)];
  return raiseClaim(unit, context, { ...source, partnerId, orderId, currency, evidence }, occasion);
}

function evidenceOf({ text, documentId }: { text: string; documentId?: string }) {
  return { text, ...(documentId !== undefined && { documentId }) };
}

/**
 * After goods were counted: claims that wait for these goods follow them, and what the policy says is claimed without asking.
 * Returns the decisions that close the exceptions of what is claimed.
 */
export async function claimAfterReceipt(
  unit: UnitOfWork,
  context: PipelineContext,
  state: OrderState,
  exceptions: readonly ExceptionChange[],
  eventId: string,
): Promise<OrderEvent[]> {
  await followGoods(unit, context, state);
  const policy = claimPolicyOf(context, state.partnerId);
  const decided: OrderEvent[] = [];
  for (const change of exceptions) {
    if (change.change !== 'open') continue;
    const { type, fingerprint, detail } = change.exception;
    const kind = claimKindOf(type);
    const open = state.exceptions.find((each) => each.fingerprint === fingerprint);
    if (kind === undefined || open === undefined || !policy.automatic.includes(kind)) continue;
    const terms = termsOf(context, state);
    const { currency } = terms;
    const source = claimFromOrder(state, open, terms);
    const value = source?.lines.reduce((total, { amount }) => total.plus(amount), dec('0'));
    if (source === undefined || value === undefined || value.lt(policy.minValue)) continue;
    const { partnerId, orderId } = state;
    const occasion = { by: 'gateway', reason: detail };
    const opening = { ...source, partnerId, orderId, currency, evidence: [{ text: detail }] };
    const { number } = await raiseClaim(unit, context, opening, occasion);
    decided.push({
      type: 'buyerDecided',
      id: `claim/${number}/${eventId}`,
      action: 'claim',
      author: { name: 'gateway' },
      reason: `Claim ${number}`,
      fingerprint,
      ...(open.lineId !== undefined && { lineIds: [open.lineId] }),
    });
  }
  return decided;
}

/** A shortage that shrinks is a smaller claim; one that is gone is over. The same for what comes in the place of returned goods. */
async function followGoods(unit: UnitOfWork, context: PipelineContext, state: OrderState): Promise<void> {
  const claims = await claimsOfOrder(unit, state.orderId);
  const gone = claims.filter(
    (claim) =>
      isLive(claim) &&
      claim.receiptId !== '' &&
      (claim.kind === 'return' || (claim.kind === 'shortage' && claim.shipmentId === '')),
  );
  for (const [claim, lines] of afterReplacement(state, gone, termsOf(context, state).items)) {
    const text =
      claim.kind === 'return'
        ? 'Goods have come in the place of what went back.'
        : 'Some of what was missing has come.';
    const occasion = { at: context.clock.now(), by: 'gateway', text };
    await writeClaim(unit, context, claim, changeClaim(claim, lines, occasion));
  }
  for (const claim of claims) {
    if (!isLive(claim) || claim.kind !== 'shortage' || claim.shipmentId === '') continue;
    const lines = claim.lines.flatMap(({ lineId }) => {
      const short = { type: 'SHORT_RECEIVED', lineId, subject: claim.shipmentId };
      return (
        claimFromOrder(state, short, { ...termsOf(context, state), currency: claim.currency })?.lines ?? []
      );
    });
    const same =
      lines.length === claim.lines.length &&
      lines.every(({ quantity }, index) => quantity === claim.lines[index]?.quantity);
    if (same) continue;
    const text =
      lines.length === 0 ? 'The missing goods have come.' : 'A part of the missing goods has come.';
    const occasion = { at: context.clock.now(), by: 'gateway', text };
    await writeClaim(unit, context, claim, changeClaim(claim, lines, occasion));
  }
}

/** What prices of an order's goods are in. */
export function termsOf(
  context: PipelineContext,
  { order, partnerId }: Pick<OrderState, 'order' | 'partnerId'>,
): ClaimTerms {
  return {
    currency: order?.currency ?? context.partners.company.currency,
    items: context.policyOf(partnerId).items,
  };
}
