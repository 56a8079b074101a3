import * as z from 'zod';
import { GatewayError } from '../../common/errors.ts';
import { ROLES } from '../auth/access.ts';
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
    name: z.string().regex(/^[\w.@-]{1,60}$/, 'a name of letters, digits, ".", "_", "@" and "-"'),
    role: z.enum(ROLES),
  }),
  answer: z.object({ name: z.string(), role: z.enum(ROLES), token: z.string() }),
  async handle({ access, now }, { body: { name, role } }) {
    const token = await access.addToken(name, role, now);
    if (token === undefined) {
      throw new GatewayError('CONFLICT', `There is a token named "${name}" already. Remove it first.`);
    }
    return { name, role, token };
  },
});
