import { wordsOf } from '../common/sentence.ts';
import { effectiveQuantity, isRefusal, isUnanswered, isUndecided, quantityIn } from './balance.ts';
import { requestCancellations } from './cancellation.ts';
import { sendAgain } from './communication.ts';
import { writeConfirmations } from './confirmation.ts';
import { acceptProposals, answerProposals, closeShort } from './decision-actions.ts';
import { EXCEPTION_CATALOGUE } from './exception-catalogue.ts';
import type { CatalogueEntry } from './exception-catalogue.ts';
import type { ExceptionAction } from './exception-model.ts';
import { closeExceptions, editLines, effectKey, emit, explain, notify, publish } from './draft.ts';
import type { Draft } from './draft.ts';
import { confirmImplied } from './implied-confirmation.ts';
import { dropStanding } from './line-changes.ts';
import type { BuyerDecided, LineState, OpenException, Slice } from './model.ts';
import { closeAnswerExceptions, forgetWaiting, releaseFrozenChange } from './order-change.ts';
import { larger, smaller, subtract } from './quantity.ts';
import { readAgain } from './read-again.ts';
import { restoreVersion } from './restored-version.ts';
import { convertSlices } from './slices.ts';
import { rematch } from './rematch.ts';

/** A person decides, on an exception or on lines. False: there is nothing (any more) to decide. */
export function applyBuyerDecision(draft: Draft, event: BuyerDecided): boolean {
  const { state } = draft;
  const exception = state.exceptions.find(({ fingerprint }) => fingerprint === event.fingerprint);
  if (state.order === undefined || (event.fingerprint !== undefined && exception === undefined)) return false;
  if (exception !== undefined && !isAllowed(exception.type, event.action)) {
    const text = `${event.action} is no way to settle ${exception.type}.`;
    explain(draft, { rule: '5.15', code: 'ACTION_NOT_ALLOWED', text });
    return false;
  }
  const lineIds = targetLines(draft, event, exception);
  if (exception === undefined && lineIds.length === 0) return false;
  const { action, author, reason } = event;
  explain(draft, {
    rule: 'decision',
    text: `${author.name}: ${action}${reason === '' ? '' : ` (${reason})`}.`,
  });
  publish(draft, 'order.changeDecided', { version: state.version, action, author: author.name, lineIds });
  carryOut(draft, event, exception, lineIds);
  return true;
}

function isAllowed(type: string, action: ExceptionAction): boolean {
  const entry = (EXCEPTION_CATALOGUE as Record<string, CatalogueEntry | undefined>)[type];
  return entry?.actions.includes(action) === true;
}

function targetLines(draft: Draft, event: BuyerDecided, exception: OpenException | undefined): string[] {
  if (event.lineIds !== undefined) return event.lineIds;
  if (exception === undefined) return [];
  if (exception.lineId !== undefined) return [exception.lineId];
  const chosen = exception.type === 'LINES_MISSING_IN_ACK' ? isUnanswered : isInOrder;
  return draft.state.lines.filter(chosen).map(({ id }) => id);
}

function isInOrder({ deleted }: LineState): boolean {
  return deleted !== true;
}

function carryOut(
  draft: Draft,
  event: BuyerDecided,
  exception: OpenException | undefined,
  lineIds: readonly string[],
): void {
  switch (event.action) {
    case 'accept':
      accept(draft, event, exception, lineIds);
      return;
    case 'reject':
    case 'counter':
      refuse(draft, event, exception, lineIds);
      return;
    case 'cancelLine':
    case 'cancelOrder':
      cancel(draft, event, exception, lineIds);
      return;
    case 'shortClose':
      closeShort(draft, lineIds, event.reason);
      close(draft, event, exception);
      return;
    case 'askSupplier':
      notify(draft, 'supplier', 'question', { text: event.reason, lines: lineIds.join(', ') });
      return;
    case 'waitForSupplier':
      return;
    case 'resend':
    case 'retransmit':
    case 'reissue':
      resend(draft, event, exception);
      return;
    case 'correctData':
    case 'reprocess':
      if (exception?.type === 'UOM_CONVERSION_MISSING') readAgain(draft);
      note(draft, event, exception);
      close(draft, event, exception);
      return;
    default:
      note(draft, event, exception);
      close(draft, event, exception);
  }
}

