import { dec, ZERO } from '../../common/decimal.ts';
import type { Dec } from '../../common/decimal.ts';
import type { LocalDate } from '../../common/time.ts';
import type { CommitmentFact, MatchInput, OrderFact, OrderLineFact, PriorInvoice } from './facts.ts';
import { itemIds, lineKey } from './identifiers.ts';
import { agreedPrice, chargePerUnit, netOfAllowances } from './agreed-price.ts';
import { pricedParts, priceOf, takeParts } from './priced-parts.ts';
import type { PricedPart, Slice, Taking } from './priced-parts.ts';
import { greatest, least, minus, plus, quotient, ratio, sign, times, ZERO_RATIO } from './ratio.ts';
import type { Ratio } from './ratio.ts';
import type { UnitTable } from './units.ts';

/** What is known and billed of one order line. Quantities in its unit; grows while the document's lines are matched. */
export interface LedgerEntry {
  readonly key: string;
  readonly order: OrderFact;
  readonly line: OrderLineFact;
  readonly itemIds: readonly string[];
  /** Ordered less cancelled, plus over-receipt that the buyer accepted. */
  readonly effective: Ratio;
  received: Ratio;
  accepted: Ratio;
  firstReceipt?: LocalDate;
  /** Receipts whose unit cannot be converted. */
  unreadReceipts: string[];
  /** Billed less credited: booked, approved and reserved. What may still be billed is what this leaves. */
  invoiced: Ratio;
  /** The same without what is only reserved: what money was approved for. */
  booked: Ratio;
  /** Approved money for `booked`, and what the agreed prices make of it; from engine 5 on with the charges of the lines. */
  amount: Dec;
  agreed: Ratio;
  acceptedDifference: Dec;
  /** Numbers of held documents that reserve. */
  reservedBy: string[];
  /** Price of one order unit by the order, before the discounts of its line. */
  readonly grossPrice: Ratio | undefined;
  /** Net price of one order unit by the order. */
  readonly orderPrice: Ratio | undefined;
  /** Planned charges of the line for one order unit. */
  readonly chargePerUnit: Ratio;
  readonly slices: readonly Slice[];
  /** The promises and the rest of the order with what is billed of them; until engine 4 none. */
  readonly parts: readonly PricedPart[];
  /** What other lines of the document bill, for those of its lines that give goods back. */
  beside: { quantity: Ratio; amount: Ratio; charges: Ratio };
}

/** A quantity with its money, as it is counted. */
export interface Billed {
  quantity: Ratio;
  /** Net, with the charges. */
  amount: Dec;
  charges: Ratio;
  /** Of one order unit, without the charges. */
  price: Ratio | undefined;
}

export interface Ledger {
  entry(order: OrderFact, line: OrderLineFact): LedgerEntry;
}

/** Whether a prior document counts for this one: held invoices only if they came first, held credit notes never. */
export function counts(prior: PriorInvoice, input: MatchInput): boolean {
  if (prior.id === input.documentId || prior.supplierId !== input.supplier.id) return false;
  if (prior.status === 'posted' || prior.status === 'paid' || prior.status === 'approved') return true;
  return prior.status === 'held' && prior.documentType === 'invoice' && prior.sequence < input.sequence;
}

/**
 * Whether what a prior document bills of an order is taken. Approved money is, whoever billed it: an affiliate may. Until
 * engine 5 only the supplier's own.
 */
export function takesOfOrders(prior: PriorInvoice, input: MatchInput, engine: number): boolean {
  if (counts(prior, input)) return true;
  const booked = prior.status === 'posted' || prior.status === 'paid' || prior.status === 'approved';
  return engine >= 6 && prior.id !== input.documentId && booked;
}

function groupBy<T>(items: readonly T[], key: (item: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const item of items) {
    const at = key(item);
    const group = groups.get(at);
    if (group === undefined) groups.set(at, [item]);
    else group.push(item);
  }
  return groups;
}

