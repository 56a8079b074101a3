import { order } from '../../documents/order.ts';
import { endpoint } from '../endpoint.ts';
import { accepted } from '../schemas/page.ts';

export const releaseOrder = endpoint({
  method: 'post',
  path: '/api/orders',
  operationId: 'releaseOrder',
  tag: 'Orders',
  summary:
    'Hands over a confirmed order. The same order again changes nothing; other values are a change of it',
  role: 'operator',
  body: order,
  answer: accepted,
  handle: ({ gateway, actor }, { body }) => gateway.releaseOrder(body, actor),
});