function close(draft: Draft, event: BuyerDecided, exception: OpenException | undefined): void {
  if (exception === undefined) return;
  const { author, action, reason } = event;
  closeExceptions(draft, (open) => open.fingerprint === exception.fingerprint, reason, author.name, action);
}

function titleOf(type: string): string {
  return (EXCEPTION_CATALOGUE as Record<string, CatalogueEntry | undefined>)[type]?.title ?? type;
}

/** Decisions that only people carry out are written down in the ERP. */
function note(draft: Draft, event: BuyerDecided, exception: OpenException | undefined): void {
  const about =
    exception === undefined
      ? ''
      : ` on "${titleOf(exception.type)}"${exception.lineId === undefined ? '' : ` of line ${exception.lineId}`}`;
  const text = `${event.author.name} decided${about}: ${wordsOf(event.action)}. ${event.reason}`.trim();
  emit(draft, {
    kind: 'writeErp',
    key: effectKey(draft, 'writeErp', 'note'),
    operation: 'note',
    payload: { text },
  });
}

/** Exceptions that ask what is to become of the supplier's values: only with these does a decision speak of them. */
const PROPOSALS: ReadonlySet<string | undefined> = new Set([
  undefined,
  'CHANGE_PROPOSED',
  'OVER_CONFIRMED',
  'SUSPICIOUS_PRICE',
  'SUPPLIER_CANCELLED',
  'LINE_REJECTED',
  'CHANGE_REJECTED',
]);

function accept(
  draft: Draft,
  event: BuyerDecided,
  exception: OpenException | undefined,
  lineIds: readonly string[],
): void {
  close(draft, event, exception);
  switch (exception?.type) {
    case 'CHANGE_FROZEN':
      releaseFrozenChange(draft, event.reason);
      return;
    case 'OVER_RECEIVED':
      acceptSurplus(draft, lineIds);
      return;
    case 'UNAPPROVED_SUBSTITUTE':
      acceptSubstitutes(draft, lineIds, exception.subject ?? '');
      return;
    case 'CROSSED_IN_FLIGHT':
    case 'SHIPPED_AFTER_CANCEL':
      takeGoods(draft, lineIds);
      return;
    case 'SUPPLIER_CANCELLED':
      acceptProposals(draft, lineIds, event.author.name, isRefusal);
      return;
    default:
      if (PROPOSALS.has(exception?.type)) acceptProposals(draft, lineIds, event.author.name);
      else note(draft, event, exception);
  }
}

function acceptSurplus(draft: Draft, lineIds: readonly string[]): void {
  editLines(
    draft,
    ({ id }) => lineIds.includes(id),
    (line) => {
      line.overAccepted = larger('0', subtract(line.received, effectiveQuantity(line)));
    },
  );
  rematch(draft, lineIds, 'surplusAccepted');
}

function acceptSubstitutes(draft: Draft, lineIds: readonly string[], shipmentId: string): void {
  editLines(
    draft,
    ({ id }) => lineIds.includes(id),
    (line) => {
      const offered = (line.offeredSubstitutes ?? []).filter((each) => each.shipmentId === shipmentId);
      line.acceptedSubstitutes = [...(line.acceptedSubstitutes ?? []), ...offered.map(({ item }) => item)];
      line.offeredSubstitutes = (line.offeredSubstitutes ?? []).filter(
        (each) => each.shipmentId !== shipmentId,
      );
    },
  );
  rematch(draft, lineIds, 'substituteAccepted');
}

/** The goods come although they were cancelled, and we take them. */
function takeGoods(draft: Draft, lineIds: readonly string[]): void {
  for (const { version, kind } of draft.state.unanswered) {
    if (kind === 'cancel')
      restoreVersion(draft, version, { because: 'our cancellation is withdrawn', lineIds });
  }
  const taken = editLines(
    draft,
    (line) => lineIds.includes(line.id),
    (line) => {
      const live = quantityIn(line.slices, ({ state }) => state !== 'CANCELLED' && state !== 'REJECTED');
      const wanted = subtract(larger(line.announced, line.received), live);
      const cancelled = quantityIn(line.slices, isCancelled);
      convertSlices(line, larger('0', smaller(wanted, cancelled)), isCancelled, {
        state: 'CONFIRMED',
        implied: true,
      });
      // What nobody had answered before the cancellation is confirmed by the goods that come.
      confirmImplied(draft, line, larger(line.announced, line.received), {});
      delete line.shortClosed;
    },
  );
  writeConfirmations(draft, taken);
}

