import * as z from 'zod';
import { ACCESS_ROLES } from '../../pipeline/access/access-token-record.ts';
import { endpoint } from '../endpoint.ts';

export const showSession = endpoint({
  method: 'get',
  path: '/api/session',
  operationId: 'showSession',
  tag: 'Access',
  summary: 'Who is signed in',
  role: 'viewer',
  answer: z.object({ name: z.string(), role: z.enum(ACCESS_ROLES), company: z.string() }),
  handle: ({ actor, gateway }) => ({
    name: actor.name,
    role: actor.role,
    company: gateway.partners.company.company,
  }),
});
