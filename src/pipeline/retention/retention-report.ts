/** `raw`: the bytes of files and AS2 messages. `canonical`: what documents say, as we understood them. */
export const RETENTION_CLASSES = ['raw', 'canonical'] as const;

export type RetentionClass = (typeof RETENTION_CLASSES)[number];

export interface RetentionReport {
  /** By class: how many days it is kept; absent = for good. */
  keptDays: Partial<Record<RetentionClass, number>>;
  looked: number;
  erased: number;
  /** What is old enough and stays, with the reason; at most 100. */
  kept: { fileId: string; name: string; because: string }[];
}
