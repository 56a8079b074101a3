import { addBusinessDays, localDate } from '../common/calendar.ts';
import type { LocalDate } from '../common/time.ts';
import type { Order, OrderChange, OrderLine } from '../documents/order.ts';
import { quantityIn, reductionFloor } from './balance.ts';
import { supplierMayHaveOrder } from './communication.ts';
import { closeExceptions, editLine, explain, publish, raise } from './draft.ts';
import type { Draft } from './draft.ts';
import {
  buildOrderChange,
  cancelQuantity,
  changeLine,
  isEcho,
  isLive,
  requestCancellation,
  withoutRequested,
} from './line-changes.ts';
import type { LineState, OrderChanged, OrderState, Slice } from './model.ts';
import { diffOrders } from './order-diff.ts';
import type { LineDiff, OrderDiff } from './order-diff.ts';
import { compare } from './quantity.ts';
import { newLine, send } from './release.ts';
import { stableText } from './stable-text.ts';
import { resizeSlices } from './slices.ts';
import { rematchHeld } from './rematch.ts';
import { departureFor } from './transit.ts';

/** The buyer has changed the order in the ERP: what differs from the newest version becomes the next one (5.3.3). */
export function applyChange(draft: Draft, event: OrderChanged): boolean {
  const { state } = draft;
  if (state.order === undefined) return false;
  const diff = absorbEchoes(draft, event.order);
  if (!diff.otherChanges && diff.lines.every(({ action }) => action === 'unchanged')) {
    const tookBack = state.waitingOrder !== undefined;
    forgetWaiting(state);
    if (isCancelled(state)) {
      raise(draft, 'ERP_ORDER_UNSENDABLE', {
        detail: `The ERP has order ${state.orderId} again, which is cancelled with the supplier. A cancelled order is not taken up again: nothing was sent. Order under a new number, or cancel it in the ERP, too.`,
      });
      return true;
    }
    return tookBack || draft.explanations.length > 0;
  }
  if (isSameOrder(state.waitingOrder, event.order)) return false;
  if (state.unanswered.length >= draft.policy.due.maxUnansweredChanges) {
    keepWaiting(state, event.order, event.reason);
    explain(draft, {
      rule: '5.3.3',
      code: 'CHANGE_WAITS',
      text: `Version ${state.version} is not answered yet: these changes go out together after the answer.`,
    });
    return true;
  }
  if (event.reason === undefined && isFrozen(draft, diff)) {
    freeze(draft, event.order);
    return true;
  }
  forgetWaiting(state);
  sendChange(draft, event.order, diff, event.reason);
  return true;
}

/** Everything is given up, and not merely taken out of the order. */
function isCancelled({ lines }: OrderState): boolean {
  return lines.every(({ slices }) => slices.length > 0 && slices.every(({ state }) => state === 'CANCELLED'));
}

function isSameOrder(a: Order | undefined, b: Order): boolean {
  return a !== undefined && stableText(a) === stableText(b);
}

function keepWaiting(state: OrderState, order: Order, reason: string | undefined): void {
  forgetWaiting(state);
  state.waitingOrder = order;
  if (reason !== undefined) state.waitingReason = reason;
}

/** What waits is taken back, or something newer has taken its place. */
export function forgetWaiting(state: OrderState): void {
  if (state.waitingOrder !== undefined) delete state.waitingOrder;
  if (state.waitingReason !== undefined) delete state.waitingReason;
}

function freeze(draft: Draft, order: Order): void {
  keepWaiting(draft.state, order, undefined);
  raise(draft, 'CHANGE_FROZEN', {
    detail: `The change touches lines that ship within ${draft.policy.response.freezeDays} business days. It goes out only when somebody gives a reason.`,
  });
}

/** Sends what waited for the answer to the change before. */
export function releaseWaitingChange(draft: Draft): void {
  const { state } = draft;
  const order = state.waitingOrder;
  if (order === undefined || state.unanswered.length >= draft.policy.due.maxUnansweredChanges) return;
  if (state.exceptions.some(({ type }) => type === 'CHANGE_FROZEN')) return;
  const reason = state.waitingReason;
  const diff = absorbEchoes(draft, order);
  const isNothing = !diff.otherChanges && diff.lines.every(({ action }) => action === 'unchanged');
  // The ship date has come nearer while it waited.
  if (!isNothing && reason === undefined && isFrozen(draft, diff)) {
    freeze(draft, order);
    return;
  }
  forgetWaiting(state);
  if (isNothing) return;
  explain(draft, { rule: '5.3.3', text: 'The change before is answered: the changes made since go out.' });
  sendChange(draft, order, diff, reason);
}

