import * as z from 'zod';
import { listLegalHolds as findHolds } from '../../pipeline/retention/legal-holds.ts';
import { endpoint } from '../endpoint.ts';
import { legalHoldRow } from '../schemas/legal-hold.ts';

export const listLegalHolds = endpoint({
  method: 'get',
  path: '/api/legal-holds',
  operationId: 'listHolds',
  tag: 'Retention',
  summary: 'What has to be kept whatever its age',
  role: 'viewer',
  answer: z.object({ records: z.array(legalHoldRow) }),
  async handle({ gateway }) {
    const holds = await findHolds(gateway.store);
    return {
      records: holds.map(({ id, scope, subject, reason, placedBy, placedAt }) => ({
        ...{ id, scope, subject, reason, placedBy, placedAt },
      })),
    };
  },
});
