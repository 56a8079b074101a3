import type { DecimalString } from '../../common/decimal.ts';
import type { LocalDate } from '../../common/time.ts';
import type {
  LineClaim,
  OrderResponse,
  OrderResponseLine,
  ResponseSchedule,
} from '../../documents/order-response.ts';
import type { Order } from '../../documents/order.ts';
import type { Item, Price } from '../../documents/primitives.ts';
import { quantityIn } from '../balance.ts';
import type { LineState } from '../model.ts';
import { isOtherItem, isSameItem, isSamePrice } from '../order-diff.ts';
import type { TrackingPolicy } from '../policy.ts';
import { compare, larger, normalise, subtract } from '../quantity.ts';
import type { SliceDraft } from '../slices.ts';
import { arrivalOf, departureFor } from '../transit.ts';
import { toOrderedPrice } from '../units.ts';
import { meaningOf, readParts, unmentioned } from './answered-parts.ts';
import type { AnsweredPart, PartsResult } from './answered-parts.ts';
import { CLAIM_MEANINGS } from './claims.ts';
import type { ClaimMeaning } from './claims.ts';

/** One slice of an answered line in our terms; `promise` has every value but the state, which is decided later. */
export interface Answer {
  meaning: ClaimMeaning;
  claim: LineClaim;
  promise: Omit<SliceDraft, 'state'>;
  /** False: the promise's date is only taken over from the order. */
  statedDate: boolean;
  /** Also where it equals the ordered price. */
  statedPrice?: Price;
}

export type AnswerResult =
  { answers: Answer[] } | (Exclude<PartsResult, { parts: AnsweredPart[] }> & { answers?: undefined });

/** What an answer can still be about: the ordered quantity without what the buyer has given up. */
export function answerableQuantity(line: LineState): DecimalString {
  const cancelled = quantityIn(line.slices, ({ state }) => state === 'CANCELLED');
  return larger('0', subtract(normalise(line.line.quantity.value), cancelled));
}

/** Turns what an answer says of a line into slices: quantities in the ordered unit, ship dates as delivery dates. */
export function readAnswers(
  line: LineState,
  lines: readonly OrderResponseLine[],
  response: OrderResponse,
  order: Order,
  policy: TrackingPolicy,
  rules: number,
): AnswerResult {
  const full = answerableQuantity(line);
  const result = readParts(line, lines, full, policy);
  if (result.parts === undefined) return result;
  const { parts } = result;
  const answers = parts.map((part) => readPart(part, response, line, order, policy, rules));
  const claims = (wanted: LineClaim) => parts.some((part) => part.claims.includes(wanted));
  const balance = unmentioned(parts, full);
  // BP says that the balance is backordered; an explicit backorder slice says it better.
  if (claims('partialBackordered') && !claims('backordered') && compare(balance, '0') > 0) {
    const meaning = CLAIM_MEANINGS.backordered;
    answers.push({
      meaning,
      claim: 'backordered',
      promise: { quantity: balance, claim: 'backordered' },
      statedDate: false,
    });
  }
  return { answers };
}

