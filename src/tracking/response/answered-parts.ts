import type { DecimalString } from '../../common/decimal.ts';
import type { LineClaim, OrderResponseLine, ResponseSchedule } from '../../documents/order-response.ts';
import type { LineState } from '../model.ts';
import type { TrackingPolicy } from '../policy.ts';
import { add, compare, isPositive, subtract } from '../quantity.ts';
import { toOrderedUnit } from '../units.ts';
import { CLAIM_MEANINGS } from './claims.ts';
import type { ClaimClass, ClaimMeaning } from './claims.ts';

/** What an answer says of one quantity of an order line. */
export interface AnsweredPart {
  /** The line of the answer that says it: several may answer one order line, each with its own price and item. */
  answered: OrderResponseLine;
  schedule: ResponseSchedule;
  /** In the ordered unit. */
  quantity: DecimalString;
  /** More than one where several statuses speak of the same quantity. */
  claims: readonly LineClaim[];
}

export type PartsResult =
  | { parts: AnsweredPart[] }
  /** No conversion to the ordered unit is known. */
  | { parts?: undefined; missingUnit: string }
  /** Nobody can ship less than nothing. */
  | { parts?: undefined; missingUnit?: undefined; negative: DecimalString };

type Unstated = Omit<AnsweredPart, 'quantity'> & { zero: boolean };

/**
 * The parts of an answered line. What is said without a quantity is about the rest where it promises nothing (a backorder, a
 * refusal, a hold), and else about what is promised beside it; alone it is about all. A refused, held or backordered quantity of
 * zero is what is confirmed, not what is refused: it counts as not stated.
 */
export function readParts(
  line: LineState,
  lines: readonly OrderResponseLine[],
  full: DecimalString,
  policy: TrackingPolicy,
): PartsResult {
  const stated: AnsweredPart[] = [];
  const unstated: Unstated[] = [];
  for (const answered of lines) {
    for (const schedule of answered.schedules) {
      const claims = [schedule.claim];
      const given = schedule.quantity ?? quantityOfLine(answered, lines, policy);
      const quantity = given === undefined ? undefined : toOrderedUnit(given, line.line, policy);
      if (given !== undefined && quantity === undefined) return { missingUnit: given.unit ?? '' };
      if (quantity !== undefined && compare(quantity, '0') < 0) return { negative: quantity };
      const zero = quantity === '0' && !promises(claims);
      if (quantity === undefined || zero) unstated.push({ answered, schedule, claims, zero });
      else stated.push({ answered, schedule, quantity, claims });
    }
  }
  return { parts: unstated.length === 0 ? stated : giveQuantities(stated, unstated, full) };
}

/** The only slice of a line has the line's quantity, where that is the supplier's own or other lines answer beside it. */
function quantityOfLine(
  { schedules, quantity }: OrderResponseLine,
  lines: readonly OrderResponseLine[],
  policy: TrackingPolicy,
): OrderResponseLine['quantity'] {
  if (schedules.length > 1) return undefined;
  return lines.length > 1 || policy.response.po1Semantics === 'supplier' ? quantity : undefined;
}

function giveQuantities(
  stated: readonly AnsweredPart[],
  unstated: readonly Unstated[],
  full: DecimalString,
): AnsweredPart[] {
  const left = stated.reduce((rest, { quantity }) => subtract(rest, quantity), full);
  const promised = stated.some(({ claims }) => promises(claims));
  const isAspect = ({ claims }: Unstated): boolean =>
    promised && promises(claims) && !claims.includes('substituted');
  const aspects = unstated.filter(isAspect);
  const rest = unstated.filter((part) => !isAspect(part));
  const hasRest = rest.length > 0 && isPositive(left);
  // What is left of nothing cannot be refused; a status without any quantity then speaks of what was stated.
  if (!hasRest) aspects.push(...rest.filter(({ zero }) => !zero));
  const parts = stated.map((part) => (promises(part.claims) ? aspects.reduce(join, part) : part));
  if (!hasRest) return parts;
  const [first, ...others] = rest as [Unstated, ...Unstated[]];
  const { answered, schedule, claims } = first;
  return [...parts, others.reduce(join, { answered, schedule, claims, quantity: left })];
}

/** Two statuses of one quantity: the worse one counts, and each may tell a date, an item, a reason. */
function join(
  part: AnsweredPart,
  { schedule: other, claims }: Pick<AnsweredPart, 'schedule' | 'claims'>,
): AnsweredPart {
  const { schedule } = part;
  const joined: ResponseSchedule = { ...schedule, claim: worst([schedule.claim, other.claim]) };
  const code = [schedule.code, other.code].filter((each) => each !== undefined).join(', ');
  if (code !== '') joined.code = code;
  const reason = [schedule.reason, other.reason].filter((each) => each !== undefined).join(', ');
  if (reason !== '') joined.reason = reason;
  if (other.item !== undefined) joined.item = other.item;
  if (other.price !== undefined) joined.price = other.price;
  // The day of arrival is what was asked for; a ship date beside it says nothing more.
  const hidden = other.dateKind === 'ship' && schedule.date !== undefined && schedule.dateKind !== 'ship';
  if (other.date !== undefined && !hidden) {
    joined.date = other.date;
    joined.dateKind = other.dateKind;
  }
  return { ...part, schedule: joined, claims: [...part.claims, ...claims] };
}

const WORST_FIRST: readonly ClaimClass[] = [
  'unknown',
  'notFound',
  'reject',
  'hold',
  'pending',
  'backorder',
  'propose',
  'none',
  'change',
  'accept',
];

function worst(claims: readonly LineClaim[]): LineClaim {
  const rank = (claim: LineClaim): number => WORST_FIRST.indexOf(CLAIM_MEANINGS[claim].class);
  return claims.reduce((found, claim) => (rank(claim) < rank(found) ? claim : found));
}

/** What the statuses of a part amount to together. */
export function meaningOf({ claims }: AnsweredPart): ClaimMeaning {
  const meaning = CLAIM_MEANINGS[worst(claims)];
  if (claims.length === 1) return meaning;
  const all = claims.map((claim) => CLAIM_MEANINGS[claim].claims);
  if (all.includes(undefined)) {
    const { class: worstClass, heldFor } = meaning;
    return heldFor === undefined ? { class: worstClass } : { class: worstClass, heldFor };
  }
  return { ...meaning, claims: [...new Set(all.flatMap((each) => each ?? []))] };
}

const PROMISING: ReadonlySet<ClaimClass> = new Set(['accept', 'change', 'propose']);

function promises(claims: readonly LineClaim[]): boolean {
  return PROMISING.has(CLAIM_MEANINGS[worst(claims)].class);
}

/** What is neither stated nor given by a status: `full` without what the parts speak of. */
export function unmentioned(parts: readonly AnsweredPart[], full: DecimalString): DecimalString {
  return subtract(
    full,
    parts.reduce((sum, { quantity }) => add(sum, quantity), '0'),
  );
}
