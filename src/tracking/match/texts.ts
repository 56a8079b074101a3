import { dec, formatDecimal, roundTo } from '../../common/decimal.ts';
import type { Dec } from '../../common/decimal.ts';
import type { Limits } from './policy.ts';
import { ratioText, toDec } from './ratio.ts';
import type { Ratio } from './ratio.ts';
import type { ResolvedLimits } from './tolerance.ts';

/** `1234.50 EUR` */
export function money(value: Dec | Ratio, currency: string, places: number): string {
  return `${formatDecimal('d' in value && 'n' in value ? toDec(value) : value, places)} ${currency}`;
}

/** `1.0733 EUR`: as many decimals as a unit price needs, at least the currency's. */
export function priceText(value: Ratio, currency: string, places: number): string {
  const decimal = toDec(value).toDecimalPlaces(6);
  return `${formatDecimal(decimal, Math.max(places, decimal.decimalPlaces()))} ${currency}`;
}

export function quantityText(value: Ratio, unit?: string): string {
  const text = ratioText(value, 6);
  return unit === undefined ? text : `${text} ${unit}`;
}

/** `2 % and 50 EUR`, `none` where nothing may differ. */
export function limitText(limits: Limits, side: 'upper' | 'lower', companyCurrency: string): string {
  const pct = side === 'upper' ? limits.upperPct : limits.lowerPct;
  const abs = side === 'upper' ? limits.upperAbs : limits.lowerAbs;
  const parts = [
    ...(pct === undefined ? [] : [`${pct} %`]),
    ...(abs === undefined ? [] : [`${abs} ${companyCurrency}`]),
  ];
  return parts.length === 0 ? 'none' : parts.join(' and ');
}

/** `limit 2 % and 50 EUR, from company default v4` */
export function limitSentence(
  resolved: ResolvedLimits,
  side: 'upper' | 'lower',
  companyCurrency: string,
): string {
  return `limit ${limitText(resolved.limits, side, companyCurrency)}, from ${resolved.sourceText}`;
}

/**
 * Percentages for people, no trailing zeros: two places, and four where two would say a round number that it is not. Until engine
 * 4 cut to two.
 */
export function pctText(pct: string, engine: number): string {
  if (engine < 5) {
    const [whole = '0', fraction = ''] = pct.split('.');
    const cut = fraction.slice(0, 2).replace(/0+$/, '');
    return `${cut === '' ? whole : `${whole}.${cut}`} %`;
  }
  const exact = dec(pct);
  const short = roundTo(exact, 2);
  return `${formatDecimal(roundTo(short, 1).eq(short) ? exact : short)} %`;
}

/** `a`, `a and b`, `a, b and c` */
export function list(parts: readonly string[]): string {
  if (parts.length < 2) return parts.join('');
  return `${parts.slice(0, -1).join(', ')} and ${parts.at(-1) ?? ''}`;
}
