import * as z from 'zod';
import { REPEAT_VERBS } from '../../pipeline/repeat/repeat-model.ts';

const repeatItem = z.object({
  id: z.string(),
  name: z.string(),
  outcome: z.enum(['possible', 'refused', 'done', 'failed', 'stopped']),
  /** Why it is refused, or what went otherwise. */
  text: z.string().optional(),
  effects: z.array(z.string()).readonly(),
  /** Value of the orders behind it, in company currency. */
  amount: z.string().optional(),
});

export const repeatResult = z
  .object({
    verb: z.enum(REPEAT_VERBS),
    items: z.array(repeatItem).readonly(),
    /** Why a second person has to agree. */
    secondPerson: z.string().optional(),
    approvalId: z.string().optional(),
    /** What was done, at /api/repeats/{id}. */
    runId: z.string().optional(),
  })
  .meta({ id: 'RepeatResult' });

export const repeatRunRow = z
  .object({
    id: z.string(),
    verb: z.enum(REPEAT_VERBS),
    reason: z.string(),
    requestedBy: z.string(),
    agreedBy: z.string().optional(),
    startedAt: z.string(),
    updatedAt: z.string(),
    /** `interrupted`: the gateway ended in the middle of it. */
    status: z.enum(['running', 'done', 'stopped', 'interrupted']),
    count: z.int(),
    /** Of them. */
    done: z.int(),
    /** Why the first of those that were refused or went otherwise was not done. */
    notDone: z.string().optional(),
  })
  .meta({ id: 'RepeatRun' });

export const repeatRunDetail = repeatRunRow
  .extend({ items: z.array(repeatItem).readonly() })
  .meta({ id: 'RepeatRunDetail' });

/** company.yaml: `repeat`. */
export const repeatRules = z
  .object({
    atMost: z.int(),
    secondPersonItems: z.int(),
    secondPersonAbove: z.string().optional(),
    currency: z.string(),
  })
  .meta({ id: 'RepeatRules' });

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
