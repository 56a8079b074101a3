import { businessDaysBetween, nextBusinessDay } from '../../common/calendar.ts';
import { dec, formatDecimal } from '../../common/decimal.ts';
import type { Dec, DecimalString } from '../../common/decimal.ts';
import type { OrderLine } from '../../documents/order.ts';
import type { Order } from '../../documents/order.ts';
import type { Item, Price } from '../../documents/primitives.ts';
import type { Dimension, Explanation, LineState } from '../model.ts';
import type { ToleranceName, TrackingPolicy } from '../policy.ts';
import type { SliceDraft } from '../slices.ts';
import { itemRulesOf, resolveTolerance } from '../tolerances.ts';
import type { ResolvedTolerance } from '../tolerances.ts';
import { requestedDateOf } from './answer.ts';

/** What one dimension of an answer differs by, and whether it is accepted without a person (5.4.2). */
export interface DimensionVerdict {
  dimension: Dimension;
  accepted: boolean;
  /** A price so far off that a wrong basis or unit is likely. */
  suspicious?: true;
  explanation: Explanation;
}

interface Judged {
  rule: string;
  accepted: boolean;
  text: string;
  inputs: Record<string, string>;
  tolerance?: ResolvedTolerance<ToleranceName> | undefined;
}

function verdict(dimension: Dimension, line: OrderLine, judged: Judged): DimensionVerdict {
  const { tolerance } = judged;
  return {
    dimension,
    accepted: judged.accepted,
    explanation: {
      rule: judged.rule,
      lineId: line.id,
      text: `Line ${line.id}: ${judged.text}: ${judged.accepted ? 'accepted' : 'for the buyer to decide'}.`,
      inputs: judged.inputs,
      ...(tolerance === undefined
        ? {}
        : {
            tolerance: {
              name: tolerance.name,
              limit: String(tolerance.value),
              level: tolerance.layer.level,
              version: tolerance.layer.version,
            },
          }),
    },
  };
}

function limitText(tolerance: ResolvedTolerance<ToleranceName> | undefined, unit: string): string {
  if (tolerance === undefined) return 'no limit is set';
  return `limit ${tolerance.value} ${unit}, from ${tolerance.layer.level} ${tolerance.layer.version}`;
}

function percentOf(part: Dec, whole: Dec): Dec {
  return whole.isZero() ? dec('100') : part.times(100).div(whole);
}

/** Fewer: what is neither confirmed nor backordered in time. */
export function judgeShort(
  line: LineState,
  short: DecimalString,
  whole: DecimalString,
  policy: TrackingPolicy,
): DimensionVerdict {
  const tolerance = resolveTolerance(policy, line.line, 'quantityDownPct');
  const percent = percentOf(dec(short), dec(whole));
  const accepted = tolerance !== undefined && percent.lte(tolerance.value);
  return verdict('quantity', line.line, {
    rule: '5.4.2 quantity down',
    accepted,
    text: `${short} of ${whole} short (${formatDecimal(percent.toDecimalPlaces(2))} %; ${limitText(tolerance, '%')})`,
    inputs: { short, ordered: whole },
    tolerance,
  });
}

/** More: within the over-confirmation limit, or rounded up to full packs within the quantity limit. */
export function judgeOver(
  line: LineState,
  over: DecimalString,
  whole: DecimalString,
  policy: TrackingPolicy,
): DimensionVerdict {
  const percent = percentOf(dec(over), dec(whole));
  const overLimit = resolveTolerance(policy, line.line, 'overConfirmationPct');
  const upLimit = resolveTolerance(policy, line.line, 'quantityUpPct');
  const pack = itemRulesOf(policy, line.line.item)?.packSize ?? line.line.packSize;
  const withinPack =
    pack !== undefined &&
    dec(over)
      .plus(whole)
      .lte(nextPackMultiple(dec(whole), dec(pack)));
  const within = overLimit !== undefined && percent.lte(overLimit.value);
  const rounded = withinPack && upLimit !== undefined && percent.lte(upLimit.value);
  const tolerance = rounded && !within ? upLimit : overLimit;
  return verdict('quantity', line.line, {
    rule: '5.4.2 quantity up',
    accepted: within || rounded,
    text: `${over} more than ${whole} (${formatDecimal(percent.toDecimalPlaces(2))} %${rounded ? `, rounded up to packs of ${pack}` : ''}; ${limitText(tolerance, '%')})`,
    inputs: { over, ordered: whole, ...(pack === undefined ? {} : { packSize: pack }) },
    tolerance,
  });
}

function nextPackMultiple(quantity: Dec, pack: Dec): Dec {
  return pack.gt(0) ? quantity.div(pack).ceil().times(pack) : quantity;
}

/** Undefined where the promised date is the requested one, or none was requested. */
export function judgeDate(
  line: LineState,
  promise: Pick<SliceDraft, 'date' | 'estimated'>,
  order: Order,
  policy: TrackingPolicy,
): DimensionVerdict | undefined {
  const requested = requestedDateOf(line, order)?.date;
  const { date } = promise;
  if (requested === undefined || date === undefined || date === requested) return undefined;
  const late = date > requested;
  // Goods that come late on a day off are there on the business day after it.
  const there = late ? nextBusinessDay(date, policy.calendar) : date;
  const days = Math.abs(businessDaysBetween(requested, there, policy.calendar));
  const tolerance = resolveTolerance(policy, line.line, late ? 'dateLateDays' : 'dateEarlyDays');
  const latest = late ? (line.line.latestDeliveryDate ?? order.latestDeliveryDate) : undefined;
  const tooLate = latest !== undefined && date > latest;
  const accepted = tolerance !== undefined && days <= tolerance.value && !tooLate;
  const limit = tooLate ? `after the latest date ${latest}` : limitText(tolerance, 'business days');
  return verdict('date', line.line, {
    rule: late ? '5.4.2 date later' : '5.4.2 date earlier',
    accepted,
    text: `${date} instead of ${requested}, ${days} business days ${late ? 'later' : 'earlier'} (${limit})`,
    inputs: { requested, promised: date, ...(latest === undefined ? {} : { latest }) },
    tolerance,
  });
}

