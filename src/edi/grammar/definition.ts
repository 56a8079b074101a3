import type { MessageGrammar } from '../model.ts';
import type { Restriction } from './restriction.ts';

/**
 * Data types of both standards. X12: `N` (digits with implied decimals), `R` decimal, `ID` code, `AN` string, `DT` date,
 * `TM` time, `B` binary. EDIFACT: `a` letters, `n` number, `an` any.
 */
export type DataType = 'N' | 'R' | 'ID' | 'AN' | 'DT' | 'TM' | 'B' | 'a' | 'n' | 'an';

/** A simple data element: `353 ID 2/2`, `1225 an..3`. */
export interface ElementDefinition {
  id: string;
  type: DataType;
  /** Implied decimal places of an N element: 2 for N2. */
  decimals: number;
  minLength: number;
  maxLength: number;
  /** Closed code list; undefined where any code of the right length is accepted. */
  codes: ReadonlySet<string> | undefined;
}

/** An element, or one component of a composite, at its place. */
export interface ComponentUse {
  element: ElementDefinition;
  mandatory: boolean;
  /** A layer takes this component away. */
  forbidden?: boolean;
}

/** P paired, R at least one, E at most one, C if the first then all others, L if the first then one of the others. */
export interface RelationalNote {
  kind: 'P' | 'R' | 'E' | 'C' | 'L';
  /** 1-based element (or component) positions. */
  positions: readonly number[];
  /** As printed: `P0304`. */
  text: string;
}

/** One element position of a segment. A simple element has one component. */
export interface ElementUse {
  /** `353`, `C040`, `S009`. */
  id: string;
  mandatory: boolean;
  /** A layer takes this element away. */
  forbidden?: boolean;
  composite: boolean;
  maxRepeat: number;
  components: readonly ComponentUse[];
  /** Relational notes among the components. */
  notes: readonly RelationalNote[];
}

export interface SegmentDefinition {
  id: string;
  elements: readonly ElementUse[];
  notes: readonly RelationalNote[];
}

/** How far the dictionary is from what the sender stated. */
export type ReleaseMatch = 'exact' | 'nearest';

/** A message with the definitions of its segments: everything that validation needs. */
export interface Grammar extends MessageGrammar {
  /** Restriction layers in force: `EANCOM 1997`, a partner's. */
  layers: readonly string[];
  match: ReleaseMatch;
  /** Slots that a layer takes away or makes mandatory, and which layer does; indexed by slot. */
  rules: ReadonlyMap<number, SlotRule>;
  /** Definition in this release, of any segment that the dictionary knows, not only of this message. */
  segment(id: string): SegmentDefinition | undefined;
  /** Definition at one slot, with the layers' element rules applied. */
  segmentAt(slot: number): SegmentDefinition | undefined;
  /** Restrictions of the layers that name no place of this message: a mistake in the partner's file. */
  misplaced: readonly Restriction[];
}

/** What a layer says about a slot. */
export interface SlotRule {
  layer: string;
  forbidden: boolean;
  severity: 'error' | 'warning';
}
