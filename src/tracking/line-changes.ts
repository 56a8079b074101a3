import { localDate } from '../common/calendar.ts';
import type { DecimalString } from '../common/decimal.ts';
import type { Order, OrderChange, OrderLine } from '../documents/order.ts';
import { isConfirmed, quantityIn, reductionFloor } from './balance.ts';
import { changeNumberOf } from './change-number.ts';
import type { Draft } from './draft.ts';
import type { LineState, Slice } from './model.ts';
import { isSamePrice } from './order-diff.ts';
import type { LineDiff } from './order-diff.ts';
import { compare, isPositive, larger, normalise, smaller, subtract } from './quantity.ts';
import { convertSlices, replaceSlices } from './slices.ts';
import type { SliceDraft } from './slices.ts';

/** What the ERP holds of the line as agreed, to keep while something is undecided. */
export function keepStanding(line: LineState): void {
  if (line.standing !== undefined) return;
  if (line.slices.some((slice) => isConfirmed(slice) || slice.state === 'BACKORDERED'))
    line.standing = line.slices;
}

/** Forgets what stood before: the line is agreed anew. */
export function dropStanding(line: LineState): void {
  if (line.standing !== undefined) delete line.standing;
}

/** The supplier is asked for the line as a version has it; what he was asked before does not matter any more. */
export function askAnew(line: LineState, version: number): void {
  line.awaitingVersion = version;
  if (line.reconfirming !== undefined) delete line.reconfirming;
}

/** T13: the line has new values and needs a new answer; what has shipped stays confirmed. */
export function changeLine(line: LineState, after: OrderLine, version: number): void {
  keepStanding(line);
  const quantity = normalise(after.quantity.value);
  const kept: (Slice | SliceDraft)[] = [];
  let shipped = smaller(reductionFloor(line), quantity);
  for (const slice of line.slices) {
    if (!isConfirmed(slice) || !isPositive(shipped)) continue;
    const part = smaller(slice.quantity, shipped);
    shipped = subtract(shipped, part);
    kept.push({ ...slice, quantity: part });
  }
  const rest = subtract(
    quantity,
    quantityIn(kept as Slice[], () => true),
  );
  line.line = after;
  line.changedInVersion = version;
  askAnew(line, version);
  replaceSlices(line, [...kept, { state: 'AWAITING', quantity: rest }]);
}

/** T14: asks the supplier to give up what has not shipped of the chosen slices; returns that quantity. */
export function requestCancellation(
  line: LineState,
  version: number,
  choose: (slice: Slice) => boolean = isLive,
): DecimalString {
  const isKept = (slice: Slice): boolean => isLive(slice) && slice.state !== 'CANCEL_REQUESTED';
  const isChosen = (slice: Slice): boolean => isKept(slice) && choose(slice);
  const free = larger('0', subtract(quantityIn(line.slices, isKept), reductionFloor(line)));
  const quantity = smaller(free, quantityIn(line.slices, isChosen));
  if (!isPositive(quantity)) return '0';
  keepStanding(line);
  convertWeakest(line, quantity, { state: 'CANCEL_REQUESTED' }, isChosen);
  line.awaitingVersion = version;
  return quantity;
}

/** The line as the supplier is asked to have it: without what is to be cancelled. */
export function withoutRequested(line: LineState): LineState {
  const value = quantityIn(line.slices, (slice) => slice.state !== 'CANCEL_REQUESTED');
  return { ...line, line: { ...line.line, quantity: { ...line.line.quantity, value } } };
}

/** Gives up a quantity without asking: nobody else counts on it. */
export function cancelQuantity(line: LineState, quantity: DecimalString, reason: string): void {
  convertWeakest(line, quantity, { state: 'CANCELLED', reason });
}

/** What was neither given up nor refused. */
export function isLive(slice: Slice): boolean {
  return slice.state !== 'CANCELLED' && slice.state !== 'REJECTED';
}

/** What is confirmed is given up last. */
export function convertWeakest(
  line: LineState,
  quantity: DecimalString,
  change: Parameters<typeof convertSlices>[3],
  choose: (slice: Slice) => boolean = isLive,
): void {
  const left = convertSlices(line, quantity, (slice) => choose(slice) && !isConfirmed(slice), change);
  if (isPositive(left)) convertSlices(line, left, (slice) => choose(slice) && isConfirmed(slice), change);
}

/** The ERP tells us values that the supplier's answer gave it: nothing is new (5.16). */
export function isEcho(line: LineState, diff: LineDiff, order: Order, rules: number): boolean {
  // While a change of the buyer is under way, its values are his and not the supplier's.
  const isChanging = line.awaitingVersion !== 0 && line.reconfirming !== true;
  if (line.standing !== undefined && isChanging) return false;
  const agreed = line.standing ?? line.slices;
  const confirmed = agreed.filter(isConfirmed);
  if (confirmed.length === 0) return false;
  const after = diff.line;
  const date = after.requestedDeliveryDate ?? order.requestedDeliveryDate;
  return diff.changes.every((dimension) => {
    switch (dimension) {
      case 'quantity': {
        const sameUnit = after.quantity.unit === line.line.quantity.unit;
        const live = quantityIn(agreed, (slice) => isConfirmed(slice) || slice.state === 'BACKORDERED');
        const quantities = [quantityIn(confirmed, () => true), live];
        return sameUnit && quantities.some((quantity) => compare(quantity, after.quantity.value) === 0);
      }
      case 'date':
        return confirmed.some((slice) => slice.date === date);
      case 'price':
        return confirmed.every(({ price }) => isSamePrice(price, after.price, after.quantity.unit, rules));
      case 'item':
        return confirmed.some(
          ({ item }) =>
            item !== undefined &&
            (item.buyerId === after.item.buyerId || item.sellerId === after.item.sellerId),
        );
    }
  });
}

type ChangeAction = OrderChange['lines'][number]['action'];

/**
 * The document that tells the supplier of the order's newest version: only the lines named, or in full for partners that know no
 * partial change.
 */
export function buildOrderChange(
  { state, policy, rules, now }: Draft,
  lines: readonly LineState[],
  actions: ReadonlyMap<string, ChangeAction>,
  purpose: OrderChange['purpose'],
): OrderChange {
  const order = state.order!;
  const header: Partial<Order> = { ...order };
  delete header.lines;
  delete header.totalAmount;
  const full = policy.changeStyle === 'replacement' && purpose === 'change';
  const changeLines = lines
    .filter(({ id, deleted }) => (full && !deleted) || actions.has(id))
    .map((line) => ({
      ...line.line,
      action: actions.get(line.id) ?? ('unchanged' as const),
      quantityLeftToReceive: larger('0', subtract(normalise(line.line.quantity.value), line.received)),
    }));
  return {
    ...(header as Omit<Order, 'lines' | 'totalAmount'>),
    documentType: 'orderChange',
    purpose: full ? 'replace' : purpose,
    ...(rules < 4
      ? {}
      : {
          changeNumber: changeNumberOf(order.id, state.version),
          changeDate: localDate(now, policy.companyCalendar.timeZone),
        }),
    lines: changeLines,
  };
}
