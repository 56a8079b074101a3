import * as z from 'zod';
import { endpoint } from '../endpoint.ts';
import { idParams, reason } from '../schemas/page.ts';

export const discardWork = endpoint({
  method: 'post',
  path: '/api/work/:id/discard',
  operationId: 'discardWork',
  tag: 'Deliveries',
  summary: 'Gives a work item up for good; what stands behind it goes on',
  role: 'operator',
  status: 202,
  params: idParams,
  body: z.strictObject({ reason }),
  async handle({ gateway, actor }, { params, body }) {
    await gateway.discardWork(params.id, body.reason, actor);
    return undefined;
  },
});
