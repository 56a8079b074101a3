import type { Partner } from '../../partners/partner-schema.ts';
import type { PriorInvoice } from '../../tracking/match/facts.ts';
import { isPayable, standingOf, updateHolds } from '../../tracking/match/hold.ts';
import type { HoldState } from '../../tracking/match/hold.ts';
import { match } from '../../tracking/match/match.ts';
import type { MatchDecision } from '../../tracking/match/model.ts';
import { paidLinesOf, shortCodes } from '../../tracking/match/payment.ts';
import { priorInvoiceOf } from '../../tracking/match/prior-invoice.ts';
import type { PipelineContext } from '../context.ts';
import type { Actor } from '../actor.ts';
import { closeHoldExceptions, raiseHoldExceptions } from './hold-exceptions.ts';
import { tellOrders } from './invoice-effects.ts';
import { settleClaims } from '../claims/invoice-claims.ts';
import { ordersOfDeliveryNotes } from './delivery-note-orders.ts';
import { linkOrder } from '../outbound/outbound.ts';
import { gatherFacts } from './invoice-facts.ts';
import type { InvoiceDraft } from './invoice-facts.ts';
import { payInvoice } from './invoice-payment.ts';
import { partnerOf, writeInvoice } from './invoice-record.ts';
import type { InvoiceRecord } from '../orders/order-records.ts';
import { followUp } from './related-invoices.ts';
import { rematchOthers } from './rematch-others.ts';
import { sha256Of } from '../unit-of-work.ts';
import type { UnitOfWork } from '../unit-of-work.ts';

const GATEWAY: Actor = { name: 'gateway', roles: [] };

/** Matches a document with everything known now, and records the decision with all that follows from it. */
export async function decideOnInvoice(
  unit: UnitOfWork,
  context: PipelineContext,
  known: InvoiceDraft | InvoiceRecord,
  partner: Partner,
  trigger: string,
  actor: Actor = GATEWAY,
): Promise<InvoiceRecord> {
  const now = context.clock.now();
  const invoice = await withDeliveredOrders(unit, context, known);
  const input = await gatherFacts(unit, context, invoice, partner);
  const decision = match(input, { hash: sha256Of, decidedAt: now, actor: actor.name });
  const decisionId = context.ids.next();
  unit.insert('matchDecisions', {
    id: decisionId,
    revision: 0,
    invoiceId: invoice.id,
    createdAt: now,
    trigger,
    decision,
  });
  const holds = updateHolds(invoice.holds, decision);
  const decided = await settleInvoice(unit, context, { ...invoice, decisionId, holds }, decision, decisionId);
  await raiseHoldExceptions(unit, context, decided, decision);
  return decided;
}

/** The order may be found by the delivery note alone, and that may come after the invoice. */
async function withDeliveredOrders<I extends InvoiceDraft>(
  unit: UnitOfWork,
  context: PipelineContext,
  invoice: I,
): Promise<I> {
  const { partnerId, document, documentId, orderIds } = invoice;
  const delivered = await ordersOfDeliveryNotes(unit, partnerId, document);
  const found = delivered.filter((orderId) => !orderIds.includes(orderId));
  for (const orderId of found) await linkOrder(unit, context, orderId, documentId);
  return found.length === 0 ? invoice : { ...invoice, orderIds: [...orderIds, ...found] };
}

/**
 * Decides again before a person acts: the facts may have moved since the screen was drawn. Nothing is recorded where they have
 * not. Returns the invoice as it stands now.
 */
export async function refreshDecision(
  unit: UnitOfWork,
  context: PipelineContext,
  invoice: InvoiceRecord,
  actor: Actor,
): Promise<InvoiceRecord> {
  const partner = partnerOf(context, invoice.partnerId);
  const known = await unit.get('matchDecisions', invoice.decisionId);
  const input = await gatherFacts(unit, context, invoice, partner);
  const fresh = match(input, { hash: sha256Of, decidedAt: context.clock.now(), actor: actor.name });
  const same = fresh.inputHash === known?.decision.inputHash;
  if (same && fresh.engineVersion === known.decision.engineVersion) return invoice;
  return decideOnInvoice(unit, context, invoice, partner, `person:${actor.name}`, actor);
}

/**
 * Writes what a decision with these holds comes to: where the document stands, what is paid, what orders and exceptions hear,
 * and what it changes for other documents. `eventId` names the occasion, for the orders' events.
 */
export async function settleInvoice(
  unit: UnitOfWork,
  context: PipelineContext,
  invoice: InvoiceDraft & { decisionId: string; prior?: PriorInvoice },
  decision: MatchDecision,
  eventId: string,
): Promise<InvoiceRecord> {
  const { holds } = invoice;
  const before = invoice.prior;
  const payments = payInvoice(unit, context, invoice, decision);
  const prior = priorInvoiceOf(decision, standingOf(holds), {
    short: shortCodes(holds),
    paidLines: paidLinesOf(payments),
  });
  const decided: InvoiceRecord = {
    ...invoice,
    payments,
    prior,
    status: headlineOf(holds, decision),
    updatedAt: context.clock.now(),
  };
  await writeInvoice(unit, decided);
  await tellOrders(unit, context, decided, decision, eventId);
  await closeHoldExceptions(unit, context, decided, decision);
  await settleClaims(unit, context, decided, decision);
  if (prior.status === before?.status) return decided;
  await followUp(unit, context, decided);
  await rematchOthers(unit, context, decided, before);
  return decided;
}

/** The gravest hold that is open, or how the document was approved. */
function headlineOf(holds: readonly HoldState[], decision: MatchDecision): string {
  if (holds.some(({ status }) => status === 'rejected')) return 'REJECTED';
  if (isPayable(holds)) return decision.holds.length === 0 ? decision.outcome : 'APPROVED_BY_PERSON';
  const open = holds.filter(({ status }) => status === 'open' || status === 'waiting');
  const types = new Set(open.map(({ type }) => type));
  return decision.holds.find(({ type }) => types.has(type))?.type ?? open[0]?.type ?? decision.outcome;
}
