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
    /** `revision` of the exception as it was shown: where it has changed since, nothing is done (409). */
    seenRevision: z.int().optional(),
    /** What the action needs: `quantity`, `date` and `priceAmount` of a counter-offer, at least one of them. */
    values: z.record(z.string(), z.string()).optional(),
  }),
  async handle({ gateway, actor }, { params, body: { action, reason: why, seenRevision, values } }) {
    await gateway.decideException(
      params.id,
      {
        action,
        reason: why,
        ...(seenRevision !== undefined && { seenRevision }),
        ...(values !== undefined && { values }),
      },
      actor,
    );
    return undefined;
  },
});
