import * as z from 'zod';

export const workStatus = z.enum(['ready', 'delayed', 'blocked', 'leased', 'done', 'dead']);
export const workKind = z.enum([
  'processFile',
  'sendFile',
  'sendReceipt',
  'sendEvents',
  'writeErp',
  'rejectFile',
  'rematchInvoices',
  'notify',
  'tellPartner',
]);

/** WorkRecord of the store: one thing to be done once, with its attempts. */
export const work = z
  .object({
    id: z.string(),
    revision: z.int(),
    kind: workKind,
    key: z.string(),
    orderingKey: z.string(),
    partnerId: z.string(),
    lane: z.int(),
    sequence: z.string(),
    position: z.string(),
    status: workStatus,
    payload: z.record(z.string(), z.unknown()),
    createdAt: z.string(),
    notBefore: z.string(),
    attempts: z.int(),
    owner: z.string(),
    epoch: z.int(),
    leaseUntil: z.string(),
    finishedAt: z.string().optional(),
    history: z.array(z.object({ at: z.string(), outcome: z.string(), message: z.string() })),
  })
  .meta({ id: 'Work' });
