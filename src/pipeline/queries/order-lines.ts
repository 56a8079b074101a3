import { localDate } from '../../common/calendar.ts';
import { dec, formatDecimal, sum } from '../../common/decimal.ts';
import type { DecimalString } from '../../common/decimal.ts';
import { balanceOf } from '../../tracking/balance.ts';
import type { LineBalance, LineState, OrderState, Slice } from '../../tracking/model.ts';
import type { MatchDecisionRecord } from '../orders/order-records.ts';

/** What one document says of a line; absent values are not stated. */
interface Said {
  quantity?: DecimalString;
  /** Amount for one unit, or as stated with its basis: `12.50`, `12.50 per 100`. */
  price?: string;
  date?: string;
  /** For example the state of a promise: `PROPOSED`. */
  states?: string[];
}

/** A difference between two columns of the comparison. */
interface Difference {
  column: 'response' | 'despatch' | 'receipt' | 'invoice';
  field: 'quantity' | 'price' | 'date';
  direction: 'more' | 'less';
  /** `4.2 % above the order`. */
  text: string;
}

/** One line of an order: its quantities, its promises, and what every document says of it side by side. */
export interface LineView {
  id: string;
  itemId: string;
  description: string;
  unit: string;
  balance: LineBalance;
  announced: DecimalString;
  received: DecimalString;
  invoiced: DecimalString;
  slices: Slice[];
  deleted: boolean;
  shortClosed: boolean;
  order: Said;
  response: Said;
  despatch: Said;
  receipt: Said;
  invoice: Said;
  differences: Difference[];
}

/** `timeZone`: of the company, for the day of receipts that do not say theirs. */
export function viewLines(
  state: OrderState,
  decisions: readonly MatchDecisionRecord[],
  timeZone: string,
): LineView[] {
  return state.lines.map((line) => viewLine(state, line, decisions, timeZone));
}

function viewLine(
  state: OrderState,
  line: LineState,
  decisions: readonly MatchDecisionRecord[],
  timeZone: string,
): LineView {
  const { item, quantity } = line.line;
  const said = {
    order: sayOrder(state, line),
    response: sayResponse(line),
    despatch: sayDespatch(state, line),
    receipt: sayReceipt(state, line, timeZone),
    invoice: sayInvoice(state, line, decisions),
  };
  return {
    id: line.id,
    itemId: item.buyerId ?? item.sellerId ?? item.gtin ?? item.manufacturerId ?? '',
    description: item.description ?? '',
    unit: quantity.unit ?? '',
    balance: balanceOf(line),
    announced: line.announced,
    received: line.received,
    invoiced: line.invoiced,
    slices: line.slices,
    deleted: line.deleted ?? false,
    shortClosed: line.shortClosed ?? false,
    ...said,
    differences: compare(said),
  };
}

function sayOrder(state: OrderState, line: LineState): Said {
  const { quantity, price, requestedDeliveryDate } = line.line;
  const date = requestedDeliveryDate ?? state.order?.requestedDeliveryDate;
  return { quantity: quantity.value, ...priceOf(price), ...dateOf(date) };
}

const ANSWERED: readonly Slice['state'][] = [
  'CONFIRMED',
  'CONFIRMED_CHANGED',
  'PROPOSED',
  'PENDING',
  'BACKORDERED',
  'HOLD',
  'REJECTED',
];

/** The newest answer: promises and proposals; rejected and backordered parts are no quantity on its way. */
function sayResponse(line: LineState): Said {
  const answered = line.slices.filter((slice) => ANSWERED.includes(slice.state));
  if (answered.length === 0) return {};
  const promised = answered.filter(
    (slice) => slice.state !== 'BACKORDERED' && slice.state !== 'REJECTED' && slice.state !== 'HOLD',
  );
  const dates = answered.map((slice) => slice.date).filter((date) => date !== undefined);
  const priced = answered.find((slice) => slice.price !== undefined);
  return {
    quantity: formatDecimal(sum(promised.map((slice) => slice.quantity))),
    ...priceOf(priced?.price ?? line.line.price),
    ...dateOf(dates.sort().at(-1)),
    states: [...new Set(answered.map((slice) => slice.state))],
  };
}

