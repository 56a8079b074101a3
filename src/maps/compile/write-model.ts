import type { PairQualifier } from '../address.ts';
import type { Field, Scope, SegmentPlace, Tree } from './model.ts';
import type { OwnCondition } from './own-condition.ts';

/** Fixed text in a segment: a qualifier of the address, or a `const:`. */
export interface FixedCell {
  element: number;
  component: number;
  text: string;
  /** A constant with a condition, or of an entry: written only while that holds. */
  condition: { field: Field<SegmentPlace>; scope: Scope<SegmentPlace> } | undefined;
}

/** A value of the document and where it goes. */
export interface ValueCell {
  field: Field<SegmentPlace>;
  place: SegmentPlace;
  /** Scope whose target holds the value: the segment's own, an entry in it, or (for `../`) a loop inside. */
  scope: Scope<SegmentPlace>;
  /** The value of the first entry of an inner loop: `../LIN02`. */
  inner: boolean;
  /** Where the value is kept while its object is written (see planValues); -1: it is looked up. */
  slot: number;
  /** Without a value in that slot nothing is written or reported. */
  quiet: boolean;
  /**
   * Of most values the text is plain to see: the text itself, a decimal as it stands, the code for it, what the conversion
   * makes of it; always provided that the condition holds. What is sought is no field of the object: it may be several.
   */
  form: 'text' | 'decimal' | 'coded' | 'converted' | 'sought' | 'other';
  condition: OwnCondition | undefined;
}

/** One segment, as the rules of a scope write it: all rules with the same slot and the same condition. */
export interface SegmentGroup {
  kind: 'segment';
  slot: number;
  segmentId: string;
  /** The first segment of the scope's own loop: exactly one per instance. */
  trigger: boolean;
  /** What the address's condition says. */
  qualifiers: FixedCell[];
  constants: FixedCell[];
  values: ValueCell[];
  /** Loops over the pairs of this segment. */
  pairs: Scope<SegmentPlace>[];
  /** Qualifiers and constants; undefined where some depend on the document. */
  fixed: readonly FixedCell[] | undefined;
  /** Some value may be several. */
  many: boolean;
  /** Most segments of this kind. */
  limit: number | undefined;
  /** Without a value in any of these slots the group has no data; undefined: it has to be tried. */
  slots: readonly number[] | undefined;
  /** The same as bits (see slotBit). */
  needs: number;
  /** Segments of this id are counted (`count: HL`). */
  counted: boolean;
  /** For one segment, in which each cell is one text. */
  row: SegmentRow | undefined;
  /** For one in which a cell may be a short list, a date with its format, or a value that is looked up: compiled only. */
  wideRow: SegmentRow | undefined;
}

export interface LoopNode {
  kind: 'loop';
  slot: number;
  scope: Scope<SegmentPlace>;
  /** Without a value in any of these slots the loop writes nothing; undefined: it has to be tried. */
  slots: readonly number[] | undefined;
  /** The same as bits (see slotBit). */
  needs: number;
  /** Slot of the list or object whose every entry is written that meets the condition; -1: it depends on more. */
  plainSlot: number;
  condition: OwnCondition | undefined;
}

interface TreeNodePlan {
  kind: 'tree';
  slot: number;
  tree: Tree<SegmentPlace>;
}

/** What a scope writes, in the order of the grammar. */
export type WriteNode = SegmentGroup | LoopNode | TreeNodePlan;

/** By scope id. */
export type WritePlan = readonly (readonly WriteNode[])[];

/** A segment in which every cell is one text: all places that can have one, in the order in which they are sent. */
export interface SegmentRow {
  elements: readonly number[];
  components: readonly number[];
  /** Qualifiers and constants. */
  fixed: readonly { at: number; text: string; condition: FixedCell['condition'] }[];
  cells: readonly RowCell[];
  /** Places of the number, the parent's number and the child code of a tree's node; [] where the segment starts none. */
  node: readonly number[];
}

export interface RowCell {
  cell: ValueCell;
  /** Place of the value; -1 for a pair, which takes the next free one. */
  at: number;
  pairs: RowPairs | undefined;
  /** Places of the further texts of a list. */
  further: readonly number[];
  /** What stands behind every text: the format of a date. */
  companion: { at: number; text: string } | undefined;
}

interface RowPairs {
  qualifiers: readonly PairQualifier[];
  /** Where a pair can stand; it may when `free`, all places of the first member's element, are. */
  places: readonly { code: number; value: number; free: readonly number[] }[];
}
