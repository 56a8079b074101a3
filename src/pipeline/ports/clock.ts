export type { Clock } from '../../common/time.ts';

/** The only source of identities. Ids sort by the time they were made (UUIDv7). */
export interface IdSource {
  next(): string;
}

/** The only source of delays, so that tests run under a fake clock. */
export interface Timer {
  /** Calls back once after that many milliseconds; the returned function cancels it. */
  after(delayMs: number, callback: () => void): () => void;
}
