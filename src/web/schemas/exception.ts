import * as z from 'zod';
import { place } from './finding.ts';

export const exceptionStatus = z.enum(['open', 'snoozed', 'resolved']);
export const exceptionSeverity = z.enum(['low', 'medium', 'high', 'critical']);

/** ExceptionRecord of the store: a work item for a person. */
export const exception = z
  .object({
    id: z.string(),
    revision: z.int(),
    type: z.string(),
    family: z.enum(['technical', 'business']),
    severity: exceptionSeverity,
    status: exceptionStatus,
    fingerprint: z.string(),
    groupKey: z.string(),
    count: z.int(),
    title: z.string(),
    detail: z.string(),
    owner: z.string(),
    assignee: z.string(),
    partnerId: z.string(),
    orderId: z.string(),
    lineId: z.string(),
    invoiceId: z.string(),
    fileId: z.string(),
    documentId: z.string(),
    valueAtStake: z.string(),
    currency: z.string(),
    priority: z.number(),
    priorityTerms: z.array(
      z.object({ term: z.enum(['money', 'urgency', 'severity']), value: z.number(), text: z.string() }),
    ),
    openedAt: z.string(),
    lastSeenAt: z.string(),
    /** '' where nothing is due. */
    dueAt: z.string(),
    snoozedUntil: z.string().optional(),
    evidence: z.array(
      z.object({
        text: z.string(),
        documentId: z.string().optional(),
        fileId: z.string().optional(),
        place: place.optional(),
        snippet: z.string().optional(),
        actual: z.string().optional(),
        expected: z.string().optional(),
      }),
    ),
    suggestedAction: z.string(),
    allowedActions: z.array(z.string()),
    comments: z.array(z.object({ at: z.string(), author: z.string(), text: z.string() })),
    resolution: z
      .object({ at: z.string(), by: z.string(), action: z.string(), reason: z.string() })
      .optional(),
  })
  .meta({ id: 'Exception' });

export const exceptionCounts = z.object({
  open: z.int(),
  snoozed: z.int(),
  complete: z
    .boolean()
    .describe(
      'False where more are open than are looked at: every other number is of the most urgent ones alone, and too small',
    ),
  unassigned: z.int(),
  mine: z.int(),
  dueToday: z.int(),
  overdue: z.int(),
  byType: z.array(z.object({ type: z.string(), count: z.int() })),
  byPartner: z.array(z.object({ partnerId: z.string(), count: z.int() })),
  byOwner: z.array(z.object({ owner: z.string(), count: z.int() })),
});
