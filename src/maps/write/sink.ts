/** An element as written: text, or the components of a composite. Trailing empty ones are left out by the writer. */
export type ElementText = string | readonly string[];

/** Takes the segments of one transaction between its header and its trailer; the codec's SegmentWriter is one. */
export interface SegmentSink {
  segment(id: string, elements: readonly ElementText[]): unknown;
}

export interface WriteOptions {
  /** Values for rules with `context:`: control numbers, the present date. */
  context?: Readonly<Record<string, string>>;
  /** EDIFACT decimal mark; default '.'. */
  decimalMark?: string;
}
