import * as z from 'zod';
import { endpoint, needErp } from '../endpoint.ts';
import { erpReadReport } from '../schemas/erp.ts';

export const readErp = endpoint({
  method: 'post',
  path: '/api/erp/read',
  operationId: 'readErp',
  tag: 'ERP',
  summary: 'Reads now what has changed in the ERP; full: everything that is open on either side',
  role: 'operator',
  body: z.strictObject({ full: z.boolean().default(false) }),
  answer: erpReadReport,
  handle: (context, { body }) => needErp(context).read(body),
});
