import * as z from 'zod';
import { endpoint } from '../endpoint.ts';
import { idParams, reason } from '../schemas/page.ts';

export const decideException = endpoint({
  method: 'post',
  path: '/api/exceptions/:id/decision',
  operationId: 'decideException',
  tag: 'Exceptions',
  summary: 'Carries out one of the actions that the exception allows',
  role: 'operator',
  params: idParams,
  body: z.strictObject({
    action: z.string().min(1),
    reason,
    /** What the action needs, such as the price of a counter-offer. */
    values: z.record(z.string(), z.string()).optional(),
  }),
  async handle({ gateway, actor }, { params, body: { action, reason: why, values } }) {
    await gateway.decideException(
      params.id,
      { action, reason: why, ...(values === undefined ? {} : { values }) },
      actor,
    );
    return undefined;
  },
});
