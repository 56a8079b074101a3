import type { Slot } from '../model.ts';
import { OTHER, TransitionTable, type Transition } from './transitions.ts';

/** One fault of the structure; `segment` is the 0-based index at which it shows. */
export interface StructureFault {
  code:
    | 'SEGMENT_UNPLACED'
    | 'SEGMENT_UNEXPECTED'
    | 'SEGMENT_OUT_OF_SEQUENCE'
    | 'SEGMENT_MISSING'
    | 'SEGMENT_OVER_MAX'
    | 'LOOP_OVER_MAX';
  segment: number;
  /** Slot that is missing, overfull or that the segment belongs to; -1 when the message has none. */
  slot: number;
}

/** A loop read in the wrong place: its trigger slot, where in it we are, and whether its slots are given out. */
interface Stray {
  root: number;
  position: number;
  assign: boolean;
}

/**
 * Follows the segments of one transaction through the standard order and gives each its slot.
 *
 * A segment goes to the first place that is free and leaves out nothing mandatory; failing that to the first place that the
 * order allows, with a fault. What has no place stays out (-1), and the position is kept, so that the rest is read as if the
 * stray segment were not there. When a whole loop stands in the wrong place its members follow their trigger silently: one
 * fault, not one per segment.
 */
export class StructureMatcher {
  faults: StructureFault[] = [];
  readonly #table: TransitionTable;
  readonly #slots: readonly Slot[];
  /** Uses of each slot in the current instance of its loop; for a trigger: instances in the current parent instance. */
  readonly #uses: number[];
  #position = 0;
  /** No slot behind this one is in use: a new round of a loop clears up to here. */
  #furthest = 0;
  #stray: Stray | undefined;

  constructor(table: TransitionTable) {
    this.#table = table;
    this.#slots = table.slots;
    this.#uses = new Array<number>(table.slots.length).fill(0);
  }

  /** Another transaction begins. */
  start(): void {
    if (this.faults.length > 0) this.faults = [];
    this.#uses.fill(0);
    this.#position = 0;
    this.#furthest = 0;
    this.#stray = undefined;
  }

  /** Slot of the next segment, -1 when it has none. `packed` as of packSegmentId. */
  place(segment: number, packed: number): number {
    const number = this.#table.numberOf(packed);
    if (segment === 0) {
      this.#uses[0] = 1;
      return 0;
    }
    if (this.#stray && number >= 0) {
      const follower = this.#followStray(this.#stray, number);
      if (follower !== undefined) return follower;
    }
    this.#stray = undefined;
    const next = number < 0 ? OTHER : this.#table.first(this.#position, number);
    if (next !== OTHER && this.#isFree(next)) return this.#enter(next);
    const moves = number < 0 ? [] : this.#table.from(this.#position, number);
    const first = moves[0];
    if (first === undefined) return this.#placeStray(segment, number);
    return this.#choose(segment, moves, first);
  }

  /** To be called after the last segment: what is still owed. */
  finish(segments: number): void {
    for (const slot of this.#table.owedAfter(this.#position)) {
      if (this.#uses[slot] === 0) this.faults.push({ code: 'SEGMENT_MISSING', segment: segments, slot });
    }
  }

  #isFree(target: number): boolean {
    return this.#uses[target]! < this.#table.limit[target]!;
  }

  #choose(segment: number, moves: readonly Transition[], first: Transition): number {
    const clean = this.#findClean(moves);
    return clean ? this.#enter(clean.target) : this.#enterFaulty(segment, first);
  }