/** Sends a frozen change that a person has released with a reason. */
export function releaseFrozenChange(draft: Draft, reason: string): void {
  const order = draft.state.waitingOrder;
  if (order === undefined) return;
  forgetWaiting(draft.state);
  sendChange(draft, order, absorbEchoes(draft, order), reason);
}

/** Takes over values that the ERP has from the supplier's own answer, and returns what is really new. */
function absorbEchoes(draft: Draft, after: Order): OrderDiff {
  const { state } = draft;
  const diff = diffOrders(state.order!, after, draft.rules);
  const lines = diff.lines.map((each): LineDiff => {
    if (each.action !== 'changed') return each;
    const index = state.lines.findIndex(({ id }) => id === each.id);
    const known = state.lines[index];
    if (known === undefined || !isEcho(known, each, after, draft.rules)) return each;
    const line = editLine(draft, index);
    line.line = each.line;
    resizeSlices(line, each.line.quantity.value, 'OPEN');
    explain(draft, {
      rule: '5.16',
      code: 'ECHO',
      lineId: line.id,
      text: `The ERP now has the agreed ${each.changes.join(', ')}: nothing new for the supplier.`,
    });
    return { ...each, action: 'unchanged', changes: [] };
  });
  const absorbed = lines.some((line, index) => line !== diff.lines[index]);
  if (absorbed)
    state.order = {
      ...state.order!,
      lines: state.lines.filter((line) => !line.deleted).map(({ line }) => line),
    };
  return {
    lines,
    otherChanges: absorbed ? diffOrders(state.order!, after, draft.rules).otherChanges : diff.otherChanges,
  };
}

function shipDateOf(draft: Draft, line: OrderLine, order: Order): LocalDate | undefined {
  const ship = line.requestedShipDate ?? order.requestedShipDate;
  if (ship !== undefined) return ship;
  const delivery = line.requestedDeliveryDate ?? order.requestedDeliveryDate;
  return delivery === undefined ? undefined : (departureFor(delivery, line, order, draft.policy) ?? delivery);
}

function isFrozen(draft: Draft, diff: OrderDiff): boolean {
  const { calendar, response } = draft.policy;
  if (response.freezeDays === 0) return false;
  const today = localDate(draft.now, calendar.timeZone);
  const limit = addBusinessDays(today, response.freezeDays, calendar);
  const order = draft.state.order!;
  const isNear = (line: OrderLine | undefined): boolean => {
    const shipDate = line === undefined ? undefined : shipDateOf(draft, line, order);
    return shipDate !== undefined && shipDate <= limit;
  };
  return diff.lines.some(({ id, action, line }) => {
    if (action !== 'changed' && action !== 'deleted') return false;
    return isNear(line) || isNear(order.lines.find((each) => each.id === id));
  });
}

/** The next version: lines in their new state, one document, one entry to go back to if it is refused. */
function sendChange(draft: Draft, after: Order, diff: OrderDiff, reason: string | undefined): void {
  const { state } = draft;
  const version = state.version + 1;
  const previousOrder = state.order!;
  const known = supplierMayHaveOrder(state);
  const previousLines: LineState[] = [];
  const actions = new Map<string, OrderChange['lines'][number]['action']>();
  state.version = version;
  for (const each of diff.lines) {
    const index = state.lines.findIndex(({ id }) => id === each.id);
    const before = state.lines[index];
    if (each.action !== 'unchanged') {
      actions.set(each.id, each.action);
      if (before !== undefined) previousLines.push({ ...before });
    }
    applyLineDiff(draft, each, index, version, known);
    if (each.action === 'deleted' && known && state.lines[index]!.slices.some(isKept)) {
      // What has shipped of it comes all the same: the supplier is asked for no more than that.
      actions.set(each.id, 'changed');
      reportKept(draft, state.lines[index]!);
    }
  }
  state.order = {
    ...after,
    version,
    lines: state.lines.filter((line) => !line.deleted).map(({ line }) => line),
  };
  const document = known ? buildOrderChange(draft, state.lines.map(asAsked), actions, 'change') : state.order;
  if (known && actions.size > 0) {
    const change = { version, kind: 'change' as const, document, previousOrder, previousLines };
    state.unanswered = [...state.unanswered, change];
  }
  const lineIds = [...actions.keys()];
  closeAnswerExceptions(draft, lineIds, 'The buyer changed the line.');
  publish(draft, 'order.changed', { version, lineIds });
  explain(draft, {
    rule: 'T13',
    text: `Version ${version}: ${describe(diff)}${reason === undefined ? '' : ` (${reason})`}.`,
  });
  send(draft, known ? 'orderChange' : 'order', version, document);
  rematchHeld(draft, lineIds, 'orderChanged');
}

