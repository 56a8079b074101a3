import * as z from 'zod';
import { endpoint } from '../endpoint.ts';
import { idParams, reason } from '../schemas/page.ts';

export const commentException = endpoint({
  method: 'post',
  path: '/api/exceptions/:id/comments',
  operationId: 'commentException',
  tag: 'Exceptions',
  summary: 'Adds a comment',
  role: 'operator',
  params: idParams,
  body: z.strictObject({ text: reason }),
  async handle({ gateway, actor }, { params, body }) {
    await gateway.commentException(params.id, body.text, actor);
    return undefined;
  },
});
