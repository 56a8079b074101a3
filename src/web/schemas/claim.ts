import * as z from 'zod';
import { CLAIM_KINDS, CLAIM_STATES } from '../../tracking/claims/claim.ts';
import { CLAIM_ACTIONS } from '../../tracking/claims/claim-life.ts';

const decimal = z.string();

export const claimKind = z.enum(CLAIM_KINDS);
export const claimState = z.enum(CLAIM_STATES);
export const claimAction = z.enum(CLAIM_ACTIONS);

export const claimRow = z
  .object({
    id: z.string(),
    number: z.string(),
    kind: claimKind,
    state: claimState,
    partnerId: z.string(),
    orderId: z.string(),
    invoiceId: z.string(),
    currency: z.string(),
    /** Claimed, net; `credited` of it so far. */
    value: decimal,
    credited: decimal,
    openedAt: z.string(),
    /** '' once nothing is expected any more. */
    dueAt: z.string(),
    /** How often it was due and not settled. */
    escalations: z.int(),
  })
  .meta({ id: 'ClaimRow' });

export const claimDetail = claimRow
  .extend({
    receiptId: z.string(),
    shipmentId: z.string(),
    openedBy: z.string(),
    updatedAt: z.string(),
    lines: z.array(
      z.object({
        orderId: z.string(),
        /** '' for what is about the invoice as a whole. */
        lineId: z.string(),
        description: z.string().optional(),
        quantity: decimal,
        unit: z.string().optional(),
        amount: decimal,
        credited: decimal,
      }),
    ),
    evidence: z.array(z.object({ text: z.string(), documentId: z.string().optional() })),
    credits: z.array(
      z.object({ invoiceId: z.string(), number: z.string(), amount: decimal, at: z.string() }),
    ),
    history: z.array(z.object({ at: z.string(), by: z.string(), action: z.string(), text: z.string() })),
    /** What can be done now. */
    allowedActions: z.array(claimAction),
  })
  .meta({ id: 'Claim' });