/** Neither given up nor asked to be. */
function isKept(slice: Slice): boolean {
  return isLive(slice) && slice.state !== 'CANCEL_REQUESTED';
}

function asAsked(line: LineState): LineState {
  return line.deleted === true && line.slices.some(isKept) ? withoutRequested(line) : line;
}

/** Part of a line that is cancelled or taken out of the order has left already. */
export function reportKept(draft: Draft, line: LineState): void {
  raise(draft, 'CROSSED_IN_FLIGHT', {
    line,
    detail: `Line ${line.id} is cancelled, but part of it has been announced, received or invoiced. Only the rest can be cancelled.`,
  });
}

function applyLineDiff(draft: Draft, diff: LineDiff, index: number, version: number, known: boolean): void {
  const { state } = draft;
  if (index < 0) {
    state.lines = [...state.lines, newLine(diff.line, version)];
    return;
  }
  if (diff.action === 'unchanged') {
    if (state.lines[index]!.line !== diff.line) editLine(draft, index).line = diff.line;
    return;
  }
  const line = editLine(draft, index);
  if (diff.action === 'deleted') {
    if (known) requestCancellation(line, version);
    else cancelQuantity(line, quantityIn(line.slices, isLive), 'taken out by the buyer');
    line.deleted = true;
    line.changedInVersion = version;
    return;
  }
  const floor = reductionFloor(line);
  const tooLow = compare(diff.line.quantity.value, floor) < 0;
  const after = tooLow ? { ...diff.line, quantity: { ...diff.line.quantity, value: floor } } : diff.line;
  if (tooLow) {
    raise(draft, 'CROSSED_IN_FLIGHT', {
      line,
      detail: `Line ${line.id} was reduced to ${diff.line.quantity.value}, but ${floor} have been announced, received or invoiced. It is kept at ${floor}.`,
    });
  }
  delete line.deleted;
  changeLine(line, after, version);
}

function describe(diff: OrderDiff): string {
  const parts = diff.lines
    .filter(({ action }) => action !== 'unchanged')
    .map(
      ({ id, action, changes }) =>
        `line ${id} ${action}${changes.length > 0 ? ` (${changes.join(', ')})` : ''}`,
    );
  if (diff.otherChanges) parts.push('other data changed');
  return parts.join('; ');
}

/** Exceptions about what an answer said of a line: a newer answer, a decision or a change settles them. */
const ANSWER_TYPES: ReadonlySet<string> = new Set([
  'CHANGE_PROPOSED',
  'OVER_CONFIRMED',
  'REMAINDER_UNSTATED',
  'BACKORDER_NO_DATE',
  'BACKORDER_WAIT_EXCEEDED',
  'SUSPICIOUS_PRICE',
  'LINE_REJECTED',
  'HOLD_BY_SUPPLIER',
  'LINES_MISSING_IN_ACK',
  'STALE_ACK',
  'CODE_VALUE_MISMATCH',
  'UNKNOWN_CODE',
  'UNKNOWN_LINE_AT_SUPPLIER',
]);

export function closeAnswerExceptions(
  draft: Draft,
  lineIds: readonly string[],
  reason: string,
  by = 'system',
): void {
  if (draft.state.exceptions.length === 0) return;
  const answered = new Set(lineIds);
  closeExceptions(
    draft,
    ({ type, lineId }) => lineId !== undefined && ANSWER_TYPES.has(type) && answered.has(lineId),
    reason,
    by,
  );
}
