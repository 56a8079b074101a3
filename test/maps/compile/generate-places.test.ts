import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { makeFunction } from '../../../src/common/generated-function.ts';
import { parseFile } from '../../../src/edi/index.ts';
import { PlaceNames } from '../../../src/maps/compile/generate-places.ts';
import { SegmentCursor } from '../../../src/maps/read/segment-cursor.ts';

const place = fc.tuple(fc.integer({ min: 1, max: 7 }), fc.integer({ min: 1, max: 5 }));
const wanted = fc.uniqueArray(place, { minLength: 1, maxLength: 8, selector: (one) => one.join('.') });
/** `*` repeats in syntax 4. */
const segment = fc.array(fc.constantFrom('+', '+', ':', '*', 'A', 'BC', '?+', '?:', '1'), { maxLength: 20 });

function cursorAt(text: string): SegmentCursor {
  const file = `UNB+UNOC:4+A+B+260131:0815+1'UNH+1+ORDERS:D:96A:UN'${text}'UNT+3+1'UNZ+1+1'`;
  const [transaction] = parseFile(new TextEncoder().encode(file)).interchanges[0]!.groups[0]!.transactions;
  const cursor = new SegmentCursor(transaction!.segments);
  cursor.moveTo(1);
  return cursor;
}

describe('places of a generated function', () => {
  test('are where the cursor finds them, in any segment', () => {
    fc.assert(
      fc.property(segment, wanted, (parts, places) => {
        const names = new PlaceNames();
        const list = places.map(([e, c]) => names.nameOf(e, c)).join(', ');
        const find = makeFunction(['cursor'], `${names.declare()}return [${list}];`) as unknown as (
          cursor: SegmentCursor,
        ) => number[];
        const cursor = cursorAt(`FTX${parts.join('')}`);
        expect(find(cursor)).toEqual(places.map(([e, c]) => cursor.tokenOf(e, c)));
      }),
      { numRuns: 1000 },
    );
  });
});
