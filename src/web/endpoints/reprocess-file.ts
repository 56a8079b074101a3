import * as z from 'zod';
import { endpoint } from '../endpoint.ts';
import { accepted, idParams, reason } from '../schemas/page.ts';

export const reprocessFile = endpoint({
  method: 'post',
  path: '/api/files/:id/reprocess',
  operationId: 'reprocessFile',
  tag: 'Files',
  summary:
    'Runs the archived bytes again with the maps and partners of today; only what is missing is applied',
  role: 'operator',
  status: 202,
  params: idParams,
  body: z.strictObject({ reason }),
  answer: accepted,
  handle: ({ gateway, actor }, { params, body }) => gateway.reprocessFile(params.id, body.reason, actor),
});
