import { dec } from '../../common/decimal.ts';
import type { Dec } from '../../common/decimal.ts';
import type { Context } from './context.ts';
import { percentage } from './stated-charges.ts';
import { money } from './texts.ts';

/** A total from which the discount for early payment is taken off already: it is for the payment, not for the invoice. */
export function lessDiscount(
  { input, currency, places }: Context,
  stated: Dec,
  calculated: Dec,
  tax: Dec,
  tolerance: Dec,
): string | undefined {
  const { discountPercent, discountDays, discountAmount, discountBaseAmount } =
    input.document.paymentTerms ?? {};
  const bases = [calculated, calculated.minus(tax)];
  if (discountBaseAmount !== undefined) bases.unshift(dec(discountBaseAmount));
  const discounts = [
    ...(discountAmount === undefined ? [] : [dec(discountAmount)]),
    ...(discountPercent === undefined ? [] : bases.map((base) => percentage(discountPercent, base, places))),
  ];
  const found = discounts.find(
    (each) => !each.isZero() && calculated.minus(each).minus(stated).abs().lte(tolerance),
  );
  if (found === undefined) return undefined;
  const when = discountDays === undefined ? 'in time' : `within ${discountDays} days`;
  return (
    `it fits less ${money(found, currency, places)} for payment ${when}, which are taken off when it is paid so: the invoice has to ` +
    'state its total without'
  );
}
