import * as z from 'zod';
import { listErpCommands as query, readErpCursor } from '../../pipeline/erp/erp-outbox.ts';
import { endpoint } from '../endpoint.ts';
import { erpCommand } from '../schemas/erp-command.ts';

export const listErpCommands = endpoint({
  method: 'get',
  path: '/api/erp/outbox',
  operationId: 'listErpCommands',
  tag: 'ERP',
  summary:
    'What any other ERP is to do, in order: after the number given, else after the last one acknowledged',
  role: 'operator',
  query: z.object({
    after: z.coerce.number().int().nonnegative().optional(),
    limit: z.coerce.number().int().min(1).max(500).default(100),
  }),
  answer: z.object({
    records: z.array(erpCommand),
    /** The last number that this caller has acknowledged. */
    acknowledged: z.int(),
  }),
  async handle({ gateway, actor }, { query: { after, limit } }) {
    const acknowledged = await readErpCursor(gateway.store, actor.name);
    const { records } = await query(gateway.store, after ?? acknowledged, limit);
    return {
      records: records.map(({ number, createdAt, command }) => ({ number, createdAt, ...command })),
      acknowledged,
    };
  },
});
