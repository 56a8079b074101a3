import { dec, sum } from '../../common/decimal.ts';
import { changeClaim } from '../../tracking/claims/claim-life.ts';
import { claimFromHolds, lessClaimed } from '../../tracking/claims/claim-lines.ts';
import { isLive } from '../../tracking/claims/claim.ts';
import type { Claim, ClaimKind, ClaimLine } from '../../tracking/claims/claim.ts';
import type { HoldState } from '../../tracking/match/hold.ts';
import { lineKey } from '../../tracking/match/identifiers.ts';
import type { MatchDecision } from '../../tracking/match/model.ts';
import type { PipelineContext } from '../context.ts';
import type { InvoiceRecord, SupplierClaimRecord } from '../orders/order-records.ts';
import type { UnitOfWork } from '../unit-of-work.ts';
import { claimPolicyOf, dueIn } from './claim-policy.ts';
import { claimsOfOrder, raiseClaim, writeClaim } from './supplier-claims.ts';

type Claimed = Pick<InvoiceRecord, 'id' | 'partnerId' | 'orderIds' | 'documentId' | 'number' | 'holds'>;

/**
 * The supplier is asked for a credit note: what the hold disputes becomes a claim, together with what other holds of the invoice
 * are claimed for, so that nothing is claimed twice. Undefined where no amount can be told. `invoice.holds` have it as it is now.
 */
export async function claimHold(
  unit: UnitOfWork,
  context: PipelineContext,
  invoice: Claimed,
  decision: MatchDecision,
  hold: HoldState,
  occasion: { by: string; reason: string },
): Promise<SupplierClaimRecord | undefined> {
  const kind = kindOf(hold);
  await adoptShipments(unit, context, invoice, decision, hold);
  const known = await claimsOfInvoice(unit, invoice.id);
  const keys = new Set([...known.filter(isLive).flatMap(({ holds = [] }) => holds), hold.key]);
  const lines = linesOf(invoice, decision, keys).get(kind) ?? [];
  const adopted = known.filter((claim) => isLive(claim) && claim.kind === kind && claim.shipmentId !== '');
  const left = lessClaimed(lines, adopted, decision.amounts.currency);
  const own = known.find((claim) => isLive(claim) && claim.kind === kind && isFollowed(claim));
  if (own !== undefined) {
    const holds = [...new Set([...(own.holds ?? []), hold.key])];
    const changed = await follow(unit, context, { ...own, holds }, left, occasion);
    return changed ?? own;
  }
  if (left.length === 0) return adopted[0];
  return raiseClaim(
    unit,
    context,
    {
      kind,
      lines: left,
      partnerId: invoice.partnerId,
      currency: decision.amounts.currency,
      orderId: left.find(({ orderId }) => orderId !== '')?.orderId ?? invoice.orderIds[0] ?? '',
      invoiceId: invoice.id,
      holds: [hold.key],
      evidence: hold.texts.map((text) => ({ text, documentId: invoice.documentId })),
    },
    occasion,
  );
}

/** Claims over an invoice that is still held ask for what its holds dispute now; one that was credited in full, for what is more since. */
export async function followHolds(
  unit: UnitOfWork,
  context: PipelineContext,
  invoice: Claimed,
  decision: MatchDecision,
): Promise<void> {
  const known = await claimsOfInvoice(unit, invoice.id);
  const followed = known.filter(
    (claim) => isFollowed(claim) && (isLive(claim) || claim.state === 'credited'),
  );
  if (followed.length === 0) return;
  const keys = new Set(followed.flatMap(({ holds = [] }) => holds));
  const lines = linesOf(invoice, decision, keys);
  for (const claim of followed) {
    const adopted = known.filter(({ kind, shipmentId }) => kind === claim.kind && shipmentId !== '');
    const left = lessClaimed(lines.get(claim.kind) ?? [], adopted, claim.currency);
    const reason =
      left.length === 0 ? 'The difference is accepted, or gone.' : 'The invoice was matched again.';
    if (!isLive(claim) && dec(sum(left.map(({ amount }) => amount))).lte(claim.value)) continue;
    await follow(unit, context, claim, left, { by: 'gateway', reason });
  }
}

/**
 * Whether claims over the invoice have brought back all that these holds dispute by now: the keys of the holds that they were
 * opened for. Empty where something is left.
 */
