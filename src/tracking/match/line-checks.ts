import { tenTo } from '../../common/decimal.ts';
import type { Context } from './context.ts';
import { inCompanyCurrency } from './context.ts';
import { plainInvoiceNumber } from './identifiers.ts';
import { counts } from './ledger.ts';
import type { LedgerEntry } from './ledger.ts';
import type { Check, CheckId, FailCode } from './model.ts';
import type { LimitName, MatchMode } from './policy.ts';
import {
  compare,
  greatest,
  least,
  minus,
  plus,
  quotient,
  ratio,
  ratioText,
  sign,
  times,
  toDec,
  ZERO_RATIO,
} from './ratio.ts';
import type { Ratio } from './ratio.ts';
import { limitSentence, money, pctText, priceText, quantityText } from './texts.ts';
import { judge } from './tolerance.ts';
import type { ResolvedLimits, Subject } from './tolerance.ts';

/** One part of a document line on one order line. Quantities in order units, amounts signed as debt. */
export interface LinePart {
  number: number;
  entry: LedgerEntry;
  subject: Subject;
  mode: MatchMode;
  /** `order/line`, as checks name it. */
  orderLine: string;
  quantity: Ratio;
  amount: Ratio;
  /** Charges within `amount`. */
  charges: Ratio;
  /** Net price of one order unit; undefined where it cannot be known. */
  price?: Ratio;
  expected: Ratio | undefined;
}

const FORMULAS: Readonly<Partial<Record<CheckId, string>>> = {
  M3: 'already invoiced + invoiced <= ordered - cancelled',
  M4: 'already invoiced + invoiced <= received - returned',
  M5: 'already invoiced + invoiced <= accepted by inspection',
  M6: 'net unit price = agreed unit price',
  M7: 'amounts invoiced so far + this = quantity invoiced x agreed price',
};

/** A check that has passed, until something is found. */
function lineCheck(part: LinePart, id: CheckId): Check {
  return {
    id,
    line: part.number,
    orderLine: part.orderLine,
    result: 'passed',
    formula: FORMULAS[id] ?? '',
  };
}

function withLimits(check: Check, limits: ResolvedLimits): void {
  check.limits = limits.limits;
  check.level = limits.source;
}

const QUANTITY_CHECKS = {
  M3: { limit: 'quantityOrdered', word: 'ordered', of: 'ordered' },
  M4: { limit: 'quantityReceived', word: 'received', of: 'received' },
  M5: { limit: 'quantityAccepted', word: 'accepted', of: 'accepted' },
} as const satisfies Partial<Record<CheckId, { limit: LimitName; word: string; of: string }>>;

/** M3, M4, M5: the quantity invoiced so far with this one against what was ordered, received, accepted. */
export function checkQuantity(
  context: Context,
  part: LinePart,
  id: 'M3' | 'M4' | 'M5',
  covered: Ratio,
): { over: Ratio; code?: FailCode } {
  const { entry, quantity, number } = part;
  const { limit, word, of } = QUANTITY_CHECKS[id];
  const total = plus(entry.invoiced, quantity);
  const over = minus(total, covered);
  const check = lineCheck(part, id);
  check.left = ratioText(total);
  check.right = ratioText(covered);
  check.difference = ratioText(over);
  context.checks.push(check);
  if (sign(over) <= 0) return { over: ZERO_RATIO };

  const limits = context.limits(limit, part.subject);
  withLimits(check, limits);
  const unitPrice = quotient(part.expected ?? part.amount, quantity) ?? ZERO_RATIO;
  const value = times(over, unitPrice);
  const { result, pct } = judge(over, covered, inCompanyCurrency(context, value), limits);
  check.result = result;
  if (pct !== undefined) check.pct = pct;
  const unit = entry.line.unit;
  const reserved = entry.reservedBy.length === 0 ? '' : ` (reserved by ${entry.reservedBy.join(', ')})`;
  const share = pct === undefined ? `nothing ${word} yet` : `${pctText(pct, context.engine)} of ${of}`;
  check.text =
    `Line ${number}: invoiced ${quantityText(quantity)}, ${word} ${quantityText(covered)}, already invoiced ` +
    `${quantityText(entry.invoiced)}${reserved}: ${quantityText(over, unit)} too many (${share}; ` +
    `${limitSentence(limits, 'upper', context.input.policy.companyCurrency)})`;
  if (result !== 'failed') return { over: ZERO_RATIO };
  const code: FailCode =
    id === 'M3'
      ? 'QTY_OVER_ORDERED'
      : id === 'M5'
        ? 'QTY_NOT_ACCEPTED'
        : sign(covered) <= 0
          ? 'NOT_RECEIVED'
          : 'QTY_OVER_RECEIVED';
  check.code = code;
  return { over: least(over, quantity), code };
}

