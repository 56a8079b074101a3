import { addHours, addDays, instantAt } from '../../common/calendar.ts';
import type { LocalDate } from '../../common/time.ts';
import type { DespatchAdvice, DespatchLine } from '../../documents/despatch-advice.ts';
import { isConfirmed } from '../balance.ts';
import { proveArrival } from '../communication.ts';
import { writeConfirmations } from '../confirmation.ts';
import { closeExceptions, editLine, effectKey, emit, explain, publish, raise } from '../draft.ts';
import type { Draft } from '../draft.ts';
import { askAgain, confirmImplied, takeBackImplied } from '../implied-confirmation.ts';
import { describeLine, findLine } from '../line-lookup.ts';
import type { DespatchAdviceReceived, LineState, Shipment } from '../model.ts';
import { add, compare, larger, subtract } from '../quantity.ts';
import { rematchHeld } from '../rematch.ts';
import { toOrderedUnit } from '../units.ts';
import { UnmatchedLines } from '../unmatched-lines.ts';
import { forgetShipment, keepUnread } from '../unread-lines.ts';
import { arrivalOfLine, arrivalOfShipment, shipDates } from './arrival.ts';
import {
  checkDates,
  checkLines,
  checkPackageNumbers,
  checkParties,
  checkStructure,
  quantitiesByLine,
} from './checks.ts';
import type { ShippedLine } from './checks.ts';
import { expectAgain, settleMissing } from './missing.ts';
import { replaces } from './replacement.ts';

/** A ship notice (5.5): it claims; only the receipt counts. Every check is its own exception, and none stops the others. */
export function applyDespatch(draft: Draft, event: DespatchAdviceReceived): void {
  const advice = event.document;
  const known = draft.state.shipments.findLast(({ id }) => id === advice.id);
  if (known !== undefined && !replaces(draft, event, known)) return;
  if (known === undefined && advice.purpose !== 'original') {
    explain(draft, {
      rule: '5.5',
      code: 'ASN_ORIGINAL_MISSING',
      text: `Shipment ${advice.id} is ${advice.purpose === 'replace' ? 'replaced' : 'cancelled'}, but its first advice never came.`,
    });
  }
  if (advice.purpose === 'cancellation') {
    cancelShipment(draft, event, known);
    return;
  }
  announce(draft, event, known);
}

function withdraw(draft: Draft, shipment: Shipment, status: Shipment['status']): void {
  const { state } = draft;
  forgetShipment(draft, shipment.id);
  if (shipment.status === 'live') {
    for (const { lineId, quantity } of shipment.lines) {
      const index = state.lines.findIndex(({ id }) => id === lineId);
      if (index < 0) continue;
      const line = editLine(draft, index);
      line.announced = subtract(line.announced, quantity);
      takeBackImplied(line, larger(line.announced, line.received));
    }
  }
  state.shipments = state.shipments.map((each) => (each === shipment ? { ...each, status } : each));
}

function cancelShipment(draft: Draft, event: DespatchAdviceReceived, known: Shipment | undefined): void {
  const advice = event.document;
  if (known === undefined) {
    draft.state.shipments = [...draft.state.shipments, shipmentOf(draft, event, new Map(), 'cancelled')];
    return;
  }
  withdraw(draft, known, 'cancelled');
  closeShipmentExceptions(draft, advice.id, 'The shipment is cancelled.');
  awaitAgain(draft, known);
  rematchAdvised(draft, known);
  publish(draft, 'shipment.cancelled', { shipmentId: advice.id }, advice.id);
  writeAdvice(draft, event, { cancelled: true });
}

/** Exceptions about a shipment end with it. */
function closeShipmentExceptions(draft: Draft, shipmentId: string, reason: string): void {
  closeExceptions(
    draft,
    ({ subject, type }) => subject === shipmentId && type !== 'ASN_CHANGE_AFTER_RECEIPT',
    reason,
  );
}

/** Of the order itself: later ones are changes, which he need not know of to ship. */
const FIRST_VERSION = 1;

