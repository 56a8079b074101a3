import * as z from 'zod';
import { endpoint, needCertificates } from '../endpoint.ts';
import { certificateProposal } from '../schemas/certificate-proposal.ts';
import { idParams, reason } from '../schemas/page.ts';
import { toProposal } from '../views/certificate-proposal.ts';

export const acceptCertificate = endpoint({
  method: 'post',
  path: '/api/certificate-proposals/:id/accept',
  operationId: 'acceptCertificate',
  tag: 'Certificates',
  summary:
    'The partner’s certificate counts from now on, and for what we encrypt from `from` on (default: now)',
  role: 'operator',
  params: idParams,
  body: z.strictObject({ reason, from: z.iso.datetime({ offset: true }).optional() }),
  answer: certificateProposal,
  async handle(context, { params, body: { from, ...decision } }) {
    const accepted = { ...decision, ...(from !== undefined && { from }) };
    return toProposal(await needCertificates(context).exchange.accept(params.id, accepted, context.actor));
  },
});
