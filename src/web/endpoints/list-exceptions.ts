import * as z from 'zod';
import { listExceptions as query } from '../../pipeline/queries/exceptions.ts';
import { endpoint } from '../endpoint.ts';
import { exception, exceptionSeverity, exceptionStatus } from '../schemas/exception.ts';
import { pageOf, pageQuery } from '../schemas/page.ts';

export const listExceptions = endpoint({
  method: 'get',
  path: '/api/exceptions',
  operationId: 'listExceptions',
  tag: 'Exceptions',
  summary: 'Work items for people, the most urgent first; resolved ones the newest first',
  role: 'viewer',
  query: z.object({
    ...pageQuery,
    status: z.union([exceptionStatus, z.literal('any')]).default('open'),
    /** One or several types, separated by commas. */
    type: z.string().optional(),
    owner: z.string().optional(),
    /** A name, `me`, or `none`. */
    assignee: z.string().optional(),
    partnerId: z.string().optional(),
    orderId: z.string().optional(),
    severity: exceptionSeverity.optional(),
    dueBefore: z.iso.datetime().optional(),
    minValue: z.coerce.number().nonnegative().optional(),
    /** Words that all occur in it. */
    text: z.string().max(200).optional(),
  }),
  answer: pageOf(exception),
  handle({ gateway, actor }, { query: { type, assignee, ...filter } }) {
    return query(gateway.store, {
      ...filter,
      types: type?.split(','),
      assignee: assignee === 'me' ? actor.name : assignee === 'none' ? '' : assignee,
    });
  },
});