function sayDespatch(state: OrderState, line: LineState): Said {
  const shipments = state.shipments.filter(
    (shipment) => shipment.status === 'live' && shipment.lines.some((shipped) => shipped.lineId === line.id),
  );
  if (shipments.length === 0) return {};
  const last = shipments.at(-1)!;
  return { quantity: line.announced, ...dateOf(last.estimatedDeliveryDate ?? last.shipDate) };
}

function sayReceipt(state: OrderState, line: LineState, timeZone: string): Said {
  const receipts = state.receipts.filter((receipt) =>
    receipt.lines.some((received) => received.lineId === line.id),
  );
  if (receipts.length === 0) return {};
  const { receivedAt, receivedDate = localDate(receivedAt, timeZone) } = receipts.at(-1)!;
  return { quantity: line.received, ...dateOf(receivedDate) };
}

/** Everything billed so far, held or matched. */
function sayInvoice(state: OrderState, line: LineState, decisions: readonly MatchDecisionRecord[]): Said {
  const parts = decisions.flatMap(({ decision }) =>
    decision.lines.flatMap((decided) =>
      decided.allocations
        .filter((part) => part.orderId === state.orderId && part.orderLineId === line.id)
        .map((part) => ({ part, price: decision.input.document.lines[decided.line - 1]?.price })),
    ),
  );
  if (parts.length === 0) return {};
  const price = parts.at(-1)!.price;
  return { quantity: formatDecimal(sum(parts.map(({ part }) => part.quantity))), ...priceOf(price) };
}

function priceOf(price: { amount: string; baseQuantity?: string | undefined } | undefined): {
  price?: string;
} {
  if (price === undefined) return {};
  const { amount, baseQuantity } = price;
  return {
    price: baseQuantity === undefined || baseQuantity === '1' ? amount : `${amount} per ${baseQuantity}`,
  };
}

function dateOf(date: string | undefined): { date?: string } {
  return date === undefined ? {} : { date };
}

type Columns = Record<'order' | Difference['column'], Said>;

/** Each later document against what it should agree with: answer, announcement and price with the order, receipt with the announcement. */
function compare(said: Columns): Difference[] {
  const against: [Difference['column'], keyof Columns, string][] = [
    ['response', 'order', 'the order'],
    ['despatch', said.response.quantity === undefined ? 'order' : 'response', 'the confirmation'],
    ['receipt', said.despatch.quantity === undefined ? 'order' : 'despatch', 'the announcement'],
    ['invoice', said.receipt.quantity === undefined ? 'order' : 'receipt', 'the receipt'],
  ];
  return against.flatMap(([column, other, name]) => {
    const base = other === 'order' ? 'the order' : name;
    return [
      ...differenceOf(column, 'quantity', said[column].quantity, said[other].quantity, base),
      ...(column === 'response' || column === 'invoice'
        ? differenceOf(column, 'price', said[column].price, said.order.price, 'the order')
        : []),
      ...dateDifference(column, said),
    ];
  });
}

function differenceOf(
  column: Difference['column'],
  field: 'quantity' | 'price',
  left: string | undefined,
  right: string | undefined,
  base: string,
): Difference[] {
  if (left === undefined || right === undefined || left === right) return [];
  // A price basis that differs is told by the texts themselves.
  if (left.includes('per') || right.includes('per')) {
    return [{ column, field, direction: 'more', text: `not as in ${base}: ${right}` }];
  }
  const difference = dec(left).minus(right);
  if (difference.isZero()) return [];
  const more = difference.gt(0);
  const percent = dec(right).isZero()
    ? ''
    : ` (${formatDecimal(difference.abs().div(dec(right).abs()).times(100).toDecimalPlaces(1))} %)`;
  const text = `${formatDecimal(difference.abs())}${percent} ${more ? 'above' : 'below'} ${base}`;
  return [{ column, field, direction: more ? 'more' : 'less', text }];
}

function dateDifference(column: Difference['column'], said: Columns): Difference[] {
  const [left, right] = [said[column].date, said.order.date];
  if (left === undefined || right === undefined || left === right || column === 'invoice') return [];
  const days = Math.round((Date.parse(left) - Date.parse(right)) / 86_400_000);
  const amount = Math.abs(days) === 1 ? '1 day' : `${Math.abs(days)} days`;
  return [
    {
      column,
      field: 'date',
      direction: days > 0 ? 'more' : 'less',
      text: `${amount} ${days > 0 ? 'later' : 'earlier'} than asked for`,
    },
  ];
}