  #enterFaulty(segment: number, move: Transition): number {
    const slot = this.#slots[move.target]!;
    for (const skipped of move.skipped) {
      if (this.#uses[skipped] === 0) this.faults.push({ code: 'SEGMENT_MISSING', segment, slot: skipped });
    }
    // One fault for any number of uses too many.
    if ((this.#uses[move.target] ?? 0) === (slot.trigger ? slot.loopMaxRepeat : slot.maxUse)) {
      this.faults.push({
        code: slot.trigger ? 'LOOP_OVER_MAX' : 'SEGMENT_OVER_MAX',
        segment,
        slot: move.target,
      });
    }
    return this.#enter(move.target);
  }

  /** The first move to a free place that leaves out nothing that is owed. */
  #findClean(moves: readonly Transition[]): Transition | undefined {
    for (const move of moves) if (this.#isFree(move.target) && !this.#owesAny(move.skipped)) return move;
    return undefined;
  }

  #owesAny(skipped: readonly number[]): boolean {
    for (const slot of skipped) if (this.#uses[slot] === 0) return true;
    return false;
  }

  #enter(target: number): number {
    const uses = this.#uses;
    uses[target]! += 1;
    if (this.#table.isTrigger[target] === 1) {
      for (let slot = target + 1; slot <= this.#furthest; slot++) uses[slot] = 0;
      this.#furthest = target;
    } else if (target > this.#furthest) this.#furthest = target;
    this.#position = target;
    return target;
  }

  #placeStray(segment: number, number: number): number {
    if (number < 0) {
      this.faults.push({ code: 'SEGMENT_UNPLACED', segment, slot: -1 });
      return -1;
    }
    const { slot, earlier } = this.#findHome(number);
    if (earlier) {
      this.#forgetMissing(slot);
      this.#uses[slot]! += 1;
    }
    this.faults.push({ code: earlier ? 'SEGMENT_OUT_OF_SEQUENCE' : 'SEGMENT_UNEXPECTED', segment, slot });
    const home = this.#slots[slot]!;
    const root = earlier && !home.trigger ? -1 : home.loopSlot;
    if (root >= 0) this.#stray = { root, position: slot, assign: earlier };
    return earlier ? slot : -1;
  }

  /**
   * Where a stray segment belongs: from the innermost open loop outwards, an earlier place of the loop itself, else a
   * place in one of the loops in it, whose trigger is missing then.
   */
  #findHome(number: number): { slot: number; earlier: boolean } {
    let loop = this.#slots[this.#position]?.loopSlot ?? -1;
    for (;;) {
      const first = Math.max(loop, 0);
      for (let i = this.#position; i > first; i--) {
        const slot = this.#slots[i]!;
        const level = slot.trigger ? slot.parentLoopSlot : slot.loopSlot;
        if (level === loop && this.#table.numberOfSlot(i) === number) return { slot: i, earlier: true };
      }
      const inside = this.#findInside(
        number,
        first,
        loop < 0 ? this.#slots.length : (this.#table.loopEnd[loop] ?? 0),
      );
      if (inside >= 0 || loop < 0) return { slot: inside, earlier: false };
      loop = this.#slots[loop]!.parentLoopSlot;
    }
  }

  /** The nearest place after the position, else the first of all. */
  #findInside(number: number, start: number, end: number): number {
    let found = -1;
    for (let i = end - 1; i >= start; i--) {
      if (this.#table.numberOfSlot(i) !== number) continue;
      if (found < 0 || i > this.#position || found < this.#position) found = i;
    }
    return found;
  }

  #followStray(stray: Stray, number: number): number | undefined {
    const end = this.#table.loopEnd[stray.root] ?? 0;
    const move = this.#table
      .from(stray.position, number)
      .find(({ target }) => target >= stray.root && target < end);
    if (!move) return undefined;
    stray.position = move.target;
    return stray.assign ? move.target : -1;
  }

  /** A mandatory segment that turned up late was out of order, not missing. */
  #forgetMissing(slot: number): void {
    const index = this.faults.findLastIndex(
      (fault) => fault.code === 'SEGMENT_MISSING' && fault.slot === slot,
    );
    if (index >= 0 && this.#uses[slot] === 0) this.faults.splice(index, 1);
  }
}
