import * as z from 'zod';
import { endpoint, needCertificates } from '../endpoint.ts';
import { certificateProposal } from '../schemas/certificate-proposal.ts';
import { toProposal } from '../views/certificate-proposal.ts';

export const proposeCertificate = endpoint({
  method: 'post',
  path: '/api/certificate-proposals',
  operationId: 'proposeCertificate',
  tag: 'Certificates',
  summary: 'Proposes a certificate of ours to partners; one that waits for an answer is not proposed again',
  role: 'operator',
  body: z.strictObject({
    /** SHA-256, or its beginning; default: our newest. */
    fingerprint: z
      .string()
      .regex(/^[\da-fA-F:]{8,95}$/)
      .optional(),
    /** Default: all with whom certificates are exchanged. */
    partnerIds: z.array(z.string()).min(1).optional(),
    respondBy: z.iso.datetime({ offset: true }),
  }),
  answer: z.object({ records: z.array(certificateProposal) }).meta({ id: 'CertificateProposalList' }),
  async handle(context, { body: { fingerprint, partnerIds, respondBy } }) {
    const proposal = {
      respondBy: new Date(respondBy).toISOString(),
      ...(fingerprint !== undefined && { fingerprint }),
      ...(partnerIds !== undefined && { partnerIds }),
    };
    const proposed = await needCertificates(context).exchange.propose(proposal, context.actor);
    return { records: proposed.map(toProposal) };
  },
});
