import * as z from 'zod';

const RETENTION_CLASS = z.enum(['raw', 'canonical']);

const classReport = z.object({
  /** Files whose content went, or would go. */
  erased: z.int(),
  /** Files that are old enough and have to stay. */
  kept: z.int(),
  /** Not all that is old enough has been looked at. */
  more: z.boolean(),
});

const classReports = z.partialRecord(RETENTION_CLASS, classReport);

const retentionRun = z.object({ at: z.string(), classes: classReports }).meta({ id: 'RetentionRun' });

export const retention = z
  .object({
    classes: z.array(
      z.object({
        name: RETENTION_CLASS,
        /** Absent: for good. */
        keptDays: z.int().optional(),
        /** Files whose content has been erased, in all. */
        erased: z.int(),
      }),
    ),
    last: retentionRun.optional(),
    nextAt: z.string().optional(),
    /** The newest runs that erased something, newest first. */
    erasing: z.array(retentionRun).readonly(),
  })
  .meta({ id: 'Retention' });

export const retentionPreview = z
  .object({
    classes: classReports,
    kept: z.array(z.object({ fileId: z.string(), name: z.string(), because: z.string() })),
  })
  .meta({ id: 'RetentionPreview' });
