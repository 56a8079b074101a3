import type { Instant } from '../../common/time.ts';
import type { CreditNote, Invoice } from '../../documents/invoice.ts';
import type { Claim } from '../../tracking/claims/claim.ts';
import type { PriorInvoice } from '../../tracking/match/facts.ts';
import type { HoldState } from '../../tracking/match/hold.ts';
import type { Payment } from '../../tracking/match/payment.ts';
import type { MatchDecision } from '../../tracking/match/model.ts';
import type { ExceptionEvidence, PriorityTerm } from '../../tracking/exception-model.ts';
import type { Explanation, Fact, OrderEvent, OrderState } from '../../tracking/model.ts';
import type { StoredRecord } from '../records.ts';

/** Snapshot of an order: the fold of its events. The scalar fields repeat what lists and filters need. */
export interface OrderRecord extends StoredRecord {
  number: string;
  partnerId: string;
  version: number;
  badge: string;
  /** False once nothing more is expected. */
  open: boolean;
  currency: string;
  /** Ordered value, decimal text. */
  totalAmount: string;
  requestedDate: string;
  createdAt: Instant;
  updatedAt: Instant;
  /** Number of events so far: sequence of the newest. */
  sequence: number;
  state: OrderState;
}

/** id = `<orderId>#<sequence, six digits>`. Never changed, never deleted. */
export interface OrderEventRecord extends StoredRecord {
  orderId: string;
  sequence: number;
  at: Instant;
  /** Version of the policy under which it was decided. */
  policyVersion: string;
  event: OrderEvent;
  facts: Fact[];
  explanations: Explanation[];
}

/** id = `<supplierId>|<normalised number>|<document type>`, with `|2` … for a reused number. */
export interface InvoiceRecord extends StoredRecord {
  number: string;
  normalisedNumber: string;
  supplierId: string;
  partnerId: string;
  documentId: string;
  type: 'invoice' | 'creditNote';
  /**
   * Where it stands (5.9.6): AUTO_APPROVED, APPROVED_IN_TOLERANCE, the gravest open hold (HOLD_PRICE …), or what people made of
   * it: APPROVED_BY_PERSON, REJECTED, REVERSED.
   */
  status: string;
  orderIds: string[];
  currency: string;
  payable: string;
  /** `payable` in plain decimals: finds documents over the same amount. */
  amount: string;
  createdAt: Instant;
  updatedAt: Instant;
  /** Order of arrival among the supplier's documents: a held one reserves against those after it. */
  sequence: number;
  /** Newest decision record. */
  decisionId: string;
  /** Every hold over its life, the machine's and people's. */
  holds: HoldState[];
  /** What it counts for in the matches of other documents. */
  prior: PriorInvoice;
  /** Number of lines that its control segment states, where that is another than it has (A3). */
  statedLineCount?: number;
  /** Comparable number of the invoice that it credits or corrects; '' = none. */
  originalNumber: string;
  /** Amounts released to the ERP, the oldest first; one, unless it is paid in parts. */
  payments: InvoicePayment[];
  document: Invoice | CreditNote;
}

/** A claim against a supplier. id = its number, `CL-000042`. */
export interface SupplierClaimRecord extends StoredRecord, Claim {
  updatedAt: Instant;
}

/** A released amount; `key` is that of the ERP command. */
export interface InvoicePayment extends Payment {
  key: string;
  at: Instant;
  decisionId: string;
}

/** One decision on an invoice: never changed; a re-match is a new record. */
export interface MatchDecisionRecord extends StoredRecord {
  invoiceId: string;
  createdAt: Instant;
  /** What made us decide: `invoiceReceived`, `goodsReceived`, `person:Ann` … */
  trigger: string;
  decision: MatchDecision;
}

/** When an order is to be looked at for deadlines that are due: at its next one, or before. id = the order's. */
export interface OrderTimerRecord extends StoredRecord {
  dueAt: Instant;
}

/** A row for each deadline of an order, as earlier releases make them. One that is due has its order looked at, as a timer does. */
export interface DeadlineRecord extends StoredRecord {
  orderId: string;
  dueAt: Instant;
  status: 'pending' | 'fired' | 'cleared';
}

/** A work item for a person. */
export interface ExceptionRecord extends StoredRecord {
  /** From the catalogue: ACK_OVERDUE, CHANGE_PROPOSED, HOLD_PRICE … */
  type: string;
  family: 'technical' | 'business';
  severity: 'low' | 'medium' | 'high' | 'critical';
  status: 'open' | 'snoozed' | 'resolved';
  /** Repeats with the same fingerprint are one exception, counted. */
  fingerprint: string;
  /** Exceptions with the same cause, which one fix resolves. */
  groupKey: string;
  count: number;
  title: string;
  detail: string;
  /** Role: buyer, ediOps, warehouse, accountsPayable, masterData … */
  owner: string;
  assignee: string;
  partnerId: string;
  orderId: string;
  lineId: string;
  invoiceId: string;
  fileId: string;
  documentId: string;
  /** All files and orders with the same cause, where there are more than one: one correction mends them all. */
  fileIds?: string[];
  orderIds?: string[];
  /** The given-up work item that it stands for. */
  workId?: string;
  valueAtStake: string;
  currency: string;
  /** Larger is more urgent; `priorityTerms` shows what it is made of. */
  priority: number;
  priorityTerms: PriorityTerm[];
  openedAt: Instant;
  lastSeenAt: Instant;
  /** '' where nothing is due. */
  dueAt: Instant;
  snoozedUntil?: Instant;
  evidence: ExceptionEvidence[];
  suggestedAction: string;
  allowedActions: string[];
  comments: { at: Instant; author: string; text: string }[];
  resolution?: { at: Instant; by: string; action: string; reason: string };
}
