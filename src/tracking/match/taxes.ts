import { dec, formatDecimal, roundTo, sum, tenTo, ZERO } from '../../common/decimal.ts';
import type { Dec, DecimalString } from '../../common/decimal.ts';
import type { AllowanceCharge } from '../../documents/primitives.ts';
import { allocate } from './allocate.ts';
import type { Sums } from './arithmetic.ts';
import type { Context, Dispute } from './context.ts';
import { inCompanyCurrency } from './context.ts';
import type { LineMatch } from './line-match.ts';
import type { Check, FailCode } from './model.ts';
import { ratio } from './ratio.ts';
import { amountOf, isOffInvoice } from './stated-charges.ts';
import { limitSentence, limitText, money } from './texts.ts';
import { judge } from './tolerance.ts';

/** What M13 found; amounts as the document states them. */
export interface TaxResult {
  failed: FailCode[];
  expected: Dec;
  explained: Dec;
  disputes: Dispute[];
}

/** Tax categories of UN/ECE 5305 under which a zero rate is lawful: reverse charge, exempt, export, zero rated, outside scope. */
const ZERO_CATEGORIES = new Set(['AE', 'E', 'G', 'K', 'O', 'Z']);

function isZeroRated(context: Context): boolean {
  const { document } = context.input;
  const taxes = [...(document.taxes ?? []), ...document.lines.flatMap((line) => line.taxes ?? [])];
  return taxes.some(
    ({ category, exemptionReason }) =>
      exemptionReason !== undefined || (category !== undefined && ZERO_CATEGORIES.has(category)),
  );
}

/** Net of each line with its share of header charges, so that charges are taxed like the goods they belong to. */
function taxBases(context: Context, lines: readonly LineMatch[], sums: Sums): Dec[] {
  const nets = lines.map(({ read }) => read.net);
  const onTop = sums.headerCharges.minus(sums.headerAllowances);
  const shares = allocate(
    onTop,
    nets.map((net) => net.abs()),
    context.places,
  );
  return nets.map((net, index) => net.plus(shares[index] ?? ZERO));
}

/** M13: tax by the rates of master data against the tax stated, for each line that states one and in total. */
export function checkTaxes(context: Context, lines: readonly LineMatch[], sums: Sums): TaxResult {
  const result: TaxResult = { failed: [], expected: sums.tax, explained: ZERO, disputes: [] };
  for (const line of lines) checkLineTax(context, line, result);
  const bases = taxBases(context, lines, sums);
  const rates = lines.map(({ entries }) => entries[0]?.line.taxRate);
  if (rates.includes(undefined) || lines.length === 0) return checkListedRates(context, sums, bases, result);
  const formula = 'tax = sum of rate of the order line x net';
  const untaxed = taxWithoutCharges(context, lines, sums, rates);
  const byOwnRates = taxWithOwnRates(context, lines, sums, rates);
  const readings = [
    ...(byOwnRates === undefined ? [] : [{ tax: byOwnRates, formula: `${formula}, charges by their own` }]),
    { tax: taxOf(context, rates, bases), formula },
    ...(untaxed === undefined ? [] : [{ tax: untaxed, formula: `${formula}, charges untaxed` }]),
  ];
  const far = ({ tax }: { tax: Dec }) => tax.minus(sums.tax).abs();
  const nearest = readings.reduce((best, each) => (far(each).lt(far(best)) ? each : best));
  result.expected = nearest.tax;
  judgeTax(context, result, sums.tax, nearest.tax, nearest.formula);
  return result;
}

/**
 * Charges and allowances of the header at the rates that they state themselves, which are those of the lines, of the supplier or
 * none: whatever else a partner writes is no rate that we expect. The others are spread over the lines. Undefined where none
 * states one.
 */
