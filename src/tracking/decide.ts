import { addHours } from '../common/calendar.ts';
import { keepShape } from '../common/kept-shapes.ts';
import { wordsOf } from '../common/sentence.ts';
import type { Instant } from '../common/time.ts';
import { applyApplicationAdvice } from './application-advice.ts';
import { applyBilling } from './billing.ts';
import { applyBuyerDecision } from './buyer-decision.ts';
import { applyCancellation } from './cancellation.ts';
import { applyQueued, applyResend, applyTransmissionFailed, applyTransmitted } from './communication.ts';
import { applyFunctionalAcknowledgment } from './functional-acknowledgment.ts';
import { applyDeadline } from './deadline-reached.ts';
import { applyDespatch } from './despatch/apply.ts';
import { createDraft, explain, finishDraft, raise, setDeadline, unchanged } from './draft.ts';
import type { Draft } from './draft.ts';
import type {
  DeadlineReached,
  Decision,
  DespatchAdviceReceived,
  OrderEvent,
  OrderResponseReceived,
  OrderState,
  ParkedDocument,
} from './model.ts';
import { applyChange } from './order-change.ts';
import type { TrackingPolicy } from './policy.ts';
import { applyReceipt } from './receipt.ts';
import { applyRelease, parkedState } from './release.ts';
import { applyResponse } from './response/apply.ts';
import { settle } from './settle.ts';

/**
 * What an event means for an order: the new state, and everything that follows from it. Pure and total: no event throws, the
 * same event applied again changes nothing, and the same history under the same policies gives the same state.
 */
export function decide(
  state: OrderState | undefined,
  event: OrderEvent,
  policy: TrackingPolicy,
  now: Instant,
): Decision {
  if (state === undefined) return begin(event, policy, now);
  if (state.appliedEventIds.includes(event.id)) return unchanged(state);
  if (event.type === 'deadlineReached') return reachDeadline(state, event, policy, now);
  const draft = createDraft(state, event, policy, now);
  if (!apply(draft, event)) return unchanged(state, draft.explanations);
  settle(draft);
  keepShape(event.type, () => draft);
  return finishDraft(draft);
}

/** Only a released order, or an early document of its supplier, can be the first event. */
function begin(event: OrderEvent, policy: TrackingPolicy, now: Instant): Decision {
  const isFirst =
    event.type === 'orderReleased' ||
    event.type === 'orderResponseReceived' ||
    event.type === 'despatchAdviceReceived';
  if (!isFirst)
    return unchanged(undefined, [
      { rule: 'T20', text: `There is no order that ${event.type} could be about.` },
    ]);
  const state = parkedState(orderIdOf(event), event.partnerId);
  const draft = createDraft(state, event, policy, now);
  apply(draft, event);
  settle(draft);
  return finishDraft(draft);
}

function orderIdOf(event: Extract<OrderEvent, { partnerId: string }>): string {
  switch (event.type) {
    case 'orderReleased':
      return event.order.id;
    case 'orderResponseReceived':
      return event.document.orderId;
    case 'despatchAdviceReceived':
      return event.orderId ?? event.document.lines[0]?.orderId ?? '';
  }
}

/** False: the event means nothing here. */
function apply(draft: Draft, event: OrderEvent): boolean {
  const parked = draft.state.phase === 'parked';
  switch (event.type) {
    case 'orderReleased':
      if (!parked) return applyChange(draft, { ...event, type: 'orderChanged' });
      applyRelease(draft, event);
      applyParked(draft);
      return true;
    case 'orderResponseReceived':
      if (parked) park(draft, event);
      else applyResponse(draft, event);
      return true;
    case 'despatchAdviceReceived':
      if (parked) park(draft, event);
      else applyDespatch(draft, event);
      return true;
    case 'orderChanged':
      return applyChange(draft, event);
    case 'orderCancelled':
      return applyCancellation(draft, event);
    case 'documentQueued':
      return applyQueued(draft, event);
    case 'transmissionSucceeded':
      return applyTransmitted(draft, event);
    case 'transmissionFailed':
      return applyTransmissionFailed(draft, event);
    case 'functionalAcknowledgmentReceived':
      return applyFunctionalAcknowledgment(draft, event);
    case 'applicationAdviceReceived':
      return applyApplicationAdvice(draft, event);
    case 'goodsReceived':
      return !parked && applyReceipt(draft, event);
    case 'invoiceMatched':
    case 'invoiceHeld':
    case 'creditMatched':
      if (parked) return false;
      applyBilling(draft, event);
      return true;
    case 'buyerDecided':
      return applyBuyerDecision(draft, event);
    case 'resendRequested':
      return applyResend(draft, event);
    case 'deadlineReached':
      return false;
  }
}

