import { dec, formatDecimal, roundTo } from '../../common/decimal.ts';
import type { DecimalString } from '../../common/decimal.ts';
import type { OrderLine } from '../../documents/order.ts';
import type { LineState, OrderState } from '../../tracking/model.ts';
import { sameDecimal } from '../line-values.ts';
import type { OdooSettings } from '../odoo-settings.ts';
import type { IntendedSlice, LineValues, OdooOrderLink } from '../order-link.ts';
import { roundToStep, targetOf } from './line-target.ts';
import type { LineTarget } from './line-target.ts';
import type { OdooOrder, OdooOrderLine } from './odoo-order.ts';

type Fields = OdooSettings['write']['fields'];

export interface LinePlanInput {
  state: OrderState;
  link: OdooOrderLink;
  order: OdooOrder;
  /** Lines by our ids. */
  lineIds: readonly string[];
  fields: Fields;
  split: (line: LineState) => boolean;
}

/** A row whose values in Odoo are neither what was last seen nor what we wrote: a person was there. */
export interface EditedLine {
  lineId: string;
  field: keyof LineValues;
  held: string;
  known: string;
}

export interface LinePlan {
  /** Rows to change, by Odoo's id, to these values. */
  writes: { row: OdooOrderLine; lineId: string; values: LineValues }[];
  /** Rows to make, each like a row of the same line. */
  creates: { like: OdooOrderLine; slice: IntendedSlice }[];
  /** Rows that an earlier attempt has made, whose answer was lost. */
  unseen: OdooOrderLine[];
  edited: EditedLine[];
  /** Quantities that Odoo's unit cannot hold as they were agreed. */
  rounded: { lineId: string; agreed: DecimalString; held: DecimalString }[];
  /** Lines whose newer values by the buyer wait for their turn: what was agreed before is not written over them. */
  superseded: string[];
}

/** What has to be written so that Odoo holds what is agreed; nothing where it holds that already. */
export function planLines(input: LinePlanInput): LinePlan {
  const plan: LinePlan = { writes: [], creates: [], unseen: [], edited: [], rounded: [], superseded: [] };
  for (const lineId of input.lineIds) {
    const line = input.state.lines.find(({ id }) => id === lineId);
    if (line !== undefined) planLine(plan, input, line);
  }
  return plan;
}

function planLine(plan: LinePlan, input: LinePlanInput, line: LineState): void {
  const rows = rowsOf(input, line.id);
  const [main] = rows;
  if (main === undefined) return;
  plan.unseen.push(...rows.filter(({ id }) => !input.link.lines.some(({ odooId }) => odooId === id)));
  const edited = rows.flatMap((row) => editsOf(input.link, row, line.id));
  if (edited.length > 0) {
    plan.edited.push(...edited);
    return;
  }
  if (isSuperseded(input, line, main)) {
    plan.superseded.push(line.id);
    return;
  }
  // Rows that are received already cannot be cut into parts any more.
  const split = rows.length > 1 || (input.split(line) && dec(main.received).isZero());
  const targets = targetOf(line, split);
  if (targets === undefined) return;
  targets.forEach((target, index) => {
    const row = rows[index];
    const held = roundToStep(target.quantity, main.unit.rounding);
    if (!sameDecimal(held, target.quantity)) {
      plan.rounded.push({ lineId: line.id, agreed: target.quantity, held });
    }
    const values = valuesFor(row ?? main, { ...target, quantity: held }, input.fields);
    if (row === undefined) plan.creates.push({ like: main, slice: { ...values, lineId: line.id } });
    else if (!sameValues(row.values, values)) plan.writes.push({ row, lineId: line.id, values });
  });
  for (const row of rows.slice(targets.length)) {
    const values = { ...row.values, quantity: '0' };
    if (!sameValues(row.values, values)) plan.writes.push({ row, lineId: line.id, values });
  }
}

type Linked = Pick<LinePlanInput, 'link' | 'order'>;

