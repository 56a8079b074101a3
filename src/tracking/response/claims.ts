import type { LineClaim } from '../../documents/order-response.ts';
import type { Dimension, Slice } from '../model.ts';

/** What a claim amounts to before its values are looked at (5.1.3). */
export type ClaimClass =
  | 'accept'
  | 'change'
  | 'pending'
  | 'backorder'
  | 'hold'
  | 'reject'
  | 'propose'
  | 'none'
  | 'notFound'
  | 'unknown';

export interface ClaimMeaning {
  class: ClaimClass;
  /** What the claim says has changed; absent where it does not say what. */
  claims?: readonly Dimension[];
  heldFor?: NonNullable<Slice['heldFor']>;
}

export const CLAIM_MEANINGS: Record<LineClaim, ClaimMeaning> = {
  accepted: { class: 'accept', claims: [] },
  acceptedElsewhere: { class: 'accept', claims: [] },
  acceptedAndShipped: { class: 'accept', claims: [] },
  acceptedWithChanges: { class: 'change' },
  quantityChanged: { class: 'change', claims: ['quantity'] },
  priceChanged: { class: 'change', claims: ['price'] },
  dateChanged: { class: 'change', claims: ['date'] },
  datePending: { class: 'pending' },
  pricePending: { class: 'pending' },
  partialBackordered: { class: 'change', claims: ['quantity'] },
  backordered: { class: 'backorder' },
  substituted: { class: 'change', claims: ['item'] },
  onHold: { class: 'hold', heldFor: 'supplier' },
  onHoldIncompleteData: { class: 'hold', heldFor: 'masterData' },
  onHoldWaiver: { class: 'hold', heldFor: 'buyer' },
  deleted: { class: 'reject' },
  rejected: { class: 'reject' },
  rejectedNotContractItem: { class: 'reject' },
  rejectedItemNumber: { class: 'reject', heldFor: 'masterData' },
  rejectedUnit: { class: 'reject', heldFor: 'masterData' },
  rejectedNotAvailable: { class: 'reject' },
  rejectedReorder: { class: 'reject' },
  discontinued: { class: 'reject', heldFor: 'masterData' },
  added: { class: 'none' },
  noAction: { class: 'none' },
  notFound: { class: 'notFound' },
  proposed: { class: 'propose' },
  acceptedUnlessStopped: { class: 'change' },
  unknown: { class: 'unknown' },
};