function announce(draft: Draft, event: DespatchAdviceReceived, known: Shipment | undefined): void {
  const advice = event.document;
  if (known !== undefined) {
    withdraw(draft, known, 'replaced');
  }
  if (draft.rules >= 2) proveArrival(draft, FIRST_VERSION, 'ships by');
  checkStructure(draft, advice);
  checkParties(draft, advice, event.partnerId);
  const lines = resolveLines(draft, event);
  checkPackageNumbers(draft, event);
  checkDates(draft, advice);
  const byLine = quantitiesByLine(lines);
  const quantities = [...byLine];
  const afterReceipt =
    lines.length > 0 &&
    quantities.every(([index, quantity]) => isReceivedAlready(draft.state.lines[index]!, quantity));
  const implied = quantities.filter(([index, quantity]) => shipLine(draft, advice, index, quantity));
  checkLines(draft, advice, lines);
  const shipment = shipmentOf(draft, event, byLine, 'live');
  if (afterReceipt) shipment.afterReceipt = true;
  draft.state.shipments = [...draft.state.shipments, shipment];
  reportTiming(draft, shipment);
  if (known !== undefined) closeShipmentExceptions(draft, advice.id, 'A replacement has arrived.');
  finish(
    draft,
    event,
    shipment,
    known,
    implied.map(([index]) => draft.state.lines[index]!.id),
  );
  if (known !== undefined) awaitAgain(draft, known);
  rematchAdvised(draft, shipment);
}

/** Invoices that are held may be about what is announced, or is not any more. */
function rematchAdvised(draft: Draft, { lines }: Shipment): void {
  if (draft.rules < 2) return;
  const lineIds = lines.map(({ lineId }) => lineId);
  rematchHeld(draft, lineIds, 'despatchChanged');
}

/** What a withdrawn advice brought, and no other does: the supplier is to say what becomes of it. */
function awaitAgain(draft: Draft, { id, lines }: Shipment): void {
  const lineIds = new Set(lines.map(({ lineId }) => lineId));
  expectAgain(draft, lineIds);
  const waiting = askAgain(draft, lineIds);
  if (waiting.length === 0) return;
  explain(draft, {
    rule: 'T19',
    text: `Lines ${waiting.join(', ')} were confirmed by shipment ${id} alone, which does not bring them any more: the answer of the supplier is awaited again.`,
  });
}

/** Lines of a shipment that was announced but for them. */
export function announceUnread(draft: Draft, event: DespatchAdviceReceived): void {
  const advice = event.document;
  const known = draft.state.shipments.findLast(({ id, status }) => id === advice.id && status === 'live');
  if (known === undefined) return;
  const resolved = resolveLines(draft, event);
  if (resolved.length === 0) return;
  const byLine = quantitiesByLine(resolved);
  const implied = [...byLine].filter(([index, quantity]) => shipLine(draft, advice, index, quantity));
  checkLines(draft, advice, resolved);
  const lines = [...known.lines, ...shippedLines(draft, byLine)];
  draft.state.shipments = draft.state.shipments.map((each) => (each === known ? { ...each, lines } : each));
  publish(draft, 'shipment.replaced', { shipmentId: advice.id, lines }, advice.id);
  writeConfirmations(
    draft,
    implied.map(([index]) => draft.state.lines[index]!.id),
  );
}