function taxWithOwnRates(
  context: Context,
  lines: readonly LineMatch[],
  sums: Sums,
  rates: readonly (DecimalString | undefined)[],
): Dec | undefined {
  const { document, supplier } = context.input;
  const known = [...rates, ...(supplier.taxRates ?? []), '0'].filter((rate) => rate !== undefined);
  const own = (document.allowanceCharges ?? []).flatMap((charge) => {
    const stated = (charge.taxes ?? []).map(({ rate }) => rate).filter((rate) => rate !== undefined);
    const rate = known.find((each) => stated.length > 0 && dec(each).eq(sum(stated)));
    return isOffInvoice(charge) && rate !== undefined ? [{ rate, ...signs(charge) }] : [];
  });
  if (own.length === 0) return undefined;
  const rest = taxBases(context, lines, {
    ...sums,
    headerCharges: sums.headerCharges.minus(sum(own.map(({ charge }) => charge))),
    headerAllowances: sums.headerAllowances.minus(sum(own.map(({ allowance }) => allowance))),
  });
  return taxOf(
    context,
    [...rates, ...own.map(({ rate }) => rate)],
    [...rest, ...own.map(({ charge, allowance }) => charge.minus(allowance))],
  );
}

/** Its amount among the charges and among the allowances of the header. */
function signs(each: AllowanceCharge): { charge: Dec; allowance: Dec } {
  const amount = amountOf(each);
  if (each.kind === 'allowance') return { charge: ZERO, allowance: amount };
  return { charge: each.reason === 'tax' ? ZERO : amount, allowance: ZERO };
}

function taxOf(
  { places }: Context,
  rates: readonly (DecimalString | undefined)[],
  bases: readonly Dec[],
): Dec {
  const byRate = new Map<DecimalString, Dec>();
  rates.forEach((rate, index) => {
    if (rate !== undefined) byRate.set(rate, (byRate.get(rate) ?? ZERO).plus(bases[index] ?? ZERO));
  });
  return sum([...byRate].map(([rate, base]) => roundTo(base.times(rate).div(100), places)));
}

/** Nobody says whether a charge of the header is taxed: freight often is not. Until engine 4 it always was. */
function taxWithoutCharges(
  context: Context,
  lines: readonly LineMatch[],
  sums: Sums,
  rates: readonly (DecimalString | undefined)[],
): Dec | undefined {
  if (context.engine < 5 || !sums.headerCharges.gt(0)) return undefined;
  return taxOf(context, rates, taxBases(context, lines, { ...sums, headerCharges: ZERO }));
}

function checkLineTax(context: Context, { read, entries }: LineMatch, result: TaxResult): void {
  const rate = entries[0]?.line.taxRate;
  const amounts = (read.line.taxes ?? [])
    .map(({ amount }) => amount)
    .filter((amount) => amount !== undefined);
  if (rate === undefined || amounts.length === 0) return;
  const { currency, places } = context;
  const stated = sum(amounts);
  const expected = roundTo(read.net.times(rate).div(100), places);
  const difference = stated.minus(expected);
  const check: Check = {
    id: 'M13',
    line: read.number,
    result: 'passed',
    formula: 'tax of the line = rate of the order line x net',
    left: formatDecimal(stated),
    right: formatDecimal(expected),
    difference: formatDecimal(difference),
  };
  context.checks.push(check);
  if (difference.isZero() || (stated.isZero() && isZeroRated(context))) return;
  const limits = context.limits('lineTax', context.supplierSubject);
  check.limits = limits.limits;
  check.level = limits.source;
  const judged = judge(
    ratio(difference),
    ratio(expected),
    inCompanyCurrency(context, ratio(difference)),
    limits,
  );
  check.result = judged.result;
  check.text =
    `Line ${read.number}: tax ${money(stated, currency, places)}, by the rate of ${rate} % it is ` +
    `${money(expected, currency, places)} (${limitSentence(limits, difference.gt(0) ? 'upper' : 'lower', context.input.policy.companyCurrency)})`;
  if (judged.result !== 'failed') return;
  check.code = 'TAX_DIFFERENCE';
  result.failed.push('TAX_DIFFERENCE');
}

