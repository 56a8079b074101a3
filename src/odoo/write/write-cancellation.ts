import { dec } from '../../common/decimal.ts';
import type { ErpCommand } from '../../pipeline/ports/erp.ts';
import { keptQuantity } from './line-target.ts';
import { postNote } from './post-note.ts';
import type { WriteContext } from './write-context.ts';
import { openLinkedOrder, writeLines } from './write-lines.ts';
import type { LinkedOrder } from './write-lines.ts';

/** Lines, or parts of them, that are cancelled for good: the order itself where nothing of it is left. */
export async function writeCancellation(context: WriteContext, command: ErpCommand): Promise<string> {
  const orderId = command.orderIds[0]!;
  const lineIds = command.data['lineIds'] as string[];
  const reason = command.data['reason'] as string;
  const linked = await openLinkedOrder(context, orderId);
  const { order } = linked;
  // It was Odoo that cancelled: an order that somebody has confirmed there again since is not taken away from him.
  if (order.state !== 'cancel' && linked.link.state === 'confirmed') {
    if (isCancelledWhole(linked)) await cancelOrder(context, linked);
    else await writeLines(context, orderId, lineIds);
  }
  await postNote(context, {
    key: command.key,
    model: 'purchase.order',
    recordId: order.id,
    paragraphs: [`Cancelled with the supplier: line ${lineIds.join(', ')}. ${reason}`],
    link: { path: `/orders/${encodeURIComponent(orderId)}`, text: `Order ${orderId} in Tradelane` },
  });
  return `purchase.order,${order.id}`;
}

/** Nothing is kept of any line, and nothing of it has arrived. */
function isCancelledWhole({ state, order }: LinkedOrder): boolean {
  return (
    state.lines.every((line) => dec(keptQuantity(line)).isZero()) &&
    order.lines.every(({ received }) => dec(received).isZero())
  );
}

/** Odoo refuses a locked order and one with a posted bill: its words reach a person. */
async function cancelOrder({ client, settings }: WriteContext, { order }: LinkedOrder): Promise<void> {
  if (settings.fields.quantity !== 'gateway') return;
  await client.call('purchase.order', 'button_cancel', { ids: [order.id] }, { retry: 'always' });
}