/** Check 3. Lines of other orders in the same shipment are none of our business. */
function resolveLines(draft: Draft, event: DespatchAdviceReceived): ShippedLine[] {
  const { state, policy } = draft;
  const advice = event.document;
  const resolved: ShippedLine[] = [];
  const unread: DespatchLine[] = [];
  const unmatched = new UnmatchedLines<'AMBIGUOUS_LINE' | 'UNKNOWN_LINE'>();
  advice.lines.forEach((advised, position) => {
    if (advised.orderId !== state.order?.id) return;
    const match = findLine(state.lines, advised, position);
    if (match.index === undefined) {
      const type = match.problem === 'ambiguous' ? 'AMBIGUOUS_LINE' : 'UNKNOWN_LINE';
      unmatched.add(type, describeLine(advised, match.problem));
      return;
    }
    const line = state.lines[match.index]!;
    const quantity = toOrderedUnit(advised.quantity, line.line, policy);
    if (quantity !== undefined && compare(quantity, '0') < 0) {
      raise(draft, 'ASN_STRUCTURE', {
        subject: advice.id,
        documentId: event.documentRef.documentId,
        detail: `Shipment ${advice.id} brings ${quantity} of line ${line.id}, and nobody can ship less than nothing. The line was not applied.`,
      });
      return;
    }
    if (quantity === undefined) {
      const unit = advised.quantity.unit ?? '';
      unread.push(advised);
      raise(draft, 'UOM_CONVERSION_MISSING', {
        causeKey: `${line.line.item.buyerId ?? line.line.item.gtin ?? line.id}|${unit}`,
        documentId: event.documentRef.documentId,
        detail: `Shipment ${advice.id} counts line ${line.id} in ${unit}, ordered in ${line.line.quantity.unit ?? 'no unit'}, and no conversion is known. The line was not applied.`,
      });
      return;
    }
    resolved.push({ advised, index: match.index, quantity });
  });
  keepUnread(draft, { ...event, document: { ...advice, lines: unread } });
  unmatched.raise(
    draft,
    { subject: `${advice.id}|`, documentId: event.documentRef.documentId },
    (type, names) =>
      `Shipment ${advice.id} names ${names}: ${type === 'UNKNOWN_LINE' ? 'not on the order' : 'several lines of the order fit'}.`,
  );
  return resolved;
}

/** Goods counted before their advice: there is nothing left to expect. */
function isReceivedAlready(line: LineState, quantity: string): boolean {
  return compare(subtract(line.received, line.announced), quantity) >= 0;
}

/** Counts the quantity as announced; true where it confirmed something that nobody had confirmed. */
function shipLine(draft: Draft, advice: DespatchAdvice, index: number, quantity: string): boolean {
  const line = editLine(draft, index);
  const wanted = line.slices.some(({ state }) => state !== 'CANCELLED' && state !== 'REJECTED');
  if (!wanted) {
    raise(draft, 'SHIPPED_AFTER_CANCEL', {
      line,
      subject: advice.id,
      quantity,
      detail: `Line ${line.id} is cancelled, and shipment ${advice.id} brings ${quantity} of it.`,
    });
  } else if (line.slices.some(({ state }) => state === 'CANCEL_REQUESTED')) {
    raise(draft, 'CROSSED_IN_FLIGHT', {
      line,
      subject: advice.id,
      quantity,
      detail: `Line ${line.id} is being cancelled, and shipment ${advice.id} brings ${quantity} of it.`,
    });
  }
  line.announced = add(line.announced, quantity);
  if (!wanted || !draft.policy.response.asnImpliesAck) return false;
  const arrival = arrivalOfLine(draft, shipDates(advice), line.line);
  const date = arrival ?? advice.shipDate;
  const dateKind: 'ship' | 'delivery' = arrival === undefined ? 'ship' : 'delivery';
  const promise = date === undefined ? {} : { date, dateKind };
  const implied = confirmImplied(draft, line, line.announced, promise) !== '0';
  if (implied && draft.state.respondedAt === undefined) draft.state.impliedByDespatch = true;
  if (!implied) noteDeviation(draft, line, arrival, advice.shipDate);
  return implied;
}

/** Check 8: the shipment comes on another date than promised. Only dates of one kind can be compared. */
function noteDeviation(
  draft: Draft,
  line: LineState,
  arrival: LocalDate | undefined,
  shipDate: LocalDate | undefined,
): void {
  const promised = line.slices.filter(isConfirmed);
  const ship = promised.some(({ dateKind }) => dateKind === 'ship');
  const date = ship ? shipDate : arrival;
  const dates = promised.filter((slice) => (slice.dateKind === 'ship') === ship).map((slice) => slice.date);
  if (date === undefined || dates.length === 0 || dates.includes(date)) return;
  explain(draft, {
    rule: '5.5 check 8',
    code: 'SHIPPED_OTHER_DATE',
    lineId: line.id,
    text: `Line ${line.id}: announced for ${date}, promised for ${dates.join(', ')}.`,
  });
}

