import { dec, formatDecimal, ZERO } from '../../common/decimal.ts';
import type { Dec } from '../../common/decimal.ts';
import { isWithin } from './context.ts';
import type { Context } from './context.ts';
import type { Check } from './model.ts';
import { money } from './texts.ts';

/** What the total of a document may have beside its lines, charges and tax. */
export interface BeyondTotal {
  rounding: Dec;
  /** Paid in advance, as the supplier says. */
  prepaid: Dec;
}

/**
 * As the document states it (EN 16931, BR-CO-16: payable = total with tax - prepaid + rounding). A rounding is a small
 * difference, and nothing prepaid is less than zero: what is not does not count, and the total does not add up.
 */
export function beyondTotal(context: Context): BeyondTotal {
  const { totals } = context.input.document;
  const rounding = dec(totals.rounding ?? '0');
  const prepaid = dec(totals.prepaid ?? '0');
  return {
    rounding: isRounding(context, rounding) ? rounding : ZERO,
    prepaid: prepaid.isNegative() ? ZERO : prepaid,
  };
}

/** Up to one unit of the currency, whatever the rate; beyond it what counts as a small difference. */
function isRounding(context: Context, amount: Dec): boolean {
  return amount.abs().lte(1) || isWithin(context, amount, context.input.policy.writeOffMax);
}

/**
 * How much the stated total is beyond its parts; `fits` tells whether what remains of it is what they make. Some suppliers state
 * it before what is prepaid.
 */
export function beyondParts(
  payable: Dec,
  { rounding, prepaid }: BeyondTotal,
  fits: (rest: Dec) => boolean,
): Dec {
  const due = rounding.minus(prepaid);
  const isBefore = prepaid.lte(payable) && !fits(payable.minus(due)) && fits(payable.minus(rounding));
  return isBefore ? rounding : due;
}

/** Says in the check of the total what was stated beside the parts, and what of it does not count. */
export function tellBeyond(context: Context, check: Check, beyond: BeyondTotal): void {
  const { currency, places, input } = context;
  const { rounding = '0', prepaid = '0' } = input.document.totals;
  const { writeOffMax, companyCurrency } = input.policy;
  const told = check.text === undefined ? [] : [check.text];
  if (check.result !== 'passed' && !beyond.rounding.isZero())
    told.push(`a rounding of ${money(beyond.rounding, currency, places)} counts`);
  if (check.result !== 'passed' && !beyond.prepaid.isZero())
    told.push(`${money(beyond.prepaid, currency, places)} are prepaid`);
  if (!beyond.rounding.eq(rounding)) {
    told.push(
      `${money(dec(rounding), currency, places)} are stated as rounding and are none: more than 1 ${currency}, and than the ` +
        `small difference of ${writeOffMax} ${companyCurrency}`,
    );
  }
  if (!beyond.prepaid.eq(prepaid)) told.push(`${money(dec(prepaid), currency, places)} cannot be prepaid`);
  if (told.length > 0) check.text = told.join('; ');
  if (beyond.prepaid.isZero()) return;
  context.checks.push({
    id: 'A2',
    result: 'warning',
    formula: 'what is prepaid was paid',
    left: formatDecimal(beyond.prepaid),
    text: `The supplier says that ${money(beyond.prepaid, currency, places)} are paid already: see that they are`,
  });
}
