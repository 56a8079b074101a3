import * as z from 'zod';
import { endpoint } from '../endpoint.ts';
import { accepted, idParams, reason } from '../schemas/page.ts';

export const retransmitFile = endpoint({
  method: 'post',
  path: '/api/files/:id/retransmit',
  operationId: 'retransmitFile',
  tag: 'Files',
  summary:
    'Sends the same bytes with the same control numbers once more; refused when the partner has acknowledged them',
  role: 'operator',
  status: 202,
  params: idParams,
  body: z.strictObject({ reason }),
  answer: accepted,
  handle: ({ gateway, actor }, { params, body }) => gateway.retransmitFile(params.id, body.reason, actor),
});