/** Without a rate on the order lines: the rates stated must be the supplier's, and their bases no more than the invoice. */
function checkListedRates(context: Context, sums: Sums, bases: readonly Dec[], result: TaxResult): TaxResult {
  const { document, supplier, policy } = context.input;
  const { currency, places } = context;
  const formula = 'tax = sum of an allowed rate x net';
  if (sums.tax.isZero()) {
    context.checks.push({ id: 'M13', result: 'passed', formula, left: '0', right: '0' });
    return result;
  }
  const allowed = supplier.taxRates ?? [];
  const base = sum(bases);
  const stated = document.taxes ?? [];
  const rates = stated.map(({ rate }) => rate).filter((rate) => rate !== undefined);
  const known = rates.length > 0 && rates.every((rate) => allowed.some((each) => dec(each).eq(rate)));
  if (rates.length === stated.length && known) {
    const taxed = sum(stated.map(({ baseAmount }) => baseAmount ?? formatDecimal(base)));
    const within = taxed.minus(base).lte(tenTo(-places).times(bases.length + 1));
    const expected = sum(
      stated.map(({ rate, baseAmount }) =>
        roundTo(
          dec(baseAmount ?? formatDecimal(base))
            .times(rate ?? '0')
            .div(100),
          places,
        ),
      ),
    );
    if (within) {
      result.expected = expected;
      judgeTax(context, result, sums.tax, expected, formula);
      return result;
    }
  } else if (rates.length === 0 && allowed.length > 0) {
    const fits = allowed
      .map((rate) => roundTo(base.times(rate).div(100), places))
      .sort((a, b) => a.minus(sums.tax).abs().comparedTo(b.minus(sums.tax).abs()));
    const expected = fits[0] ?? ZERO;
    result.expected = expected;
    judgeTax(context, result, sums.tax, expected, formula);
    return result;
  }
  const hold = policy.unknownTax === 'hold';
  context.checks.push({
    id: 'M13',
    result: hold ? 'failed' : 'warning',
    code: 'TAX_UNKNOWN',
    formula,
    left: formatDecimal(sums.tax),
    text:
      `Tax of ${money(sums.tax, currency, places)} is billed; neither the order lines nor the supplier have ` +
      `${allowed.length === 0 ? 'a tax rate' : `a rate that fits (allowed ${allowed.join(', ')} %)`} to compare it with.`,
  });
  if (hold) {
    result.failed.push('TAX_UNKNOWN');
    result.disputes.push({ code: 'TAX_UNKNOWN', amount: sums.tax.abs() });
  }
  return result;
}

function judgeTax(context: Context, result: TaxResult, stated: Dec, expected: Dec, formula: string): void {
  const { currency, places } = context;
  const difference = stated.minus(expected);
  const check: Check = {
    id: 'M13',
    result: 'passed',
    formula,
    left: formatDecimal(stated),
    right: formatDecimal(expected),
    difference: formatDecimal(difference),
  };
  context.checks.push(check);
  if (difference.isZero()) return;
  const limits = context.limits('totalTax', context.supplierSubject);
  check.limits = limits.limits;
  check.level = limits.source;
  const judged = judge(
    ratio(difference),
    ratio(expected),
    inCompanyCurrency(context, ratio(difference)),
    limits,
  );
  const lawful = stated.isZero() && isZeroRated(context);
  check.result = judged.result === 'failed' && lawful ? 'warning' : judged.result;
  if (judged.pct !== undefined) check.pct = judged.pct;
  const side = difference.gt(0) ? 'upper' : 'lower';
  check.text =
    `Tax is ${money(stated, currency, places)}, expected ${money(expected, currency, places)}: ` +
    `${money(difference.abs(), currency, places)} too ${difference.gt(0) ? 'much' : 'little'} ` +
    (lawful
      ? '(no tax, with a reason stated: reverse charge or exempt)'
      : `(limit ${limitText(limits.limits, side, context.input.policy.companyCurrency)}, from ${limits.sourceText})`);
  if (check.result !== 'failed') return;
  check.code = 'TAX_DIFFERENCE';
  result.failed.push('TAX_DIFFERENCE');
  result.explained = difference;
  result.disputes.push({ code: 'TAX_DIFFERENCE', amount: difference.gt(0) ? difference : ZERO });
}
