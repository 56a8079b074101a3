import * as z from 'zod';
import { endpoint } from '../endpoint.ts';
import { idParams, reason } from '../schemas/page.ts';

export const redriveWork = endpoint({
  method: 'post',
  path: '/api/work/:id/redrive',
  operationId: 'redriveWork',
  tag: 'Deliveries',
  summary: 'Takes a work item up again that was given up',
  role: 'operator',
  status: 202,
  params: idParams,
  body: z.strictObject({ reason }),
  async handle({ gateway, actor }, { params, body }) {
    await gateway.redriveWork(params.id, body.reason, actor);
    return undefined;
  },
});
