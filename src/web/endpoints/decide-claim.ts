import * as z from 'zod';
import { endpoint } from '../endpoint.ts';
import { claimAction } from '../schemas/claim.ts';
import { idParams, reason } from '../schemas/page.ts';

export const decideClaim = endpoint({
  method: 'post',
  path: '/api/claims/:id/decision',
  operationId: 'decideClaim',
  tag: 'Claims',
  summary: 'Sends a claim, notes the supplier’s answer, writes it off or closes it',
  role: 'operator',
  params: idParams,
  body: z.strictObject({ action: claimAction, reason }),
  async handle({ gateway, actor }, { params, body }) {
    await gateway.decideClaim(params.id, body, actor);
    return undefined;
  },
});
