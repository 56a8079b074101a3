import { showProposal } from '../../pipeline/queries/certificate-proposals.ts';
import { endpoint } from '../endpoint.ts';
import { certificateProposal } from '../schemas/certificate-proposal.ts';
import { idParams } from '../schemas/page.ts';
import { toProposal } from '../views/certificate-proposal.ts';

export const showCertificateProposal = endpoint({
  method: 'get',
  path: '/api/certificate-proposals/:id',
  operationId: 'showCertificateProposal',
  tag: 'Certificates',
  summary: 'One proposed certificate, and what was decided on it',
  role: 'viewer',
  params: idParams,
  answer: certificateProposal,
  handle: async ({ gateway }, { params }) => toProposal(await showProposal(gateway.store, params.id)),
});
