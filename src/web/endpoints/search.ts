import * as z from 'zod';
import { findAnything } from '../../pipeline/queries/search.ts';
import { endpoint } from '../endpoint.ts';

export const search = endpoint({
  method: 'get',
  path: '/api/search',
  operationId: 'search',
  tag: 'Search',
  summary:
    'Whatever an id names: an order, invoice or claim number, a SHA-256, a record id, the key of an effect',
  role: 'viewer',
  query: z.object({ text: z.string().min(1).max(200) }),
  answer: z.object({
    records: z.array(
      z.object({
        kind: z.enum(['order', 'invoice', 'document', 'file', 'exception', 'work', 'interchange', 'claim']),
        id: z.string(),
        title: z.string(),
        partnerId: z.string(),
      }),
    ),
  }),
  handle: async ({ gateway }, { query }) => ({ records: await findAnything(gateway.store, query.text) }),
});