function isCancelled(slice: Slice): boolean {
  return slice.state === 'CANCELLED';
}

function refuse(
  draft: Draft,
  event: BuyerDecided,
  exception: OpenException | undefined,
  lineIds: readonly string[],
): void {
  close(draft, event, exception);
  if (exception?.type === 'CHANGE_FROZEN') {
    forgetWaiting(draft.state);
    return;
  }
  const answered = PROPOSALS.has(exception?.type) && answerProposals(draft, lineIds, event);
  if (!answered) note(draft, event, exception);
}

/** What a cancellation means depends on what the exception is about: the rest, the backorder, the refused part, or the whole line. */
function cancelledPart(exception: OpenException | undefined): (slice: Slice) => boolean {
  switch (exception?.type) {
    case 'REMAINDER_UNSTATED':
      return ({ state }) => state === 'OPEN';
    case 'BACKORDER_NO_DATE':
    case 'BACKORDER_WAIT_EXCEEDED':
      return ({ state }) => state === 'BACKORDERED';
    case 'LINE_REJECTED':
      return () => false;
    default:
      return ({ state }) => state !== 'CANCELLED' && state !== 'REJECTED';
  }
}

function cancel(
  draft: Draft,
  event: BuyerDecided,
  exception: OpenException | undefined,
  lineIds: readonly string[],
): void {
  const { state } = draft;
  const targets = event.action === 'cancelOrder' ? state.lines.map(({ id }) => id) : lineIds;
  close(draft, event, exception);
  // Refused quantities are cancelled without asking: nobody else counts on them.
  const isRefused = exception?.type === 'LINE_REJECTED' ? isTakenBack : isRejected;
  const refused = editLines(
    draft,
    (line) => targets.includes(line.id) && line.slices.some(isRefused),
    (line) => {
      convertSlices(line, quantityIn(line.slices, isRefused), isRefused, {
        state: 'CANCELLED',
        reason: event.reason,
      });
      if (!line.slices.some(isUndecided)) dropStanding(line);
    },
  );
  if (refused.length > 0)
    publish(draft, 'order.cancelled', { version: state.version, lineIds: refused }, 'refused');
  const choose = cancelledPart(exception);
  const live = targets.filter((id) => state.lines.some((line) => line.id === id && line.slices.some(choose)));
  if (live.length > 0) requestCancellations(draft, live, event.reason, choose);
  const settled = refused.filter(
    (id) => !state.lines.some((line) => line.id === id && line.slices.some(isUndecided)),
  );
  closeAnswerExceptions(draft, settled, event.reason, event.author.name);
  if (refused.length > 0) {
    emit(draft, {
      kind: 'writeErp',
      key: effectKey(draft, 'writeErp', 'cancellation|refused'),
      operation: 'cancellation',
      payload: { lineIds: refused, reason: event.reason },
    });
  }
}

/** Refused from the start, or confirmed before and refused now. */
function isTakenBack(slice: Slice): boolean {
  return isRejected(slice) || (slice.state === 'PROPOSED' && isRefusal(slice));
}

function isRejected(slice: Slice): boolean {
  return slice.state === 'REJECTED';
}

/** Where nothing goes out, nothing is settled: the exception stays. */
function resend(draft: Draft, event: BuyerDecided, exception: OpenException | undefined): void {
  const { documents } = draft.state;
  // Who does not know the order needs the order, and cannot get it twice.
  const unknown = exception?.type === 'SUPPLIER_UNKNOWN_PO';
  const document = unknown
    ? documents.findLast(({ documentType }) => documentType === 'order')
    : (documents.find(({ key }) => key === exception?.subject) ?? documents.at(-1));
  if (document === undefined) return;
  const { documentType, version } = document;
  const { id, author, reason } = event;
  const request = { type: 'resendRequested', id, documentType, version, author, reason } as const;
  if (sendAgain(draft, request, unknown)) close(draft, event, exception);
}