/** `leftOut` are prior documents that this one replaces. */
export function buildLedger(
  input: MatchInput,
  units: UnitTable,
  { engine, leftOut }: { engine: number; leftOut: ReadonlySet<string> },
): Ledger {
  const receipts = groupBy(input.receipts, ({ orderId, orderLineId }) => lineKey(orderId, orderLineId));
  const commitments = groupBy(input.commitments, ({ orderId, orderLineId }) => lineKey(orderId, orderLineId));
  const billed = new Map<string, { prior: PriorInvoice; line: PriorInvoice['lines'][number] }[]>();
  const bySequence = [...input.priorInvoices].sort((a, b) => a.sequence - b.sequence);
  for (const prior of bySequence) {
    if (leftOut.has(prior.id) || prior.id === input.documentId) continue;
    if (engine < 6 && prior.supplierId !== input.supplier.id) continue;
    const all = takesOfOrders(prior, input, engine);
    for (const line of prior.lines) {
      if (!all && line.booked !== true) continue;
      const key = lineKey(line.orderId, line.orderLineId);
      const list = billed.get(key);
      if (list === undefined) billed.set(key, [{ prior, line }]);
      else list.push({ prior, line });
    }
  }
  const entries = new Map<string, LedgerEntry>();

  function open(order: OrderFact, line: OrderLineFact, key: string): LedgerEntry {
    const ids = itemIds(line.item);
    const grossPrice = agreedPrice(line.price, line, units, ids);
    const orderPrice = grossPrice && netOfAllowances(grossPrice, line);
    const slices = pricedSlices(commitments.get(key) ?? [], line, units, ids);
    const ordered = ratio(dec(line.quantity).minus(line.cancelledQuantity ?? '0'));
    const entry: LedgerEntry = {
      key,
      order,
      line,
      itemIds: ids,
      effective: ratio(ordered.n.plus(line.acceptedOverReceipt ?? '0')),
      received: ZERO_RATIO,
      accepted: ZERO_RATIO,
      unreadReceipts: [],
      invoiced: ZERO_RATIO,
      booked: ZERO_RATIO,
      amount: ZERO,
      agreed: ZERO_RATIO,
      acceptedDifference: ZERO,
      reservedBy: [],
      grossPrice,
      orderPrice,
      chargePerUnit: plannedLineCharges(line, grossPrice),
      slices,
      parts: engine >= 5 && slices.length > 0 ? pricedParts(slices, ordered, orderPrice) : [],
      beside: { quantity: ZERO_RATIO, amount: ZERO_RATIO, charges: ZERO_RATIO },
    };
    for (const receipt of receipts.get(key) ?? []) {
      const unit = receipt.unit ?? line.unit;
      const conversion =
        unit === undefined || line.unit === undefined ? undefined : units.convert(unit, line.unit, ids);
      if (unit !== undefined && line.unit !== undefined && conversion === undefined) {
        entry.unreadReceipts.push(`${receipt.id} (${unit})`);
        continue;
      }
      const quantity = ratio(receipt.quantity);
      const accepted = receipt.acceptedQuantity === undefined ? quantity : ratio(receipt.acceptedQuantity);
      entry.received = plus(entry.received, conversion ? times(quantity, conversion.factor) : quantity);
      entry.accepted = plus(entry.accepted, conversion ? times(accepted, conversion.factor) : accepted);
      if (entry.firstReceipt === undefined || receipt.receivedDate < entry.firstReceipt) {
        entry.firstReceipt = receipt.receivedDate;
      }
    }
    for (const { prior, line: priorLine } of billed.get(key) ?? []) {
      const billed = billedBy(priorLine, entry, engine);
      const { quantity } = billed;
      if (prior.status === 'held' && priorLine.booked !== true) {
        // What a held document takes off is not sure yet: it frees nothing.
        if (sign(quantity) < 0) continue;
        entry.reservedBy.push(prior.number);
        count(entry, quantity, expectedAmount(entry, quantity, billed.price));
      } else {
        book(entry, billed);
        entry.acceptedDifference = entry.acceptedDifference.plus(priorLine.acceptedDifference ?? '0');
      }
    }
    return entry;
  }

  return {
    entry(order, line) {
      const key = lineKey(order.id, line.id);
      let entry = entries.get(key);
      if (entry === undefined) {
        entry = open(order, line, key);
        entries.set(key, entry);
      }
      return entry;
    },
  };
}

function billedBy(line: PriorInvoice['lines'][number], entry: LedgerEntry, engine: number): Billed {
  const quantity = ratio(line.quantity);
  const planned = engine >= 5 ? times(entry.chargePerUnit, quantity) : ZERO_RATIO;
  const charges = engine >= 5 && line.charges !== undefined ? ratio(line.charges) : planned;
  return {
    quantity,
    amount: dec(line.amount),
    charges,
    price: quotient(minus(ratio(line.amount), charges), quantity),
  };
}

