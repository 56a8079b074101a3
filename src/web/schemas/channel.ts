import * as z from 'zod';

const traffic = z.object({
  files: z.int(),
  bytes: z.int(),
  /** Polls or deliveries that were tried, and the milliseconds that they took in all. */
  calls: z.int(),
  totalMs: z.number(),
  failures: z.int(),
  lastSuccessAt: z.string().optional(),
  lastFailureAt: z.string().optional(),
  lastError: z.string().optional(),
});

/** A partner's channel with its state in all gateway processes that run; counts begin when each of them started. */
export const channelStatus = z
  .object({
    partnerId: z.string(),
    name: z.string(),
    type: z.string(),
    receive: z.boolean(),
    send: z.boolean(),
    /** Document types that go out by it; absent = all. */
    documents: z.array(z.string()).optional(),
    /** Seconds from one look into it to the next. */
    pollSeconds: z.number(),
    state: z.enum(['off', 'failing', 'quiet', 'working']),
    quietUntil: z.string().optional(),
    polling: z.boolean(),
    failuresInARow: z.int(),
    nextPollAt: z.string().optional(),
    /** Absent where it is off. */
    report: z
      .object({
        inbound: traffic,
        outbound: traffic,
        refused: z.int(),
        rejected: z.int(),
        sending: z.int(),
        waiting: z.int(),
        circuit: z.enum(['closed', 'open', 'halfOpen']),
        retryAt: z.string().optional(),
      })
      .optional(),
  })
  .meta({ id: 'Channel' });

export const channelTest = z
  .object({
    /** Every step was done. */
    ok: z.boolean(),
    /** In the order in which they were tried; nothing comes after one that failed. */
    steps: z.array(z.object({ name: z.string(), ok: z.boolean(), text: z.string(), durationMs: z.number() })),
  })
  .meta({ id: 'ChannelTest' });
