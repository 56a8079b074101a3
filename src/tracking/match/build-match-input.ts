import { localDate } from '../../common/calendar.ts';
import { dec, formatDecimal, sum } from '../../common/decimal.ts';
import type { Dec, DecimalString } from '../../common/decimal.ts';
import type { LocalDate } from '../../common/time.ts';
import type { CreditNote, Invoice } from '../../documents/invoice.ts';
import type { Order } from '../../documents/order.ts';
import { effectiveQuantity } from '../balance.ts';
import type { LineState, OrderState, Slice } from '../model.ts';
import type { ItemRules } from '../policy.ts';
import type {
  CommitmentFact,
  DespatchFact,
  MatchInput,
  OrderFact,
  OrderLineFact,
  PlannedCharge,
  PriorInvoice,
  ReceiptFact,
  SubstitutionFact,
  SupplierFact,
  UnitFact,
} from './facts.ts';
import { itemIds } from './identifiers.ts';
import { isBilled } from './stated-charges.ts';
import type { MatchPolicy } from './policy.ts';

/** What a match needs beside the orders' states. `supplier.id` is the partner id of the orders. */
export interface MatchSources {
  documentId: string;
  document: Invoice | CreditNote;
  /** Order of arrival: any number that grows with it. */
  sequence: number;
  today: LocalDate;
  /** Of the company: for the day of receipts that do not say theirs. */
  timeZone: string;
  supplier: SupplierFact;
  orders: readonly OrderState[];
  priorInvoices: readonly PriorInvoice[];
  policy: MatchPolicy;
  /** Currency of orders that state none. */
  currency: string;
  /** Packs and other units of articles, as the tracking policy has them. */
  items?: readonly ItemRules[];
  /** Further conversions from master data. */
  units?: readonly UnitFact[];
  exchangeRate?: DecimalString;
  statedLineCount?: number;
}

/** Gathers the facts of a match from the states of the orders; parked orders have none. */
export function buildMatchInput(sources: MatchSources): MatchInput {
  const { documentId, document, sequence, today, supplier, policy, priorInvoices } = sources;
  const live = sources.orders.flatMap((state) =>
    state.order === undefined ? [] : [{ state, order: state.order }],
  );
  return {
    documentId,
    document,
    sequence,
    today,
    supplier,
    orders: live.map(({ state, order }) => orderFact(state, order, sources)),
    receipts: live.flatMap(({ state }) => receiptFacts(state, sources.timeZone)),
    despatches: live.flatMap(({ state }) => despatchFacts(state)),
    commitments: live.flatMap(({ state }) => commitmentFacts(state)),
    substitutions: live.flatMap(({ state }) => substitutionFacts(state)),
    priorInvoices,
    units: [...(sources.units ?? []), ...live.flatMap(({ state }) => packFacts(state, sources.items ?? []))],
    policy,
    ...(sources.exchangeRate === undefined ? {} : { exchangeRate: sources.exchangeRate }),
    ...(sources.statedLineCount === undefined ? {} : { statedLineCount: sources.statedLineCount }),
  };
}

function orderFact(
  state: OrderState,
  order: Order,
  { currency, items = [] }: Pick<MatchSources, 'currency' | 'items'>,
): OrderFact {
  const services = new Set(items.filter(({ service }) => service === true).flatMap(({ ids }) => ids));
  const cancelled = state.lines.length > 0 && state.lines.every(isCancelled);
  return {
    id: state.orderId,
    version: state.version,
    supplierId: state.partnerId,
    ...(order.buyer.id === undefined ? {} : { companyId: order.buyer.id }),
    currency: order.currency ?? currency,
    issueDate: order.issueDate,
    state: cancelled ? 'cancelled' : state.closedAt === undefined ? 'open' : 'closed',
    ...(order.deliveryTerms === undefined ? {} : { deliveryTerms: order.deliveryTerms }),
    ...(order.paymentTerms === undefined ? {} : { paymentTerms: order.paymentTerms }),
    plannedCharges: (order.allowanceCharges ?? [])
      .filter(isBilled)
      .map(({ kind, reason, amount = '0', percent }): PlannedCharge => ({
        kind,
        reason,
        ...(percent === undefined ? { amount } : { percent }),
      })),
    lines: state.lines.map((line) => orderLineFact(line, services)),
  };
}

function isCancelled({ deleted, slices }: LineState): boolean {
  return deleted === true || (slices.length > 0 && slices.every(({ state }) => state === 'CANCELLED'));
}

