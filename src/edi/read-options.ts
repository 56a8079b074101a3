import type { EnvelopeLeniency } from './leniency.ts';
import type { Charset } from './model.ts';

/** How a file is read. */
export interface ReadOptions {
  /** What the partner is forgiven; nothing by default. */
  leniency?: EnvelopeLeniency;
  /** Character set in place of the one that UNB declares, or that X12 has no word for. */
  charset?: Charset;
  /** Largest transaction that is kept, in bytes; segments of a larger one are counted, not read. Default 64 MiB. */
  maxTransactionBytes?: number;
}
