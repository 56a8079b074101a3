import type { Finding } from '../../common/finding.ts';
import type { TraceEntry } from './trace.ts';

export interface ReadOptions {
  /** Tell for each field where it came from; default false. */
  trace?: boolean;
  /** Use no compiled rules; default false. Both read the same. */
  interpreted?: boolean;
}

export interface SegmentReading {
  fields: Record<string, unknown>;
  findings: Finding[];
  trace: TraceEntry[];
  /** Positions (ST/UNH is 1) of the segments that no rule used. */
  unconsumed: number[];
}
