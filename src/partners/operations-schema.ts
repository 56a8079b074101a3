import * as z from 'zod';
import { limitSetting } from './settings.ts';

/** How long content is kept; without a number for good. Hashes, numbers, receipts and decisions always stay. */
export const retentionSchema = z
  .strictObject({
    /** Bytes of files and AS2 messages. */
    rawDays: z.int().min(1),
    /** What documents say. */
    canonicalDays: z.int().min(1),
  })
  .partial();

/** Sending and processing again (docs/operations.md). */
export const repeatSchema = z
  .strictObject({
    /** Of files, documents or work items that are done again at once; default 100. */
    atMost: z.int().min(1).max(10_000),
    /** More than these at once need a second person; default 20. */
    secondPersonItems: z.int().min(0),
    /** Above this value, in company currency, a second person has to agree; without it one person is enough. */
    secondPersonAbove: limitSetting,
  })
  .partial();
