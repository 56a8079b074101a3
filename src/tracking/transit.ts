import { addBusinessDays, addDays } from '../common/calendar.ts';
import type { LocalDate } from '../common/time.ts';
import type { Order, OrderLine } from '../documents/order.ts';
import type { TrackingPolicy } from './policy.ts';

/**
 * Days from the supplier's door to where a line goes (5.1.4): those of the lane, else those of every place. Undefined where
 * nobody has told.
 */
function transitDays(
  { transit }: TrackingPolicy,
  line: OrderLine,
  order: Order | undefined,
): number | undefined {
  const place = (line.shipTo ?? order?.shipTo)?.id;
  const lane = transit.lanes?.find(({ shipTo }) => shipTo === place);
  return lane?.days ?? (transit.known ? transit.days : undefined);
}

/** A date this much later; before it with negative days: from the ship date to the delivery date and back. */
function addTransit(date: LocalDate, days: number, { transit, calendar }: TrackingPolicy): LocalDate {
  if (days === 0) return date;
  return transit.unit === 'calendarDays' ? addDays(date, days) : addBusinessDays(date, days, calendar);
}

/** When goods arrive that leave on a day; undefined where nobody has told how long they take. */
export function arrivalOf(
  shipDate: LocalDate,
  line: OrderLine,
  order: Order | undefined,
  policy: TrackingPolicy,
): LocalDate | undefined {
  const days = transitDays(policy, line, order);
  return days === undefined ? undefined : addTransit(shipDate, days, policy);
}

/** When goods have to leave to arrive on a day; undefined where nobody has told how long they take. */
export function departureFor(
  arrival: LocalDate,
  line: OrderLine,
  order: Order | undefined,
  policy: TrackingPolicy,
): LocalDate | undefined {
  const days = transitDays(policy, line, order);
  return days === undefined ? undefined : addTransit(arrival, -days, policy);
}
