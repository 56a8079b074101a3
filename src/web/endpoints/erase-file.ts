import * as z from 'zod';
import { endpoint } from '../endpoint.ts';
import { idParams, reason } from '../schemas/page.ts';

export const eraseFile = endpoint({
  method: 'post',
  path: '/api/files/:id/erase',
  operationId: 'eraseFile',
  tag: 'Retention',
  summary:
    'Erases the bytes of a file and what its documents say, for good; hashes, numbers, receipts and decisions stay',
  role: 'admin',
  params: idParams,
  body: z.strictObject({ reason }),
  async handle({ gateway, actor }, { params, body }) {
    await gateway.eraseFile(params.id, body.reason, actor);
    return undefined;
  },
});
