import { formatDecimal, roundTo, sum, ZERO } from '../../common/decimal.ts';
import type { Dec } from '../../common/decimal.ts';
import type { InvoiceLine } from '../../documents/invoice.ts';
import { allocate } from './allocate.ts';
import type { Association } from './association.ts';
import { recordCheck } from './context.ts';
import type { Context, Dispute, Exposure } from './context.ts';
import { checkCreditOfWithheld } from './credit-of-withheld.ts';
import { divide } from './division.ts';
import type { Share } from './division.ts';
import { itemIds } from './identifiers.ts';
import { checkItem, checkUnit } from './item-checks.ts';
import type { LedgerEntry } from './ledger.ts';
import { book, expectedAmount } from './ledger.ts';
import {
  billedPrice,
  checkCreditCover,
  checkCreditPrice,
  checkLineTotal,
  checkOrderState,
  checkPrice,
  checkQuantity,
} from './line-checks.ts';
import type { LinePart } from './line-checks.ts';
import { disputesOf, exposuresOf, NOTHING } from './line-disputes.ts';
import type { Found, Role } from './line-disputes.ts';
import { readLine } from './line-reading.ts';
import type { LineProblem, ReadLine } from './line-reading.ts';
import type { FailCode, LineDecision } from './model.ts';
import { greatest, quotient, ratio, ratioText, sign, times, toDec, ZERO_RATIO } from './ratio.ts';
import type { Ratio } from './ratio.ts';
import type { ChargeReading } from './stated-charges.ts';
import type { Subject } from './tolerance.ts';
import { quantityText } from './texts.ts';

/** One line after all line checks. Amounts are signed as debt: credit notes are negative. */
export interface LineMatch {
  read: ReadLine;
  decision: LineDecision;
  entries: LedgerEntry[];
  /** Goods at agreed prices. */
  expected: Dec;
  /** Part of the difference to `expected` that failed checks of the line already tell. */
  explained: Dec;
  disputes: Dispute[];
  exposures: Exposure[];
}

/** What `matchLine` needs to know of the document. */
export interface LineRules {
  /** Whether a line moves money only: those of debit notes and price credits have no effect on quantities. */
  isMoneyOnly: (line: PreparedLine) => boolean;
}

/** A line that is read and has found its order lines; arithmetic is checked between this and the match. */
export interface PreparedLine {
  read: ReadLine;
  association: Association;
  entries: LedgerEntry[];
  itemIds: readonly string[];
}

export function prepareLine(
  context: Context,
  line: InvoiceLine,
  number: number,
  reading: ChargeReading,
): PreparedLine {
  const association = context.associator.associate(line, number);
  const { order } = association;
  const entries =
    order === undefined ? [] : association.candidates.map((each) => context.ledger.entry(order, each));
  const ids = [...itemIds(line.item), ...(entries[0]?.itemIds ?? [])];
  return {
    read: readLine(line, number, { places: context.places, units: context.units, reading }, ids),
    association,
    entries,
    itemIds: ids,
  };
}

/** Runs M3 to M11 on one line and books it into the ledger, so that later lines see it as already invoiced. */
export function matchLine(context: Context, prepared: PreparedLine, rules: LineRules): LineMatch {
  const moneyOnly = rules.isMoneyOnly(prepared);
  const { read, association, entries, itemIds: ids } = prepared;
  const { number } = read;
  const { order } = association;
  const decision: LineDecision = {
    line: number,
    method: association.method,
    ...(association.suggestions.length === 0 ? {} : { suggestions: association.suggestions }),
    amount: formatDecimal(read.net.times(context.direction), context.places),
    allocations: [],
    failed: [],
  };
  const match: LineMatch = {
    read,
    decision,
    entries,
    expected: ZERO,
    explained: ZERO,
    disputes: [],
    exposures: [],
  };
  if (order === undefined || entries.length === 0) return unmatched(context, match, association);
  const shares = divide(context, entries, read, ids, moneyOnly);
  if (association.note !== undefined && entries.length > 1) {
    const taken = shares.map(({ entry, quantity }) => `${quantityText(quantity)} on line ${entry.line.id}`);
    decision.ambiguity = `${association.note}: ${taken.join(', ')}`;
  } else if (association.note !== undefined) {
    decision.ambiguity = association.note;
  }
  const problems = [...read.problems];
  checkItem(context, read, association, problems);
  checkUnit(context, read, shares, problems);
  const weights = shares.map((share) => weightOf(context, share));
  const amounts = allocate(read.net.times(context.direction), weights, context.places);
  const charges = chargesOf(context, read, weights);
  shares.forEach((share, index) => {
    const money = { amount: amounts[index] ?? ZERO, charges: charges[index] ?? ZERO };
    matchPart(context, match, share, money, problems, roleOf(share, moneyOnly));
  });
  decision.failed = [...new Set(decision.allocations.flatMap(({ failed }) => failed))];
  return match;
}

