import type { DecimalString } from '../../common/decimal.ts';
import type { LocalDate } from '../../common/time.ts';
import type {
  LineClaim,
  OrderResponse,
  OrderResponseLine,
  ResponseSchedule,
} from '../../documents/order-response.ts';
import type { Order } from '../../documents/order.ts';
import type { Price } from '../../documents/primitives.ts';
import { quantityIn } from '../balance.ts';
import type { LineState } from '../model.ts';
import { comparePrices, isOtherItem } from '../order-diff.ts';
import type { TrackingPolicy } from '../policy.ts';
import { add, compare, larger, normalise, subtract } from '../quantity.ts';
import type { SliceDraft } from '../slices.ts';
import { addTransit, transitDays } from '../transit.ts';
import { toOrderedUnit } from '../units.ts';
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
  { answers: Answer[]; missingUnit?: undefined } | { answers?: undefined; missingUnit: string };

/** What an answer can still be about: the ordered quantity without what the buyer has given up. */
export function answerableQuantity(line: LineState): DecimalString {
  const cancelled = quantityIn(line.slices, ({ state }) => state === 'CANCELLED');
  return larger('0', subtract(normalise(line.line.quantity.value), cancelled));
}

/** Turns the schedules of an answered line into slices: quantities in the ordered unit, ship dates as delivery dates. */
export function readAnswers(
  line: LineState,
  answered: OrderResponseLine,
  response: OrderResponse,
  order: Order,
  policy: TrackingPolicy,
): AnswerResult {
  const answers: Answer[] = [];
  const full = answerableQuantity(line);
  let stated = '0';
  for (const schedule of answered.schedules) {
    const quantity = quantityOf(schedule, answered, line, full, policy);
    if (quantity === undefined)
      return { missingUnit: schedule.quantity?.unit ?? answered.quantity?.unit ?? '' };
    answers.push(readSchedule(schedule, quantity, answered, response, line, order, policy));
    stated = add(stated, quantity);
  }
  const claims = (wanted: LineClaim) => answered.schedules.some(({ claim }) => claim === wanted);
  const balance = subtract(full, stated);
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

function quantityOf(
  schedule: ResponseSchedule,
  answered: OrderResponseLine,
  line: LineState,
  full: DecimalString,
  policy: TrackingPolicy,
): DecimalString | undefined {
  if (schedule.quantity !== undefined) return toOrderedUnit(schedule.quantity, line.line, policy);
  if (answered.schedules.length > 1) return '0';
  if (policy.response.po1Semantics === 'supplier' && answered.quantity !== undefined) {
    return toOrderedUnit(answered.quantity, line.line, policy);
  }
  return full;
}

function readSchedule(
  schedule: ResponseSchedule,
  quantity: DecimalString,
  answered: OrderResponseLine,
  response: OrderResponse,
  line: LineState,
  order: Order,
  policy: TrackingPolicy,
): Answer {
  const { claim, code, reason } = schedule;
  const meaning = CLAIM_MEANINGS[claim];
  const item =
    schedule.item ??
    (claim === 'substituted' || isOtherItem(line.line.item, answered.item) ? answered.item : undefined);
  const price = otherPrice(answered.price, line.line.price);
  const statedDate =
    schedule.date !== undefined ||
    response.promisedDeliveryDate !== undefined ||
    response.promisedShipDate !== undefined;
  const promise: Answer['promise'] = { quantity, claim };
  if (code !== undefined) promise.code = code;
  if (reason !== undefined) promise.reason = reason;
  if (meaning.class === 'hold' && meaning.heldFor !== undefined) promise.heldFor = meaning.heldFor;
  if (price !== undefined) promise.price = price;
  if (item !== undefined && isOtherItem(line.line.item, item)) promise.item = item;
  const { date, dateKind, estimated } = promisedDate(schedule, meaning, response, line, order, policy);
  if (date !== undefined) promise.date = date;
  if (dateKind !== undefined) promise.dateKind = dateKind;
  if (estimated !== undefined) promise.estimated = estimated;
  const answer: Answer = { meaning, claim, promise, statedDate };
  if (answered.price !== undefined) answer.statedPrice = answered.price;
  return answer;
}

function otherPrice(stated: Price | undefined, ordered: Price | undefined): Price | undefined {
  if (stated === undefined || comparePrices(stated, ordered) === 0) return undefined;
  return stated;
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
  // 5.1.4: ship dates become delivery dates by the transit time; without one they stay and are marked.
  const asRequested = (date: LocalDate, kind: 'delivery' | 'ship'): PromisedDate => {
    const wanted = requested?.dateKind ?? kind;
    if (wanted === kind) return { date, dateKind: kind };
    const days = transitDays(policy, line.line, order);
    if (days === undefined) return { date, dateKind: kind, estimated: true };
    return { date: addTransit(date, kind === 'ship' ? days : -days, policy), dateKind: wanted };
  };
  if (schedule.date !== undefined) return asRequested(schedule.date, schedule.dateKind ?? 'delivery');
  // Only what is promised takes a date over from the header or from the order.
  if (meaning.class !== 'accept' && meaning.class !== 'change' && meaning.class !== 'propose') return {};
  if (response.promisedDeliveryDate !== undefined)
    return asRequested(response.promisedDeliveryDate, 'delivery');
  if (response.promisedShipDate !== undefined) return asRequested(response.promisedShipDate, 'ship');
  return requested ?? {};
}
