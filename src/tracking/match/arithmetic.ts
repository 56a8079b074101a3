import { dec, formatDecimal, roundTo, sum, tenTo, ZERO } from '../../common/decimal.ts';
import type { Dec } from '../../common/decimal.ts';
import type { LocalDate } from '../../common/time.ts';
import type { Tax } from '../../documents/primitives.ts';
import { beyondParts, beyondTotal, tellBeyond } from './beyond-total.ts';
import type { BeyondTotal } from './beyond-total.ts';
import { checkChargeAmounts } from './charge-amounts.ts';
import { checkControlTotals } from './control-totals.ts';
import type { Context } from './context.ts';
import { lessDiscount } from './early-payment.ts';
import type { MatchInput } from './facts.ts';
import { billBack, exactNet } from './line-reading.ts';
import { amountOf, isOffInvoice } from './stated-charges.ts';
import type { CountedCharges } from './stated-charges.ts';
import type { ReadLine } from './line-reading.ts';
import { minorUnits } from './minor-units.ts';
import type { Check, CheckId } from './model.ts';
import { money } from './texts.ts';

/** The document's money, unsigned as the document states it. */
export interface Sums {
  /** Net of the lines, charges of lines included. */
  lines: Dec;
  headerCharges: Dec;
  headerAllowances: Dec;
  tax: Dec;
  /** Sum of the parts. */
  calculated: Dec;
  /** What the document comes to, with what is rounded: payable, and what is prepaid of it. */
  billed: Dec;
  /** As stated, and counted. */
  rounding: Dec;
  /** Paid in advance, as the supplier says. */
  prepaid: Dec;
  expectedClaims: Dec;
  /** Lines, total and the amounts of allowances and charges agree. */
  addsUp: boolean;
  failed: boolean;
  impliedDecimal: boolean;
}

function push(context: Context, id: CheckId, fields: Partial<Check> & { formula: string }): void {
  context.checks.push({ id, result: 'passed', ...fields });
}

/** Tax as stated: the total, else its header parts, else the parts of the lines and of the charges of the header. */
export function statedTax(document: MatchInput['document']): Dec {
  if (document.totals.tax !== undefined) return dec(document.totals.tax);
  if (document.taxes !== undefined) return taxAmounts(document.taxes);
  return sum(document.lines.map(({ taxes }) => taxAmounts(taxes))).plus(taxOfCharges(document));
}

function taxAmounts(taxes: readonly Tax[] | undefined): Dec {
  return sum((taxes ?? []).map(({ amount }) => amount ?? '0'));
}

/** What allowances take off is stated without a sign. */
function taxOfCharges({ allowanceCharges = [] }: Pick<MatchInput['document'], 'allowanceCharges'>): Dec {
  return sum(
    allowanceCharges
      .filter(isOffInvoice)
      .map(({ kind, taxes }) => (kind === 'charge' ? taxAmounts(taxes) : taxAmounts(taxes).negated())),
  );
}

/** A1 to A7 and their summary M17 (5.7.3). Nothing is matched to an order here: the document is checked against itself. */
export function checkArithmetic(
  context: Context,
  lines: readonly ReadLine[],
  header: CountedCharges | undefined,
): Sums {
  const lineFailed = checkLines(context, lines);
  const amountFailed = checkChargeAmounts(context, header, lines);
  const { document } = context.input;
  let headerCharges = ZERO;
  let headerAllowances = ZERO;
  let chargedTax = ZERO;
  for (const each of document.allowanceCharges ?? []) {
    if (!isOffInvoice(each)) continue;
    if (each.kind === 'allowance') headerAllowances = headerAllowances.plus(amountOf(each));
    else if (each.reason === 'tax') chargedTax = chargedTax.plus(amountOf(each));
    else headerCharges = headerCharges.plus(amountOf(each));
  }
  const stated = statedTax(context.input.document);
  const total = checkTotal(context, lines, {
    headerCharges,
    headerAllowances,
    taxes: chargedTax.isZero() ? [stated] : [stated.plus(chargedTax), stated],
    ...beyondTotal(context),
  });
  const { tax } = total;
  const counted = checkCounts(context);
  const taxed = checkTax(context, tax, total.tolerance);
  const dated = checkDates(context);
  const currency = checkCurrency(context);
  const failed = [lineFailed, amountFailed, total.failed, counted, taxed, dated, currency].some(Boolean);
  push(context, 'M17', {
    formula: context.engine < 6 ? 'A1 to A6 hold' : 'A1 to A7 hold',
    ...(failed
      ? {
          result: 'failed',
          code: total.impliedDecimal ? 'IMPLIED_DECIMAL_SUSPECT' : 'INVOICE_ARITHMETIC',
          text: 'The document does not add up in itself; it is not matched before that is cleared.',
        }
      : {}),
  });
  return {
    lines: total.lines,
    headerCharges,
    headerAllowances,
    tax,
    calculated: total.calculated,
    billed: total.billed,
    rounding: total.rounding,
    prepaid: total.prepaid,
    expectedClaims: billBack(document.allowanceCharges).plus(sum(lines.map((each) => each.expectedClaims))),
    addsUp: !lineFailed && !amountFailed && !total.failed,
    failed,
    impliedDecimal: total.impliedDecimal,
  };
}