/** T20: kept until the order is released, with a time limit. The same document twice is parked once. */
function park(draft: Draft, event: OrderResponseReceived | DespatchAdviceReceived): void {
  const { state, policy, now } = draft;
  const { contentHash, documentId } = event.documentRef;
  if (state.parked.some((each) => each.event.documentRef.contentHash === contentHash)) return;
  state.parked = [...state.parked, { event, parkedAt: now }];
  explain(draft, {
    rule: 'T20',
    code: 'PARKED',
    text: `Order ${state.orderId} has not been released: the ${event.document.documentType} waits for it.`,
  });
  const dueAt = addHours(now, policy.due.parkHours);
  // Told at once, because the number may be wrong; graver when the order has still not come at the end of the time.
  raise(draft, 'UNKNOWN_PO', {
    documentId,
    subject: documentId,
    severity: 'low',
    detail:
      `The supplier sent a document (${wordsOf(event.document.documentType)}) for order ${state.orderId}, and there is no such order. ` +
      `It waits until ${dueAt} and is applied when the order is released. If the number is wrong, ask the supplier.`,
  });
  setDeadline(draft, {
    key: `parkedDocument/${documentId}`,
    kind: 'parkedDocument',
    dueAt,
    owner: 'buyer',
    subject: documentId,
  });
}

/** What came too early is read now, in the order in which it came. */
function applyParked(draft: Draft): void {
  const { parked } = draft.state;
  draft.state.parked = [];
  const cause = draft.cause;
  for (const { event } of parked) {
    draft.cause = event.id;
    if (event.partnerId !== draft.state.partnerId) refuseForeign(draft, event);
    else if (event.type === 'orderResponseReceived') applyResponse(draft, event);
    else applyDespatch(draft, event);
  }
  draft.cause = cause;
}

/** Somebody who is not the supplier spoke of the order before it was there. */
function refuseForeign(draft: Draft, { document, documentRef, partnerId }: ParkedDocument['event']): void {
  raise(draft, 'SUPPLIER_MISMATCH', {
    subject: documentRef.documentId,
    owner: 'buyer',
    detail: `The ${wordsOf(document.documentType)} that waited for order ${draft.state.orderId} is from ${partnerId}, the order went to ${draft.state.partnerId}. It was not applied.`,
  });
}

/** A deadline fires once, and not before its time: where a clock was set back it is armed again. */
function reachDeadline(
  state: OrderState,
  event: DeadlineReached,
  policy: TrackingPolicy,
  now: Instant,
): Decision {
  const deadline = state.deadlines.find(({ key }) => key === event.key);
  if (deadline === undefined) {
    return unchanged(state, [{ rule: '5.3.4', text: `Nothing waits for ${event.key} any more.` }]);
  }
  if (now < deadline.dueAt) {
    const text = `${event.key} is due at ${deadline.dueAt} only: the clock was set back.`;
    // The event is not noted as applied: the same deadline may fire again when its time has come.
    return {
      ...unchanged(state, [{ rule: '5.3.4', text }]),
      changed: true,
      state,
      deadlines: [{ change: 'set', ...deadline }],
    };
  }
  const draft = createDraft(state, event, policy, now);
  draft.state.deadlines = state.deadlines.filter((each) => each !== deadline);
  applyDeadline(draft, deadline, event);
  settle(draft);
  return finishDraft(draft);
}
