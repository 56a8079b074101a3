import { dec, formatDecimal, sum } from '../../common/decimal.ts';
import type { InvoiceRecord } from '../../pipeline/orders/order-records.ts';
import type { LineState } from '../../tracking/model.ts';
import type { OdooSettings } from '../odoo-settings.ts';
import { knownRows, planLines } from '../write/plan-lines.ts';
import type { OdooOrder, OdooOrderLine } from '../write/odoo-order.ts';
import type { LinkedOrder } from '../write/write-lines.ts';

/**
 * `written`: what is agreed does not stand in Odoo; `edited`: a row was changed in Odoo and nobody has read it; `order`: it is
 * cancelled, deleted or open on one side only; `received`, `billed`: the sums differ; `bill`: one of our bills.
 */
export type DriftKind = 'written' | 'edited' | 'order' | 'received' | 'billed' | 'bill';

/** One difference between Odoo and the gateway. */
export interface Drift {
  kind: DriftKind;
  orderId: string;
  lineId: string;
  invoiceId: string;
  /** One sentence with both values. */
  text: string;
  /** What is held here, and there. */
  ours: string;
  theirs: string;
  /** How it can be mended without a person: written again, or read again. */
  mend: 'write' | 'read' | 'person';
}

/** One of our bills as it stands in Odoo; undefined = it is gone. */
export interface BillInOdoo {
  state: 'draft' | 'posted' | 'cancel';
  total: string;
}

export interface ComparedBill {
  invoice: InvoiceRecord;
  payable: string;
  found: BillInOdoo | undefined;
}

export interface OrderComparison extends Omit<LinkedOrder, 'order'> {
  /** Undefined where the order was deleted in Odoo. */
  order: OdooOrder | undefined;
  bills: readonly ComparedBill[];
  settings: OdooSettings['write'];
}

/** Every difference of one order of which nothing is on its way any more. */
export function compareOrder(comparison: OrderComparison): Drift[] {
  const { state, link, order } = comparison;
  const drift = (fields: Partial<Drift> & Found): Drift => ({
    orderId: state.orderId,
    lineId: '',
    invoiceId: '',
    ...fields,
  });
  if (link.state !== 'confirmed') return [];
  if (order === undefined) {
    const text = `Order ${state.orderId} was deleted in Odoo and is open here.`;
    return [drift({ kind: 'order', mend: 'read', text, ours: 'open', theirs: 'deleted' })];
  }
  if (order.state !== 'purchase' && order.state !== 'done') {
    if (state.closedAt !== undefined) return [];
    // Cancelled is what the next reading hears; in any other state nobody has said what becomes of the order.
    const isCancelled = order.state === 'cancel';
    const advice = isCancelled
      ? ''
      : ' The supplier has it still: confirm it in Odoo, and what differs becomes a change; or cancel it.';
    const text = `Order ${state.orderId} is ${order.state} in Odoo and open here.${advice}`;
    const mend = isCancelled ? 'read' : 'person';
    return [drift({ kind: 'order', mend, text, ours: 'open', theirs: order.state })];
  }
  const bills = comparison.bills.flatMap((bill) => {
    const found = compareBill(bill, comparison.settings);
    return found === undefined ? [] : [drift({ kind: 'bill', invoiceId: bill.invoice.id, ...found })];
  });
  const linked = { state, link, order };
  return [
    ...compareLines(linked, comparison.settings).map(drift),
    ...state.lines.flatMap((line) => compareSums(linked, line, bills.length > 0).map(drift)),
    ...bills,
  ];
}

type Found = Pick<Drift, 'kind' | 'text' | 'mend' | 'ours' | 'theirs'>;
type FoundOnLine = Found & Pick<Drift, 'lineId'>;

function compareLines(linked: LinkedOrder, settings: OdooSettings['write']): FoundOnLine[] {
  const split = (line: LineState) => settings.splits === 'splitLine' && line.slices.length > 1;
  const lineIds = linked.state.lines.map(({ id }) => id);
  const plan = planLines({ ...linked, lineIds, fields: settings.fields, split });
  const describe = ({ quantity, price, date }: { quantity: string; price: string; date: string }) =>
    `${quantity} at ${price} on ${date}`;
  return [
    ...plan.edited.map(({ lineId, field, held, known }): FoundOnLine => ({
      kind: 'edited',
      lineId,
      mend: 'read',
      ours: `${field} ${known}`,
      theirs: `${field} ${held}`,
      text: `Line ${lineId}: ${field} is ${held} in Odoo, ${known} was known.`,
    })),
    ...plan.writes.map(({ lineId, row, values }): FoundOnLine => ({
      kind: 'written',
      lineId,
      mend: 'write',
      ours: describe(values),
      theirs: describe(row.values),
      text: `Line ${lineId} holds ${describe(row.values)} in Odoo; ${describe(values)} is agreed.`,
    })),
    ...plan.creates.map(({ slice }): FoundOnLine => ({
      kind: 'written',
      lineId: slice.lineId,
      mend: 'write',
      ours: describe(slice),
      theirs: 'no such row',
      text: `Line ${slice.lineId} has no row of ${describe(slice)} in Odoo; it is agreed.`,
    })),
  ];
}

function compareSums(linked: LinkedOrder, line: LineState, billsDiffer: boolean): FoundOnLine[] {
  const rows = knownRows(linked, line.id);
  if (rows.length === 0) return [];
  const total = (of: (row: OdooOrderLine) => string) => formatDecimal(sum(rows.map(of)));
  const [received, billed] = [total((row) => row.received), total((row) => row.invoiced)];
  const ours = formatDecimal(dec(line.invoiced).minus(line.credited));
  const found: FoundOnLine[] = [];
  if (!dec(received).eq(line.received)) {
    const text = `Line ${line.id}: ${received} received in Odoo, ${line.received} here.`;
    found.push({
      kind: 'received',
      lineId: line.id,
      mend: 'read',
      text,
      ours: `${line.received} received`,
      theirs: `${received} received`,
    });
  }
  // A bill of ours that is missing or changed is told by itself.
  if (!billsDiffer && !dec(billed).eq(ours)) {
    const why = dec(billed).gt(ours) ? ' A bill may have been entered by hand.' : '';
    const text = `Line ${line.id}: ${billed} billed in Odoo, ${ours} here.${why}`;
    found.push({
      kind: 'billed',
      lineId: line.id,
      mend: 'person',
      text,
      ours: `${ours} billed`,
      theirs: `${billed} billed`,
    });
  }
  return found;
}

function compareBill(
  { invoice, payable, found }: ComparedBill,
  { bills }: OdooSettings['write'],
): Omit<Found, 'kind'> | undefined {
  const ours = `${payable} approved`;
  const name = `The bill of invoice ${invoice.number}`;
  if (found === undefined) return { text: `${name} is not in Odoo.`, mend: 'write', ours, theirs: 'no bill' };
  if (found.state === 'cancel') {
    return { text: `${name} was cancelled in Odoo.`, mend: 'person', ours, theirs: 'cancelled' };
  }
  if (!dec(found.total).eq(payable)) {
    const text = `${name} comes to ${found.total} in Odoo; ${payable} was approved.`;
    return { text, mend: 'person', ours, theirs: found.total };
  }
  if (found.state === 'draft' && bills === 'postApproved') {
    return { text: `${name} is a draft in Odoo and was approved.`, mend: 'write', ours, theirs: 'draft' };
  }
  return undefined;
}