const A1 = 'quantity x unit price / price basis - allowances + charges = line amount';

function checkLines(context: Context, lines: readonly ReadLine[]): boolean {
  const { places, currency } = context;
  const limit = tenTo(-places).times(context.input.policy.rounding.lineMinorUnits);
  let failed = false;
  for (const { number, calculated, stated, quantity, line } of lines) {
    const moneyOnly = quantity.isZero() && stated !== undefined;
    const silent = line.price === undefined && stated === undefined;
    const check: Check = {
      id: 'A1',
      line: number,
      result: stated === undefined || calculated === undefined || moneyOnly ? 'notApplicable' : 'passed',
      formula: A1,
    };
    context.checks.push(check);
    if (silent) {
      check.result = 'failed';
      check.code = 'INVOICE_ARITHMETIC';
      check.text = `Line ${number}: it states neither a price nor an amount.`;
      failed = true;
    } else if (check.result === 'passed' && calculated !== undefined && stated !== undefined) {
      const difference = stated.minus(calculated);
      check.left = formatDecimal(calculated, places);
      check.right = formatDecimal(stated);
      check.difference = formatDecimal(difference);
      if (difference.isZero()) continue;
      check.level = 'rounding of a line';
      check.result = difference.abs().lte(limit) ? 'tolerated' : 'failed';
      check.text =
        `Line ${number}: quantity, price, allowances and charges make ${money(calculated, currency, places)}; ` +
        `stated are ${money(stated, currency, places)}`;
      if (check.result === 'failed') {
        check.code = 'INVOICE_ARITHMETIC';
        failed = true;
      }
    }
  }
  return failed;
}

interface Parts extends BeyondTotal {
  headerCharges: Dec;
  headerAllowances: Dec;
  /** What the tax may be: a charge whose reason is tax (SAC H850) is tax beside the stated one, or repeats it. */
  taxes: readonly Dec[];
}

