import * as z from 'zod';
import { listWork as query } from '../../pipeline/queries/work.ts';
import { endpoint } from '../endpoint.ts';
import { pageOf, pageQuery } from '../schemas/page.ts';
import { work, workKind, workStatus } from '../schemas/work.ts';

export const listWork = endpoint({
  method: 'get',
  path: '/api/work',
  operationId: 'listWork',
  tag: 'Deliveries',
  summary: 'What is to be done or was done outside and inside, with its attempts, the newest first',
  role: 'viewer',
  query: z.object({
    ...pageQuery,
    /** `pending`: neither done nor dead. */
    status: z.union([workStatus, z.literal('pending')]).optional(),
    kind: workKind.optional(),
    partnerId: z.string().optional(),
  }),
  answer: pageOf(work),
  handle: ({ gateway }, { query: filter }) => query(gateway.store, filter),
});
