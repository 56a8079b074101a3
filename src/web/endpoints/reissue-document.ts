import * as z from 'zod';
import { endpoint } from '../endpoint.ts';
import { accepted, idParams, reason } from '../schemas/page.ts';

export const reissueDocument = endpoint({
  method: 'post',
  path: '/api/documents/:id/reissue',
  operationId: 'reissueDocument',
  tag: 'Documents',
  summary: 'Writes an order or order change anew, in a new envelope with new control numbers, and sends it',
  role: 'operator',
  status: 202,
  params: idParams,
  body: z.strictObject({ reason }),
  answer: accepted,
  handle: ({ gateway, actor }, { params, body }) => gateway.reissueDocument(params.id, body.reason, actor),
});
