import { dec, formatDecimal, roundTo, sum, ZERO } from '../../common/decimal.ts';
import type { Dec } from '../../common/decimal.ts';
import { CHARGE_FORMULA, judgeCharge } from './charge-question.ts';
import type { ChargeGroups, ChargeResult, Reason } from './charge-question.ts';
import type { Context } from './context.ts';
import type { PriorInvoice } from './facts.ts';
import { plainInvoiceNumber } from './identifiers.ts';
import { counts } from './ledger.ts';
import type { LineMatch } from './line-match.ts';
import { percentage } from './stated-charges.ts';
import { money } from './texts.ts';

/**
 * M12 for a credit note: what it deducts from the goods that it takes back may be no more than their share of what the invoice
 * deducted, or than the supplier may charge; the charges that it gives back no more than was billed.
 */
export function checkCreditedCharges(
  context: Context,
  groups: ChargeGroups,
  lines: readonly LineMatch[],
): ChargeResult {
  const result: ChargeResult = { failed: [], expected: ZERO, explained: ZERO, disputes: [] };
  for (const [reason, { charges, allowances }] of groups) {
    if (reason === 'tax') continue;
    result.expected = result.expected.plus(charges);
    if (!allowances.isZero()) checkDeduction(context, reason, allowances, lines, result);
    checkReturned(context, reason, charges, result);
  }
  if (groups.size === 0) {
    context.checks.push({ id: 'M12', result: 'passed', formula: CHARGE_FORMULA, left: '0', right: '0' });
  }
  // What comes back too little is owed by the supplier, as charges are by us.
  return { ...result, explained: result.explained.negated() };
}

/** The credited invoice, and the credit notes over it that count. */
function relatedOf({ input, original }: Context): PriorInvoice[] {
  if (original === undefined) return [];
  const number = plainInvoiceNumber(original.number);
  const credits = input.priorInvoices.filter(
    (prior) =>
      prior.documentType === 'creditNote' &&
      counts(prior, input) &&
      prior.originalNumber !== undefined &&
      plainInvoiceNumber(prior.originalNumber) === number,
  );
  return [original, ...credits];
}

function chargesFor(prior: PriorInvoice, reason: Reason): Dec {
  const amounts = (prior.charges ?? []).filter((charge) => charge.reason === reason);
  return sum(amounts.map(({ amount }) => amount));
}

/** An allowance on a credit note is money that does not come back: a restocking fee, or the discount that the invoice had. */
function checkDeduction(
  context: Context,
  reason: Reason,
  deducted: Dec,
  lines: readonly LineMatch[],
  result: ChargeResult,
): void {
  const { original, input } = context;
  const discount = original === undefined ? ZERO : chargesFor(original, reason).negated();
  const goods = sum((original?.lines ?? []).map(({ amount }) => amount));
  const credited = sum(lines.map(({ decision }) => decision.amount)).abs();
  const share =
    discount.gt(0) && goods.gt(0)
      ? atLeast(
          discountByPercent(context, reason, credited),
          roundTo(discount.times(credited).div(goods), context.places),
        )
      : ZERO;
  const max = dec(input.supplier.allowedCharges?.find((each) => each.reason === reason)?.max ?? '0');
  const agreed = share.gt(0) ? share : max;
  const due = agreed.lt(deducted) ? agreed : deducted;
  result.expected = result.expected.minus(due);
  judgeCharge(context, result, {
    label: `${reason} deduction`,
    difference: deducted.minus(due),
    left: deducted,
    right: due,
    limit: share.gt(0) ? 'plannedCharge' : 'unplannedCharge',
    code: share.gt(0) ? 'CHARGE_OVER' : 'CHARGE_UNPLANNED',
    tail: share.gt(0)
      ? 'more than the share of what the invoice deducted'
      : max.isZero()
        ? 'the invoice deducted nothing like it, and it is not agreed'
        : `the supplier's list allows up to ${formatDecimal(max)}`,
  });
}

/** A percentage of some of the goods is more than their share: it may have been of these; never more than was taken off in all. */
function discountByPercent({ engine, original, places }: Context, reason: Reason, credited: Dec): Dec {
  const discounts = (original?.charges ?? []).filter((each) => each.reason === reason);
  const percents = discounts.map(({ percent }) => dec(percent ?? '0'));
  const highest = percents.reduce((high, each) => (each.gt(high) ? each : high), ZERO);
  const taken = sum(discounts.map(({ amount }) => amount)).negated();
  const part = percentage(formatDecimal(highest), credited, places);
  return engine < 6 || part.gt(taken) ? ZERO : part;
}

function atLeast(left: Dec, right: Dec): Dec {
  return left.gt(right) ? left : right;
}

function checkReturned(context: Context, reason: Reason, returned: Dec, result: ChargeResult): void {
  const { original, currency, places } = context;
  if (returned.isZero() || original?.charges === undefined) return;
  const left = sum(relatedOf(context).map((prior) => chargesFor(prior, reason)));
  const before = left.isNegative() ? ZERO : left;
  const over = returned.minus(before);
  const failed = over.gt(0);
  context.checks.push({
    id: 'M12',
    result: failed ? 'failed' : 'passed',
    formula: `${reason} charge: charges credited <= charges billed and not credited yet`,
    left: formatDecimal(returned),
    right: formatDecimal(before),
    difference: formatDecimal(over),
    ...(failed && {
      code: 'CREDIT_EXCEEDS_INVOICED' as const,
      text:
        `${reason[0]?.toUpperCase() ?? ''}${reason.slice(1)} charge: credits ${money(returned, currency, places)}, only ` +
        `${money(before, currency, places)} was billed by ${original.number} and is not credited yet: ` +
        `${money(over, currency, places)} too much`,
    }),
  });
  if (!failed) return;
  result.failed.push('CREDIT_EXCEEDS_INVOICED');
  result.disputes.push({ code: 'CREDIT_EXCEEDS_INVOICED', amount: over });
}
