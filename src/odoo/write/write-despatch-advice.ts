import { dec } from '../../common/decimal.ts';
import type { DespatchAdvice } from '../../documents/despatch-advice.ts';
import type { ErpCommand } from '../../pipeline/ports/erp.ts';
import type { DocumentRef } from '../../tracking/model.ts';
import { createOrFind } from './external-id.ts';
import { moveToDate } from '../odoo-date.ts';
import type { OdooOrder, OdooOrderLine } from './odoo-order.ts';
import { knownRows } from './plan-lines.ts';
import { chooseReceipt, isAsExpected, planReceipt } from './plan-receipt.ts';
import type { MovePart, OpenMove, OpenReceipt, ReceiptPlan, ShippedLine } from './plan-receipt.ts';
import { postNote } from './post-note.ts';
import { readOpenReceipts } from './read-receipts.ts';
import { readReceiptLink, saveReceiptLink } from './receipt-link.ts';
import { shippedParts } from './shipped-parts.ts';
import { findSourceFile } from './source-file.ts';
import type { WriteContext } from './write-context.ts';
import { openLinkedOrder } from './write-lines.ts';
import type { LinkedOrder } from './write-lines.ts';

/** From here on `stock.picking` splits a transfer on demand, and counts in one field for planned and done. */
const FIRST_VERSION = 17;

interface AdviceData {
  document: DespatchAdvice;
  documentRef: DocumentRef;
  cancelled?: true;
}

/**
 * Prepares the receipt for what was announced: quantities, packages, lots, date and carrier; what is not in this shipment goes
 * into a receipt of its own. It is never validated: only who counts the goods does that.
 */
export async function writeDespatchAdvice(context: WriteContext, command: ErpCommand): Promise<string> {
  const orderId = command.orderIds[0]!;
  const data = command.data as unknown as AdviceData;
  const linked = await openLinkedOrder(context, orderId);
  const { client, settings } = context;
  const prepare = settings.despatchAdvice === 'prepareReceipt' && client.version.major >= FIRST_VERSION;
  const receipts = prepare ? await readOpenReceipts(context, linked.order) : [];
  if (data.cancelled === true) return cancelAdvice(context, command, linked, receipts);
  const lines = shippedLines(linked, data.document);
  const receipt = chooseReceipt(receipts, data.document.id, lines);
  if (receipt === undefined) return noteOnly(context, command, linked, prepare);
  const plan = planReceipt(receipts, receipt, lines);
  await prepareReceipt(context, linked, data.document, plan);
  await postNote(context, {
    key: command.key,
    model: 'stock.picking',
    recordId: receipt.id,
    paragraphs: [
      ...describeAdvice(data.document),
      ...plan.excess.map(
        ({ lineId, quantity }) =>
          `Line ${lineId}: ${quantity} more than is expected was announced. Count what arrives.`,
      ),
    ],
    link: orderLink(orderId),
    file: await findSourceFile(context.store, data.documentRef.documentId),
  });
  return `stock.picking,${receipt.id}`;
}

function orderLink(orderId: string) {
  return { path: `/orders/${encodeURIComponent(orderId)}`, text: `Order ${orderId} in Tradelane` };
}

/** What the order counts for this shipment, with its rows in Odoo. */
function shippedLines(linked: LinkedOrder, advice: DespatchAdvice): ShippedLine[] {
  const { state } = linked;
  const shipment = state.shipments.findLast(({ id, status }) => id === advice.id && status === 'live');
  const totals = new Map<string, string>();
  for (const { lineId, quantity } of shipment?.lines ?? []) {
    totals.set(
      lineId,
      dec(totals.get(lineId) ?? '0')
        .plus(quantity)
        .toFixed(),
    );
  }
  return [...totals].map(([lineId, quantity]) => ({
    lineId,
    rows: knownRows(linked, lineId),
    parts: shippedParts(advice, state.orderId, state.lines, lineId, quantity),
  }));
}

/** Nothing is expected any more, or receipts are left to people: the advice is told on the order. */
async function noteOnly(
  context: WriteContext,
  command: ErpCommand,
  { order, state }: LinkedOrder,
  wanted: boolean,
): Promise<string> {
  const { document, documentRef } = command.data as unknown as AdviceData;
  await postNote(context, {
    key: command.key,
    model: 'purchase.order',
    recordId: order.id,
    paragraphs: [
      ...describeAdvice(document),
      ...(wanted ? ['No receipt of this order waits for goods: nothing was prepared.'] : []),
    ],
    link: orderLink(state.orderId),
    file: await findSourceFile(context.store, documentRef.documentId),
  });
  return `purchase.order,${order.id}`;
}