/** The row of the line first, then those made for its further dates, also the ones that nobody has seen yet. */
function rowsOf(linked: Linked, lineId: string): OdooOrderLine[] {
  return [...knownRows(linked, lineId), ...unseenRows(linked, lineId)];
}

/** The row of the line first, then those made for its further dates, as far as they are in the order still. */
export function knownRows({ link, order }: Linked, lineId: string): OdooOrderLine[] {
  return link.lines
    .filter((line) => line.lineId === lineId)
    .sort((a, b) => Number(a.slice) - Number(b.slice) || a.odooId - b.odooId)
    .flatMap(({ odooId }) => order.lines.filter(({ id }) => id === odooId));
}

/** Rows that are linked to nothing and are just what we were about to make. */
export function unseenRows(linked: Linked, lineId: string): OdooOrderLine[] {
  const { link, order } = linked;
  const [main] = knownRows(linked, lineId);
  if (main === undefined) return [];
  const intended = link.intendedSlices.filter((slice) => slice.lineId === lineId);
  return order.lines.filter(
    (row) =>
      row.productId === main.productId &&
      !link.lines.some(({ odooId }) => odooId === row.id) &&
      intended.some((slice) => sameValues(slice, row.values)),
  );
}

function editsOf(link: OdooOrderLink, row: OdooOrderLine, lineId: string): EditedLine[] {
  const known = link.lines.find(({ odooId }) => odooId === row.id);
  if (known === undefined) return [];
  const { seen, intended } = known;
  return FIELDS.filter(
    (field) =>
      !sameValue(field, row.values, seen) &&
      (intended === undefined || !sameValue(field, row.values, intended)),
  ).map((field) => ({ lineId, field, held: row.values[field], known: seen[field] }));
}

/** Cancelled or taken out in Odoo, or changed there again while the supplier still has to answer the change before. */
function isSuperseded({ state }: LinePlanInput, line: LineState, row: OdooOrderLine): boolean {
  if (dec(row.values.quantity).isZero()) return true;
  if (state.waitingOrder === undefined) return false;
  const waiting = state.waitingOrder.lines.find(({ id }) => id === line.id);
  return waiting === undefined || negotiated(waiting) !== negotiated(line.line);
}

function negotiated({ quantity, price, requestedDeliveryDate }: OrderLine): string {
  return JSON.stringify([quantity.value, price?.amount, price?.baseQuantity, requestedDeliveryDate]);
}

function valuesFor(row: OdooOrderLine, target: LineTarget, fields: Fields): LineValues {
  const held = row.values;
  return {
    quantity: fields.quantity === 'gateway' ? target.quantity : held.quantity,
    price: fields.price === 'gateway' ? grossPrice(row, target.price) : held.price,
    date: fields.deliveryDate === 'gateway' ? (target.date ?? held.date) : held.date,
    discount: held.discount,
  };
}

/** The price of the row that comes to an agreed net price, at the row's own discount and taxes. */
function grossPrice(row: OdooOrderLine, agreed: DecimalString | undefined): DecimalString {
  const { values, netPrice, netPriceStep } = row;
  if (agreed === undefined || dec(agreed).minus(netPrice).abs().lte(netPriceStep)) return values.price;
  const factor = dec(netPrice).isZero() ? dec(1) : dec(values.price).div(netPrice);
  return formatDecimal(roundTo(dec(agreed).times(factor), PRICE_PLACES));
}

/** Odoo keeps prices as floats, unrounded. */
const PRICE_PLACES = 10;

const FIELDS = ['quantity', 'price', 'date', 'discount'] as const;

function sameValues(a: LineValues, b: LineValues): boolean {
  return FIELDS.every((field) => sameValue(field, a, b));
}

function sameValue(field: keyof LineValues, a: LineValues, b: LineValues): boolean {
  return field === 'date' ? a.date === b.date : sameDecimal(a[field], b[field]);
}
