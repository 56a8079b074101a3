import { dec, formatDecimal, roundTo, sum } from '../../common/decimal.ts';
import type { OrderLine } from '../../documents/order.ts';
import type { OrderState } from '../../tracking/model.ts';
import { isEcho } from '../../tracking/line-changes.ts';
import { RULES } from '../../tracking/order-events.ts';
import type { Dimension } from '../../tracking/model.ts';
import type { LineValues } from '../order-link.ts';
import { sameField, wordsOf } from './link-lines.ts';
import type { LineGroup, LineWords } from './link-lines.ts';
import { pruned } from './party.ts';

/**
 * The lines as the buyer wants them. Odoo holds two kinds of values in the same fields: what the buyer has ordered, and what
 * we have written there from the supplier's answers. A value that was seen before, or that we intended, is no word of the
 * buyer: the order keeps what it says, unless the supplier has confirmed the very value. Any other value is the buyer's.
 */
export function buyerLines(
  groups: readonly LineGroup[],
  state: OrderState | undefined,
  decimals: number,
): OrderLine[] {
  const base = state?.waitingOrder ?? state?.order;
  const known = new Map((base?.lines ?? []).map((line) => [line.id, line]));
  return groups.flatMap((group) => {
    const line = buyerLine(group, known.get(group.lineId), state);
    return dec(line.quantity.value).isZero() ? [] : [priced(line, decimals)];
  });
}

function buyerLine(
  group: LineGroup,
  before: OrderLine | undefined,
  state: OrderState | undefined,
): OrderLine {
  const odoo = asInOdoo(group, wantedWords(group, before));
  const deleted = before === undefined && state?.lines.some(({ id }) => id === group.lineId) === true;
  const unchanged = (field: keyof LineValues) =>
    group.members.every(
      ({ line, link }, index) =>
        (link === undefined && index > 0) ||
        (link !== undefined &&
          [link.seen, link.intended].some((values) => values && sameField(values, line.values, field))),
    );
  if (before === undefined) {
    // A line that the order has no more stays out of it as long as nobody touches it in Odoo.
    const untouched = deleted && unchanged('quantity');
    return untouched ? { ...odoo, quantity: { ...odoo.quantity, value: '0' } } : odoo;
  }
  const keep = (dimension: Dimension, ...fields: (keyof LineValues)[]) =>
    fields.every(unchanged) && !isEchoOf(odoo, before, dimension, group.lineId, state);
  const kept = {
    quantity: keep('quantity', 'quantity') ? before.quantity : odoo.quantity,
    price: keep('price', 'price', 'discount') ? before.price : odoo.price,
    requestedDeliveryDate: keep('date', 'date') ? before.requestedDeliveryDate : odoo.requestedDeliveryDate,
  };
  return { ...odoo, ...pruned(kept), quantity: kept.quantity };
}

/**
 * The line in words. What was seen before is no word of the buyer here either: what an older release did not send of it, names of
 * variants and notes, is no change of the order.
 */
function wantedWords(group: LineGroup, before: OrderLine | undefined): LineWords {
  const words = wordsOf(group);
  const seen = group.members[0]!.link?.words ?? JSON.stringify(words);
  const isNew = before === undefined || seen !== JSON.stringify(words);
  return isNew ? words : { description: before.item.description, notes: before.notes ?? [] };
}

/** True where the supplier has confirmed the value that Odoo has now. */
function isEchoOf(
  odoo: OrderLine,
  before: OrderLine,
  dimension: Dimension,
  lineId: string,
  state: OrderState | undefined,
): boolean {
  const line = state?.lines.find(({ id }) => id === lineId);
  if (line === undefined || state?.order === undefined) return false;
  const after: OrderLine = {
    ...before,
    ...(dimension === 'quantity' && { quantity: odoo.quantity }),
    ...(dimension === 'price' && { price: odoo.price }),
    ...(dimension === 'date' && { requestedDeliveryDate: odoo.requestedDeliveryDate }),
  };
  return isEcho(
    line,
    { id: lineId, action: 'changed', changes: [dimension], line: after },
    state.order,
    RULES,
  );
}

/** The line with the values that Odoo has: the quantities of its rows together, the earliest of their dates. */
function asInOdoo({ lineId, members }: LineGroup, { description, notes }: LineWords): OrderLine {
  const main = members[0]!.line;
  const dates = members
    .filter(({ line }, index) => index === 0 || !dec(line.values.quantity).isZero())
    .map(({ line }) => line.values.date)
    .filter((date) => date !== '')
    .sort();
  return {
    id: lineId,
    ...main.rest,
    item: pruned({ ...main.rest.item, description }),
    quantity: {
      value: formatDecimal(sum(members.map(({ line }) => line.values.quantity))),
      ...(main.unit !== undefined && { unit: main.unit }),
    },
    price: { amount: main.netPrice },
    ...(dates[0] !== undefined && { requestedDeliveryDate: dates[0] }),
    ...(notes.length > 0 && { notes: [...notes] }),
  };
}

/** The amount follows from the values of the document itself: Odoo's own follows from what we have written there. */
function priced(line: OrderLine, decimals: number): OrderLine {
  if (line.price === undefined) return line;
  const amount = roundTo(dec(line.quantity.value).times(line.price.amount), decimals);
  return { ...line, lineAmount: formatDecimal(amount, decimals) };
}
