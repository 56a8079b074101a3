import { isRefusal, isUndecided, quantityIn, reductionFloor } from './balance.ts';
import { supplierMayHaveOrder } from './communication.ts';
import {
  clearDeadlines,
  closeExceptions,
  editLine,
  editLines,
  effectKey,
  emit,
  explain,
  publish,
} from './draft.ts';
import type { Draft } from './draft.ts';
import {
  buildOrderChange,
  cancelQuantity,
  dropStanding,
  isLive,
  requestCancellation,
  withoutRequested,
} from './line-changes.ts';
import type { LineState, OrderCancelled, Slice } from './model.ts';
import { closeAnswerExceptions, forgetWaiting, reportKept } from './order-change.ts';
import { isPositive, smaller, subtract } from './quantity.ts';
import { convertSlices } from './slices.ts';
import { send } from './release.ts';
import { rematchHeld } from './rematch.ts';

/** The buyer cancels the whole order (T14). What has shipped cannot be cancelled any more. */
export function applyCancellation(draft: Draft, event: OrderCancelled): boolean {
  const { state } = draft;
  if (state.order === undefined) return false;
  if (!state.lines.some((line) => line.slices.some(isLive))) {
    const again = state.exceptions.some(({ type }) => type === 'ERP_ORDER_UNSENDABLE');
    closeExceptions(draft, ({ type }) => type === 'ERP_ORDER_UNSENDABLE', 'The ERP has cancelled it, too.');
    return again;
  }
  forgetWaiting(state);
  const lineIds = state.lines.filter((line) => line.slices.some(isLive)).map(({ id }) => id);
  requestCancellations(draft, lineIds, event.reason ?? 'cancelled by the buyer');
  return true;
}

/** Asks the supplier to give up lines; without a supplier that knows of them they are cancelled at once. */
export function requestCancellations(
  draft: Draft,
  lineIds: readonly string[],
  reason: string,
  choose: (slice: Slice) => boolean = isLive,
): void {
  const { state } = draft;
  if (!supplierMayHaveOrder(state)) {
    cancelAtOnce(draft, lineIds, reason);
    return;
  }
  agreeToGiveUp(draft, lineIds, reason, choose);
  const version = state.version + 1;
  const previousOrder = state.order!;
  const previousLines: LineState[] = [];
  /** Lines of which something stays: it has shipped, or was not meant. */
  const kept: LineState[] = [];
  for (let index = 0; index < state.lines.length; index++) {
    const before = state.lines[index]!;
    if (!lineIds.includes(before.id)) continue;
    const line = editLine(draft, index);
    const copy = { ...line };
    if (isPositive(requestCancellation(line, version, choose))) previousLines.push(copy);
    if (line.slices.some((slice) => isLive(slice) && slice.state !== 'CANCEL_REQUESTED')) kept.push(line);
  }
  for (const line of kept) {
    if (line.slices.some((slice) => choose(slice) && isLive(slice) && slice.state !== 'CANCEL_REQUESTED'))
      reportKept(draft, line);
  }
  if (previousLines.length === 0) return;
  state.version = version;
  state.order = { ...previousOrder, version };
  const requested = previousLines.map(({ id }) => id);
  const whole =
    kept.length === 0 && requested.length === state.lines.filter((line) => line.slices.some(isLive)).length;
  const actions = new Map(
    requested.map((id) => [
      id,
      kept.some((line) => line.id === id) ? ('changed' as const) : ('deleted' as const),
    ]),
  );
  const lines = state.lines.map((line) =>
    actions.get(line.id) === 'changed' ? withoutRequested(line) : line,
  );
  const document = buildOrderChange(draft, lines, actions, whole ? 'cancel' : 'change');
  state.unanswered = [
    ...state.unanswered,
    { version, kind: 'cancel', document, previousOrder, previousLines },
  ];
  closeAnswerExceptions(draft, requested, 'The buyer cancels the line.');
  publish(draft, 'order.cancelRequested', { version, lineIds: requested });
  explain(draft, {
    rule: 'T14',
    text: `The supplier is asked to cancel ${requested.join(', ')}: ${reason}.`,
  });
  send(draft, 'orderChange', version, document);
}

