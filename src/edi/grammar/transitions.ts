import { invariant } from '../../common/invariant.ts';
import type { Slot } from '../model.ts';
import { packSegmentId } from '../token-table.ts';

/** One way from a slot to the next segment: the target and the mandatory slots that it would leave out. */
export interface Transition {
  target: number;
  skipped: readonly number[];
}

/** A power of two well above the number of different segments of any message. */
const HASH_SIZE = 1024;
const HASH_MASK = HASH_SIZE - 1;

/** No first move is known. */
export const OTHER = -1;

function hash(packed: number): number {
  return (Math.imul(packed, 0x9e3779b1) >>> 16) & HASH_MASK;
}

/**
 * All moves that the standard order allows, computed when first asked for and kept: from slot p, a segment id leads to
 * p again, to a later place of the same loop, to the loop's next round, or to later places outside it, in this order.
 */
export class TransitionTable {
  readonly slots: readonly Slot[];
  /** Slot index after the last slot of the loop that a trigger opens; own index + 1 for other slots. */
  readonly loopEnd: Int32Array;
  /** 1 for the first segment of a loop. */
  readonly isTrigger: Uint8Array;
  /** Maximum use of a segment, or rounds of the loop that it opens. */
  readonly limit: Int32Array;
  /** Packed segment ids and their numbers, by hash with linear probing. */
  readonly #keys = new Int32Array(HASH_SIZE);
  readonly #values = new Int16Array(HASH_SIZE);
  #count = 0;
  readonly #slotNumbers: Int32Array;
  readonly #table: (readonly Transition[] | undefined)[];
  /** Targets of first moves that leave out nothing; OTHER: ask for the moves. */
  readonly #first: Int16Array;

  constructor(slots: readonly Slot[]) {
    this.slots = slots;
    this.loopEnd = new Int32Array(slots.length);
    this.isTrigger = new Uint8Array(slots.length);
    this.limit = new Int32Array(slots.length);
    this.#slotNumbers = new Int32Array(slots.length);
    for (const slot of slots) {
      const packed = packSegmentId(slot.segmentId);
      if (this.numberOf(packed) < 0) this.#add(packed);
      this.isTrigger[slot.index] = slot.trigger ? 1 : 0;
      this.limit[slot.index] = Math.min(slot.trigger ? slot.loopMaxRepeat : slot.maxUse, 0x7fffffff);
      this.#slotNumbers[slot.index] = this.numberOf(packed);
      this.loopEnd[slot.index] = slot.index + 1;
    }
    for (const slot of slots) this.#extendLoops(slot);
    this.#table = Array.from({ length: slots.length * this.#count });
    this.#first = new Int16Array(slots.length * this.#count).fill(OTHER);
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
    const keys = this.#keys;
    let i = hash(packed);
    for (;;) {
      const key = keys[i]!;
      if (key === packed && packed !== 0) return this.#values[i]!;
      if (key === 0) return -1;
      i = (i + 1) & HASH_MASK;
    }
  }

  #add(packed: number): void {
    invariant(this.#count < HASH_SIZE / 2, 'a message has too many different segments');
    let i = hash(packed);
    while (this.#keys[i] !== 0) i = (i + 1) & HASH_MASK;
    this.#keys[i] = packed;
    this.#values[i] = this.#count++;
  }

  numberOfSlot(slot: number): number {
    return this.#slotNumbers[slot] ?? -1;
  }

  from(slot: number, number: number): readonly Transition[] {
    const key = slot * this.#count + number;
    return (this.#table[key] ??= this.#keep(key, this.#compute(slot, number)));
  }

  /** Where the first move leads, if it leaves out nothing; OTHER when that has to be looked up with `from`. */
  first(slot: number, number: number): number {
    return this.#first[slot * this.#count + number]!;
  }

  #keep(key: number, moves: Transition[]): Transition[] {
    if (moves[0]?.skipped.length === 0) this.#first[key] = moves[0].target;
    return moves;
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
