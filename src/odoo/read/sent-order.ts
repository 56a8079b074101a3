import { dec, formatDecimal, sum } from '../../common/decimal.ts';
import type { OrderRecord } from '../../pipeline/orders/order-records.ts';
import { quantityIn } from '../../tracking/balance.ts';
import type { LineState } from '../../tracking/model.ts';
import type { OdooOrderLink } from '../order-link.ts';
import { keptQuantity } from '../write/line-target.ts';
import type { ReadLine } from './order-lines.ts';

export interface SentOrder {
  link: OdooOrderLink;
  record: Pick<OrderRecord, 'partnerId' | 'state'>;
  /** Partner of the vendor that Odoo names now; undefined = no partner of ours. */
  partnerId: string | undefined;
  /** Of the order in Odoo now, ISO 4217. */
  currency: string;
  lines: readonly ReadLine[];
}

/**
 * What Odoo says of an order that its supplier has already, and no change of the order can tell him: another vendor, another
 * currency, a cancelled order that is confirmed again. In words, each with what to do; nothing where all is well.
 */
export function whyNoChange({ link, record, partnerId, currency, lines }: SentOrder): string[] {
  const { state } = record;
  const problems: string[] = [];
  const anew = 'or cancel this order in Odoo and place a new one, under a number of its own.';
  if (partnerId !== record.partnerId) {
    const now = partnerId === undefined ? 'a vendor that is no partner' : partnerId;
    problems.push(
      `Order ${state.orderId} went to ${record.partnerId} and names ${now} in Odoo now. Nothing was sent to either. Set the vendor back, ${anew}`,
    );
  }
  if (currency !== link.currency) {
    problems.push(
      `Order ${state.orderId} was sent in ${link.currency} and is in ${currency} in Odoo now: no change of an order says that. Set the currency back, ${anew}`,
    );
  }
  if (link.state !== 'confirmed') problems.push(...whyNotRevived(link, state.lines, lines, state.orderId));
  return problems;
}

/** Cancelled, and confirmed again: only where the supplier has not given up, nor is asked to, what Odoo wants again. */
function whyNotRevived(
  link: OdooOrderLink,
  known: readonly LineState[],
  lines: readonly ReadLine[],
  orderId: string,
): string[] {
  const lost = known.filter((line) => {
    const asked = quantityIn(line.slices, ({ state }) => state === 'CANCEL_REQUESTED');
    const given = quantityIn(line.slices, ({ state }) => state === 'CANCELLED');
    const wanted = wantedOf(link, lines, line.id);
    if (dec(wanted).isZero()) return false;
    return dec(asked).gt(0) || (dec(given).gt(0) && dec(wanted).gt(keptQuantity(line)));
  });
  if (lost.length === 0) return [];
  const names = lost.map(({ id }) => id).join(', ');
  const isAsked = lost.some(({ slices }) => slices.some(({ state }) => state === 'CANCEL_REQUESTED'));
  const open = isAsked
    ? ' He has not answered the cancellation yet: if he refuses it, the order goes on by itself.'
    : '';
  return [
    `Order ${orderId} was cancelled with the supplier and is confirmed in Odoo again: he delivers nothing of line ${names}.${open} Cancel it in Odoo and confirm a duplicate of it, under a number of its own.`,
  ];
}

function wantedOf(link: OdooOrderLink, lines: readonly ReadLine[], lineId: string): string {
  const rows = new Set(link.lines.filter((row) => row.lineId === lineId).map(({ odooId }) => odooId));
  const wanted = lines.filter(({ odooId }) => rows.has(odooId)).map(({ values }) => values.quantity);
  return formatDecimal(sum(wanted));
}
