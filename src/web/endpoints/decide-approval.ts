import * as z from 'zod';
import { endpoint } from '../endpoint.ts';
import { idParams, reason } from '../schemas/page.ts';
import { repeatResult } from '../schemas/repeat.ts';

export const decideApproval = endpoint({
  method: 'post',
  path: '/api/approvals/:id/decision',
  operationId: 'decideApproval',
  tag: 'Repeats',
  summary: 'A second person agrees, and it is done, or refuses',
  role: 'operator',
  params: idParams,
  body: z.strictObject({ approve: z.boolean(), reason }),
  answer: repeatResult,
  handle: ({ gateway, actor }, { params, body }) => gateway.decideApproval(params.id, body, actor),
});
