import * as z from 'zod';
import { GatewayError } from '../../common/errors.ts';
import { endpoint } from '../endpoint.ts';

export const removeToken = endpoint({
  method: 'delete',
  path: '/api/tokens/:name',
  operationId: 'removeToken',
  tag: 'Access',
  summary: 'Removes an API token; its sessions end at once',
  role: 'admin',
  params: z.object({ name: z.string().min(1) }),
  async handle({ gateway, actor }, { params: { name } }) {
    if (name === actor.name) {
      throw new GatewayError('CONFLICT', 'This is the token you are using. Remove it with another one.');
    }
    await gateway.removeAccessToken(name, actor);
    return undefined;
  },
});