export async function creditedHolds(
  unit: UnitOfWork,
  invoice: Claimed,
  decision: MatchDecision,
): Promise<Set<string>> {
  const claims = (await claimsOfInvoice(unit, invoice.id)).filter(({ state }) => state === 'credited');
  // One by hand, and of a version that did not note its holds, is for all that waits for a credit note.
  const waiting = invoice.holds.flatMap(({ key, status }) => (status === 'waiting' ? [key] : []));
  const keys = new Set(claims.flatMap(({ holds = waiting }) => holds));
  const credited = new Map<string, string[]>();
  for (const { orderId, lineId, credited: amount } of claims.flatMap(({ lines }) => lines)) {
    const key = lineKey(orderId, lineId);
    credited.set(key, [...(credited.get(key) ?? []), amount]);
  }
  const wanted = [...linesOf(invoice, decision, keys).values()].flat();
  const due = new Map<string, string[]>();
  for (const { orderId, lineId, amount } of wanted) {
    const key = lineKey(orderId, lineId);
    due.set(key, [...(due.get(key) ?? []), amount]);
  }
  const covered = [...due].every(([key, amounts]) => sum(credited.get(key) ?? []).gte(sum(amounts)));
  return covered ? keys : new Set();
}

function claimsOfInvoice(unit: UnitOfWork, invoiceId: string): Promise<SupplierClaimRecord[]> {
  return unit.findAll('supplierClaims', { invoiceId }, (claim) => claim.invoiceId === invoiceId);
}

/** Opened for holds; what a person has opened by hand, and what follows a shipment, is as they say. */
function isFollowed({ holds, shipmentId }: Claim): boolean {
  return holds !== undefined && shipmentId === '';
}

function kindOf({ type }: Pick<HoldState, 'type'>): ClaimKind {
  return type === 'HOLD_RECEIPT' ? 'shortage' : 'overcharge';
}

function linesOf(
  { holds }: Claimed,
  decision: MatchDecision,
  keys: ReadonlySet<string>,
): Map<ClaimKind, ClaimLine[]> {
  return claimFromHolds(
    decision,
    holds.filter(({ key, status }) => keys.has(key) && (status === 'open' || status === 'waiting')),
  );
}

async function follow(
  unit: UnitOfWork,
  context: PipelineContext,
  claim: SupplierClaimRecord,
  lines: readonly ClaimLine[],
  { by, reason }: { by: string; reason: string },
): Promise<SupplierClaimRecord | undefined> {
  const same =
    lines.length === claim.lines.length &&
    lines.every(({ orderId, lineId, quantity, amount }, index) => {
      const known = claim.lines[index]!;
      return (
        known.orderId === orderId &&
        known.lineId === lineId &&
        known.quantity === quantity &&
        dec(known.amount).eq(amount)
      );
    });
  if (same) return undefined;
  const changed = changeClaim(claim, lines, { at: context.clock.now(), by, text: reason });
  const again = claim.state === 'credited' && dec(changed.value).gt(changed.credited);
  const policy = claimPolicyOf(context, claim.partnerId);
  return writeClaim(unit, context, claim, {
    ...changed,
    ...(again && { state: 'sent' as const, dueAt: dueIn(context, policy.escalateBusinessDays) }),
  });
}

/** Goods that a shipment is claimed for already are the same that its invoice bills: the claim is over the invoice as well. */
async function adoptShipments(
  unit: UnitOfWork,
  context: PipelineContext,
  invoice: Claimed,
  decision: MatchDecision,
  hold: HoldState,
): Promise<void> {
  if (kindOf(hold) !== 'shortage') return;
  const billed = claimFromHolds(decision, [hold]).get('shortage') ?? [];
  for (const orderId of new Set(billed.map((line) => line.orderId))) {
    const lineIds = new Set(billed.filter((line) => line.orderId === orderId).map(({ lineId }) => lineId));
    for (const claim of await claimsOfOrder(unit, orderId)) {
      if (!isLive(claim) || claim.kind !== 'shortage' || claim.shipmentId === '' || claim.invoiceId !== '')
        continue;
      if (!claim.lines.some(({ lineId }) => lineIds.has(lineId))) continue;
      await writeClaim(unit, context, claim, { ...claim, invoiceId: invoice.id, holds: [hold.key] });
    }
  }
}
