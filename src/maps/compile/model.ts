import type { Condition, PairLayout, PairQualifier } from '../address.ts';
import type { CodeTable } from '../code-table.ts';
import type { Conversion, Scalar } from '../conversion/conversion.ts';
import type { DocumentPath, PathStep } from '../document-path.ts';
import type { ScalarType, Shape } from '../document-shape.ts';
import type { SetField } from './field-access.ts';
import type { EntryRule, FieldRule, LoopRule, TreeLevel, TreeRule } from '../load-map.ts';

/** A place in an X12 or EDIFACT message, resolved against the grammar. */
export interface SegmentPlace {
  text: string;
  /** Slot of the grammar. */
  slot: number;
  segmentId: string;
  conditions: readonly Condition[];
  /** 1-based; 0: the segment as such (loops, ignore). */
  element: number;
  lastElement: number;
  component: number;
  lastComponent: number;
  repetition: number | 'all';
  pair: readonly PairQualifier[] | 'each' | undefined;
  layout: PairLayout | undefined;
  pairMember: 0 | 1 | 2;
  /** `../`: how many loops further out. */
  up: number;
}

/** A place in an XML document: steps of element names, an attribute, conditions. */
export interface XmlPlace {
  text: string;
  steps: readonly XmlStep[];
  /** '' = the element's text. */
  attribute: string;
  /** `../`: how many loops further out. */
  up: number;
}

export interface XmlStep {
  /** Namespace URI, '' = none. */
  namespace: string;
  name: string;
  /** As the map writes it, with its prefix. */
  qualified: string;
  /** `*b`: this element repeats; else the first step of the loop does. */
  repeats: boolean;
  /** `[child=value]`, `[@name=value]`. */
  condition: { child: string; attribute: string; value: string } | undefined;
}

/** A column of a CSV file. */
export interface CsvPlace {
  text: string;
  /** Name in the header line; '' when addressed by number. */
  column: string;
  /** 0-based, where addressed by number. */
  index: number;
  condition: { column: string; value: string } | undefined;
  up: number;
}

export type Place = SegmentPlace | XmlPlace | CsvPlace;

export type Test =
  | { kind: 'present' }
  | { kind: 'absent' }
  | { kind: 'in'; values: ReadonlySet<string> }
  | { kind: 'notIn'; values: ReadonlySet<string> };

/** `when:`, taken apart by direction. */
export interface When<P extends Place> {
  places: readonly { place: P; test: Test }[];
  /** `size`: the number of values is tested (`schedules#`). */
  paths: readonly { path: DocumentPath; test: Test; size: boolean }[];
}

export interface Derivation {
  quantifier: 'all' | 'any' | 'always';
  path: DocumentPath | undefined;
  values: ReadonlySet<string>;
  value: string;
}

/** A rule about one value, compiled. */
export interface Field<P extends Place> {
  /** Position among all fields of the map. */
  index: number;
  /** Position among all rules of the map, loops counted too. */
  position: number;
  rule: FieldRule;
  /** Where the rule is written: `x12/004010/850-order:14`. */
  origin: string;
  scope: Scope<P>;
  /** Alternatives in order of preference; [] for rules without `at`. */
  places: readonly P[];
  path: DocumentPath | undefined;
  /** The name, where the path is a single step from the scope's target: the common case. '' otherwise. */
  key: string;
  /** Sets the field, where the path has no list; undefined otherwise. */
  set: SetField | undefined;
  /** `notes[]`: one entry per value. */
  list: boolean;
  /** Position of the step with `[type=x]` in the path, -1 without. */
  selectStep: number;
  target: ScalarType;
  conversion: Conversion;
  codes: CodeTable | undefined;
  /** Where the rank of the present value is kept, and the rank of this rule's first place (see rankFields). */
  rankSlot: number;
  rankOffset: number;
  /** Nothing but the conversion happens to the text. */
  plain: boolean;
  reads: boolean;
  writes: boolean;
  constant: string | undefined;
  defaultRead: string | undefined;
  defaultWrite: string | undefined;
  requiredRead: boolean;
  requiredWrite: boolean;
  when: When<P> | undefined;
  inherit: DocumentPath | undefined;
  copyOf: DocumentPath | undefined;
  count: { segmentId: string } | { path: DocumentPath } | undefined;
  sum: DocumentPath | undefined;
  sign: 'negate' | 'absolute' | undefined;
  factor: { place: P; path: DocumentPath; operation: 'times' | 'over' } | undefined;
  prefix: string;
  suffix: string;
  pad: number;
  width: number | undefined;
  join: string | undefined;
  limit: number | undefined;
  time: P | undefined;
  until: DocumentPath | undefined;
  derive: readonly Derivation[] | undefined;
  context: string | undefined;
}

/** A loop of the map, a level of a tree, or the message itself. */
export interface Scope<P extends Place> {
  id: number;
  position: number;
  rule: LoopRule | EntryRule | TreeLevel | undefined;
  parent: Scope<P> | undefined;
  place: P | undefined;
  /** What the rules inside see as their own: slot of the loop's trigger, -1 for the message. */
  loopSlot: number;
  /** The loop is one segment: a repeated segment, or a pair of it. */
  single: boolean;
  /** `entry:`: lives as long as its parent; its object is made when the first value comes. */
  entry: boolean;
  path: DocumentPath | undefined;
  list: boolean;
  /** Steps from the parent's target to the object or list; the last one apart for lists. */
  steps: readonly PathStep[];
  shape: Shape;
  when: When<P> | undefined;
  requiredRead: boolean;
  requiredWrite: boolean;
  limit: number | undefined;
  reads: boolean;
  writes: boolean;
  fields: Field<P>[];
  children: Scope<P>[];
  trees: Tree<P>[];
  /** A level of this tree. */
  tree: Tree<P> | undefined;
  /** `shares: lines[]`. */
  shares: boolean;
  /** Its entries divide the others of their list by quantity. */
  divides: boolean;
  origin: string;
}

export interface Tree<P extends Place> {
  rule: TreeRule;
  segmentId: string;
  slot: number;
  parent: Scope<P>;
  /** In the order in which they are tried when read. */
  levels: Scope<P>[];
  /** Nesting when written. */
  order: Scope<P>[];
}

export type { Scalar };
