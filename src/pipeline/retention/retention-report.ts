import type { Instant } from '../../common/time.ts';

/** `raw`: the bytes of files and AS2 messages. `canonical`: what documents say, as we understood them. */
export const RETENTION_CLASSES = ['raw', 'canonical'] as const;

export type RetentionClass = (typeof RETENTION_CLASSES)[number];

/** Files whose content of one class is old enough to go. */
export interface ClassReport {
  erased: number;
  /** They have to stay. */
  kept: number;
  /** Not all of them have been looked at yet. */
  more: boolean;
}

export interface RetentionReport {
  /** By class: how many days it is kept; absent = for good. */
  keptDays: Partial<Record<RetentionClass, number>>;
  /** Of each class that is not kept for good. */
  classes: Partial<Record<RetentionClass, ClassReport>>;
  /** What is old enough and stays, with the reason; at most 100. */
  kept: { fileId: string; name: string; because: string }[];
}

export interface RetentionRun {
  at: Instant;
  classes: RetentionReport['classes'];
}

/** What retention has done so far. */
export interface RetentionHistory {
  last?: RetentionRun;
  /** The newest runs that erased something, newest first. */
  erasing: readonly RetentionRun[];
  /** Files whose content of a class has been erased, in all. */
  erased: Partial<Record<RetentionClass, number>>;
}
