import { formatDecimal, sum, ZERO } from '../../common/decimal.ts';
import type { Dec } from '../../common/decimal.ts';
import type { Sums } from './arithmetic.ts';
import type { ChargeResult } from './charge-question.ts';
import type { Context, Dispute } from './context.ts';
import { inCompanyCurrency, isWithin } from './context.ts';
import type { LineMatch } from './line-match.ts';
import type { Check, FailCode } from './model.ts';
import { ratio } from './ratio.ts';
import type { TaxResult } from './taxes.ts';
import { limitSentence, money, pctText } from './texts.ts';
import { judge } from './tolerance.ts';

/** What M14 found; signed as debt. */
export interface TotalResult {
  failed: FailCode[];
  expected: Dec;
  difference: Dec;
  writeOff: Dec;
  /** As much of `exposures` as nothing else disputes. */
  disputes: Dispute[];
  exposures: Dispute[];
}

/** What no row of a bill carries: rounding of the total, and tax beside what its rates make. Prices and charges are in rows. */
function unpostedPart({ engine, direction }: Context, sums: Sums, taxes: TaxResult, difference: Dec): Dec {
  if (engine < 5) return difference;
  const rounding = sums.failed ? ZERO : sums.billed.minus(sums.calculated);
  return rounding.plus(sums.tax.minus(taxes.expected)).times(direction);
}

/**
 * M14: the invoice total against quantity invoiced at agreed prices, planned charges and expected tax. Where failed checks
 * before it tell the whole difference, it fails with them but asks nobody a second time.
 */
export function checkInvoiceTotal(
  context: Context,
  lines: readonly LineMatch[],
  sums: Sums,
  charges: ChargeResult,
  taxes: TaxResult,
): TotalResult {
  const { direction, currency, places } = context;
  const goods = sum(lines.map(({ expected }) => expected));
  const expected = goods.plus(charges.expected.plus(taxes.expected).times(direction));
  const invoiced = sums.billed.times(direction);
  const difference = invoiced.minus(expected);
  const check: Check = {
    id: 'M14',
    result: 'passed',
    formula: 'total = quantity invoiced x agreed prices + planned charges + expected tax',
    left: formatDecimal(invoiced),
    right: formatDecimal(expected.toDecimalPlaces(10)),
    difference: formatDecimal(difference.toDecimalPlaces(10)),
  };
  context.checks.push(check);
  const result: TotalResult = {
    failed: [],
    expected,
    difference,
    writeOff: ZERO,
    disputes: [],
    exposures: [],
  };
  const { writeOffMax, companyCurrency } = context.input.policy;
  const unposted = unpostedPart(context, sums, taxes, difference);
  if (context.engine >= 5 && isWithin(context, unposted, writeOffMax)) result.writeOff = unposted;
  if (difference.isZero()) return result;
  // A rounding that counts is one whatever the rate; until engine 6 it was held where none is known.
  const isRounding =
    context.engine >= 7 && difference.eq(sums.rounding.times(direction)) && unposted.eq(difference);
  if (isRounding || isWithin(context, difference, writeOffMax)) {
    check.result = 'tolerated';
    check.level = 'small-difference limit';
    check.text = `The total differs by ${money(difference, currency, places)} from what is expected`;
    if (unposted.eq(difference)) check.text += ': goes to the small-difference account.';
    else if (unposted.isZero())
      check.text += `; up to ${writeOffMax} ${companyCurrency} are no reason to ask.`;
    else check.text += `; ${money(unposted, currency, places)} of it go to the small-difference account.`;
    result.writeOff = unposted;
    return result;
  }
  const limits = context.limits('invoiceTotal', context.supplierSubject);
  check.limits = limits.limits;
  check.level = limits.source;
  const judgeAmount = (amount: Dec) =>
    judge(ratio(amount), ratio(expected), inCompanyCurrency(context, ratio(amount)), limits);
  const judged = judgeAmount(difference);
  check.result = judged.result;
  if (judged.pct !== undefined) check.pct = judged.pct;
  const high = difference.gt(0);
  check.text =
    `The total is ${money(invoiced, currency, places)}, expected ${money(expected, currency, places)}: ` +
    `${money(difference.abs(), currency, places)} too ${high ? 'much' : 'little'} (` +
    `${judged.pct === undefined ? 'nothing expected' : pctText(judged.pct, context.engine)}; ` +
    `${limitSentence(limits, high ? 'upper' : 'lower', context.input.policy.companyCurrency)})`;
  if (judged.result !== 'failed') return result;
  check.code = high ? 'TOTAL_HIGH' : 'TOTAL_LOW';
  const explained = sum(lines.map((line) => line.explained)).plus(
    charges.explained
      .plus(taxes.explained)
      .plus(sums.failed ? sums.billed.minus(sums.calculated) : ZERO)
      .times(direction),
  );
  const rest = difference.minus(explained);
  const told =
    !explained.isZero() && (rest.isZero() || isWithin(context, rest, context.input.policy.writeOffMax));
  if (told || (!explained.isZero() && judgeAmount(rest).result !== 'failed')) {
    check.text += '; the checks above tell why';
    return { ...result, failed: [] };
  }
  result.failed.push(check.code);
  const others = sum(
    [...lines.flatMap((line) => line.disputes), ...charges.disputes, ...taxes.disputes].map(
      ({ amount }) => amount,
    ),
  );
  const undisputed = sums.billed.abs().minus(others);
  const room = undisputed.isNegative() ? ZERO : undisputed;
  const wanted = high ? rest.abs() : ZERO;
  result.exposures.push({ code: check.code, amount: wanted });
  result.disputes.push({ code: check.code, amount: wanted.gt(room) ? room : wanted });
  return result;
}
