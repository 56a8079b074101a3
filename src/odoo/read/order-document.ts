import { formatDecimal, sum } from '../../common/decimal.ts';
import type { Order } from '../../documents/order.ts';
import type { Party } from '../../documents/primitives.ts';
import type { OrderState } from '../../tracking/model.ts';
import type { OdooOrderLink } from '../order-link.ts';
import { buyerLines } from './buyer-lines.ts';
import { groupLines, linkedLines } from './link-lines.ts';
import { currencyOf } from './master-data.ts';
import type { MasterData } from './master-data.ts';
import { headerNotes, orderHeaderOf } from './order-header.ts';
import type { ReadLine } from './order-lines.ts';
import type { OrderRows } from './read-order-rows.ts';

export interface OrderDocumentInput {
  rows: OrderRows;
  lines: readonly ReadLine[];
  seller: Party;
  /** Of the settings. */
  references: readonly { type: string; id: string }[];
  master: MasterData;
  zone: string;
  /** What was known of the order before, on both sides. */
  link: OdooOrderLink | undefined;
  state: OrderState | undefined;
}

export interface OrderDocument {
  /** Undefined where no line has a quantity left. */
  order: Order | undefined;
  lines: OdooOrderLink['lines'];
  intendedSlices: OdooOrderLink['intendedSlices'];
  notes: string;
}

/** The order as the buyer wants it, and what is known of its rows from now on. Pure: the same input gives the same document. */
export function orderDocumentOf({
  rows,
  lines,
  seller,
  references,
  master,
  zone,
  link,
  state,
}: OrderDocumentInput): OrderDocument {
  const groups = groupLines(link, lines);
  const { decimals } = currencyOf(rows.order, master);
  const orderLines = buyerLines(groups, state, decimals);
  const notes = [...headerNotes(rows.order), ...rows.notes.order];
  const linked = { ...linkedLines(link, groups), notes: JSON.stringify(notes) };
  if (orderLines.length === 0) return { order: undefined, ...linked };
  const order: Order = {
    documentType: 'order',
    ...orderHeaderOf(rows.order, master, seller, zone, wantedNotes(notes, link, state)),
    ...(references.length > 0 && { references: [...references] }),
    lines: orderLines,
    totalAmount: formatDecimal(sum(orderLines.flatMap(({ lineAmount }) => lineAmount ?? [])), decimals),
  };
  return { order, ...linked };
}

/** As with the words of lines: what was seen before, or not sent by an older release, is no change of the order. */
function wantedNotes(
  notes: readonly string[],
  link: OdooOrderLink | undefined,
  state: OrderState | undefined,
): readonly string[] {
  const sent = state?.waitingOrder ?? state?.order;
  const read = JSON.stringify(notes);
  const isNew = link === undefined || sent === undefined || (link.notes ?? read) !== read;
  return isNew ? notes : (sent.notes ?? []);
}
