import * as z from 'zod';
import { countExceptions as query } from '../../pipeline/queries/exceptions.ts';
import { endpoint } from '../endpoint.ts';
import { exceptionCounts } from '../schemas/exception.ts';

export const countExceptions = endpoint({
  method: 'get',
  path: '/api/exception-counts',
  operationId: 'countExceptions',
  tag: 'Exceptions',
  summary: 'How many open exceptions each saved view holds',
  role: 'viewer',
  query: z.object({
    /** End of the caller's day, for what is due today. */
    endOfDay: z.iso.datetime(),
  }),
  answer: exceptionCounts,
  handle: ({ gateway, actor, now }, { query: { endOfDay } }) =>
    query(gateway.store, { name: actor.name, now, endOfDay }),
});
