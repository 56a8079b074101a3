import type { Frame } from '../read/frame.ts';
import type { SegmentCursor } from '../read/segment-cursor.ts';
import type { Condition, PairQualifier } from '../address.ts';
import type { Field, Scope, SegmentPlace, Tree } from './model.ts';

/** One place of a field, in the order in which its alternatives are preferred. */
export interface Choice {
  field: Field<SegmentPlace>;
  place: SegmentPlace;
  rank: number;
  /** The place of one value, not a range, a pair or a repetition. */
  simple: boolean;
  /** The qualifiers of a pair. */
  pairs: readonly PairQualifier[] | undefined;
  /** One text for a field of the scope's own target that no other rule reads, without condition or companion. */
  direct: boolean;
  /** Another rule, or another place of this one, fills the field too: the better place wins. */
  ranked: boolean;
}

/** What is taken from a segment for the rules of one scope, under one condition. */
export interface Binding {
  scope: Scope<SegmentPlace>;
  conditions: readonly Condition[];
  choices: Choice[];
  /** How often it was used; one that is used more often is compiled. */
  uses: number;
  take: Take | undefined;
}

/** What happens at a segment in one slot. */
export interface SlotPlan {
  /** Scopes that end here: the loop begins anew. */
  closes: number[];
  trees: Tree<SegmentPlace>[];
  opens: Scope<SegmentPlace>[];
  bindings: Binding[];
  /** Known and not wanted. */
  ignored: SegmentPlace[];
  /** How often it was used; one that is used more often is compiled. */
  uses: number;
  step: Step | undefined;
}

/** What the reader of a message keeps while it reads: see SegmentReader. */
export interface TakeState {
  /** By rank slot: 1 + rank of the value that stands there, and the segment that it comes from. */
  readonly ranks: number[];
  readonly rankSegments: number[];
  /** By scope: in which parent it was opened last. */
  readonly openedIn: (Frame<SegmentPlace> | undefined)[];
  /** Instances with something left to do at the end. */
  readonly unfinished: Frame<SegmentPlace>[];
  /** Whether it is to be told where each value came from. */
  traces: boolean;
  /** Notes that the text at the cursor's element and component has been stored. */
  trace(choice: Choice, frame: Frame<SegmentPlace>, text: string): void;
  /**
   * Takes one choice the general way. Asked for whatever is out of the ordinary: blanks around a text, a code that is not
   * in its table, a second value for a field, anything that needs a finding.
   */
  slowly(choice: Choice, frame: Frame<SegmentPlace>): boolean;
  /** Opens an instance of a scope at the segment; false when it may not be opened. */
  open(scope: Scope<SegmentPlace>): boolean;
}

/**
 * Takes all values of a binding from the segment at the cursor. The answer: twice the number of values that it has stored
 * itself, plus one when the segment was used.
 */
export type Take = (cursor: SegmentCursor, frame: Frame<SegmentPlace>, state: TakeState) => number;

/** Does all of a slot at the segment at the cursor; `frames` by scope: the instance that is open. The answer is that of Take. */
export type Step = (
  cursor: SegmentCursor,
  frames: (Frame<SegmentPlace> | undefined)[],
  state: TakeState,
) => number;