function checkTotal(context: Context, lines: readonly ReadLine[], parts: Parts) {
  const { places, currency, input } = context;
  const limits = input.policy.rounding;
  const charges = input.document.allowanceCharges?.length ?? 0;
  const units = Math.min(
    limits.totalMinorUnitsPerItem * (lines.length + charges + 1),
    limits.totalMinorUnitsCap,
  );
  const tolerance = tenTo(-places).times(units);
  const payable = dec(input.document.totals.payable);
  const { rounding, prepaid } = parts;
  const addTax = (net: Dec, each: Dec) =>
    net.plus(parts.headerCharges).minus(parts.headerAllowances).plus(each);
  let net = sum(lines.map((line) => line.net));
  const alternative = sum(lines.map((line) => line.alternative?.net ?? line.net));
  const beyond = beyondParts(payable, parts, (value) =>
    parts.taxes.some((each) =>
      [net, alternative].some((one) => value.minus(addTax(one, each)).abs().lte(tolerance)),
    ),
  );
  const stated = payable.minus(beyond);
  const within = (value: Dec) => stated.minus(value).abs().lte(tolerance);
  const fits = (value: Dec) => parts.taxes.find((each) => within(addTax(value, each)));
  const tax = fits(net) ?? fits(alternative) ?? parts.taxes[0] ?? ZERO;
  const add = (value: Dec) => addTax(value, tax);
  if (!within(add(net)) && within(add(alternative))) {
    net = alternative;
    for (const line of lines) takeAlternative(line);
  }
  const calculated = add(net);
  const difference = stated.minus(calculated);
  const roundedOnce =
    context.engine >= 6 && isRoundedOnce(context, lines, stated.minus(calculated.minus(net)));
  const check: Check = {
    id: 'A2',
    result: difference.isZero()
      ? 'passed'
      : roundedOnce || difference.abs().lte(tolerance)
        ? 'tolerated'
        : 'failed',
    formula: `sum of line amounts + charges - allowances + tax${beyond.isZero() ? '' : ' + rounding - prepaid'} = total`,
    left: formatDecimal(payable),
    right: formatDecimal(calculated.plus(beyond)),
    difference: formatDecimal(difference),
    level: `rounding of the total: ${formatDecimal(tolerance)} ${currency}`,
  };
  context.checks.push(check);
  if (check.result !== 'passed') {
    check.text =
      `The total says ${money(payable, currency, places)}; lines ${money(net, currency, places)}, charges ` +
      `${money(parts.headerCharges, currency, places)}, allowances ${money(parts.headerAllowances, currency, places)} and tax ` +
      `${money(tax, currency, places)} make ${money(calculated, currency, places)}`;
    if (roundedOnce)
      check.text += '; it adds up where the lines, which state no amounts, are not rounded each';
  }
  tellBeyond(context, check, parts);
  const suspect =
    check.result === 'failed' ? impliedDecimal(context, stated, calculated, tolerance) : undefined;
  if (check.result === 'failed') {
    check.code = suspect === undefined ? 'INVOICE_ARITHMETIC' : 'IMPLIED_DECIMAL_SUSPECT';
    const early = context.engine < 7 ? undefined : lessDiscount(context, stated, calculated, tax, tolerance);
    const why = suspect ?? early;
    if (why !== undefined) check.text = [check.text, why].join('; ');
  }
  const lineTotal = input.document.totals.lines;
  const linesDiffer = lineTotal !== undefined && dec(lineTotal).minus(net).abs().gt(tolerance);
  if (linesDiffer) {
    push(context, 'A2', {
      formula: 'sum of line amounts = stated total of the lines',
      result: 'failed',
      code: 'INVOICE_ARITHMETIC',
      left: lineTotal,
      right: formatDecimal(net),
      difference: formatDecimal(dec(lineTotal).minus(net)),
      text: `The stated total of the lines is ${money(dec(lineTotal), currency, places)}; they make ${money(net, currency, places)}`,
    });
  }
  if (context.engine >= 6) checkControlTotals(context, lines, { ...parts, lines: net, tax, tolerance });
  return {
    lines: net,
    tax,
    calculated,
    billed: stated.plus(rounding),
    rounding,
    prepaid,
    tolerance,
    failed: check.result === 'failed' || linesDiffer,
    impliedDecimal: suspect !== undefined,
  };
}

/** Whether lines that state no amounts make what the total has for them when only their sum is rounded. */
function isRoundedOnce({ places }: Context, lines: readonly ReadLine[], ofLines: Dec): boolean {
  if (lines.every(({ stated }) => stated !== undefined)) return false;
  return roundTo(sum(lines.map(exactNet)), places).eq(ofLines);
}

function takeAlternative(line: ReadLine): void {
  if (line.alternative !== undefined) Object.assign(line, line.alternative);
}

/** The classic misreading of N2 amounts: a value that is exactly 100 times too large or too small (5.7.1). */
function impliedDecimal(context: Context, payable: Dec, calculated: Dec, tolerance: Dec): string | undefined {
  const near = (left: Dec, right: Dec) => left.minus(right).abs().lte(tolerance);
  if (!payable.isZero() && near(payable, calculated.times(100))) {
    return 'the total is exactly 100 times the sum: implied decimals were read as none';
  }
  if (!payable.isZero() && near(payable.times(100), calculated)) {
    return 'the total is exactly a hundredth of the sum: an explicit amount was read with implied decimals';
  }
  for (const each of context.input.document.allowanceCharges ?? []) {
    if (!isOffInvoice(each)) continue;
    const amount = amountOf(each).times(each.kind === 'charge' ? 1 : -1);
    const rest = calculated.minus(amount);
    // Next to nothing fits where the total does not have it at all.
    const less = context.engine < 6 || amount.div(100).abs().gt(tolerance);
    if ((less && near(payable, rest.plus(amount.div(100)))) || near(payable, rest.plus(amount.times(100)))) {
      return `the ${each.kind} of ${each.amount ?? ''} fits when its decimal point moves by two places`;
    }
  }
  return undefined;
}

