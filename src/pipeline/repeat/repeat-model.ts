import type { Instant } from '../../common/time.ts';
import type { StoredRecord } from '../records.ts';

/**
 * What people do again (5.13 of the domain rules). Retransmit: the same bytes. Reissue: the same document in a new envelope.
 * Reprocess: what came in, with the maps of today. Redrive: one step that was given up.
 */
export const REPEAT_VERBS = ['retransmit', 'reissue', 'reprocess', 'redrive'] as const;

export type RepeatVerb = (typeof REPEAT_VERBS)[number];

export interface RepeatRequest {
  verb: RepeatVerb;
  /** Of files (retransmit, reprocess), documents (reissue) or work items (redrive). */
  ids: readonly string[];
  reason: string;
}

/** What would happen to one of them, or has. */
export interface RepeatItem {
  id: string;
  /** In words: `850 for order PO-1`. */
  name: string;
  /** `stopped`: not begun, because one before it went otherwise than foreseen. */
  outcome: 'possible' | 'refused' | 'done' | 'failed' | 'stopped';
  /** Why it is refused, or what went otherwise. */
  text?: string;
  /** Each a sentence: what leaves, what changes. */
  effects: readonly string[];
  /** Value of the orders and invoices behind it, in company currency; absent when a rate is missing. */
  amount?: string;
}

export interface RepeatResult {
  verb: RepeatVerb;
  items: readonly RepeatItem[];
  /** Why a second person has to agree; absent when nobody has to. */
  secondPerson?: string;
  /** Where the second person agrees. */
  approvalId?: string;
  /** What was done, as it is kept. */
  runId?: string;
}

/** What was done again, or is being done. */
export interface RepeatRunRecord extends StoredRecord {
  verb: RepeatVerb;
  reason: string;
  requestedBy: string;
  /** The second person. */
  agreedBy?: string;
  startedAt: Instant;
  /** When it was last written: every second while it runs. */
  updatedAt: Instant;
  /** `stopped`: one went otherwise than foreseen. */
  status: 'running' | 'done' | 'stopped';
  /** Those that are still `possible` have not been begun. */
  items: readonly RepeatItem[];
}

/** A repeat that waits for a second person, and what became of it. */
export interface ApprovalRecord extends StoredRecord {
  verb: RepeatVerb;
  ids: readonly string[];
  reason: string;
  /** Why two people are needed. */
  because: string;
  requestedBy: string;
  requestedAt: Instant;
  status: 'waiting' | 'approved' | 'refused';
  decidedBy?: string;
  decidedAt?: Instant;
  decisionReason?: string;
}
