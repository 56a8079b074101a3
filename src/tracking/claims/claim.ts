import type { DecimalString } from '../../common/decimal.ts';
import type { Instant } from '../../common/time.ts';

/** What we want from the supplier (5.6, 5.8): goods that did not come, came broken or wrong or went back, or money billed too much. */
export const CLAIM_KINDS = ['shortage', 'damage', 'wrongItem', 'return', 'overcharge'] as const;
export type ClaimKind = (typeof CLAIM_KINDS)[number];

/**
 * `open`: not told yet; `sent`: the supplier knows; `answered`: it has said something; `credited`: credit notes cover it;
 * `writtenOff`: given up, the loss is ours; `closed`: settled otherwise. The last three are final.
 */
export const CLAIM_STATES = ['open', 'sent', 'answered', 'credited', 'writtenOff', 'closed'] as const;
export type ClaimState = (typeof CLAIM_STATES)[number];

export interface ClaimLine {
  /** '' where the claim is about the invoice as a whole: a charge, tax. */
  orderId: string;
  lineId: string;
  description?: string;
  /** In the unit of the order line; '0' where only money is claimed. */
  quantity: DecimalString;
  unit?: string;
  /** Net value, positive. */
  amount: DecimalString;
  /** How much of `amount` credit notes have covered. */
  credited: DecimalString;
}

/** A credit note's share in a claim. */
export interface ClaimCredit {
  invoiceId: string;
  number: string;
  amount: DecimalString;
  /** What of it each line has. */
  lines: { orderId: string; lineId: string; amount: DecimalString }[];
  at: Instant;
}

export interface ClaimEntry {
  at: Instant;
  by: string;
  action:
    | 'opened'
    | 'changed'
    | 'sent'
    | 'answered'
    | 'credited'
    | 'withdrawn'
    | 'escalated'
    | 'writtenOff'
    | 'closed';
  text: string;
}

/** One claim against a supplier over its life. Plain JSON. */
export interface Claim {
  /** `CL-000042`. */
  number: string;
  kind: ClaimKind;
  partnerId: string;
  state: ClaimState;
  currency: string;
  lines: ClaimLine[];
  /** Sum of the lines, net. */
  value: DecimalString;
  credited: DecimalString;
  /** What it came from; '' where it did not. */
  orderId: string;
  receiptId: string;
  shipmentId: string;
  invoiceId: string;
  /** Keys of the holds of the invoice that it follows; absent where it came from none. */
  holds?: string[];
  evidence: { text: string; documentId?: string }[];
  openedAt: Instant;
  openedBy: string;
  /** Until when the supplier should have credited it; '' once it is over. */
  dueAt: Instant;
  /** How often that has passed. */
  escalations: number;
  credits: ClaimCredit[];
  history: ClaimEntry[];
}

/** Whether something is still expected of the supplier. */
export function isLive({ state }: Pick<Claim, 'state'>): boolean {
  return state === 'open' || state === 'sent' || state === 'answered';
}
