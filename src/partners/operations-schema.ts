import * as z from 'zod';
import { limitSetting } from './settings.ts';

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
