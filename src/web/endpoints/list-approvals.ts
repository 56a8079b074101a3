import * as z from 'zod';
import type { ApprovalRecord } from '../../pipeline/repeat/repeat-model.ts';
import { endpoint } from '../endpoint.ts';
import { pageOf, pageQuery } from '../schemas/page.ts';
import { approvalRow } from '../schemas/repeat.ts';

export const listApprovals = endpoint({
  method: 'get',
  path: '/api/approvals',
  operationId: 'listApprovals',
  tag: 'Repeats',
  summary: 'What waits for a second person, and what was decided, newest first',
  role: 'viewer',
  query: z.object({ ...pageQuery, status: z.enum(['waiting', 'approved', 'refused']).optional() }),
  answer: pageOf(approvalRow),
  async handle({ gateway }, { query: { status, limit, after } }) {
    const { records, next } = await gateway.store.find('approvals', {
      orderBy: 'requestedAt',
      descending: true,
      limit,
      ...(status !== undefined && { where: { status } }),
      ...(after !== undefined && { after }),
    });
    return { records: records.map(toRow), ...(next !== undefined && { next }) };
  },
});

function toRow(record: ApprovalRecord): Omit<ApprovalRecord, 'revision'> {
  const { id, verb, ids, reason, because, requestedBy, requestedAt, status } = record;
  const { decidedBy, decidedAt, decisionReason } = record;
  return {
    ...{ id, verb, ids, reason, because, requestedBy, requestedAt, status },
    ...(decidedBy !== undefined && { decidedBy }),
    ...(decidedAt !== undefined && { decidedAt }),
    ...(decisionReason !== undefined && { decisionReason }),
  };
}
