import { dec } from '../../common/decimal.ts';
import type { ErpCommand } from '../../pipeline/ports/erp.ts';
import { balanceOf, isConfirmed } from '../../tracking/balance.ts';
import type { ConfirmedLine, LineState, ReceivedResponse } from '../../tracking/model.ts';
import { changeOrderLink } from '../order-link.ts';
import { postNote } from './post-note.ts';
import { findSourceFile } from './source-file.ts';
import type { WriteContext } from './write-context.ts';
import { writeLines } from './write-lines.ts';
import type { LinkedOrder } from './write-lines.ts';

/** The supplier's promises: dates, quantities and accepted prices of the lines, its order number, that it has answered. */
export async function writeConfirmations(context: WriteContext, command: ErpCommand): Promise<string> {
  const orderId = command.orderIds[0]!;
  const confirmed = command.data['lines'] as ConfirmedLine[];
  const lineIds = confirmed.map(({ lineId }) => lineId);
  const { linked, plan } = await writeLines(context, orderId, lineIds);
  const { order, state } = linked;
  const response = state.responses.findLast(({ applied }) => applied);
  const reference = response === undefined ? undefined : await supplierOrderId(context, response);
  if (response !== undefined) await writeHeader(context, linked, reference);
  const lines = state.lines.filter(({ id }) => lineIds.includes(id));
  const rounded = plan.rounded.map(
    ({ lineId, agreed, held }) =>
      `Line ${lineId}: ${agreed} was confirmed; the unit in Odoo holds ${held}. Raise its accuracy if that matters.`,
  );
  const waiting = plan.superseded.map(
    (lineId) => `Line ${lineId} is left as it is: it was changed or cancelled here since.`,
  );
  await postNote(context, {
    key: command.key,
    model: 'purchase.order',
    recordId: order.id,
    paragraphs: [
      reference === undefined ? 'The supplier has confirmed:' : `The supplier has confirmed (${reference}):`,
      ...lines.map(describePromise),
      ...rounded,
      ...waiting,
    ],
    link: { path: `/orders/${encodeURIComponent(orderId)}`, text: `Order ${orderId} in Tradelane` },
    file: response === undefined ? undefined : await findSourceFile(context.store, response.ref.documentId),
  });
  return `purchase.order,${order.id}`;
}

/** The supplier's number of the order, else that of its answer. */
async function supplierOrderId(
  { store }: WriteContext,
  { ref, id }: ReceivedResponse,
): Promise<string | undefined> {
  const document = (await store.get('documents', ref.documentId))?.document;
  return (document?.documentType === 'orderResponse' ? document.supplierOrderId : undefined) ?? id;
}

async function writeHeader(
  context: WriteContext,
  { order, link }: LinkedOrder,
  reference: string | undefined,
): Promise<void> {
  const { client, settings } = context;
  const { fields } = settings;
  if (order.state !== 'purchase' && order.state !== 'done') return;
  if (fields.vendorReference === 'gateway' && reference !== undefined) {
    await writeVendorReference(context, { order, link, reference });
  }
  if (fields.acknowledged !== 'gateway' || order.acknowledged) return;
  if (client.version.major >= 19) {
    await client.call('purchase.order', 'action_acknowledge', { ids: [order.id] }, { retry: 'always' });
  } else {
    const vals = { [client.names.acknowledged]: true };
    await client.call('purchase.order', 'write', { ids: [order.id], vals }, { retry: 'always' });
  }
}

/** A reference that a person has entered stays. */
async function writeVendorReference(
  { client, store, clock }: WriteContext,
  { order, link, reference }: Pick<LinkedOrder, 'order' | 'link'> & { reference: string },
): Promise<void> {
  const { vendorReference: held } = order;
  if (held === reference || (held !== '' && held !== link.vendorReference)) return;
  await changeOrderLink(store, clock, link.orderId, (known) => ({ ...known, vendorReference: reference }));
  await client.call(
    'purchase.order',
    'write',
    { ids: [order.id], vals: { partner_ref: reference } },
    { retry: 'always' },
  );
}

/** `Line 2 (M-100): 80 EA by 2026-12-15, 20 EA backordered.` */
function describePromise(line: LineState): string {
  const unit = line.line.quantity.unit ?? '';
  const { backordered, rejected, cancelled, open } = balanceOf(line);
  const amount = (quantity: string) => `${quantity} ${unit}`.trim();
  const promises = line.slices.filter(isConfirmed).map((slice) => {
    const date =
      slice.date === undefined
        ? ''
        : slice.dateKind === 'ship'
          ? ` shipped on ${slice.date}`
          : ` by ${slice.date}`;
    const price =
      slice.price === undefined
        ? ''
        : ` at ${slice.price.amount}${slice.price.baseQuantity === undefined ? '' : ` per ${slice.price.baseQuantity}`}`;
    return `${amount(slice.quantity)}${date}${price}`;
  });
  const rest: [string, string][] = [
    [backordered, 'backordered'],
    [rejected, 'refused'],
    [cancelled, 'cancelled'],
    [open, 'not answered yet'],
  ];
  const others = rest
    .filter(([quantity]) => !dec(quantity).isZero())
    .map(([quantity, word]) => `${amount(quantity)} ${word}`);
  const item = line.line.item.buyerId ?? line.line.item.sellerId ?? line.line.item.gtin;
  return `Line ${line.id}${item === undefined ? '' : ` (${item})`}: ${[...promises, ...others].join(', ')}.`;
}
