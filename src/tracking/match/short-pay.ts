import { dec, formatDecimal, roundTo, sum } from '../../common/decimal.ts';
import type { DecimalString } from '../../common/decimal.ts';
import { statedTax } from './arithmetic.ts';
import { minorUnits } from './minor-units.ts';
import { disputesAll, QUANTITY_CODES } from './outcome.ts';
import type { FailCode, MatchDecision, MatchDispute } from './model.ts';

/** Paying what is not disputed, and the debit note for the rest. */
export interface ShortPay {
  currency: string;
  payable: DecimalString;
  debitNote: {
    lines: { line?: number; code: FailCode; amount: DecimalString }[];
    /** Tax on the disputed net amounts, in proportion to the invoice's own tax. */
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
  const disputedNet = sum(disputes.filter(({ code }) => !TAX_CODES.has(code)).map(({ amount }) => amount));
  const disputedTax = sum(disputes.filter(({ code }) => TAX_CODES.has(code)).map(({ amount }) => amount));
  const share = net.gt(0) ? roundTo(tax.times(disputedNet).div(net), places) : tax;
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

/**
 * What the codes dispute where the others are accepted. What was told of the quantity alone, because goods that are not paid
 * have no price to dispute, is told of the price once the quantity is accepted.
 */
function disputesUnder(decision: MatchDecision, codes: ReadonlySet<FailCode>): MatchDispute[] {
  const { disputes, exposures = [] } = decision;
  const accepted = new Set<number | undefined>();
  for (const { code, line } of disputes) if (QUANTITY_CODES.has(code) && !codes.has(code)) accepted.add(line);
  const kept = disputes.filter(({ code, line }) => codes.has(code) && !accepted.has(line));
  const asked = exposures.filter(({ code, line }) => codes.has(code) && accepted.has(line));
  return [...kept, ...[...accepted].flatMap((line) => largestOf(asked.filter((each) => each.line === line)))];
}

/** Of one line: the code that disputes most, over all order lines that the line was divided on. */
function largestOf(exposures: readonly MatchDispute[]): MatchDispute[] {
  let largest: MatchDispute | undefined;
  for (const each of exposures) {
    const amount = sum(exposures.filter(({ code }) => code === each.code).map((same) => same.amount));
    if (largest === undefined || amount.gt(largest.amount))
      largest = { ...each, amount: formatDecimal(amount) };
  }
  return largest === undefined ? [] : [largest];
}