/** "exactly 100 times": most such errors are a price basis, a unit or implied decimals. */
function factorHint(price: Ratio, agreed: Ratio): string {
  for (const factor of ['10', '12', '100', '1000', '10000']) {
    if (compare(price, times(agreed, ratio(factor))) === 0) {
      return `; exactly ${factor} times the agreed price: price basis, unit or implied decimals?`;
    }
    if (compare(times(price, ratio(factor)), agreed) === 0) {
      return `; exactly 1/${factor} of the agreed price: price basis, unit or implied decimals?`;
    }
  }
  return '';
}

/** M6 for what we are billed: the net unit price against the accepted promise, else the order. */
export function checkPrice(context: Context, part: LinePart): { agreed?: Ratio; code?: FailCode } {
  const { entry, quantity, number } = part;
  const check = lineCheck(part, 'M6');
  context.checks.push(check);
  const agreed = part.expected && quotient(part.expected, quantity);
  if (agreed === undefined || part.price === undefined) {
    const nothing = sign(quantity) === 0;
    check.result = nothing ? 'notApplicable' : 'failed';
    if (nothing) return {};
    check.code = 'PRICE_MISSING';
    check.text =
      agreed === undefined
        ? `Line ${number}: order ${entry.order.id} line ${entry.line.id} has no usable price to compare with.`
        : `Line ${number}: it states no price that can be compared.`;
    return { code: 'PRICE_MISSING' };
  }
  const { price } = part;
  const difference = minus(price, agreed);
  check.left = ratioText(price);
  check.right = ratioText(agreed);
  check.difference = ratioText(difference);
  const direction = sign(difference);
  if (direction === 0) return {};
  const limits = context.limits('price', part.subject);
  withLimits(check, limits);
  const amount = times(difference, quantity);
  const { result, pct } = judge(difference, agreed, inCompanyCurrency(context, amount), limits);
  check.result = result;
  if (pct !== undefined) check.pct = pct;
  if (result === 'passed') return {};
  const { currency, places } = context;
  const size = { n: difference.n.abs(), d: difference.d };
  const value = { n: amount.n.abs(), d: amount.d };
  const share =
    pct === undefined ? 'agreed as free of charge' : `${pctText(pct, context.engine)} of the agreed price`;
  check.text =
    `Line ${number}: price ${priceText(price, currency, places)}, agreed ${priceText(agreed, currency, places)}` +
    `${entry.line.unit === undefined ? '' : ` per ${entry.line.unit}`}: ${priceText(size, currency, places)} too ` +
    `${direction > 0 ? 'much' : 'little'}, ${money(value, currency, places)} on ${quantityText(quantity, entry.line.unit)} ` +
    `(${share}; ${limitSentence(limits, direction > 0 ? 'upper' : 'lower', context.input.policy.companyCurrency)}` +
    `${factorHint(price, agreed)})`;
  check.code = direction > 0 ? 'PRICE_HIGH' : 'PRICE_LOW';
  return result === 'failed' ? { agreed, code: check.code } : {};
}

/** M6 for a credit: at least what was billed on that invoice, else the agreed price, must come back. `missing` is what does not. */
export function checkCreditPrice(context: Context, part: LinePart): { code?: FailCode; missing: Ratio } {
  const { number } = part;
  const check = lineCheck(part, 'M6');
  check.formula = 'credited unit price = unit price of the original invoice, else agreed unit price';
  context.checks.push(check);
  const reference =
    billedPrice(context, part.entry, part.price) ??
    billedBeside(context, part) ??
    (part.expected && quotient(part.expected, part.quantity));
  if (reference === undefined || part.price === undefined) {
    check.result = 'notApplicable';
    return { missing: ZERO_RATIO };
  }
  const missing = minus(reference, part.price);
  check.left = ratioText(part.price);
  check.right = ratioText(reference);
  check.difference = ratioText(minus(part.price, reference));
  if (sign(missing) <= 0) return { missing: ZERO_RATIO };
  const limits = context.limits('price', part.subject);
  withLimits(check, limits);
  const amount = times(missing, { n: part.quantity.n.abs(), d: part.quantity.d });
  const { result, pct } = judge(missing, reference, inCompanyCurrency(context, amount), limits);
  check.result = result;
  if (pct !== undefined) check.pct = `-${pct}`;
  const { currency, places } = context;
  check.text =
    `Line ${number}: credited at ${priceText(part.price, currency, places)}, billed at ` +
    `${priceText(reference, currency, places)}: ${money(amount, currency, places)} too little comes back ` +
    `(${limitSentence(limits, 'upper', context.input.policy.companyCurrency)})`;
  if (result !== 'failed') return { missing: amount };
  check.code = 'CREDIT_PRICE_LOW';
  return { code: 'CREDIT_PRICE_LOW', missing: amount };
}

