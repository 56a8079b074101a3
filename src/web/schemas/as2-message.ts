import * as z from 'zod';
import { direction } from './file.ts';

const digest = z.object({ algorithm: z.string(), value: z.string() });

/** An AS2 message as people look at it; its bytes are in its evidence. */
export const as2Message = z
  .object({
    id: z.string(),
    direction,
    partnerId: z.string(),
    channel: z.string(),
    messageId: z.string(),
    as2From: z.string(),
    as2To: z.string(),
    createdAt: z.string(),
    status: z.enum(['received', 'refused', 'packed', 'awaitingReceipt', 'acknowledged', 'unanswered']),
    layers: z.array(z.string()),
    mics: z.array(digest),
    sizeBytes: z.int(),
    receiptMode: z.enum(['none', 'sync', 'async']),
    receipt: z
      .object({
        at: z.string(),
        messageId: z.string(),
        disposition: z.string(),
        positive: z.boolean(),
        signed: z.boolean(),
        text: z.string(),
        warnings: z.array(z.string()),
      })
      .optional(),
    attempts: z.array(z.object({ at: z.string(), outcome: z.string() })),
    attemptCount: z.int(),
    receiptDueAt: z.string(),
    repeats: z.int(),
    replaces: z.string().optional(),
    trouble: z.string().optional(),
    notes: z.array(z.object({ at: z.string(), text: z.string() })),
  })
  .meta({ id: 'As2Message' });