function perUnit(price: Price): Dec {
  const base = dec(price.baseQuantity ?? '1');
  return base.isZero() ? dec(price.amount) : dec(price.amount).div(base);
}

/** Factors that a wrong price basis or a wrong unit produces (5.7.2). */
const BASIS_FACTORS = ['10', '12', '100', '1000'];

function isBasisFactor(ordered: Dec, stated: Dec): boolean {
  if (ordered.lte(0) || stated.lte(0)) return false;
  const ratio = stated.gt(ordered) ? stated.div(ordered) : ordered.div(stated);
  return BASIS_FACTORS.some((factor) => ratio.minus(factor).abs().div(factor).lte('0.02'));
}

/** Undefined where the prices differ by no more than rounding. `otherCurrency` is that of the stated price, where it is not the order's. */
export function judgePrice(
  line: LineState,
  stated: Price | undefined,
  otherCurrency: string | undefined,
  policy: TrackingPolicy,
): DimensionVerdict | undefined {
  if (stated === undefined) return undefined;
  const ordered = line.line.price;
  const inputs = { ordered: ordered?.amount ?? '', stated: stated.amount };
  const unit = ordered?.unit ?? line.line.quantity.unit;
  const otherUnit = stated.unit !== undefined && unit !== undefined && stated.unit !== unit;
  if (ordered === undefined || otherCurrency !== undefined || otherUnit) {
    const why =
      ordered === undefined
        ? 'no price was ordered'
        : otherCurrency === undefined
          ? 'other price unit'
          : `it is in ${otherCurrency}`;
    return verdict('price', line.line, {
      rule: '5.4.2 price',
      accepted: false,
      text: `price ${stated.amount} cannot be compared (${why})`,
      inputs,
    });
  }
  const before = perUnit(ordered);
  const difference = perUnit(stated).minus(before);
  if (difference.abs().lte(policy.response.priceRounding)) return undefined;
  const suspicious = isBasisFactor(before, perUnit(stated));
  const judged = difference.gt(0)
    ? judgeDearer(line.line, before, difference, policy)
    : judgeCheaper(line.line, before, difference.negated(), policy);
  const result = verdict('price', line.line, {
    ...judged,
    accepted: judged.accepted && !suspicious,
    text: `price ${priceText(stated)} instead of ${priceText(ordered)} (${judged.text}${suspicious ? '; looks like another price basis' : ''})`,
    inputs,
  });
  return suspicious || judged.suspicious ? { ...result, suspicious: true } : result;
}

function priceText(price: Price): string {
  return price.baseQuantity === undefined || price.baseQuantity === '1'
    ? price.amount
    : `${price.amount} per ${price.baseQuantity}`;
}

function judgeDearer(line: OrderLine, before: Dec, difference: Dec, policy: TrackingPolicy) {
  const tolerance = resolveTolerance(policy, line, 'priceUpPct');
  const cap = resolveTolerance(policy, line, 'priceUpAbs');
  const percent = percentOf(difference, before);
  const withinCap = cap === undefined || difference.lte(cap.value);
  const capText = cap === undefined ? '' : `, cap ${cap.value}`;
  return {
    rule: '5.4.2 price up',
    accepted: tolerance !== undefined && percent.lte(tolerance.value) && withinCap,
    suspicious: false,
    text: `+${formatDecimal(percent.toDecimalPlaces(2))} %; ${limitText(tolerance, '%')}${capText}`,
    tolerance: withinCap ? tolerance : cap,
  };
}

function judgeCheaper(line: OrderLine, before: Dec, drop: Dec, policy: TrackingPolicy) {
  const tolerance = resolveTolerance(policy, line, 'priceDropReviewPct');
  const percent = percentOf(drop, before);
  const accepted = tolerance === undefined || percent.lte(tolerance.value);
  return {
    rule: '5.4.2 price down',
    accepted,
    suspicious: !accepted,
    text: `-${formatDecimal(percent.toDecimalPlaces(2))} %; reviewed from ${tolerance?.value ?? 'no'} % on`,
    tolerance,
  };
}

function isApproved(item: Item, approved: readonly string[]): boolean {
  return [item.buyerId, item.sellerId, item.gtin].some((id) => id !== undefined && approved.includes(id));
}

/** A substitute is accepted when it is on the approved list and costs no more. */
export function judgeItem(
  line: LineState,
  { item: substitute, claim }: Pick<SliceDraft, 'item' | 'claim'>,
  price: DimensionVerdict | undefined,
  policy: TrackingPolicy,
): DimensionVerdict | undefined {
  if (substitute === undefined) {
    if (claim !== 'substituted') return undefined;
    return verdict('item', line.line, {
      rule: '5.4.4',
      accepted: false,
      text: 'another item is to come, and the answer does not say which',
      inputs: {},
    });
  }
  const approved = isApproved(substitute, itemRulesOf(policy, line.line.item)?.substitutes ?? []);
  const dearer = price !== undefined && price.explanation.rule !== '5.4.2 price down';
  const name = substitute.buyerId ?? substitute.sellerId ?? substitute.gtin ?? substitute.description ?? '';
  return verdict('item', line.line, {
    rule: '5.4.4',
    accepted: approved && !dearer,
    text: `substitute ${name} ${approved ? (dearer ? 'is approved but costs more' : 'is approved') : 'is not on the approved list'}`,
    inputs: { substitute: name },
  });
}
