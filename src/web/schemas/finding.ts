import * as z from 'zod';

/** Place in src/common/finding.ts. */
export const place = z
  .object({
    file: z.string().optional(),
    line: z.int().optional(),
    column: z.int().optional(),
    interchange: z.int().optional(),
    group: z.int().optional(),
    transaction: z.int().optional(),
    segment: z.int().optional(),
    segmentId: z.string().optional(),
    loop: z.string().optional(),
    element: z.int().optional(),
    component: z.int().optional(),
    repetition: z.int().optional(),
    elementId: z.string().optional(),
    range: z.tuple([z.int(), z.int()]).readonly().optional(),
    path: z.string().optional(),
  })
  .meta({ id: 'Place' });

export const severity = z.enum(['error', 'warning', 'info']);

/** Finding in src/common/finding.ts. */
export const finding = z
  .object({
    code: z.string(),
    severity,
    message: z.string(),
    place,
    actual: z.string().optional(),
    expected: z.string().optional(),
    acknowledgment: z
      .object({
        level: z.enum(['interchange', 'group', 'transaction', 'segment', 'element']),
        code: z.string(),
      })
      .optional(),
  })
  .meta({ id: 'Finding' });
