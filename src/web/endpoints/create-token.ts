import * as z from 'zod';
import { ACCESS_ROLES, TOKEN_NAME } from '../../pipeline/access/access-token-record.ts';
import { endpoint } from '../endpoint.ts';

export const createToken = endpoint({
  method: 'post',
  path: '/api/tokens',
  operationId: 'createToken',
  tag: 'Access',
  summary: 'Makes an API token; it is shown in this answer only',
  role: 'admin',
  status: 201,
  body: z.strictObject({
    name: z.string().regex(TOKEN_NAME, 'a name of letters, digits, ".", "_", "@" and "-"'),
    role: z.enum(ACCESS_ROLES),
  }),
  answer: z.object({ name: z.string(), role: z.enum(ACCESS_ROLES), token: z.string() }),
  async handle({ gateway, actor }, { body: { name, role } }) {
    return { name, role, token: await gateway.createAccessToken({ name, role }, actor) };
  },
});
