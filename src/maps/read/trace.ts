import type { TokenTable } from '../../edi/model.ts';
import type { Field, SegmentPlace } from '../compile/model.ts';
import { assignedPath } from './assign.ts';
import type { Frame } from './frame.ts';
import type { SegmentCursor } from './segment-cursor.ts';

/** Where a field of a document came from. */
export interface TraceEntry {
  /** Path in the document: `lines[2].quantity.value`. */
  path: string;
  /** The rule: `x12/004010/855-order-response:14`. */
  rule: string;
  /** The rule's `at`. */
  at: string;
  /** As it stood in the message. */
  text: string;
  /** X12, EDIFACT: position of the segment in its transaction (ST/UNH is 1), element and component. */
  segment?: number;
  segmentId?: string;
  element?: number;
  component?: number;
  /** XML: line and column of the element; CSV: line of the row and number of the column. */
  line?: number;
  column?: number;
  /** Half-open byte range in the file. */
  range?: readonly [start: number, end: number];
}

/** The trace of a value that has just been assigned from the segment at the cursor. */
export function segmentTrace(
  field: Field<SegmentPlace>,
  place: SegmentPlace,
  frame: Frame<SegmentPlace>,
  text: string,
  { segment, element, component }: SegmentCursor,
  table: TokenTable,
): TraceEntry {
  return {
    path: assignedPath(field, frame),
    rule: field.origin,
    at: place.text,
    text,
    segment: segment + 1,
    segmentId: place.segmentId,
    element,
    component,
    range: table.range(segment, element, component),
  };
}