/**
 * What the credited invoice billed for one unit of an order line, where it is known: `price` where a line of it has that, else
 * the average. Until engine 4 always the average, and with the charges of the lines.
 */
export function billedPrice(
  { original, engine }: Context,
  entry: LedgerEntry,
  price?: Ratio,
): Ratio | undefined {
  let quantity = ZERO_RATIO;
  let amount = ZERO_RATIO;
  for (const line of original?.lines ?? []) {
    if (line.orderId !== entry.order.id || line.orderLineId !== entry.line.id) continue;
    const goods = minus(ratio(line.amount), ratio(engine >= 5 ? (line.charges ?? '0') : '0'));
    const unit = quotient(goods, ratio(line.quantity));
    if (engine >= 5 && price !== undefined && unit !== undefined && compare(unit, price) === 0) return price;
    quantity = plus(quantity, ratio(line.quantity));
    amount = plus(amount, goods);
  }
  return sign(quantity) > 0 ? quotient(amount, quantity) : undefined;
}

/**
 * What the document itself bills for one unit of goods that a line of it gives back, where that is below the agreed price: no
 * more comes back than was asked for. Undefined elsewhere, and until engine 5.
 */
function billedBeside({ engine }: Context, { entry, quantity, expected }: LinePart): Ratio | undefined {
  const { beside } = entry;
  const isCovered = sign(quantity) < 0 && sign(plus(beside.quantity, quantity)) >= 0;
  if (engine < 6 || expected === undefined || !isCovered) return undefined;
  const billed = quotient(minus(beside.amount, beside.charges), beside.quantity);
  const agreed = quotient(expected, quantity);
  return billed !== undefined && agreed !== undefined && compare(billed, agreed) < 0 ? billed : undefined;
}

/** M7: all money billed on the order line so far, this document included, against the agreed price of all of it. */
export function checkLineTotal(context: Context, part: LinePart): { code?: FailCode; difference: Ratio } {
  const { entry, number } = part;
  const check = lineCheck(part, 'M7');
  context.checks.push(check);
  const quantity = plus(entry.booked, part.quantity);
  if (part.expected === undefined) {
    check.result = 'notApplicable';
    return { difference: ZERO_RATIO };
  }
  const total = plus(ratio(entry.amount), part.amount);
  // Charges are for M12 to judge; until engine 4 those of the order line were agreed here and all others were not.
  const charges =
    context.engine >= 5 ? part.charges : times(entry.chargePerUnit, greatest(quantity, ZERO_RATIO));
  const beside = billedBeside(context, part);
  const expected = beside === undefined ? part.expected : times(beside, part.quantity);
  const agreed = plus(plus(plus(entry.agreed, expected), charges), ratio(entry.acceptedDifference));
  const difference = minus(total, agreed);
  check.left = ratioText(total);
  check.right = ratioText(agreed);
  check.difference = ratioText(difference);
  if (sign(difference) <= 0) return { difference: ZERO_RATIO };
  const limits = context.limits('lineTotal', part.subject);
  withLimits(check, limits);
  const { result, pct } = judge(difference, agreed, inCompanyCurrency(context, difference), limits);
  // Up to a minor unit is rounding, not money.
  const { currency, places } = context;
  check.result = toDec(difference).lte(tenTo(-places)) ? 'passed' : result;
  if (check.result === 'passed') return { difference: ZERO_RATIO };
  if (pct !== undefined) check.pct = pct;
  check.text =
    `Line ${number}: ${money(total, currency, places)} billed so far for ${quantityText(quantity, entry.line.unit)}, ` +
    `agreed ${money(agreed, currency, places)}: ${money(difference, currency, places)} too much (` +
    `${pct === undefined ? 'nothing agreed' : `${pctText(pct, context.engine)} of the agreed amount`}; ` +
    `${limitSentence(limits, 'upper', context.input.policy.companyCurrency)})`;
  if (check.result !== 'failed') return { difference: ZERO_RATIO };
  check.code = 'LINE_TOTAL';
  return { code: 'LINE_TOTAL', difference };
}

