import * as z from 'zod';
import { endpoint } from '../endpoint.ts';
import { idParams, reason } from '../schemas/page.ts';

export const releaseLegalHold = endpoint({
  method: 'post',
  path: '/api/legal-holds/:id/release',
  operationId: 'releaseHold',
  tag: 'Retention',
  summary: 'Ends a legal hold: what it kept goes when its time is over',
  role: 'admin',
  params: idParams,
  body: z.strictObject({ reason }),
  async handle({ gateway, actor }, { params, body }) {
    await gateway.releaseLegalHold(params.id, body.reason, actor);
    return undefined;
  },
});