/** What the supplier wants to cancel himself, both want to cancel: nobody has to be asked. */
function agreeToGiveUp(
  draft: Draft,
  lineIds: readonly string[],
  reason: string,
  choose: (slice: Slice) => boolean,
): void {
  const isGivenUp = (slice: Slice): boolean =>
    slice.state === 'PROPOSED' && isRefusal(slice) && choose(slice);
  const agreed = editLines(
    draft,
    (line) => lineIds.includes(line.id) && line.slices.some(isGivenUp),
    (line) => {
      const free = subtract(quantityIn(line.slices, isLive), reductionFloor(line));
      const quantity = smaller(free, quantityIn(line.slices, isGivenUp));
      convertSlices(line, quantity, isGivenUp, { state: 'CANCELLED', reason });
      if (!line.slices.some(isUndecided)) dropStanding(line);
    },
  );
  if (agreed.length === 0) return;
  const text = `The supplier wanted to give up lines ${agreed.join(', ')} himself: they are cancelled at once.`;
  explain(draft, { rule: 'T15', text });
  confirmCancellation(draft, agreed, reason);
}

function cancelAtOnce(draft: Draft, lineIds: readonly string[], reason: string): void {
  const cancelled = editLines(
    draft,
    (line) => lineIds.includes(line.id) && line.slices.some(isLive),
    (line) => {
      cancelQuantity(line, quantityIn(line.slices, isLive), reason);
      line.awaitingVersion = 0;
      dropStanding(line);
    },
  );
  explain(draft, { rule: 'T14', text: 'The supplier never had the order: it is cancelled at once.' });
  confirmCancellation(draft, cancelled, reason);
}

/** Subject of the exception that an answer opens for a line whose cancellation is under way with a version. */
export function crossingOf(version: number): string {
  return `answer|v${version}`;
}

/** The supplier has answered the cancellation: it is clear which document he has read. */
export function closeCrossings(draft: Draft, version: number, lineIds: readonly string[]): void {
  closeExceptions(
    draft,
    ({ type, subject, lineId }) =>
      type === 'CROSSED_IN_FLIGHT' && subject === crossingOf(version) && lineIds.includes(lineId ?? ''),
    'The supplier has answered the cancellation.',
  );
}

/** T15: the supplier agrees; what was asked for is cancelled. */
export function acceptCancellation(draft: Draft, lineIds: readonly string[], reason: string): void {
  const cancelled = editLines(
    draft,
    (line) => lineIds.includes(line.id) && line.slices.some(({ state }) => state === 'CANCEL_REQUESTED'),
    (line) => {
      closeCrossings(draft, line.awaitingVersion, [line.id]);
      line.slices = line.slices.map((slice) =>
        slice.state === 'CANCEL_REQUESTED' ? { ...slice, state: 'CANCELLED', reason } : slice,
      );
      line.awaitingVersion = 0;
      dropStanding(line);
    },
  );
  if (cancelled.length === 0) return;
  explain(draft, { rule: 'T15', text: `The supplier agrees to cancel ${cancelled.join(', ')}.` });
  confirmCancellation(draft, cancelled, reason);
}

/** Tells the ERP and everybody else that lines are cancelled for good. */
export function confirmCancellation(draft: Draft, lineIds: string[], reason: string): void {
  if (lineIds.length === 0) return;
  const { version } = draft.state;
  publish(draft, 'order.cancelled', { version, lineIds }, lineIds.join(','));
  rematchHeld(draft, lineIds, 'orderCancelled');
  emit(draft, {
    kind: 'writeErp',
    key: effectKey(draft, 'writeErp', `cancellation|${lineIds.join(',')}`),
    operation: 'cancellation',
    payload: { lineIds, reason },
  });
  closeAnswerExceptions(draft, lineIds, 'The line is cancelled.');
  if (draft.state.lines.every((line) => !line.slices.some(isLive))) {
    clearDeadlines(draft, ({ kind }) => kind !== 'parkedDocument' && kind !== 'receiptWait');
    closeExceptions(draft, ({ type }) => ORDER_WAITS.has(type), 'The order is cancelled.');
  }
}

/** Exceptions about silence: a cancelled order waits for nothing. */
const ORDER_WAITS: ReadonlySet<string> = new Set([
  'ACK_OVERDUE',
  'NO_COMMITMENT',
  'AT_RISK',
  'ASN_MISSING',
  'SUPPLIER_CANCELLED',
  'SUPPLIER_UNKNOWN_PO',
  'APPLICATION_ERROR',
  'TRANSPORT_FAILED',
  'FA_REJECTED',
  'FA_OVERDUE',
]);