/** Each step finds what it has done before, so that all of them together can be done again. */
async function prepareReceipt(
  context: WriteContext,
  { state, order }: LinkedOrder,
  advice: DespatchAdvice,
  plan: ReceiptPlan,
): Promise<void> {
  const { client, store, clock } = context;
  const { receipt } = plan;
  const { orderId } = state;
  const known = await readReceiptLink(store, orderId, advice.id);
  const link = { orderId, shipmentId: advice.id, pickingId: receipt.id, note: known?.note ?? '', live: true };
  await saveReceiptLink(store, clock, link);
  const quantities = await moveDemand(context, order, plan);
  const packages = await packageIds(context, plan);
  for (const { move, parts } of quantities) {
    if (isAsExpected(receipt, move, parts)) continue;
    const row = order.lines.find(({ id }) => id === move.orderLineId);
    await fillMove(context, move, parts, row, packages);
  }
  if (plan.split) await client.call('stock.picking', 'action_split_transfer', { ids: [receipt.id] });
  const note = describeAdvice(advice).join(' ');
  await saveReceiptLink(store, clock, { ...link, note });
  await writeHeader(context, receipt, advice, { before: known?.note ?? '', note });
}

/** All in one transaction of Odoo: what one receipt gets another one gives. Odoo counts more by itself then: read again. */
async function moveDemand(
  context: WriteContext,
  order: OdooOrder,
  plan: ReceiptPlan,
): Promise<ReceiptPlan['quantities']> {
  if (plan.demands.length === 0) return plan.quantities;
  const byLine = Map.groupBy(plan.demands, ({ move }) => move.orderLineId);
  const commands = [...byLine].map(([lineId, demands]) => [
    1,
    lineId,
    { move_ids: demands.map(({ move, demand }) => [1, move.id, { product_uom_qty: Number(demand) }]) },
  ]);
  await context.client.call('purchase.order', 'write', {
    ids: [order.id],
    vals: { order_line: commands },
  });
  const receipts = await readOpenReceipts(context, order);
  const moves = receipts.flatMap((receipt) => receipt.moves);
  return plan.quantities.map(({ move, parts }) => ({
    move: moves.find(({ id }) => id === move.id) ?? move,
    parts,
  }));
}

/** Ids in Odoo of the packages by SSCC; one that is there already is taken. */
async function packageIds({ client }: WriteContext, plan: ReceiptPlan): Promise<Map<string, number>> {
  const wanted = new Set(
    plan.quantities.flatMap(({ parts }) => parts.flatMap(({ sscc }) => (sscc === undefined ? [] : [sscc]))),
  );
  const ids = new Map<string, number>();
  if (wanted.size === 0) return ids;
  const { packageModel: model } = client.names;
  const known = await client.searchRead(model, { domain: [['name', 'in', [...wanted]]], fields: ['name'] });
  for (const row of known) ids.set(String(row['name']), row.id);
  for (const sscc of wanted) {
    if (ids.has(sscc)) continue;
    ids.set(
      sscc,
      await createOrFind(client, 'package', { model, key: sscc, fields: ['name'], rows: [[sscc]] }),
    );
  }
  return ids;
}

/** What the move counts becomes what was announced: rows are changed, added and taken out as needed. */
async function fillMove(
  { client }: WriteContext,
  move: OpenMove,
  parts: readonly MovePart[],
  row: OdooOrderLine | undefined,
  packages: ReadonlyMap<string, number>,
): Promise<void> {
  const { doneQuantity, moveDoneQuantity } = client.names;
  if (parts.length === 0) {
    const vals = { [moveDoneQuantity]: 0 };
    await client.call('stock.move', 'write', { ids: [move.id], vals }, { retry: 'always' });
    return;
  }
  const merged = mergeParts(parts, row?.tracking ?? 'none');
  const commands: unknown[] = merged.map((part, index) => {
    const moveLineId = move.moveLineIds[index];
    const vals = {
      [doneQuantity]: Number(part.quantity),
      lot_name: part.lot ?? false,
      result_package_id: part.sscc === undefined ? false : (packages.get(part.sscc) ?? false),
    };
    if (moveLineId !== undefined) return [1, moveLineId, vals];
    const own = { product_id: move.productId, product_uom_id: move.unitId, picking_id: move.pickingId };
    return [0, 0, { ...vals, ...own }];
  });
  commands.push(...move.moveLineIds.slice(merged.length).map((id) => [2, id]));
  await client.call('stock.move', 'write', { ids: [move.id], vals: { move_line_ids: commands } });
}

/** Parts that differ in nothing that Odoo keeps are one row. */
function mergeParts(parts: readonly MovePart[], tracking: OdooOrderLine['tracking']): MovePart[] {
  const merged = new Map<string, MovePart>();
  for (const { quantity, sscc, lot } of parts) {
    const kept = tracking === 'none' ? undefined : lot;
    const key = `${sscc ?? ''}|${kept ?? ''}`;
    const before = merged.get(key)?.quantity ?? '0';
    merged.set(key, {
      quantity: dec(before).plus(quantity).toFixed(),
      ...(sscc !== undefined && { sscc }),
      ...(kept !== undefined && { lot: kept }),
    });
  }
  return [...merged.values()];
}

