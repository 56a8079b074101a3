import * as z from 'zod';
import { listAccessTokens } from '../../pipeline/access/access-tokens.ts';
import { endpoint } from '../endpoint.ts';
import { tokenRow } from '../schemas/token.ts';

export const listTokens = endpoint({
  method: 'get',
  path: '/api/tokens',
  operationId: 'listTokens',
  tag: 'Access',
  summary: 'API tokens by name and role; the tokens themselves cannot be shown',
  role: 'admin',
  answer: z.object({ records: z.array(tokenRow) }),
  async handle({ gateway }) {
    const tokens = await listAccessTokens(gateway.store);
    return { records: tokens.map(({ name, role, createdAt }) => ({ name, role, createdAt })) };
  },
});
