import { showClaim as query } from '../../pipeline/queries/claims.ts';
import { endpoint } from '../endpoint.ts';
import { claimDetail } from '../schemas/claim.ts';
import { idParams } from '../schemas/page.ts';
import { toClaim } from '../views/claim.ts';

export const showClaim = endpoint({
  method: 'get',
  path: '/api/claims/:id',
  operationId: 'showClaim',
  tag: 'Claims',
  summary: 'One claim: what is claimed, what was credited, and everything that happened to it',
  role: 'viewer',
  params: idParams,
  answer: claimDetail,
  handle: async ({ gateway }, { params }) => toClaim(await query(gateway.store, params.id)),
});
