import * as z from 'zod';
import { endpoint } from '../endpoint.ts';
import { filePreview } from '../schemas/file.ts';
import { idParams } from '../schemas/page.ts';
import { requirePartner } from '../views/partner.ts';

export const previewFile = endpoint({
  method: 'post',
  path: '/api/partners/:id/files/preview',
  operationId: 'previewFile',
  tag: 'Files',
  summary: 'What would happen to a file of a partner: nothing is kept and nothing leaves',
  role: 'operator',
  params: idParams,
  query: z.object({ name: z.string().min(1).max(255).default('upload.edi') }),
  body: 'bytes',
  answer: filePreview,
  handle({ gateway }, { params, query: { name }, body }) {
    const partnerId = requirePartner(gateway, params.id).partner;
    return gateway.previewFile({ partnerId, name, bytes: body });
  },
});
