import * as z from 'zod';
import { summariseDay } from '../../pipeline/queries/summary.ts';
import { endpoint } from '../endpoint.ts';
import { deadline } from '../schemas/order.ts';

export const showSummary = endpoint({
  method: 'get',
  path: '/api/summary',
  operationId: 'showSummary',
  tag: 'Search',
  summary: 'What went on since an instant: files, documents, exceptions, the next deadline',
  role: 'viewer',
  query: z.object({ since: z.iso.datetime() }),
  answer: z.object({
    since: z.string(),
    files: z.int(),
    documents: z.int(),
    applied: z.int(),
    exceptionsOpened: z.int(),
    openExceptions: z.int(),
    deadWork: z.int(),
    nextDeadline: deadline.optional(),
  }),
  handle: ({ gateway }, { query }) => summariseDay(gateway.store, query.since),
});
