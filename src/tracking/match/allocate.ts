import { dec, roundTo, sum, tenTo, ZERO } from '../../common/decimal.ts';
import type { Dec } from '../../common/decimal.ts';

/**
 * Spreads an amount over weights so that the parts add up to it exactly (largest remainder; ties to the earlier part).
 * `places` are the currency's minor units; an amount with more places keeps its rest on the part with the largest weight.
 * Weights that are all zero (or negative in sum) give equal shares.
 */
export function allocate(amount: Dec, weights: readonly Dec[], places: number): Dec[] {
  if (amount.isZero()) return weights.map(() => ZERO);
  if (weights.length === 0) return [];
  const total = sum(weights);
  const usable = weights.every((weight) => !weight.isNegative()) && total.gt(0);
  const shares = usable ? weights : weights.map(() => dec(1));
  const whole = usable ? total : dec(weights.length);
  const negative = amount.isNegative();
  const rounded = roundTo(amount.abs(), places);
  const exact = shares.map((share) => rounded.times(share).div(whole));
  const parts = exact.map((part) => part.toDecimalPlaces(places, 'down'));
  const step = tenTo(-places);
  let left = rounded.minus(sum(parts)).div(step).toNumber();
  const byRemainder = exact
    .map((part, index) => ({ index, remainder: part.minus(parts[index] ?? ZERO) }))
    .sort((a, b) => b.remainder.comparedTo(a.remainder) || a.index - b.index);
  for (const { index } of byRemainder) {
    if (left <= 0) break;
    parts[index] = (parts[index] ?? ZERO).plus(step);
    left -= 1;
  }
  const rest = amount.abs().minus(rounded);
  if (!rest.isZero()) {
    const heaviest = shares.reduce(
      (best, share, index) => (share.gt(shares[best] ?? ZERO) ? index : best),
      0,
    );
    parts[heaviest] = (parts[heaviest] ?? ZERO).plus(rest);
  }
  return negative ? parts.map((part) => part.negated()) : parts;
}
