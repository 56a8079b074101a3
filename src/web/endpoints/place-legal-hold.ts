import * as z from 'zod';
import { HOLD_SCOPES } from '../../pipeline/retention/legal-hold-record.ts';
import { endpoint } from '../endpoint.ts';
import { reason } from '../schemas/page.ts';

export const placeLegalHold = endpoint({
  method: 'post',
  path: '/api/legal-holds',
  operationId: 'placeHold',
  tag: 'Retention',
  summary: 'Keeps everything, or what belongs to a partner, order or file, whatever its age',
  role: 'admin',
  status: 201,
  body: z.strictObject({ scope: z.enum(HOLD_SCOPES), subject: z.string().default(''), reason }),
  answer: z.object({ id: z.string() }),
  handle: async ({ gateway, actor }, { body }) => ({ id: await gateway.placeLegalHold(body, actor) }),
});
