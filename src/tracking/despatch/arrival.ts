import type { LocalDate } from '../../common/time.ts';
import type { DespatchAdvice } from '../../documents/despatch-advice.ts';
import type { OrderLine } from '../../documents/order.ts';
import type { Draft } from '../draft.ts';
import type { Shipment } from '../model.ts';
import { arrivalOf } from '../transit.ts';

/** The days that an advice states, as a shipment keeps them. */
export function shipDates({
  shipDate,
  estimatedDeliveryDate,
}: DespatchAdvice): Pick<Shipment, 'shipDate' | 'estimatedDeliveryDate'> {
  return {
    ...(shipDate === undefined ? {} : { shipDate }),
    ...(estimatedDeliveryDate === undefined ? {} : { estimatedDeliveryDate }),
  };
}

/** The first of its lines to arrive. */
export function arrivalOfShipment(draft: Draft, shipment: Shipment): LocalDate | undefined {
  const { estimatedDeliveryDate, lines } = shipment;
  if (estimatedDeliveryDate !== undefined) return estimatedDeliveryDate;
  const shipped = new Set(lines.map(({ lineId }) => lineId));
  const days = draft.state.lines.flatMap(({ id, line }) =>
    shipped.has(id) ? (arrivalOfLine(draft, shipment, line) ?? []) : [],
  );
  return days.sort()[0];
}

/** Check 10: the day of arrival as stated, else by the transit time, where it is known. */
export function arrivalOfLine(
  { state, policy }: Draft,
  { estimatedDeliveryDate, shipDate }: Pick<Shipment, 'estimatedDeliveryDate' | 'shipDate'>,
  line: OrderLine,
): LocalDate | undefined {
  if (estimatedDeliveryDate !== undefined || shipDate === undefined) return estimatedDeliveryDate;
  return arrivalOf(shipDate, line, state.order, policy);
}
