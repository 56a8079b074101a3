import { addBusinessDays, addDays } from '../common/calendar.ts';
import type { LocalDate } from '../common/time.ts';
import type { Order, OrderLine } from '../documents/order.ts';
import type { TrackingPolicy } from './policy.ts';

/**
 * Days that goods are on their way to the place where the line is wanted: by its lane, else what holds for every place
 * (5.1.4). Undefined where nobody has said.
 */
function transitDays(
  line: OrderLine,
  order: Order | undefined,
  { transit: { days, known, lanes } }: TrackingPolicy,
): number | undefined {
  if (lanes === undefined) return known ? days : undefined;
  const shipTo = line.shipTo?.id ?? order?.shipTo?.id;
  return lanes.find((lane) => lane.shipTo === shipTo)?.days ?? (known ? days : undefined);
}

function move(date: LocalDate, days: number, { transit, calendar }: TrackingPolicy): LocalDate {
  if (days === 0) return date;
  return transit.unit === 'calendarDays' ? addDays(date, days) : addBusinessDays(date, days, calendar);
}

/** When goods arrive that leave on a day; undefined where the transit time is not known. */
export function arrivalOf(
  shipDate: LocalDate,
  line: OrderLine,
  order: Order | undefined,
  policy: TrackingPolicy,
): LocalDate | undefined {
  const days = transitDays(line, order, policy);
  return days === undefined ? undefined : move(shipDate, days, policy);
}

/** When goods have to leave to arrive on a day; undefined where the transit time is not known. */
export function departureFor(
  arrival: LocalDate,
  line: OrderLine,
  order: Order | undefined,
  policy: TrackingPolicy,
): LocalDate | undefined {
  const days = transitDays(line, order, policy);
  return days === undefined ? undefined : move(arrival, -days, policy);
}