function shippedLines({ state }: Draft, byLine: ReadonlyMap<number, string>): Shipment['lines'] {
  const lines: Shipment['lines'] = [];
  for (const [index, quantity] of byLine) lines.push({ lineId: state.lines[index]!.id, quantity });
  return lines;
}

function shipmentOf(
  draft: Draft,
  event: DespatchAdviceReceived,
  byLine: ReadonlyMap<number, string>,
  status: Shipment['status'],
): Shipment {
  const { document, documentRef } = event;
  const isFirst = !draft.state.shipments.some(({ id }) => id === document.id);
  return {
    id: document.id,
    ref: documentRef,
    status,
    receivedAt: draft.now,
    ...shipDates(document),
    lines: shippedLines(draft, byLine),
    ssccs: (document.packages ?? []).flatMap(({ sscc }) => (sscc === undefined ? [] : [sscc])),
    ...(isFirst && document.purpose !== 'original' && draft.rules >= 2 ? { overtook: true as const } : {}),
  };
}

/** Check 12: never blocks; it is counted against the supplier. */
function reportTiming(draft: Draft, shipment: Shipment): void {
  const { despatch, calendar } = draft.policy;
  if (shipment.shipDate !== undefined) {
    const shipped = instantAt(addDays(shipment.shipDate, 1), '00:00', calendar.timeZone);
    if (draft.now > addHours(shipped, despatch.afterShipHours)) shipment.lateAfterShip = true;
  }
  const day = arrivalOfShipment(draft, shipment);
  if (day !== undefined) {
    const arrival = instantAt(day, '00:00', calendar.timeZone);
    if (draft.now > addHours(arrival, -despatch.beforeArrivalHours)) shipment.lateBeforeArrival = true;
  }
  if (shipment.afterReceipt === true) {
    raise(draft, 'ASN_AFTER_RECEIPT', {
      subject: shipment.id,
      detail: `The goods of shipment ${shipment.id} were received before its advice came. It is linked, and nothing is expected from it.`,
    });
  } else if (shipment.lateBeforeArrival === true) {
    raise(draft, 'ASN_LATE', {
      subject: shipment.id,
      detail: `Shipment ${shipment.id} was announced on its day of arrival (${day ?? ''}) or later.`,
    });
  }
}

function finish(
  draft: Draft,
  event: DespatchAdviceReceived,
  shipment: Shipment,
  known: Shipment | undefined,
  impliedLineIds: readonly string[],
): void {
  const { id, shipDate, estimatedDeliveryDate, lines } = shipment;
  if (known === undefined) {
    const dates = {
      ...(shipDate === undefined ? {} : { shipDate }),
      ...(estimatedDeliveryDate === undefined ? {} : { estimatedDeliveryDate }),
    };
    publish(draft, 'shipment.dispatched', { shipmentId: id, ...dates, lines }, id);
  } else {
    publish(draft, 'shipment.replaced', { shipmentId: id, lines }, id);
  }
  explain(draft, {
    rule: '5.5',
    text: `Shipment ${id} announces ${lines.map(({ lineId, quantity }) => `${quantity} of line ${lineId}`).join(', ')}.`,
  });
  settleMissing(draft, 'The despatch advice has arrived.');
  writeConfirmations(draft, impliedLineIds);
  if (shipment.afterReceipt !== true && lines.length > 0)
    writeAdvice(draft, event, known === undefined ? {} : { replaces: known.ref.documentId });
}

function writeAdvice(
  draft: Draft,
  event: DespatchAdviceReceived,
  relation: { replaces?: string; cancelled?: true },
): void {
  const { document, documentRef } = event;
  const key = effectKey(draft, 'writeErp', `despatchAdvice|${document.id}`);
  emit(draft, {
    kind: 'writeErp',
    key,
    operation: 'despatchAdvice',
    payload: { document, documentRef, ...relation },
  });
}
