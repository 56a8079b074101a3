import * as z from 'zod';

/** Parameters of every list: a page is asked for with `next` of the page before. */
export const pageQuery = {
  limit: z.coerce.number().int().min(1).max(200).default(50),
  after: z.string().optional(),
};

export function pageOf<T extends z.ZodType>(record: T) {
  return z.object({
    records: z.array(record),
    /** Cursor of the next page; absent on the last. */
    next: z.string().optional(),
  });
}

export const idParams = z.object({ id: z.string().min(1) });

/** Text of a person: kept in the audit log. */
export const reason = z.string().trim().min(1).max(2_000);

export const accepted = z
  .object({
    id: z.string(),
    /** The same thing was known already and nothing was done. */
    repeated: z.boolean(),
  })
  .meta({ id: 'Accepted' });
