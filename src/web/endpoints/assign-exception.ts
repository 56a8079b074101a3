import * as z from 'zod';
import { endpoint } from '../endpoint.ts';
import { idParams } from '../schemas/page.ts';

export const assignException = endpoint({
  method: 'post',
  path: '/api/exceptions/:id/assignee',
  operationId: 'assignException',
  tag: 'Exceptions',
  summary: 'Gives an exception to a person; an empty name takes it back',
  role: 'operator',
  params: idParams,
  body: z.strictObject({ assignee: z.string().trim().max(100) }),
  async handle({ gateway, actor }, { params, body }) {
    await gateway.assignException(params.id, body.assignee, actor);
    return undefined;
  },
});
