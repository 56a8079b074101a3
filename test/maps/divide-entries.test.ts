import { describe, expect, test } from '@jest/globals';
import type { OrderResponse } from '../../src/documents/order-response.ts';
import { REPOSITORY } from '../support/gateway.ts';
import { createMapSource } from '../../src/partners/map-source.ts';
import { prepareMap } from '../maps-golden/harness.ts';
import type { SegmentMap } from '../../src/maps/index.ts';
import { mapText, problems, read } from './support.ts';

const RESPONSE = prepareMap('x12/004010/855-order-response', createMapSource(REPOSITORY.maps)) as SegmentMap;

const HEAD = 'BAK*00*AC*PO-1*20260302\nPO1*1*10*EA*9.5**VN*A-1';

/** `accepted 8 2026-03-12`, of each slice of the line. */
function slices(...segments: string[]): string[] {
  const { document } = read(RESPONSE, [HEAD, ...segments, 'CTT*1'].join('\n'));
  return (document as OrderResponse).lines[0]!.schedules.map(({ claim, quantity, date }) =>
    [claim, quantity?.value, date].filter((part) => part !== undefined).join(' '),
  );
}

describe('a delivery schedule (SCH) beside several statuses (ACK)', () => {
  test.each<[string, string[], string[]]>([
    [
      'gives each the schedule of its quantity',
      ['ACK*IA*8*EA', 'ACK*IB*2*EA', 'SCH*8*EA***067*20260312', 'SCH*2*EA***067*20260420'],
      ['accepted 8 2026-03-12', 'backordered 2 2026-04-20'],
    ],
    [
      'leaves what does not come without a day',
      ['ACK*IR*2*EA', 'ACK*IA*8*EA', 'SCH*5*EA***067*20260312', 'SCH*3*EA***067*20260319'],
      ['rejected 2', 'accepted 5 2026-03-12', 'accepted 3 2026-03-19'],
    ],
    [
      'is cut where a status ends',
      ['ACK*IA*6*EA', 'ACK*IB*4*EA', 'SCH*5*EA***067*20260312', 'SCH*5*EA***067*20260420'],
      ['accepted 5 2026-03-12', 'accepted 1 2026-04-20', 'backordered 4 2026-04-20'],
    ],
    [
      'that has less than all of them leaves the rest without a day',
      ['ACK*IA*6*EA', 'ACK*IB*4*EA', 'SCH*5*EA***067*20260312'],
      ['accepted 5 2026-03-12', 'accepted 1', 'backordered 4'],
    ],
    [
      'that has more than all of them is told in full',
      ['ACK*IA*6*EA', 'ACK*IB*3*EA', 'SCH*10*EA***067*20260312'],
      ['accepted 6 2026-03-12', 'backordered 4 2026-03-12'],
    ],
    [
      'goes before the day of the status',
      ['ACK*IA*8*EA*068*20260301', 'ACK*IB*2*EA*068*20260302', 'SCH*8*EA***067*20260312'],
      ['accepted 8 2026-03-12', 'backordered 2 2026-03-02'],
    ],
  ])('%s', (_, segments, expected) => {
    expect(slices(...segments)).toEqual(expected);
  });

  test.each<[string, string[], string[]]>([
    ['with its quantity', ['ACK*IC*10*EA', 'SCH*4*EA***067*20260312'], ['acceptedWithChanges 4 2026-03-12']],
    [
      'without one',
      ['ACK*DR', 'SCH*4*EA***067*20260312', 'SCH*6*EA***067*20260319'],
      ['dateChanged 4 2026-03-12', 'dateChanged 6 2026-03-19'],
    ],
    ['that is not there', ['SCH*10*EA***067*20260312'], ['acceptedWithChanges 10 2026-03-12']],
  ])('stands for a single status %s', (_, segments, expected) => {
    expect(slices(...segments)).toEqual(expected);
  });

  test('in another unit divides the first status, and loses none', () => {
    expect(slices('ACK*IA*8*EA', 'ACK*IB*2*EA', 'SCH*1*CA***067*20260312')).toEqual([
      'accepted 1 2026-03-12',
      'backordered 2',
    ]);
  });

  test('keeps the place of each value', () => {
    const { document, trace } = read(
      RESPONSE,
      [HEAD, 'ACK*IA*8*EA', 'ACK*IB*2*EA', 'SCH*8*EA***067*20260312', 'SCH*2*EA***067*20260420'].join('\n'),
      true,
    );
    const { schedules } = (document as OrderResponse).lines[0]!;
    const placed = trace.filter(({ path, at }) => /schedules.*(date|claim)$/.test(path) && at !== 'SCH05');
    expect(placed.map(({ path, segment }) => `${path} ${segment}`).sort()).toEqual([
      'lines[0].schedules[0].claim 4',
      'lines[0].schedules[0].date 6',
      'lines[0].schedules[1].claim 5',
      'lines[0].schedules[1].date 7',
    ]);
    expect(schedules).toHaveLength(2);
  });
});

test('divides: wants a list whose entries have a quantity', () => {
  expect(
    problems(
      mapText(
        '855',
        "rules:\n  - { loop: REF, to: 'references[]', divides: true, rules: [{ at: REF01, to: type }] }\n",
      ),
    ),
  ).toEqual(
    expect.arrayContaining([
      expect.stringContaining('divides: the loop needs a list whose entries have a quantity'),
    ]),
  );
});
