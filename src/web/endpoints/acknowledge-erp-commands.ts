import * as z from 'zod';
import { acknowledgeErpCommands as acknowledge } from '../../pipeline/erp/erp-outbox.ts';
import { endpoint } from '../endpoint.ts';

export const acknowledgeErpCommands = endpoint({
  method: 'post',
  path: '/api/erp/outbox/acknowledgment',
  operationId: 'acknowledgeErpCommands',
  tag: 'ERP',
  summary: 'Notes that the caller has carried out every command up to a number; asking again changes nothing',
  role: 'operator',
  body: z.strictObject({ number: z.int().positive() }),
  answer: z.object({ acknowledged: z.int() }),
  handle: async ({ gateway, actor }, { body }) => ({
    acknowledged: await acknowledge(gateway.store, actor.name, body.number),
  }),
});
