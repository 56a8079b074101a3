import * as z from 'zod';
import { REPEAT_VERBS } from '../../pipeline/repeat/repeat-model.ts';

export const repeatResult = z
  .object({
    verb: z.enum(REPEAT_VERBS),
    items: z
      .array(
        z.object({
          id: z.string(),
          name: z.string(),
          outcome: z.enum(['possible', 'refused', 'done', 'failed', 'stopped']),
          /** Why it is refused, or what went otherwise. */
          text: z.string().optional(),
          effects: z.array(z.string()).readonly(),
          /** Value of the orders behind it, in company currency. */
          amount: z.string().optional(),
        }),
      )
      .readonly(),
    /** Why a second person has to agree. */
    secondPerson: z.string().optional(),
    approvalId: z.string().optional(),
  })
  .meta({ id: 'RepeatResult' });

export const approvalRow = z
  .object({
    id: z.string(),
    verb: z.enum(REPEAT_VERBS),
    ids: z.array(z.string()).readonly(),
    reason: z.string(),
    because: z.string(),
    requestedBy: z.string(),
    requestedAt: z.string(),
    status: z.enum(['waiting', 'approved', 'refused']),
    decidedBy: z.string().optional(),
    decidedAt: z.string().optional(),
    decisionReason: z.string().optional(),
  })
  .meta({ id: 'Approval' });
