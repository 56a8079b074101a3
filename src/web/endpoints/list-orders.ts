import * as z from 'zod';
import { listOrders as query } from '../../pipeline/queries/orders.ts';
import { endpoint } from '../endpoint.ts';
import { orderRow } from '../schemas/order.ts';
import { pageOf, pageQuery } from '../schemas/page.ts';
import { toOrderRow } from '../views/order-row.ts';

export const listOrders = endpoint({
  method: 'get',
  path: '/api/orders',
  operationId: 'listOrders',
  tag: 'Orders',
  summary: 'Orders, the latest changed first; with `number` those whose number begins with it',
  role: 'viewer',
  query: z.object({
    ...pageQuery,
    badge: z.string().optional(),
    open: z.stringbool().optional(),
    partnerId: z.string().optional(),
    number: z.string().optional(),
  }),
  answer: pageOf(orderRow),
  async handle({ gateway }, { query: filter }) {
    const { records, ...cursor } = await query(gateway.store, filter);
    return { records: records.map(toOrderRow), ...cursor };
  },
});