/** What the original invoice billed on this order line and no other credit note has taken back yet. */
function creditable(context: Context, part: LinePart, moneyOnly: boolean): Ratio {
  const { entry } = part;
  const total = moneyOnly ? ratio(entry.amount) : entry.booked;
  const { original, input } = context;
  if (original === undefined) return total;
  const number = plainInvoiceNumber(original.number);
  const ours = input.priorInvoices.filter(
    (prior) =>
      prior.id === original.id ||
      (counts(prior, input) &&
        prior.originalNumber !== undefined &&
        plainInvoiceNumber(prior.originalNumber) === number),
  );
  let left = ZERO_RATIO;
  for (const line of ours.flatMap(({ lines }) => lines)) {
    if (line.orderId !== entry.order.id || line.orderLineId !== entry.line.id) continue;
    left = plus(left, ratio(moneyOnly ? line.amount : line.quantity));
  }
  return least(left, total);
}

/** A credit may not take back more than was billed: in quantity (M3), or in money for a price credit (M7). */
export function checkCreditCover(context: Context, part: LinePart, moneyOnly: boolean): { code?: FailCode } {
  const { entry, number } = part;
  const check = lineCheck(part, moneyOnly ? 'M7' : 'M3');
  check.formula = moneyOnly ? 'amounts invoiced so far - credited >= 0' : 'already invoiced - credited >= 0';
  const before = plus(creditable(context, part, moneyOnly), entry.beside[moneyOnly ? 'amount' : 'quantity']);
  const change = moneyOnly ? part.amount : part.quantity;
  const after = plus(before, change);
  check.left = ratioText(after);
  check.right = '0';
  check.difference = ratioText(after);
  context.checks.push(check);
  if (sign(after) >= 0) return {};
  check.result = 'failed';
  check.code = 'CREDIT_EXCEEDS_INVOICED';
  const shown = (value: Ratio) =>
    moneyOnly
      ? money({ n: value.n.abs(), d: value.d }, context.currency, context.places)
      : quantityText({ n: value.n.abs(), d: value.d }, entry.line.unit);
  const where = context.original === undefined ? '' : ` by ${context.original.number}`;
  if (context.engine >= 5 && context.original?.status === 'held' && sign(before) <= 0) {
    check.text =
      `Line ${number}: credits ${shown(change)}; invoice ${context.original.number} is held itself, and nothing of this line ` +
      'is approved yet that could be taken back';
    return { code: 'CREDIT_EXCEEDS_INVOICED' };
  }
  check.text =
    `Line ${number}: credits ${shown(change)}, only ${shown(greatest(before, ZERO_RATIO))} was invoiced${where} and is ` +
    `not credited yet: ${shown(after)} too much`;
  return { code: 'CREDIT_EXCEEDS_INVOICED' };
}

/** M11: goods may be billed only on a live order line; on a closed one as far as they were received. */
export function checkOrderState(context: Context, part: LinePart): { code?: FailCode; over: Ratio } {
  const { entry, number } = part;
  const { order, line } = entry;
  const check = lineCheck(part, 'M11');
  check.formula = 'order confirmed, line open';
  check.left = `${order.state}/${line.state}`;
  check.right = 'open/open';
  context.checks.push(check);
  const notLive =
    order.state === 'draft'
      ? `order ${order.id} is not confirmed yet`
      : order.state === 'cancelled'
        ? `order ${order.id} is cancelled`
        : line.state === 'cancelled'
          ? `line ${line.id} of order ${order.id} is cancelled`
          : undefined;
  const ended = order.state === 'closed' || line.state === 'shortClosed';
  const beyond = minus(plus(entry.invoiced, part.quantity), entry.received);
  const over = notLive === undefined ? least(beyond, part.quantity) : part.quantity;
  if (notLive === undefined && !(ended && sign(beyond) > 0)) return { over: ZERO_RATIO };
  check.result = 'failed';
  check.code = 'PO_NOT_OPEN';
  check.text =
    `Line ${number}: ` +
    (notLive ??
      `line ${line.id} of order ${order.id} is closed; ${quantityText(over, line.unit)} are invoiced beyond what was received`);
  return { code: 'PO_NOT_OPEN', over };
}
