import * as z from 'zod';
import { endpoint, needCertificates } from '../endpoint.ts';
import { certificateProposal } from '../schemas/certificate-proposal.ts';
import { idParams, reason } from '../schemas/page.ts';
import { toProposal } from '../views/certificate-proposal.ts';

export const rejectCertificate = endpoint({
  method: 'post',
  path: '/api/certificate-proposals/:id/reject',
  operationId: 'rejectCertificate',
  tag: 'Certificates',
  summary: 'The partner’s certificate does not count; he is told the reason',
  role: 'operator',
  params: idParams,
  body: z.strictObject({ reason }),
  answer: certificateProposal,
  handle: async (context, { params, body }) =>
    toProposal(await needCertificates(context).exchange.reject(params.id, body.reason, context.actor)),
});
