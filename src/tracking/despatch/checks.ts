import { localDate, addDays } from '../../common/calendar.ts';
import { dec } from '../../common/decimal.ts';
import type { DespatchAdvice, DespatchLine } from '../../documents/despatch-advice.ts';
import type { Party } from '../../documents/primitives.ts';
import { effectiveQuantity } from '../balance.ts';
import { raise } from '../draft.ts';
import type { Draft } from '../draft.ts';
import type { DespatchAdviceReceived, LineState } from '../model.ts';
import { isOtherItem } from '../order-diff.ts';
import { add, compare, subtract } from '../quantity.ts';
import { itemRulesOf, resolveTolerance } from '../tolerances.ts';
import { toOrderedUnit } from '../units.ts';

/** A line of the advice with the order line it ships and its quantity in the ordered unit. */
export interface ShippedLine {
  advised: DespatchLine;
  index: number;
  quantity: string;
}

/** Check 1: packages hang together in a tree, each named once and after its parent. */
export function checkStructure(draft: Draft, advice: DespatchAdvice): void {
  const known = new Set<string>();
  const problems: string[] = [];
  for (const { id, parentId } of advice.packages ?? []) {
    if (known.has(id)) problems.push(`package ${id} occurs twice`);
    if (parentId !== undefined && !known.has(parentId))
      problems.push(`package ${id} lies in ${parentId}, which does not come before it`);
    known.add(id);
  }
  for (const { packageId } of advice.lines) {
    if (packageId !== undefined && !known.has(packageId))
      problems.push(`a line lies in package ${packageId}, which does not exist`);
  }
  if (problems.length === 0) return;
  raise(draft, 'ASN_STRUCTURE', {
    subject: advice.id,
    detail: `Despatch advice ${advice.id}: ${problems.join('; ')}.`,
  });
}

function isOtherParty(a: Party | undefined, b: Party | undefined): boolean {
  if (a?.id === undefined || b?.id === undefined || a.scheme !== b.scheme) return false;
  return a.id.trim() !== b.id.trim();
}

/** Check 2: the supplier and the place of delivery are those of the order. */
export function checkParties(draft: Draft, advice: DespatchAdvice, partnerId: string): void {
  const { order } = draft.state;
  if (order === undefined) return;
  if (partnerId !== draft.state.partnerId || isOtherParty(advice.seller, order.seller)) {
    raise(draft, 'SUPPLIER_MISMATCH', {
      subject: advice.id,
      owner: 'warehouse',
      detail: `Despatch advice ${advice.id} comes from ${advice.seller?.id ?? partnerId}, the order went to ${order.seller.id ?? draft.state.partnerId}.`,
    });
  }
  if (isOtherParty(advice.shipTo, order.shipTo)) {
    raise(draft, 'SHIP_TO_MISMATCH', {
      subject: advice.id,
      detail: `Shipment ${advice.id} goes to ${advice.shipTo?.id ?? ''}, ordered was delivery to ${order.shipTo?.id ?? ''}.`,
    });
  }
}

/** GS1 check digit: weights 3 and 1 from the right. */
export function isValidSscc(sscc: string): boolean {
  if (!/^\d{18}$/.test(sscc)) return false;
  let sum = 0;
  for (let position = 0; position < 17; position++)
    sum += Number(sscc[position]) * (position % 2 === 0 ? 3 : 1);
  return (10 - (sum % 10)) % 10 === Number(sscc[17]);
}

/** Check 5: package numbers are well formed and used once; contents add up to the lines. */
export function checkPackageNumbers(draft: Draft, event: DespatchAdviceReceived): void {
  const advice = event.document;
  const seen = new Set<string>();
  const problems: string[] = [];
  for (const { sscc } of advice.packages ?? []) {
    if (sscc === undefined) continue;
    if (!isValidSscc(sscc)) problems.push(`${sscc} is not an SSCC (18 digits with check digit)`);
    else if (seen.has(sscc)) problems.push(`${sscc} occurs twice`);
    else if (event.reusedSsccs?.includes(sscc))
      problems.push(`${sscc} was used for another shipment within twelve months`);
    seen.add(sscc);
  }
  if (problems.length === 0) return;
  raise(draft, 'SSCC_INVALID', {
    subject: advice.id,
    detail: `Shipment ${advice.id}: ${problems.join('; ')}.`,
  });
}

/** Check 10: a shipment that has not left yet is unusual unless agreed. */
export function checkDates(draft: Draft, advice: DespatchAdvice): void {
  const { despatch, calendar } = draft.policy;
  if (despatch.allowFutureShipDate || advice.shipDate === undefined) return;
  const tomorrow = addDays(localDate(draft.now, calendar.timeZone), 1);
  if (advice.shipDate <= tomorrow) return;
  raise(draft, 'ASN_DATE_ODD', {
    subject: advice.id,
    detail: `Shipment ${advice.id} is announced as shipped on ${advice.shipDate}, which is still to come.`,
  });
}

/** Checks 3, 6, 7, 9 and 11, of editable lines, with the shipment counted in `line.announced` already. */
export function checkLines(draft: Draft, advice: DespatchAdvice, lines: readonly ShippedLine[]): void {
  const coming = quantitiesByLine(lines);
  for (const shipped of lines) {
    const { index, quantity } = shipped;
    const line = draft.state.lines[index]!;
    coming.set(index, subtract(coming.get(index) ?? '0', quantity));
    checkItem(draft, advice, shipped, line);
    checkAnnounced(draft, advice, line);
    checkCumulative(draft, advice, shipped, line, coming.get(index) ?? '0');
    checkPacks(draft, advice, shipped, line);
    checkTrace(draft, advice, shipped, line);
  }
}

