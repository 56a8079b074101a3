import * as z from 'zod';
import { endpoint } from '../endpoint.ts';
import { idParams, reason } from '../schemas/page.ts';

export const holdInvoice = endpoint({
  method: 'post',
  path: '/api/invoices/:id/hold',
  operationId: 'holdInvoice',
  tag: 'Invoices',
  summary: 'Stops the payment of an invoice that is not released yet; only a person lets it go',
  role: 'operator',
  params: idParams,
  body: z.strictObject({ reason }),
  async handle({ gateway, actor }, { params, body }) {
    await gateway.holdInvoice(params.id, body.reason, actor);
    return undefined;
  },
});
