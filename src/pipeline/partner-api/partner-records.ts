import type { Instant } from '../../common/time.ts';
import type { StoredRecord } from '../records.ts';

/** A file that waits for a partner who fetches (HTTP API). id = `<place>|<key>`. */
export interface PartnerOutboxRecord extends StoredRecord {
  /** `<partnerId>|<channelName>`. */
  place: string;
  /** 1, 2, 3 … of its place without a gap, in the order in which files were offered: the cursor. */
  number: number;
  /** Idempotency key of the sending. */
  key: string;
  fileId: string;
  name: string;
  sizeBytes: number;
  createdAt: Instant;
  /** When the partner acknowledged it; '' until then. */
  takenAt: Instant;
  /** Somebody was told that it was not fetched in time. */
  overdue: boolean;
}

/** What a partner's program calls the HTTP API with. id = SHA-256 of the token, hex. */
export interface PartnerTokenRecord extends StoredRecord {
  name: string;
  partnerId: string;
  createdAt: Instant;
}
