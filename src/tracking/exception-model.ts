import type { DecimalString } from '../common/decimal.ts';
import type { Place } from '../common/finding.ts';
import type { Instant } from '../common/time.ts';

/** Who works on an exception. */
export type OwnerRole =
  | 'buyer'
  | 'ediOps'
  | 'onboarding'
  | 'masterData'
  | 'warehouse'
  | 'supplierManager'
  | 'accountsPayable'
  | 'accountsPayableLead'
  | 'procurementManager'
  | 'integration'
  | 'operations'
  | 'none';

export type ExceptionSeverity = 'low' | 'medium' | 'high' | 'critical';

/** What a person can decide. Each decision is an event with its author and reason. */
export type ExceptionAction =
  | 'accept'
  | 'reject'
  | 'counter'
  | 'askSupplier'
  | 'cancelLine'
  | 'cancelOrder'
  | 'shortClose'
  | 'waitForSupplier'
  | 'resend'
  | 'retransmit'
  | 'reissue'
  | 'reprocess'
  | 'redrive'
  | 'correctData'
  | 'claim'
  | 'shortPay'
  | 'requestCredit'
  | 'release'
  | 'dismiss';

export interface ExceptionEvidence {
  text: string;
  documentId?: string;
  fileId?: string;
  place?: Place;
  /** Raw snippet of the file at that place. */
  snippet?: string;
  actual?: string;
  expected?: string;
}

/** `value` points, and in words what they stand for: "12,400.00 EUR at stake". */
export interface PriorityTerm {
  term: 'money' | 'urgency' | 'severity';
  value: number;
  text: string;
}

/** What an exception is about. All ids are optional: a file that cannot be read has none. */
export interface ExceptionSubject {
  partnerId?: string;
  orderId?: string;
  lineId?: string;
  invoiceId?: string;
  documentId?: string;
  fileId?: string;
}

/** A work item for a person, as plain data. The store adds its id, status, assignee and comments. */
export interface TrackedException {
  type: string;
  family: 'technical' | 'business';
  severity: ExceptionSeverity;
  owner: OwnerRole;
  subject: ExceptionSubject;
  /** Repeats with the same fingerprint are one exception, counted. */
  fingerprint: string;
  /** Exceptions with the same cause, that one fix resolves: `ITEM_UNKNOWN|4711`. */
  groupKey: string;
  title: string;
  detail: string;
  valueAtStake: DecimalString;
  /** ISO 4217, or empty where no money is known. */
  currency: string;
  /** Product of the terms, 1 to 100: larger is more urgent. */
  priority: number;
  priorityTerms: PriorityTerm[];
  openedAt: Instant;
  /** Until when somebody should have acted; absent where the catalogue sets none. */
  dueAt?: Instant;
  evidence: ExceptionEvidence[];
  suggestedAction: ExceptionAction;
  allowedActions: ExceptionAction[];
}
