import * as z from 'zod';
import { isDecimal } from '../../common/decimal.ts';
import { endpoint } from '../endpoint.ts';
import { claimDetail, claimKind } from '../schemas/claim.ts';
import { reason } from '../schemas/page.ts';
import { toClaim } from '../views/claim.ts';

const positive = z
  .string()
  .refine((text) => isDecimal(text) && !text.startsWith('-'), { error: 'a decimal that is not negative' });

export const openClaim = endpoint({
  method: 'post',
  path: '/api/claims',
  operationId: 'openClaim',
  tag: 'Claims',
  summary:
    'Opens a claim about goods of an order or money of an invoice; the same claim that is alive is returned',
  role: 'operator',
  status: 201,
  body: z.strictObject({
    kind: claimKind,
    orderId: z.string().min(1),
    invoiceId: z.string().min(1).optional(),
    receiptId: z.string().min(1).optional(),
    lines: z
      .array(
        z.strictObject({
          lineId: z.string().min(1),
          quantity: positive.optional(),
          /** Instead of the quantity at its agreed price. */
          amount: positive.optional(),
        }),
      )
      .min(1),
    reason,
  }),
  answer: claimDetail,
  handle: async ({ gateway, actor }, { body }) => toClaim(await gateway.openClaim(body, actor)),
});
