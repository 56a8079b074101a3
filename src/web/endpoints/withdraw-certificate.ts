import * as z from 'zod';
import { endpoint, needCertificates } from '../endpoint.ts';
import { certificateProposal } from '../schemas/certificate-proposal.ts';
import { idParams, reason } from '../schemas/page.ts';
import { toProposal } from '../views/certificate-proposal.ts';

export const withdrawCertificate = endpoint({
  method: 'post',
  path: '/api/certificate-proposals/:id/withdraw',
  operationId: 'withdrawCertificate',
  tag: 'Certificates',
  summary: 'A certificate of the partner that was accepted counts no longer',
  role: 'operator',
  params: idParams,
  body: z.strictObject({ reason }),
  answer: certificateProposal,
  handle: async (context, { params, body }) =>
    toProposal(await needCertificates(context).exchange.withdraw(params.id, body.reason, context.actor)),
});
