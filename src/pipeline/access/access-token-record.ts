import type { Instant } from '../../common/time.ts';
import type { StoredRecord } from '../records.ts';

/** From the least to the most that a caller of API and console may do; `monitor` reads metrics, and no business data. */
export const ACCESS_ROLES = ['monitor', 'viewer', 'operator', 'admin'] as const;

export type AccessRole = (typeof ACCESS_ROLES)[number];

/** A name that can be told apart in the audit log and typed again. */
export const TOKEN_NAME = /^[\w.@-]{1,60}$/;

/** A sign-in to the console: who has signed out of it is not let in with it again. */
export interface ConsoleSession {
  id: string;
  expiresAt: Instant;
}

/** What people and programs call API and console with. id = SHA-256 of the token, hex. */
export interface AccessTokenRecord extends StoredRecord {
  /** Named in the audit log as the author: `admin`, `warehouse-erp`. */
  name: string;
  role: AccessRole;
  createdAt: Instant;
  /** Somebody has signed out of them before they were over. */
  endedSessions?: ConsoleSession[];
  /** Sessions that are over by then have ended too. */
  endedUntil?: Instant;
}
