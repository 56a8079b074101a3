import type { ErpCommand } from '../../pipeline/ports/erp.ts';
import type { Claim } from '../../tracking/claims/claim.ts';
import { postNote } from './post-note.ts';
import type { WriteContext } from './write-context.ts';
import { openLinkedOrder } from './write-lines.ts';

/** A decision that only people carry out, in the order's chatter. */
export async function writeNote(context: WriteContext, command: ErpCommand): Promise<string> {
  const orderId = command.orderIds[0]!;
  const { order } = await openLinkedOrder(context, orderId);
  await postNote(context, {
    key: command.key,
    model: 'purchase.order',
    recordId: order.id,
    paragraphs: [command.data['text'] as string],
    link: { path: `/orders/${encodeURIComponent(orderId)}`, text: `Order ${orderId} in Tradelane` },
  });
  return `purchase.order,${order.id}`;
}

type ClaimData = Pick<Claim, 'number' | 'state' | 'currency' | 'value' | 'credited' | 'lines'> & {
  /** Its kind. */
  claim: Claim['kind'];
  text: string;
};

/** A claim that was opened or has changed, in the chatter of its order. A debit note is a person's to post. */
export async function writeClaim(context: WriteContext, command: ErpCommand): Promise<string> {
  const [orderId] = command.orderIds;
  // A claim without order is about an invoice that has none: Odoo has nothing that it could stand on.
  if (orderId === undefined) return '';
  const { order } = await openLinkedOrder(context, orderId);
  const { number, state, claim, currency, value, credited, lines, text } =
    command.data as unknown as ClaimData;
  await postNote(context, {
    key: command.key,
    model: 'purchase.order',
    recordId: order.id,
    paragraphs: [
      `Claim ${number} (${claim}) is ${state}: ${value} ${currency}, ${credited} ${currency} credited. ${text}`,
      ...lines.map(({ lineId, description, quantity, unit, amount }) =>
        [
          lineId === '' ? '' : `line ${lineId}`,
          description,
          `${quantity} ${unit ?? ''}`.trim(),
          `${amount} ${currency}`,
        ]
          .filter((part) => part !== '')
          .join(', '),
      ),
    ],
    link: { path: `/orders/${encodeURIComponent(orderId)}`, text: `Order ${orderId} in Tradelane` },
  });
  return `purchase.order,${order.id}`;
}
