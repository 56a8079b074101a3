import type { Instant } from '../../common/time.ts';
import type { StoredRecord } from '../records.ts';

export const HOLD_SCOPES = ['all', 'partner', 'order', 'file'] as const;

export type HoldScope = (typeof HOLD_SCOPES)[number];

/** What has to be kept whatever its age, because somebody may have to prove it. */
export interface LegalHoldRecord extends StoredRecord {
  scope: HoldScope;
  /** Id of the partner, order or file; '' for all. */
  subject: string;
  reason: string;
  placedBy: string;
  placedAt: Instant;
}
