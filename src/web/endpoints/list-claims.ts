import * as z from 'zod';
import { listClaims as query } from '../../pipeline/queries/claims.ts';
import { endpoint } from '../endpoint.ts';
import { claimKind, claimRow, claimState } from '../schemas/claim.ts';
import { pageOf, pageQuery } from '../schemas/page.ts';
import { toClaimRow } from '../views/claim.ts';

export const listClaims = endpoint({
  method: 'get',
  path: '/api/claims',
  operationId: 'listClaims',
  tag: 'Claims',
  summary: 'Claims against suppliers, the newest first',
  role: 'viewer',
  query: z.object({
    ...pageQuery,
    /** `live`: open, sent or answered. */
    state: z.union([claimState, z.literal('live')]).optional(),
    kind: claimKind.optional(),
    partnerId: z.string().optional(),
    orderId: z.string().optional(),
    invoiceId: z.string().optional(),
  }),
  answer: pageOf(claimRow),
  async handle({ gateway }, { query: filter }) {
    const { records, ...cursor } = await query(gateway.store, filter);
    return { records: records.map(toClaimRow), ...cursor };
  },
});