function unmatched(context: Context, match: LineMatch, { problem }: Association): LineMatch {
  const { number, net } = match.read;
  const { input, direction } = context;
  const approval = problem?.code === 'UNKNOWN_PO' && input.supplier.invoiceOnly === true;
  const code: FailCode = approval ? 'APPROVAL_REQUIRED' : (problem?.code ?? 'UNKNOWN_LINE');
  recordCheck(context, code === 'UNKNOWN_LINE' ? 'M9' : 'M11', number, {
    result: 'failed',
    code,
    formula: code === 'UNKNOWN_LINE' ? 'line is on the order' : 'order is known',
    text: approval
      ? `Line ${number}: this supplier invoices without orders; a person approves.`
      : (problem?.text ?? ''),
  });
  const amount = net.times(direction);
  match.decision.failed = [code];
  match.explained = amount;
  match.disputes.push({ code, amount: amount.abs(), line: number });
  match.exposures.push({ code, amount: amount.abs(), line: number });
  return match;
}

function subjectOf(context: Context, entry: LedgerEntry): Subject {
  return {
    ...context.supplierSubject,
    orderId: entry.order.id,
    orderLineId: entry.line.id,
    itemIds: entry.itemIds,
  };
}

/** In the unit of the document line, which is one for all parts; until engine 4 in those of the order lines. */
function weightOf({ engine }: Context, { quantity, factor }: Share): Dec {
  const inLine = engine >= 5 && factor !== undefined ? quotient(quantity, factor) : undefined;
  return toDec(inLine ?? quantity).abs();
}

/** The charges of a line by part, signed as debt. */
function chargesOf({ engine, direction, places }: Context, read: ReadLine, weights: readonly Dec[]): Dec[] {
  const total = sum(read.charges.map((each) => each.amount)).times(direction);
  return engine >= 5 ? allocate(total, weights, places) : weights.map(() => total.div(weights.length));
}

function roleOf(share: Share, moneyOnly: boolean): Role {
  if (moneyOnly || sign(share.quantity) === 0) return 'money';
  return sign(share.quantity) > 0 ? 'bill' : 'credit';
}

function matchPart(
  context: Context,
  match: LineMatch,
  share: Share,
  { amount, charges }: { amount: Dec; charges: Dec },
  problems: readonly LineProblem[],
  role: Role,
): void {
  const { read, decision } = match;
  const { entry, factor } = share;
  const subject = subjectOf(context, entry);
  const { mode, source } = context.limitTable.mode(subject, entry.line.service === true);
  const quantity = role === 'money' ? ZERO_RATIO : share.quantity;
  const price = factor === undefined || read.price === undefined ? undefined : quotient(read.price, factor);
  const agreed = expectedAmount(entry, quantity, price);
  const part: LinePart = {
    number: read.number,
    entry,
    subject,
    mode,
    orderLine: `${entry.order.id}/${entry.line.id}`,
    quantity,
    amount: ratio(amount),
    charges: ratio(charges),
    ...(price === undefined ? {} : { price }),
    expected: agreed.amount,
  };
  const failed = problems.map(({ code }) => code);
  const found = factor === undefined ? NOTHING : runChecks(context, part, role, failed, problems);
  const due = dueFor(context, part, role);
  const expected =
    role === 'money' || due === undefined || factor === undefined
      ? amount.minus(charges)
      : roundTo(toDec(due), context.places);
  match.expected = match.expected.plus(expected);
  const { disputes, covered } = disputesOf(part, role, failed, found, amount);
  match.disputes.push(...disputes);
  match.exposures.push(...exposuresOf(part, role, failed, found, amount));
  const undisputed = amount.abs().minus(sum(disputes.map((dispute) => dispute.amount)));
  const coveredAmount = undisputed.isNegative() ? ZERO : undisputed.times(amount.isNegative() ? -1 : 1);
  const creditedLow =
    role === 'credit' && failed.some((code) => code === 'CREDIT_PRICE_LOW' || code === 'LINE_TOTAL');
  if (found.agreedPrice !== undefined || creditedLow) {
    match.explained = match.explained.plus(amount.minus(charges).minus(expected));
  }
  decision.allocations.push({
    orderId: entry.order.id,
    orderLineId: entry.line.id,
    quantity: ratioText(quantity),
    ...(entry.line.unit === undefined ? {} : { unit: entry.line.unit }),
    amount: formatDecimal(amount, context.places),
    ...(context.engine >= 5 && (!charges.isZero() || sign(entry.chargePerUnit) > 0)
      ? { charges: formatDecimal(charges, context.places) }
      : {}),
    mode,
    modeSource: source,
    expectedAmount: formatDecimal(expected, context.places),
    coveredQuantity: ratioText(covered),
    coveredAmount: formatDecimal(coveredAmount, context.places),
    allocatedCharges: '0',
    commitmentIds: agreed.commitmentIds,
    failed: [...new Set(failed)],
  });
  book(entry, { quantity, amount, charges: context.engine >= 5 ? part.charges : ZERO_RATIO, price });
}

