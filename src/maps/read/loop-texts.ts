import type { TokenTable } from '../../edi/model.ts';
import { emptyTable } from '../../edi/page.ts';
import type { SegmentMap } from '../compile/compiled-map.ts';
import type { SegmentPlace, When } from '../compile/model.ts';
import { satisfies } from '../compile/when-test.ts';
import { frameAround } from './frame.ts';
import type { Frame } from './frame.ts';
import { SegmentCursor } from './segment-cursor.ts';

const NO_SEGMENTS = emptyTable();

/** Texts at a place anywhere in a loop instance, also further on than the reader is: for conditions and calculations. */
export class LoopTexts {
  readonly #map: SegmentMap;
  readonly #cursor = new SegmentCursor(NO_SEGMENTS);
  #slots: readonly number[] = [];
  #length = 0;

  constructor(map: SegmentMap) {
    this.#map = map;
  }

  /** Goes over to another transaction. */
  open(table: TokenTable, slots: readonly number[]): void {
    this.#cursor.open(table);
    this.#slots = slots;
    this.#length = Math.min(table.length, slots.length);
  }

  /** Of a place of an enclosing loop (`../`), all of that loop. `pair`: element of the pair that the reader is at, 0 for none. */
  within(place: SegmentPlace, frame: Frame<SegmentPlace>, pair: number): string[] {
    const instance = place.up === 0 ? frame : frameAround(frame, place.up);
    if (instance === undefined) return [];
    const { start, scope } = instance;
    const inside = this.#map.plan.inside.get(scope.loopSlot);
    const cursor = this.#cursor;
    const texts: string[] = [];
    cursor.pair = pair;
    for (let s = start; s < this.#length; s++) {
      const slot = this.#slots[s]!;
      if (s > start && (scope.single || (slot >= 0 && (slot === scope.loopSlot || inside?.[slot] !== 1))))
        break;
      if (slot !== place.slot) continue;
      cursor.moveTo(s);
      if (cursor.matches(place.conditions)) texts.push(...cursor.texts(place));
    }
    return texts;
  }

  hold(when: When<SegmentPlace>, frame: Frame<SegmentPlace>, pair: number): boolean {
    return when.places.every(({ place, test }) => satisfies(test, this.within(place, frame, pair)));
  }
}
