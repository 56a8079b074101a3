import { dec, formatDecimal, roundTo, sum, ZERO } from '../../common/decimal.ts';
import type { Dec, DecimalString } from '../../common/decimal.ts';
import { statedTax } from './arithmetic.ts';
import { minorUnits } from './minor-units.ts';
import { disputesAll, QUANTITY_CODES } from './outcome.ts';
import type { FailCode, LineDecision, MatchDecision, MatchDispute } from './model.ts';
import { withheldOf } from './withheld.ts';

/** Paying what is not disputed, and the debit note for the rest. */
export interface ShortPay {
  currency: string;
  payable: DecimalString;
  debitNote: {
    lines: { line?: number; code: FailCode; amount: DecimalString }[];
    /** Tax on the disputed net amounts: by the rates of their lines where the invoice has several, else in proportion to its own tax. */
    tax: DecimalString;
    total: DecimalString;
  };
}

const TAX_CODES: ReadonlySet<FailCode> = new Set<FailCode>(['TAX_DIFFERENCE', 'TAX_UNKNOWN']);

/**
 * A proposal that a person decides on: all that is in dispute is not paid, or only what the given codes dispute where a person
 * has accepted the others. Undefined where nothing of it is disputed, and where the document is disputed as a whole.
 */
export function proposeShortPay(
  decision: MatchDecision,
  codes?: ReadonlySet<FailCode>,
): ShortPay | undefined {
  const { amounts, input } = decision;
  const whole = decision.holds.some((hold) => hold.codes.some(disputesAll));
  if (codes === undefined && whole) return undefined;
  const disputes = codes === undefined ? decision.disputes : disputesUnder(decision, codes);
  if (disputes.length === 0 || input.document.documentType === 'creditNote') return undefined;
  const places = minorUnits(amounts.currency) ?? 2;
  const invoiced = dec(amounts.invoiced);
  const tax = statedTax(input.document);
  const net = invoiced.minus(tax);
  const netDisputes = disputes.filter(({ code }) => !TAX_CODES.has(code));
  const disputedNet = sum(netDisputes.map(({ amount }) => amount));
  const disputedTax = sum(disputes.filter(({ code }) => TAX_CODES.has(code)).map(({ amount }) => amount));
  const share = net.gt(0)
    ? roundTo(sum(netDisputes.map((each) => taxOn(decision, each, tax.div(net)))), places)
    : tax;
  const most = invoiced.lt(0) ? dec(0) : invoiced;
  const wanted = disputedNet.plus(disputedTax).plus(share);
  const total = wanted.gt(most) ? most : wanted;
  return {
    currency: amounts.currency,
    payable: formatDecimal(invoiced.minus(total), places),
    debitNote: {
      lines: disputes.map(({ line, code, amount }) => ({
        ...(line === undefined ? {} : { line }),
        code,
        amount,
      })),
      tax: formatDecimal(share, places),
      total: formatDecimal(total, places),
    },
  };
}

/** Exact; `average` is the tax on one unit of money of the invoice. */
function taxOn(decision: MatchDecision, { line, amount }: MatchDispute, average: Dec): Dec {
  const rates = decision.lines.map((each) => rateOf(decision, each));
  const several = new Set(rates.map((rate) => (rate === undefined ? '' : formatDecimal(dec(rate))))).size > 1;
  const index = decision.lines.findIndex((each) => each.line === line);
  const rate = several ? rates[index] : undefined;
  return rate === undefined ? average.times(amount) : dec(rate).times(amount).div(100);
}

/** In percent: as the line states it, else that of its order line; undefined where there is none, or more than one. */
function rateOf({ input }: MatchDecision, { line, allocations }: LineDecision): DecimalString | undefined {
  const stated = (input.document.lines[line - 1]?.taxes ?? []).flatMap(({ rate }) => rate ?? []);
  if (stated.length > 0) return stated.length === 1 ? stated[0] : undefined;
  const [first] = allocations;
  const order = input.orders.find(({ id }) => id === first?.orderId);
  return order?.lines.find(({ id }) => id === first?.orderLineId)?.taxRate;
}

/** What the codes dispute where the others are accepted. */
export function disputesUnder(decision: MatchDecision, codes: ReadonlySet<FailCode>): MatchDispute[] {
  const accepted = new Set<number | undefined>();
  for (const { code, line } of decision.disputes) {
    if (QUANTITY_CODES.has(code) && !codes.has(code)) accepted.add(line);
  }
  const kept = decision.disputes.filter(({ code, line }) => codes.has(code) && !accepted.has(line));
  // Goods that are not paid have no price to dispute; once their quantity is accepted they have.
  const anew = decision.lines.filter(({ line }) => accepted.has(line));
  return [...kept, ...anew.flatMap((line) => disputesOfLine(decision, line, codes))];
}

function disputesOfLine(
  decision: MatchDecision,
  { line, allocations }: LineDecision,
  codes: ReadonlySet<FailCode>,
): MatchDispute[] {
  const withheld = allocations.map((allocation) => withheldOf(decision, line, allocation, codes));
  const byCode = new Map<FailCode, Dec>();
  const add = (code: FailCode, amount: Dec) => byCode.set(code, (byCode.get(code) ?? ZERO).plus(amount));
  for (const { goods, goodsCode, price } of withheld) {
    if (goodsCode !== undefined) add(goodsCode, goods);
    if (!price.isZero()) add('PRICE_HIGH', price);
  }
  const places = minorUnits(decision.amounts.currency) ?? 2;
  const disputes = [...byCode].map(([code, amount]) => ({
    line,
    code,
    amount: formatDecimal(amount, places),
  }));
  const total = sum(byCode.values());
  // What disputes a line for other reasons, such as data that is missing, covers part of the same money; a cumulative amount
  // that is too high says it of a price again.
  const others = (decision.exposures ?? []).filter(
    ({ line: at, code }) =>
      at === line && codes.has(code) && !byCode.has(code) && (code !== 'LINE_TOTAL' || byCode.size === 0),
  );
  const largest = others.reduce<MatchDispute | undefined>(
    (most, each) => (dec(each.amount).gt(most?.amount ?? total) ? each : most),
    undefined,
  );
  return largest === undefined ? disputes : [largest];
}
