import { expect, test } from '@jest/globals';
import type { OrderLine } from '../../src/documents/order.ts';
import type { TrackingPolicy } from '../../src/tracking/policy.ts';
import { orderLine, orderOf, policyWith, responseOf, responsePolicy, Story } from './support.ts';

/** Promised ship dates by line; the order wants its goods on Friday, 2026-03-20, at DC-1. */
function answered(transit: TrackingPolicy['transit'], ships: Record<string, string>, lines: OrderLine[]) {
  const story = new Story(policyWith({ transit })).start(lines).at('2026-03-03T10:00:00.000Z');
  story.respond(
    responseOf(
      Object.entries(ships).map(([orderLineId, date]) => ({
        orderLineId,
        item: {},
        schedules: [{ claim: 'accepted', date, dateKind: 'ship' }],
      })),
    ),
  );
  return story.slices();
}

test('a ship date becomes a delivery date by the transit time', () => {
  const transit = { known: true, days: 2, unit: 'businessDays' } as const;
  expect(answered(transit, { 1: '2026-03-18' }, [orderLine('1')])).toEqual(['1: 100 CONFIRMED 2026-03-20']);
});

test('the transit time is that of the lane to where the line goes', () => {
  const lanes = [
    { shipTo: 'DC-1', days: 3 },
    { shipTo: 'DC-2', days: 9 },
  ];
  const lines = [orderLine('1'), orderLine('2', '50', { shipTo: { id: 'DC-2', scheme: 'GLN' } })];
  const ships = { 1: '2026-03-17', 2: '2026-03-11' };
  const confirmed = ['1: 100 CONFIRMED 2026-03-20', '2: 50 CONFIRMED 2026-03-20'];
  expect(answered({ known: true, days: 1, unit: 'calendarDays', lanes }, ships, lines)).toEqual(confirmed);
  expect(answered({ known: false, days: 0, unit: 'calendarDays', lanes }, ships, lines)).toEqual(confirmed);
});

test('the freeze window counts from the ship date: business days of transit before the delivery', () => {
  const transit = { known: true, days: 2, unit: 'businessDays' } as const;
  // Wanted on Tuesday the 24th, so to be shipped on Friday the 20th: five business days from here.
  const late = { requestedDeliveryDate: '2026-03-24' };
  const story = new Story({ ...responsePolicy({ freezeDays: 5 }), transit });
  story.start([orderLine('1')], late).at('2026-03-13T09:00:00.000Z');
  story.change(orderOf([orderLine('1', '80')], late));
  expect(story.exceptions()).toEqual(['CHANGE_FROZEN']);
});
