import * as z from 'zod';
import type { ErpCheckStep } from '../../pipeline/ports/connected-erp.ts';
import { endpoint, needErp } from '../endpoint.ts';
import { erpCheck } from '../schemas/erp.ts';

export const checkErp = endpoint({
  method: 'post',
  path: '/api/erp/check',
  operationId: 'checkErp',
  tag: 'ERP',
  summary:
    'Tries step by step what the exchange with the ERP needs; with a partner also what its orders lack. Changes nothing',
  role: 'operator',
  body: z.strictObject({ partnerId: z.string().min(1).optional() }),
  answer: erpCheck,
  async handle(context, { body: { partnerId } }) {
    const steps: ErpCheckStep[] = [];
    for await (const step of needErp(context).check(partnerId)) steps.push(step);
    return { ok: steps.every(({ result }) => result !== 'failed'), steps };
  },
});