function checkCounts(context: Context): boolean {
  const { statedLineCount, document } = context.input;
  const counted = document.lines.length;
  const differs = statedLineCount !== undefined && statedLineCount !== counted;
  push(context, 'A3', {
    formula: 'number of lines = control count',
    result: statedLineCount === undefined ? 'notApplicable' : differs ? 'failed' : 'passed',
    left: String(counted),
    ...(statedLineCount === undefined ? {} : { right: String(statedLineCount) }),
    ...(differs
      ? {
          code: 'INVOICE_ARITHMETIC',
          text: `The document has ${counted} lines and states ${statedLineCount}: it may be incomplete.`,
        }
      : {}),
  });
  return differs;
}

function checkTax(context: Context, tax: Dec, tolerance: Dec): boolean {
  const { document } = context.input;
  const { places, currency } = context;
  const rated = (document.taxes ?? []).filter(
    ({ rate, baseAmount, amount }) => rate !== undefined && baseAmount !== undefined && amount !== undefined,
  );
  if (rated.length === 0) {
    push(context, 'A4', { formula: 'tax = sum of rate x base', result: 'notApplicable' });
    return false;
  }
  const calculated = sum(
    rated.map(({ rate, baseAmount }) =>
      roundTo(
        dec(rate ?? '0')
          .times(baseAmount ?? '0')
          .div(100),
        places,
      ),
    ),
  );
  const complete = rated.length === document.taxes?.length;
  const stated = complete ? tax : sum(rated.map(({ amount }) => amount ?? '0'));
  const difference = stated.minus(calculated);
  const failed = difference.abs().gt(tolerance);
  push(context, 'A4', {
    formula: 'tax = sum of rate x base',
    result: failed ? 'failed' : difference.isZero() ? 'passed' : 'tolerated',
    left: formatDecimal(stated),
    right: formatDecimal(calculated),
    difference: formatDecimal(difference),
    ...(difference.isZero()
      ? {}
      : {
          text: `Tax is stated as ${money(stated, currency, places)}; its rates and bases make ${money(calculated, currency, places)}`,
        }),
    ...(failed ? { code: 'INVOICE_ARITHMETIC' as const } : {}),
  });
  return failed;
}

function checkDates(context: Context): boolean {
  const { document, today, policy } = context.input;
  const latest = addDays(today, policy.dates.futureDays);
  const earliest = addMonths(today, -policy.dates.maxAgeMonths);
  const future = document.issueDate > latest;
  const old = document.issueDate < earliest;
  push(context, 'A5', {
    formula: 'earliest allowed date <= invoice date <= latest allowed date',
    left: document.issueDate,
    right: `${earliest} to ${latest}`,
    ...(future || old
      ? {
          result: 'failed',
          code: 'INVOICE_ARITHMETIC',
          text: `The invoice date ${document.issueDate} is ${future ? 'in the future' : 'too old'} (allowed ${earliest} to ${latest}).`,
        }
      : {}),
  });
  return future || old;
}

function checkCurrency(context: Context): boolean {
  const { currency, input } = context;
  const known = minorUnits(currency) !== undefined;
  push(context, 'A6', {
    formula: 'currency is stated, or the partner has a default; ISO 4217',
    left: currency,
    ...(input.document.currency === undefined ? { right: 'partner default' } : {}),
    ...(known
      ? {}
      : {
          result: 'failed',
          code: 'INVOICE_ARITHMETIC',
          text:
            currency === ''
              ? 'The document states no currency and the partner has no default.'
              : `The currency ${currency} is not an active ISO 4217 currency.`,
        }),
  });
  return !known;
}

/** Calendar date some days later; dates are UTC midnights here and carry no zone. */
export function addDays(date: LocalDate, days: number): LocalDate {
  const moment = new Date(`${date}T00:00:00.000Z`);
  moment.setUTCDate(moment.getUTCDate() + days);
  return Number.isNaN(moment.getTime()) ? date : moment.toISOString().slice(0, 10);
}

export function addMonths(date: LocalDate, months: number): LocalDate {
  const moment = new Date(`${date}T00:00:00.000Z`);
  moment.setUTCMonth(moment.getUTCMonth() + months);
  return Number.isNaN(moment.getTime()) ? date : moment.toISOString().slice(0, 10);
}
