import * as z from 'zod';
import { listEvents as query } from '../../pipeline/orders/publish-events.ts';
import { endpoint } from '../endpoint.ts';
import { cloudEvent } from '../schemas/event.ts';

export const listEvents = endpoint({
  method: 'get',
  path: '/api/events',
  operationId: 'listEvents',
  tag: 'Events',
  summary: 'What has happened to orders, in order and without a gap: after the number given, at most so many',
  role: 'viewer',
  query: z.object({
    after: z.coerce.number().int().nonnegative().default(0),
    limit: z.coerce.number().int().min(1).max(500).default(100),
  }),
  answer: z.object({
    records: z.array(z.object({ number: z.int().positive(), event: cloudEvent })),
    /** What to ask for next: the last number here, or the one given where there is nothing new. */
    next: z.int().nonnegative(),
  }),
  async handle({ gateway }, { query: { after, limit } }) {
    const records = await query(gateway.store, after, limit);
    return {
      records: records.map(({ number, event }) => ({ number, event })),
      next: records.at(-1)?.number ?? after,
    };
  },
});
