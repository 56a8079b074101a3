import * as z from 'zod';
import { listProposals } from '../../pipeline/queries/certificate-proposals.ts';
import { endpoint } from '../endpoint.ts';
import { certificateProposal, proposalDirection, proposalStatus } from '../schemas/certificate-proposal.ts';
import { pageOf, pageQuery } from '../schemas/page.ts';
import { toProposal } from '../views/certificate-proposal.ts';

export const listCertificateProposals = endpoint({
  method: 'get',
  path: '/api/certificate-proposals',
  operationId: 'listCertificateProposals',
  tag: 'Certificates',
  summary: 'Certificates that partners propose to us and we to them, newest first',
  role: 'viewer',
  query: z.object({
    ...pageQuery,
    status: proposalStatus.optional(),
    partnerId: z.string().optional(),
    direction: proposalDirection.optional(),
  }),
  answer: pageOf(certificateProposal),
  async handle({ gateway }, { query: { limit, after, ...filter } }) {
    const { records, next } = await listProposals(gateway.store, filter, { limit, after });
    return { records: records.map(toProposal), ...(next !== undefined && { next }) };
  },
});
