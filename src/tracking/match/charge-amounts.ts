import { dec, formatDecimal, tenTo } from '../../common/decimal.ts';
import type { AllowanceCharge } from '../../documents/primitives.ts';
import type { Context } from './context.ts';
import type { ReadLine } from './line-reading.ts';
import type { Check, ComputedCharge } from './model.ts';
import { percentage } from './stated-charges.ts';
import type { CountedCharges } from './stated-charges.ts';
import { money } from './texts.ts';

/** Everything that was computed for a document, header first. */
export function computedOf(
  header: CountedCharges | undefined,
  lines: readonly Pick<ReadLine, 'number' | 'counted'>[],
): ComputedCharge[] {
  return [
    ...(header?.computed ?? []),
    ...lines.flatMap(({ number, counted }) =>
      (counted?.computed ?? []).map((each) => ({ line: number, ...each })),
    ),
  ];
}

/**
 * A7: what was computed from a percentage is told, with what it is of; a stated amount is what its percentage makes of its base.
 * What has neither an amount nor anything to compute it from counts as nothing, and the total decides. Until engine 5 stated
 * amounts were not looked at.
 */
export function checkChargeAmounts(
  context: Context,
  header: CountedCharges | undefined,
  lines: readonly ReadLine[],
): boolean {
  const ofHeader = header === undefined ? [] : checksOf(context, header);
  const ofLines = lines.flatMap(({ number, counted, alternative }) =>
    counted === undefined
      ? []
      : checksOf(context, counted, { line: number, inPrice: alternative !== undefined }),
  );
  const checks = [...ofHeader, ...ofLines];
  context.checks.push(...checks);
  return checks.some(({ result }) => result === 'failed');
}

function checksOf(
  context: Context,
  { list, computed, unknown }: CountedCharges,
  { line, inPrice = false }: { line?: number; inPrice?: boolean } = {},
): Check[] {
  const at = line === undefined ? {} : { line };
  return list.flatMap((charge, index): Check[] => {
    const found = computed.find((each) => each.index === index);
    if (found !== undefined) {
      const formula = `${madeOf(found)} = amount of the ${nameOf(charge)}, which is not stated`;
      const told = inPrice ? `${formula}; the price has it already` : formula;
      return [{ id: 'A7', ...at, result: 'passed', formula: told, left: found.amount }];
    }
    if (unknown.includes(index)) return [unknownAmount(charge, line)];
    const check = context.engine < 6 ? undefined : statedAmount(context, charge, line);
    return check === undefined ? [] : [check];
  });
}

function madeOf({ percent, base, rate, per, units }: CountedCharges['computed'][number]): string {
  if (percent === undefined) return `${units ?? ''} x ${rate ?? ''}${per === undefined ? '' : ` / ${per}`}`;
  return `${percent} % x ${base ?? ''}${units === undefined ? '' : `, rounded for each of ${units} units,`}`;
}

function unknownAmount(charge: AllowanceCharge, line: number | undefined): Check {
  const { percent, rate } = charge;
  const stated = percent === undefined ? `a rate of ${rate?.amount ?? ''}` : `${percent} %`;
  const why =
    percent === undefined && rate === undefined
      ? 'states neither an amount, a percentage nor a rate'
      : `states ${stated} and no amount, and what that is of is not in the document`;
  return {
    id: 'A7',
    ...(line === undefined ? {} : { line }),
    result: 'warning',
    formula: 'each allowance and charge has an amount',
    text: `${place(line)}The ${nameOf(charge)} ${why}: it counts as nothing`,
  };
}

/** A percentage of its base against the amount; `0.1` for 10 % is a factor, as some write it. */
function statedAmount(
  context: Context,
  charge: AllowanceCharge,
  line: number | undefined,
): Check | undefined {
  const { amount, percent, baseAmount } = charge;
  if (amount === undefined || percent === undefined || baseAmount === undefined) return undefined;
  if (dec(percent).isZero()) return undefined;
  const { places, currency } = context;
  const calculated = percentage(percent, dec(baseAmount), places);
  const factor = percentage(percent, dec(baseAmount).times(100), places);
  const expected = dec(amount).minus(factor).isZero() ? factor : calculated;
  const difference = dec(amount).minus(expected);
  const limit = tenTo(-places).times(context.input.policy.rounding.lineMinorUnits);
  const result = difference.isZero() ? 'passed' : difference.abs().lte(limit) ? 'tolerated' : 'failed';
  const check: Check = {
    id: 'A7',
    ...(line === undefined ? {} : { line }),
    result,
    formula: `${percent} % x ${baseAmount} = amount of the ${nameOf(charge)}`,
    left: formatDecimal(dec(amount)),
    right: formatDecimal(expected),
    difference: formatDecimal(difference),
  };
  if (result === 'passed') return check;
  check.level = 'rounding of a line';
  check.text =
    `${place(line)}The ${nameOf(charge)} is stated as ${money(dec(amount), currency, places)}; ${percent} % of ` +
    `${money(dec(baseAmount), currency, places)} are ${money(expected, currency, places)}`;
  if (result === 'failed') check.code = 'INVOICE_ARITHMETIC';
  return check;
}

/** `discount allowance`, `freight charge`, `allowance "Loyalty"`. */
function nameOf({ kind, reason, description }: AllowanceCharge): string {
  const name = reason === 'other' ? kind : `${reason} ${kind}`;
  return description === undefined ? name : `${name} "${description}"`;
}

function place(line: number | undefined): string {
  return line === undefined ? '' : `Line ${line}: `;
}
