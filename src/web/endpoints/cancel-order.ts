import * as z from 'zod';
import { endpoint } from '../endpoint.ts';
import { accepted, idParams, reason } from '../schemas/page.ts';

export const cancelOrder = endpoint({
  method: 'post',
  path: '/api/orders/:id/cancellation',
  operationId: 'cancelOrder',
  tag: 'Orders',
  summary: 'Asks the supplier to cancel what is still open of an order',
  role: 'operator',
  params: idParams,
  body: z.strictObject({ reason }),
  answer: accepted,
  handle: ({ gateway, actor }, { params, body }) => gateway.cancelOrder(params.id, body.reason, actor),
});