function readPart(
  part: AnsweredPart,
  response: OrderResponse,
  line: LineState,
  order: Order,
  policy: TrackingPolicy,
  rules: number,
): Answer {
  const { answered, schedule, quantity } = part;
  const { claim, code, reason } = schedule;
  const meaning = meaningOf(part);
  const item =
    schedule.item ??
    (part.claims.includes('substituted') || isOtherItem(line.line.item, answered.item)
      ? answered.item
      : undefined);
  const said = schedule.price ?? answered.price;
  const unit =
    (schedule.price === undefined ? undefined : schedule.quantity?.unit) ?? answered.quantity?.unit;
  const stated = said === undefined ? undefined : toOrderedPrice(said, unit, line.line, policy);
  const price = otherPrice(stated, line, rules);
  const statedDate =
    schedule.date !== undefined ||
    response.promisedDeliveryDate !== undefined ||
    response.promisedShipDate !== undefined;
  const promise: Answer['promise'] = { quantity, claim };
  if (code !== undefined) promise.code = code;
  if (reason !== undefined) promise.reason = reason;
  if (meaning.class === 'hold' && meaning.heldFor !== undefined) promise.heldFor = meaning.heldFor;
  if (price !== undefined) promise.price = price;
  if (item !== undefined && isSubstitute(line, item, part)) promise.item = item;
  const { date, dateKind, estimated } = promisedDate(schedule, meaning, response, line, order, policy);
  if (date !== undefined) promise.date = date;
  if (dateKind !== undefined) promise.dateKind = dateKind;
  if (estimated !== undefined) promise.estimated = estimated;
  const answer: Answer = { meaning, claim, promise, statedDate };
  if (stated !== undefined) answer.statedPrice = stated;
  return answer;
}

/** Who says that he substitutes names another item, unless it is plainly the ordered one. */
function isSubstitute(line: LineState, item: Item, { claims }: AnsweredPart): boolean {
  return claims.includes('substituted')
    ? !isSameItem(line.line.item, item)
    : isOtherItem(line.line.item, item);
}

function otherPrice(stated: Price | undefined, { line }: LineState, rules: number): Price | undefined {
  const { price, quantity } = line;
  const unit = price?.unit ?? quantity.unit;
  return stated === undefined || isSamePrice(stated, price, unit, rules) ? undefined : stated;
}

/** The date that the order asks for, as delivery or, where it asks for nothing else, as shipment. */
export function requestedDateOf(
  line: LineState,
  order: Order,
): { date: LocalDate; dateKind: 'delivery' | 'ship' } | undefined {
  const delivery = line.line.requestedDeliveryDate ?? order.requestedDeliveryDate;
  if (delivery !== undefined) return { date: delivery, dateKind: 'delivery' };
  const ship = line.line.requestedShipDate ?? order.requestedShipDate;
  return ship === undefined ? undefined : { date: ship, dateKind: 'ship' };
}

type PromisedDate = Pick<SliceDraft, 'date' | 'dateKind' | 'estimated'>;

function promisedDate(
  schedule: ResponseSchedule,
  meaning: ClaimMeaning,
  response: OrderResponse,
  line: LineState,
  order: Order,
  policy: TrackingPolicy,
): PromisedDate {
  const requested = requestedDateOf(line, order);
  if (schedule.date !== undefined) {
    return asRequestedKind(
      schedule.date,
      schedule.dateKind ?? 'delivery',
      requested?.dateKind,
      line,
      order,
      policy,
    );
  }
  // Only what is promised takes a date over from the header or from the order.
  if (meaning.class !== 'accept' && meaning.class !== 'change' && meaning.class !== 'propose') return {};
  if (response.promisedDeliveryDate !== undefined) {
    return asRequestedKind(
      response.promisedDeliveryDate,
      'delivery',
      requested?.dateKind,
      line,
      order,
      policy,
    );
  }
  if (response.promisedShipDate !== undefined) {
    return asRequestedKind(response.promisedShipDate, 'ship', requested?.dateKind, line, order, policy);
  }
  return requested ?? {};
}

/** 5.1.4: ship dates become delivery dates by the transit time; without one they stay and are marked. */
function asRequestedKind(
  date: LocalDate,
  kind: 'delivery' | 'ship',
  wanted: 'delivery' | 'ship' | undefined,
  { line }: LineState,
  order: Order,
  policy: TrackingPolicy,
): PromisedDate {
  if (wanted === undefined || wanted === kind) return { date, dateKind: kind };
  const moved = (kind === 'ship' ? arrivalOf : departureFor)(date, line, order, policy);
  return moved === undefined ? { date, dateKind: kind, estimated: true } : { date: moved, dateKind: wanted };
}
