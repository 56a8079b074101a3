import * as z from 'zod';
import { reconcileErp as reconcile } from '../../pipeline/erp/reconcile-erp.ts';
import { endpoint, needErp } from '../endpoint.ts';
import { erpReconciliation } from '../schemas/erp.ts';

export const reconcileErp = endpoint({
  method: 'post',
  path: '/api/erp/reconcile',
  operationId: 'reconcileErp',
  tag: 'ERP',
  summary:
    'Compares orders, receipts and bills with the ERP; repair: what is newer there is read, what is owned here is written again',
  role: 'operator',
  body: z.strictObject({
    repair: z.boolean().default(false),
    /** Default: every order that is open or changed lately. */
    orderIds: z.array(z.string().min(1)).min(1).max(1_000).optional(),
  }),
  answer: erpReconciliation,
  async handle(context, { body: { repair, orderIds } }) {
    const { gateway, actor, now } = context;
    const services = { store: gateway.store, clock: { now: () => now }, erp: needErp(context) };
    const options = { repair, ...(orderIds !== undefined && { orderIds }) };
    const { differences, ...rest } = await reconcile(services, options, actor);
    return { ...rest, differences: [...differences] };
  },
});
