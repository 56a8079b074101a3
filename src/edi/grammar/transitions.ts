import type { Slot } from '../model.ts';
import { packSegmentId } from '../token-table.ts';

/** One way from a slot to the next segment: the target and the mandatory slots that it would leave out. */
export interface Transition {
  target: number;
  skipped: readonly number[];
}

/**
 * All moves that the standard order allows, computed when first asked for and kept: from slot p, a segment id leads to
 * p again, to a later place of the same loop, to the loop's next round, or to later places outside it, in this order.
 */
export class TransitionTable {
  readonly slots: readonly Slot[];
  /** Slot index after the last slot of the loop that a trigger opens; own index + 1 for other slots. */
  readonly loopEnd: Int32Array;
  readonly #numbers = new Map<number, number>();
  readonly #slotNumbers: Int32Array;
  readonly #table: (readonly Transition[] | undefined)[];

  constructor(slots: readonly Slot[]) {
    this.slots = slots;
    this.loopEnd = new Int32Array(slots.length);
    this.#slotNumbers = new Int32Array(slots.length);
    for (const slot of slots) {
      const packed = packSegmentId(slot.segmentId);
      if (!this.#numbers.has(packed)) this.#numbers.set(packed, this.#numbers.size);
      this.#slotNumbers[slot.index] = this.numberOf(packed);
      this.loopEnd[slot.index] = slot.index + 1;
    }
    for (const slot of slots) this.#extendLoops(slot);
    this.#table = Array.from({ length: slots.length * this.#numbers.size });
  }

  #extendLoops(slot: Slot): void {
    let loop = slot.loopSlot;
    while (loop >= 0) {
      this.loopEnd[loop] = slot.index + 1;
      loop = this.slots[loop]?.parentLoopSlot ?? -1;
    }
  }

  /** Number of a segment id among those of the message; -1 when the message does not have it. */
  numberOf(packed: number): number {
    return this.#numbers.get(packed) ?? -1;
  }

  numberOfSlot(slot: number): number {
    return this.#slotNumbers[slot] ?? -1;
  }

  from(slot: number, number: number): readonly Transition[] {
    const key = slot * this.#numbers.size + number;
    return (this.#table[key] ??= this.#compute(slot, number));
  }

  #compute(from: number, number: number): Transition[] {
    const found: Transition[] = [];
    const skipped: number[] = [];
    const consider = (slot: Slot): void => {
      if (this.#slotNumbers[slot.index] === number) found.push({ target: slot.index, skipped: [...skipped] });
    };
    const start = this.slots[from];
    if (!start) return found;
    if (!start.trigger) consider(start);
    let loop = start.loopSlot;
    let position = from + 1;
    for (;;) {
      const end = loop < 0 ? this.slots.length : (this.loopEnd[loop] ?? 0);
      while (position < end) {
        const slot = this.slots[position]!;
        consider(slot);
        if (slot.trigger ? slot.loopMandatory : slot.mandatory) skipped.push(position);
        position = this.loopEnd[position] ?? position + 1;
      }
      if (loop < 0) return found;
      const trigger = this.slots[loop]!;
      consider(trigger);
      loop = trigger.parentLoopSlot;
    }
  }

  /** Mandatory slots that are still owed when the transaction ends after `slot`; the trailer is not among them. */
  owedAfter(slot: number): number[] {
    const trailer = this.slots.length - 1;
    if (slot === trailer) return [];
    return [
      ...(this.from(slot, this.numberOfSlot(trailer)).find((move) => move.target === trailer)?.skipped ?? []),
    ];
  }
}