function checkItem(draft: Draft, advice: DespatchAdvice, { advised }: ShippedLine, line: LineState): void {
  if (!isOtherItem(line.line.item, advised.item)) return;
  const agreed = line.slices.some(
    (slice) =>
      slice.item !== undefined && slice.state !== 'PROPOSED' && !isOtherItem(slice.item, advised.item),
  );
  const accepted = (line.acceptedSubstitutes ?? []).some((item) => !isOtherItem(item, advised.item));
  if (agreed || accepted) return;
  line.offeredSubstitutes = [
    ...(line.offeredSubstitutes ?? []).filter(({ shipmentId }) => shipmentId !== advice.id),
    { shipmentId: advice.id, item: advised.item },
  ];
  const name = advised.item.buyerId ?? advised.item.sellerId ?? advised.item.gtin ?? '';
  raise(draft, 'UNAPPROVED_SUBSTITUTE', {
    line,
    subject: advice.id,
    detail: `Shipment ${advice.id} brings ${name} for line ${line.id}, and nobody has agreed to this substitute.`,
  });
}

/** Percent and amount: the smaller allowance holds, unless the partner's agreement says the larger. */
function allowedSurplus(draft: Draft, line: LineState) {
  const { policy } = draft;
  const expected = dec(effectiveQuantity(line));
  const percent = dec(resolveTolerance(policy, line.line, 'despatchOverPct')?.value ?? '0');
  const byPercent = expected.times(percent).div(100);
  const amount = resolveTolerance(policy, line.line, 'despatchOverAbs')?.value;
  if (amount === undefined) return byPercent;
  const byAmount = dec(amount);
  const smallerWins = policy.despatch.overUses === 'smaller';
  return byPercent.lt(byAmount) === smallerWins ? byPercent : byAmount;
}

function checkAnnounced(draft: Draft, advice: DespatchAdvice, line: LineState): void {
  const expected = effectiveQuantity(line);
  if (compare(line.announced, expected) <= 0) return;
  const over = dec(line.announced).minus(expected);
  if (over.lte(allowedSurplus(draft, line))) return;
  raise(draft, 'OVER_SHIP_ANNOUNCED', {
    line,
    subject: advice.id,
    quantity: over.toFixed(),
    detail: `Line ${line.id}: ${line.announced} announced in all, ${expected} expected.`,
  });
}

/** SN104 is in the unit of what is shipped. With several lines for one of ours it counts up to its own, or up to the last. */
function checkCumulative(
  draft: Draft,
  advice: DespatchAdvice,
  { advised }: ShippedLine,
  line: LineState,
  stillToCome: string,
): void {
  const { cumulativeQuantity: theirs, quantity } = advised;
  if (theirs === undefined) return;
  const counted = toOrderedUnit({ ...quantity, ...theirs }, line.line, draft.policy);
  if (counted === undefined || compare(counted, line.announced) === 0) return;
  if (compare(counted, subtract(line.announced, stillToCome)) === 0) return;
  raise(draft, 'CUM_MISMATCH', {
    line,
    subject: advice.id,
    detail: `Line ${line.id}: the supplier counts ${counted} shipped so far, we count ${line.announced}.`,
  });
}

/** Units of UN/ECE Recommendation 21 and 20 that are a package, whatever it holds. */
const PACK_UNITS: ReadonlySet<string> = new Set([
  'CS',
  'CT',
  'BX',
  'PK',
  'PF',
  'PX',
  'BG',
  'CA',
  'CR',
  'XCT',
  'XBX',
  'XPK',
  'XCS',
  'XPX',
]);

function isPackUnit(unit: string | undefined): boolean {
  return unit !== undefined && PACK_UNITS.has(unit);
}

function checkPacks(
  draft: Draft,
  advice: DespatchAdvice,
  { advised, quantity }: ShippedLine,
  line: LineState,
): void {
  const { unitsPerPack, packs } = advised;
  if (unitsPerPack === undefined || packs === undefined) return;
  const packed = dec(unitsPerPack).times(packs);
  if (packed.eq(advised.quantity.value) || packed.eq(quantity)) return;
  // What is counted in packs says how many of them there are, and not what is in them.
  if (isPackUnit(advised.quantity.unit) && dec(packs).eq(advised.quantity.value)) return;
  raise(draft, 'ASN_PACK_MISMATCH', {
    line,
    subject: advice.id,
    detail: `Line ${line.id}: ${packs} packs of ${unitsPerPack} are ${packed.toFixed()}, announced are ${advised.quantity.value}.`,
  });
}

function checkTrace(draft: Draft, advice: DespatchAdvice, { advised }: ShippedLine, line: LineState): void {
  const rules = itemRulesOf(draft.policy, line.line.item);
  const missing: string[] = [];
  if (rules?.lotRequired && advised.lotId === undefined) missing.push('lot');
  if (rules?.expiryRequired && advised.expiryDate === undefined) missing.push('expiry date');
  if (rules?.serialRequired && (advised.serialIds ?? []).length === 0) missing.push('serial numbers');
  if (missing.length === 0) return;
  raise(draft, 'ASN_TRACE_MISSING', {
    line,
    subject: advice.id,
    detail: `Line ${line.id} needs ${missing.join(', ')}, and shipment ${advice.id} has none.`,
  });
}

/** What an advice ships in all of each order line, by the line's index. */
export function quantitiesByLine(lines: readonly ShippedLine[]): Map<number, string> {
  const quantities = new Map<number, string>();
  for (const { index, quantity } of lines) quantities.set(index, add(quantities.get(index) ?? '0', quantity));
  return quantities;
}