/** Goods at the agreed price; what comes back at the price that was billed for it, where that is known: until engine 4 as agreed. */
function dueFor(
  context: Context,
  { entry, quantity, price, expected }: LinePart,
  role: Role,
): Ratio | undefined {
  const billed = role === 'credit' && context.engine >= 5 ? billedPrice(context, entry, price) : undefined;
  return billed === undefined ? expected : times(billed, quantity);
}

/** Every check runs, whatever the others found; `failed` collects their codes. */
function runChecks(
  context: Context,
  part: LinePart,
  role: Role,
  failed: FailCode[],
  problems: readonly LineProblem[],
): Found {
  const { entry } = part;
  const keep = (code: FailCode | undefined): void => {
    if (code !== undefined) failed.push(code);
  };
  if (role === 'credit') {
    keep(checkCreditCover(context, part, false).code);
    keep(checkCreditCover(context, part, true).code);
    failed.push(...checkCreditOfWithheld(context, part));
    const price = checkCreditPrice(context, part);
    keep(price.code);
    // Crediting a little less each time would add up: what stays billed is judged like an invoice.
    const rest = checkLineTotal(context, part);
    keep(rest.code);
    return { ...NOTHING, lineTotal: greatest(price.missing, rest.difference) };
  }
  if (role === 'money') {
    if (sign(part.amount) < 0) {
      keep(checkCreditCover(context, part, true).code);
      failed.push(...checkCreditOfWithheld(context, part));
      return NOTHING;
    }
    const total = checkLineTotal(context, part);
    keep(total.code);
    return { ...NOTHING, lineTotal: total.difference };
  }
  const ordered = checkQuantity(context, part, 'M3', entry.effective);
  keep(ordered.code);
  let overReceived = ZERO_RATIO;
  let receivedCode: FailCode | undefined;
  if (part.mode !== '2-way') {
    const received = checkQuantity(context, part, 'M4', entry.received);
    keep(received.code);
    overReceived = received.over;
    receivedCode = received.code;
  }
  if (part.mode === '4-way') {
    const accepted = checkQuantity(context, part, 'M5', entry.accepted);
    keep(accepted.code);
    overReceived = greatest(overReceived, accepted.over);
    receivedCode ??= accepted.code;
  }
  const unusable = problems.find(({ code }) => code === 'PRICE_NOT_FINAL' || code === 'PRICE_HIGH');
  let agreedPrice: Ratio | undefined;
  if (unusable === undefined) {
    const price = checkPrice(context, part);
    keep(price.code);
    agreedPrice = price.agreed;
  } else {
    recordCheck(context, 'M6', part.number, {
      orderLine: part.orderLine,
      result: 'failed',
      code: unusable.code,
      formula: 'net unit price = agreed unit price',
      text: unusable.text,
    });
  }
  const total = checkLineTotal(context, part);
  keep(total.code);
  const state = checkOrderState(context, part);
  keep(state.code);
  return {
    overOrdered: ordered.over,
    overReceived,
    ...(receivedCode === undefined ? {} : { receivedCode }),
    ...(agreedPrice === undefined ? {} : { agreedPrice }),
    lineTotal: total.difference,
    overClosed: state.over,
  };
}