function orderLineFact(state: LineState, services: ReadonlySet<string>): OrderLineFact {
  const { id, line, slices, shortClosed, overAccepted } = state;
  const cancelled = sum(
    slices.filter((slice) => slice.state === 'CANCELLED').map(({ quantity }) => quantity),
  );
  const rates = new Set((line.taxes ?? []).map(({ rate }) => rate).filter((rate) => rate !== undefined));
  const [taxRate] = rates;
  return {
    id,
    item: line.item,
    quantity: line.quantity.value,
    ...(line.quantity.unit === undefined ? {} : { unit: line.quantity.unit }),
    cancelledQuantity: formatDecimal(cancelled),
    acceptedOverReceipt: formatDecimal(dec(overAccepted).plus(agreedSurplus(state, cancelled))),
    ...(line.price === undefined ? {} : { price: line.price }),
    ...(line.allowanceCharges === undefined
      ? {}
      : { allowanceCharges: line.allowanceCharges.filter(isBilled) }),
    ...(itemIds(line.item).some((each) => services.has(each)) ? { service: true } : {}),
    state: isCancelled(state) ? 'cancelled' : shortClosed === true ? 'shortClosed' : 'open',
    ...(rates.size === 1 && taxRate !== undefined ? { taxRate } : {}),
  };
}

/** What was agreed beyond the ordered quantity. */
function agreedSurplus(state: LineState, cancelled: Dec): Dec {
  const surplus = dec(effectiveQuantity(state)).minus(dec(state.line.quantity.value).minus(cancelled));
  return surplus.isNegative() ? dec(0) : surplus;
}

function receiptFacts(state: OrderState, timeZone: string): ReceiptFact[] {
  return state.receipts.flatMap(({ id, receivedAt, receivedDate, shipmentId, lines }) =>
    lines.map(({ lineId, quantity, accepted }) => ({
      id,
      orderId: state.orderId,
      orderLineId: lineId,
      receivedDate: receivedDate ?? localDate(receivedAt, timeZone),
      quantity,
      acceptedQuantity: accepted,
      ...(shipmentId === undefined ? {} : { despatchAdviceId: shipmentId }),
    })),
  );
}

function despatchFacts(state: OrderState): DespatchFact[] {
  return state.shipments
    .filter(({ status }) => status === 'live')
    .flatMap(({ id, shipDate, lines }) =>
      lines.map(({ lineId }) => ({
        id,
        orderId: state.orderId,
        orderLineId: lineId,
        ...(shipDate === undefined ? {} : { shipDate }),
      })),
    );
}

function isAccepted({ state }: Slice): boolean {
  return state === 'CONFIRMED' || state === 'CONFIRMED_CHANGED';
}

/** Accepted promises, the earliest first: goods are billed in the order in which they come. */
function commitmentFacts(state: OrderState): CommitmentFact[] {
  return state.lines.flatMap(({ id: orderLineId, slices }) =>
    slices
      .filter(isAccepted)
      .sort((a, b) => (a.date ?? '9999').localeCompare(b.date ?? '9999'))
      .map(({ id, quantity, price, date }) => ({
        id,
        orderId: state.orderId,
        orderLineId,
        quantity,
        ...(price === undefined ? {} : { price }),
        ...(date === undefined ? {} : { date }),
      })),
  );
}

function substitutionFacts(state: OrderState): SubstitutionFact[] {
  return state.lines.flatMap(({ id: orderLineId, slices }) =>
    slices.flatMap((slice) =>
      slice.item === undefined
        ? []
        : [{ orderId: state.orderId, orderLineId, item: slice.item, accepted: isAccepted(slice) }],
    ),
  );
}

/** Factors to the unit of the order line, for the articles on these orders. */
export function packFacts({ lines }: Pick<OrderState, 'lines'>, items: readonly ItemRules[]): UnitFact[] {
  return lines.flatMap(({ line }) => {
    const base = line.quantity.unit;
    const ids = itemIds(line.item);
    const itemId = ids[0];
    if (base === undefined || itemId === undefined) return [];
    return items
      .filter((rules) => rules.ids.some((id) => ids.includes(id)))
      .flatMap(({ units }) => units ?? [])
      .filter(({ from, factor }) => from !== base && dec(factor).gt(0))
      .map(({ from, factor }) => ({ unit: from, base, numerator: factor, itemId }));
  });
}
