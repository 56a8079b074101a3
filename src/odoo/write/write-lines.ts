import { GatewayError } from '../../common/errors.ts';
import type { LineState, OrderState } from '../../tracking/model.ts';
import { moveToDate } from '../odoo-date.ts';
import { changeOrderLink, intendLines, readOrderLink } from '../order-link.ts';
import type { LineValues, OdooOrderLink } from '../order-link.ts';
import { needOdooOrder } from './odoo-order.ts';
import type { OdooOrder, OdooOrderLine } from './odoo-order.ts';
import { planLines, unseenRows } from './plan-lines.ts';
import type { EditedLine, LinePlan } from './plan-lines.ts';
import type { WriteContext } from './write-context.ts';

/** An order of ours with its counterpart in Odoo. */
export interface LinkedOrder {
  state: OrderState;
  link: OdooOrderLink;
  order: OdooOrder;
}

/** Throws ODOO_NOT_FOUND for an order that did not come from Odoo, or that was deleted there. */
export async function openLinkedOrder(context: WriteContext, orderId: string): Promise<LinkedOrder> {
  const { store } = context;
  const [stored, record] = await Promise.all([readOrderLink(store, orderId), store.get('orders', orderId)]);
  if (stored === undefined || record === undefined) {
    throw new GatewayError(
      'ODOO_NOT_FOUND',
      `Order ${orderId} did not come from Odoo: there is nothing to write it to. Dismiss this, or read the order from Odoo (tradelane odoo sync --once) and redrive.`,
      { details: { orderId } },
    );
  }
  const order = await needOdooOrder(context, stored.link.odooId, orderId);
  return { state: record.state, link: stored.link, order };
}

/**
 * Brings lines in Odoo to what is agreed now. Done twice it changes nothing: what is written follows from the state of the
 * order, and not from what a command said when it was queued.
 *
 * A line that somebody has edited since it was last read is read first, so that the edit becomes a change order; where it is
 * still another value then, nothing is written over it: throws ODOO_CONFLICT, after everything else was written.
 */
export async function writeLines(
  context: WriteContext,
  orderId: string,
  lineIds: readonly string[],
): Promise<{ linked: LinkedOrder; plan: LinePlan }> {
  let linked = await openLinkedOrder(context, orderId);
  let plan = planFor(context, linked, lineIds);
  if (plan.edited.length > 0 || isOver(linked.order)) {
    await context.refresh([linked.order.id]);
    linked = await openLinkedOrder(context, orderId);
    plan = planFor(context, linked, lineIds);
  }
  if (plan.writes.length + plan.creates.length > 0 && !isOver(linked.order)) {
    refuseLocked(linked.order);
    await carryOut(context, linked, plan);
  }
  if (plan.creates.length > 0 || plan.unseen.length > 0) linked = await adoptRows(context, linked);
  if (plan.edited.length > 0) throw conflict(linked.order, plan.edited);
  return { linked, plan };
}

function planFor({ settings }: WriteContext, linked: LinkedOrder, lineIds: readonly string[]): LinePlan {
  const split = (line: LineState) => settings.splits === 'splitLine' && line.slices.length > 1;
  return planLines({ ...linked, lineIds, fields: settings.fields, split });
}

/** Cancelled or put back to draft in Odoo: the gateway hears it from there, nothing is written to it. */
function isOver({ state }: OdooOrder): boolean {
  return state !== 'purchase' && state !== 'done';
}

/** Odoo lets the API change the lines of a locked order; people who locked it did not mean that. */
function refuseLocked({ name, locked, id }: OdooOrder): void {
  if (!locked) return;
  throw new GatewayError(
    'ODOO_REJECTED',
    `Order ${name} is locked in Odoo. Unlock it there and redrive this, or set it right by hand and dismiss it.`,
    { details: { model: 'purchase.order', ids: [id] } },
  );
}

/** All rows in one transaction of Odoo; who wrote them is known before they are written. */
async function carryOut(context: WriteContext, { link, order }: LinkedOrder, plan: LinePlan): Promise<void> {
  const { client, store, clock } = context;
  const values = new Map(plan.writes.map(({ row, values: wanted }) => [row.id, wanted]));
  await intendLines(
    store,
    clock,
    link.orderId,
    values,
    plan.creates.map(({ slice }) => slice),
  );
  const commands = [
    ...plan.writes.map(({ row, values: wanted }) => [1, row.id, toOdooValues(context, row, wanted)]),
    ...plan.creates.map(({ like, slice }) => [0, 0, newRow(context, like, slice)]),
  ];
  await client.call('purchase.order', 'write', { ids: [order.id], vals: { order_line: commands } });
}

/** Rows that we have made belong to the line that they are a further date of: shipments and bills find them there. */
async function adoptRows(context: WriteContext, { link }: LinkedOrder): Promise<LinkedOrder> {
  const linked = await openLinkedOrder(context, link.orderId);
  const unseen = linked.state.lines.flatMap(({ id }) =>
    unseenRows(linked, id).map((row) => ({ row, lineId: id })),
  );
  if (unseen.length === 0) return linked;
  const changed = await changeOrderLink(context.store, context.clock, link.orderId, (known) => {
    const added = unseen.filter(({ row }) => !known.lines.some(({ odooId }) => odooId === row.id));
    return {
      ...known,
      lines: [
        ...known.lines,
        ...added.map(({ row, lineId }) => ({ odooId: row.id, lineId, slice: true, seen: row.values })),
      ],
    };
  });
  return changed === undefined ? linked : { ...linked, link: changed };
}

/**
 * All four together, always: a quantity alone lets Odoo set price and date anew from the vendor's price list, and a date that
 * differs from that of the receipt makes a second receipt or a return.
 */
function toOdooValues({ zone, client: { names } }: WriteContext, row: OdooOrderLine, values: LineValues) {
  return {
    product_qty: Number(values.quantity),
    price_unit: Number(values.price),
    date_planned: values.date === '' ? row.datePlanned : moveToDate(row.datePlanned, values.date, zone),
    ...(names.lineDiscount !== undefined && { [names.lineDiscount]: Number(values.discount) }),
  };
}

function newRow(context: WriteContext, like: OdooOrderLine, values: LineValues) {
  const { names } = context.client;
  return {
    ...toOdooValues(context, like, values),
    product_id: like.productId,
    name: like.name,
    [names.lineUnit]: like.unit.id,
    [names.lineTaxes]: [[6, 0, like.taxIds]],
  };
}

function conflict({ name, id }: OdooOrder, edited: readonly EditedLine[]): GatewayError {
  const lines = edited.map(
    ({ lineId, field, held, known }) => `line ${lineId}: ${field} is ${held} in Odoo, ${known} was known`,
  );
  return new GatewayError(
    'ODOO_CONFLICT',
    `Order ${name} was edited in Odoo while the supplier answered: ${lines.join('; ')}. What the supplier confirmed was not written over it. Decide which counts, set it in Odoo and redrive.`,
    { details: { model: 'purchase.order', ids: [id], exceptionType: 'ODOO_CONFLICT' } },
  );
}
