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