/** Counts a quantity and its money as billed, at the prices that are agreed for it. */
export function book(entry: LedgerEntry, { quantity, amount, charges, price }: Billed): void {
  const expected = expectedAmount(entry, quantity, price);
  if (expected.amount !== undefined) entry.agreed = plus(plus(entry.agreed, expected.amount), charges);
  count(entry, quantity, expected);
  entry.booked = plus(entry.booked, quantity);
  entry.amount = entry.amount.plus(amount);
}

/** What a quantity takes of the order line is taken, for money that is approved or only asked for. */
function count(entry: LedgerEntry, quantity: Ratio, { takings }: Expected): void {
  entry.invoiced = plus(entry.invoiced, quantity);
  for (const { part, quantity: taken } of takings) part.billed = plus(part.billed, taken);
}

function plannedLineCharges(line: OrderLineFact, price: Ratio | undefined): Ratio {
  return (line.allowanceCharges ?? [])
    .filter(({ kind }) => kind === 'charge')
    .map((charge) => chargePerUnit(charge, line, price))
    .reduce(plus, ZERO_RATIO);
}

function pricedSlices(
  commitments: readonly CommitmentFact[],
  line: OrderLineFact,
  units: UnitTable,
  ids: readonly string[],
): Slice[] {
  if (!commitments.some(({ price }) => price !== undefined)) return [];
  const orderPrice = agreedPrice(line.price, line, units, ids);
  const fallback = orderPrice && netOfAllowances(orderPrice, line);
  const slices: Slice[] = [];
  let until = ZERO_RATIO;
  for (const commitment of commitments) {
    const price = commitment.price === undefined ? fallback : agreedPrice(commitment.price, line, units, ids);
    if (price === undefined) continue;
    until = plus(until, ratio(commitment.quantity));
    slices.push({ id: commitment.id, until, price });
  }
  return slices;
}

/** What the agreed prices make of a quantity; `amount` is undefined where no price is agreed. */
export interface Expected {
  amount: Ratio | undefined;
  commitmentIds: string[];
  takings: readonly Taking[];
}

/**
 * What the agreed prices make of the next `quantity` units, billed at `price` each: accepted promises of that price whose goods
 * have come, else accepted promises in their order, and the order's price for the rest.
 */
export function expectedAmount(entry: LedgerEntry, quantity: Ratio, price: Ratio | undefined): Expected {
  const { orderPrice, slices, parts, received } = entry;
  if (slices.length === 0) {
    return { amount: orderPrice && times(orderPrice, quantity), commitmentIds: [], takings: [] };
  }
  if (parts.length === 0) return { ...inSequence(entry, entry.invoiced, quantity), takings: [] };
  const { takings, left } = takeParts(parts, received, quantity, price);
  const rest = times(orderPrice ?? slices.at(-1)!.price, left);
  return {
    amount: plus(priceOf(takings), rest),
    commitmentIds: [...new Set(takings.flatMap(({ part }) => part.id ?? []))],
    takings,
  };
}

/** Until engine 4: the units after the first `from` ones, whichever goods are billed. */
function inSequence(
  { orderPrice, slices }: LedgerEntry,
  from: Ratio,
  quantity: Ratio,
): { amount: Ratio; commitmentIds: string[] } {
  const to = plus(from, quantity);
  const [low, high] = sign(quantity) < 0 ? [to, from] : [from, to];
  let amount = ZERO_RATIO;
  let start = ZERO_RATIO;
  const commitmentIds: string[] = [];
  for (const slice of slices) {
    const begin = greatest(start, low);
    const end = least(slice.until, high);
    const overlap = minus(end, begin);
    if (sign(overlap) > 0) {
      amount = plus(amount, times(slice.price, overlap));
      commitmentIds.push(slice.id);
    }
    start = slice.until;
  }
  const rest = minus(high, greatest(start, low));
  if (sign(rest) > 0) {
    const price = orderPrice ?? slices.at(-1)?.price;
    if (price !== undefined) amount = plus(amount, times(price, rest));
  }
  return {
    amount: sign(quantity) < 0 ? { n: amount.n.negated(), d: amount.d } : amount,
    commitmentIds,
  };
}
