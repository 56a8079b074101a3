import * as z from 'zod';
import { endpoint } from '../endpoint.ts';
import { accepted, idParams } from '../schemas/page.ts';
import { requirePartner } from '../views/partner.ts';

export const uploadFile = endpoint({
  method: 'post',
  path: '/api/partners/:id/files',
  operationId: 'uploadFile',
  tag: 'Files',
  summary: 'Hands in a file of a partner, as if it had come by a channel: archived first, then processed',
  role: 'operator',
  status: 202,
  params: idParams,
  query: z.object({ name: z.string().min(1).max(255).default('upload.edi') }),
  body: 'bytes',
  answer: accepted,
  handle({ gateway, actor }, { params, query: { name }, body }) {
    const partnerId = requirePartner(gateway, params.id).partner;
    return gateway.receiveFile({ channel: 'api', partnerId, name, bytes: body }, actor);
  },
});
