import * as z from 'zod';
import { endpoint } from '../endpoint.ts';
import { idParams } from '../schemas/page.ts';

export const snoozeException = endpoint({
  method: 'post',
  path: '/api/exceptions/:id/snooze',
  operationId: 'snoozeException',
  tag: 'Exceptions',
  summary:
    'Puts an exception aside until an instant; it comes back earlier when the same trouble happens again',
  role: 'operator',
  params: idParams,
  body: z.strictObject({ until: z.iso.datetime() }),
  async handle({ gateway, actor }, { params, body }) {
    await gateway.snoozeException(params.id, body.until, actor);
    return undefined;
  },
});
