import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { packPlaces, unpackPlaces } from '../../../src/pipeline/interchange/field-places.ts';

const place = fc
  .record({
    path: fc.oneof(
      fc.stringMatching(/^lines\[\d{1,3}\]\.[a-zA-Z.]{1,12}$/),
      fc.string({ minLength: 1, maxLength: 10 }),
    ),
    segment: fc.nat(5_000),
    element: fc.option(fc.nat(90), { nil: undefined }),
    start: fc.nat(1_000_000),
    length: fc.nat(80),
  })
  .map(({ path, segment, element, start, length }) => ({
    path,
    segment,
    range: [start, start + length] as const,
    ...(element !== undefined && { element }),
  }));

test('what is packed comes back the same', () => {
  fc.assert(
    fc.property(fc.array(place, { maxLength: 30 }), (places) => {
      const stored = JSON.parse(JSON.stringify(packPlaces(places))) as ReturnType<typeof packPlaces>;
      expect(unpackPlaces(stored)).toEqual(places);
    }),
  );
});

test('the places of a document take a fifth of their JSON', () => {
  const places = Array.from({ length: 100 }, (_, index) => ({
    path: `lines[${Math.floor(index / 5)}].field${index % 5}`,
    segment: 6 + Math.floor(index / 5),
    element: 1 + (index % 5),
    range: [200 + index * 9, 206 + index * 9] as const,
  }));
  expect(packPlaces(places).length).toBeLessThan(JSON.stringify(places).length / 4);
});

test('a store of an earlier release holds them as they are', () => {
  const places = [{ path: 'orderId', segment: 2, element: 3, range: [10, 14] as const }];
  expect(unpackPlaces(places)).toEqual(places);
  expect(unpackPlaces(packPlaces(places))).toEqual(places);
});