/** After the split, which copies date and note to the receipt for the rest: they are taken off there again. */
async function writeHeader(
  context: WriteContext,
  receipt: OpenReceipt,
  advice: DespatchAdvice,
  { before, note }: { before: string; note: string },
): Promise<void> {
  const { client, zone } = context;
  const [picking] = await client.searchRead('stock.picking', {
    domain: [['id', '=', receipt.id]],
    fields: ['note'],
  });
  const held = plain(picking?.['note']);
  const own = held === '' || held === plain(before) || held === plain(note);
  const { estimatedDeliveryDate: date, trackingIds = [] } = advice;
  const vals = {
    ...(own && { note: escapeHtml(note) }),
    ...(date !== undefined && { scheduled_date: moveToDate(receipt.scheduledDate, date, zone) }),
    ...(trackingIds.length > 0 &&
      (await hasTracking(client)) && { carrier_tracking_ref: trackingIds.join(', ') }),
  };
  if (Object.keys(vals).length > 0) {
    await client.call('stock.picking', 'write', { ids: [receipt.id], vals }, { retry: 'always' });
  }
  if (before === '') return;
  const copies = await client.searchRead('stock.picking', {
    domain: [
      ['backorder_id', '=', receipt.id],
      ['state', 'not in', ['done', 'cancel']],
      ['note', '!=', false],
    ],
    fields: ['note'],
  });
  const stale = copies.filter(({ note: copied }) => plain(copied) === plain(before)).map(({ id }) => id);
  if (stale.length > 0) {
    await client.call('stock.picking', 'write', { ids: stale, vals: { note: false } }, { retry: 'always' });
  }
}

/** Carriers are a module of their own (stock_delivery). */
async function hasTracking(client: WriteContext['client']): Promise<boolean> {
  const fields = await client.call<Record<string, unknown>>('stock.picking', 'fields_get', {
    allfields: ['carrier_tracking_ref'],
    attributes: ['type'],
  });
  return 'carrier_tracking_ref' in fields;
}

/** The shipment does not come: its goods are expected as before, without packages, lots and note. */
async function cancelAdvice(
  context: WriteContext,
  command: ErpCommand,
  { state, order }: LinkedOrder,
  receipts: readonly OpenReceipt[],
): Promise<string> {
  const { client, store, clock } = context;
  const { document } = command.data as unknown as AdviceData;
  const link = await readReceiptLink(store, state.orderId, document.id);
  const receipt = receipts.find(({ id }) => id === link?.pickingId);
  if (link !== undefined && receipt !== undefined) {
    for (const move of receipt.moves) {
      await fillMove(context, move, [{ quantity: move.demand }], undefined, new Map());
    }
    if (plain(receipt.note) === plain(link.note)) {
      const vals = { note: false };
      await client.call('stock.picking', 'write', { ids: [receipt.id], vals }, { retry: 'always' });
    }
    await saveReceiptLink(store, clock, { ...link, live: false });
  }
  const [model, recordId] =
    receipt === undefined
      ? (['purchase.order', order.id] as const)
      : (['stock.picking', receipt.id] as const);
  await postNote(context, {
    key: command.key,
    model,
    recordId,
    paragraphs: [`The supplier has cancelled shipment ${document.id}.`],
    link: orderLink(state.orderId),
  });
  return `${model},${recordId}`;
}

/** `Shipment 4711, 3 packages, sent 2026-12-01, expected 2026-12-03. Carrier: DHL, tracking 00340…` */
function describeAdvice(advice: DespatchAdvice): string[] {
  const { id, shipDate, estimatedDeliveryDate, carrier, trackingIds, billOfLadingId } = advice;
  const packages = advice.packages?.length ?? 0;
  const facts = [
    `Shipment ${id}`,
    ...(packages > 0 ? [`${packages} package${packages === 1 ? '' : 's'}`] : []),
    ...(shipDate === undefined ? [] : [`sent ${shipDate}`]),
    ...(estimatedDeliveryDate === undefined ? [] : [`expected ${estimatedDeliveryDate}`]),
  ];
  const way = [
    ...[carrier?.name, carrier?.scac, carrier?.service].filter((part) => part !== undefined),
    ...(trackingIds === undefined ? [] : [`tracking ${trackingIds.join(', ')}`]),
    ...(billOfLadingId === undefined ? [] : [`bill of lading ${billOfLadingId}`]),
  ];
  return [`${facts.join(', ')}.`, ...(way.length === 0 ? [] : [`Carrier: ${way.join(', ')}.`])];
}

function escapeHtml(text: string): string {
  return `<p>${text.replace(/[&<>]/g, (char) => `&#${char.charCodeAt(0)};`)}</p>`;
}

/** The words of a note of Odoo (HTML). */
function plain(note: unknown): string {
  if (typeof note !== 'string') return '';
  return note
    .replace(/<[^<>]*>/g, ' ')
    .replace(/&#(\d+);/g, (_, code: string) => String.fromCharCode(Number(code)))
    .replace(/&lt;/g, '<')
    .replace(/&gt;/g, '>')
    .replace(/&amp;/g, '&')
    .replace(/\s+/g, ' ')
    .trim();
}
