import type { DecimalString } from '../common/decimal.ts';
import type { Finding } from '../common/finding.ts';
import type { Instant, LocalDate } from '../common/time.ts';
import type { ApplicationAdvice } from '../documents/application-advice.ts';
import type { DespatchAdvice } from '../documents/despatch-advice.ts';
import type { OrderResponse } from '../documents/order-response.ts';
import type { Order } from '../documents/order.ts';
import type { ReceiptAdvice } from '../documents/receipt-advice.ts';
import type { ExceptionAction } from './exception-model.ts';

/** Where a document is kept, and a digest over its canonical content (not over envelope or control numbers). */
export interface DocumentRef {
  documentId: string;
  contentHash: string;
  fileId?: string;
}

export type DeadlineKind =
  | 'functionalAcknowledgmentDue'
  | 'responseDue'
  | 'parkedDocument'
  | 'decisionDue'
  | 'reconfirm'
  | 'despatchDue'
  | 'arrivalDue'
  | 'backorderReminder'
  | 'backorderDecision'
  | 'receiptWait';

/**
 * The rules by which events are decided now. 2: an answer to what a change of ours has overtaken is kept for the case that the
 * change is refused; exceptions close when what they say is not so any more; goods that go back after their invoice was
 * approved are watched for; advices have held invoices matched again. 3: after an outage of the partner the rungs of the ladder come as far
 * apart as before. 4: a change has a number and a date of its own, and
 * what nobody has to answer is kept to be sent again; the same number for another unit is another price; a receipt keeps
 * the day that the warehouse says.
 */
export const RULES = 4;

interface EventBase {
  /** Identity: the same id applied twice changes nothing. */
  id: string;
  /** Those of the day on which it came, so that a replay decides alike; 1 where it does not say. */
  rules?: number;
}

/** Who decided. */
export interface Author {
  name: string;
}

export interface OrderReleased extends EventBase {
  type: 'orderReleased';
  order: Order;
  partnerId: string;
}

/** `order` is the new version in full; what changed is found by comparison. `reason` is asked for inside the freeze window. */
export interface OrderChanged extends EventBase {
  type: 'orderChanged';
  order: Order;
  author?: Author;
  reason?: string;
}

export interface OrderCancelled extends EventBase {
  type: 'orderCancelled';
  author?: Author;
  reason?: string;
}

interface OutboundEvent extends EventBase {
  documentId: string;
  documentType: 'order' | 'orderChange';
  version: number;
}

export interface DocumentQueued extends OutboundEvent {
  type: 'documentQueued';
}

export interface TransmissionSucceeded extends OutboundEvent {
  type: 'transmissionSucceeded';
  /** When the other side had it; the response clock starts here. */
  transmittedAt?: Instant;
}

export interface TransmissionFailed extends OutboundEvent {
  type: 'transmissionFailed';
  reason: string;
}

/** `receivedOnly` is CONTRL action 8: a receipt that does not end the waiting. */
export interface FunctionalAcknowledgmentReceived extends EventBase {
  type: 'functionalAcknowledgmentReceived';
  documentId: string;
  status: 'accepted' | 'acceptedWithErrors' | 'rejected' | 'receivedOnly';
  findings: Finding[];
  /** Rejected because its control number was received before: the partner may well have the document. */
  receivedBefore?: true;
}

/** What the partner's application says of a document of ours that it has read. `documentId` is that of our sending. */
export interface ApplicationAdviceReceived extends EventBase {
  type: 'applicationAdviceReceived';
  documentId: string;
  document: ApplicationAdvice;
  documentRef: DocumentRef;
}

export interface OrderResponseReceived extends EventBase {
  type: 'orderResponseReceived';
  document: OrderResponse;
  documentRef: DocumentRef;
  partnerId: string;
}

export interface DespatchAdviceReceived extends EventBase {
  type: 'despatchAdviceReceived';
  document: DespatchAdvice;
  documentRef: DocumentRef;
  partnerId: string;
  /** The order meant, where the advice ships several; otherwise that of its first line. */
  orderId?: string;
  /** What only the store knows: SSCCs of this document that the partner has used for other shipments in twelve months. */
  reusedSsccs?: string[];
}

export interface GoodsReceived extends EventBase {
  type: 'goodsReceived';
  document: ReceiptAdvice;
}

interface BillingEvent extends EventBase {
  invoiceId: string;
  /** Only the lines of this order. */
  lines: { lineId: string; quantity: DecimalString }[];
}

export interface InvoiceMatched extends BillingEvent {
  type: 'invoiceMatched';
}

export interface InvoiceHeld extends BillingEvent {
  type: 'invoiceHeld';
  /** HOLD_RECEIPT, HOLD_PRICE … */
  holds: string[];
}

/** Quantity zero for a credit on the price only. */
export interface CreditMatched extends BillingEvent {
  type: 'creditMatched';
}

export interface DeadlineReached extends EventBase {
  type: 'deadlineReached';
  key: string;
  kind: DeadlineKind;
  dueAt: Instant;
  /** Fired late, after an outage of ours. */
  caughtUp?: boolean;
}

/** A person's decision, on an exception or on lines. `counter` carries the values that the buyer wants instead. */
export interface BuyerDecided extends EventBase {
  type: 'buyerDecided';
  action: ExceptionAction;
  author: Author;
  reason: string;
  fingerprint?: string;
  lineIds?: string[];
  counter?: { quantity?: DecimalString; date?: LocalDate; priceAmount?: DecimalString };
}

/** Puts an outbound document on its way again; the communication of that document starts anew. */
export interface ResendRequested extends EventBase {
  type: 'resendRequested';
  documentType: 'order' | 'orderChange';
  version: number;
  author: Author;
  reason: string;
}

export type OrderEvent =
  | OrderReleased
  | OrderChanged
  | OrderCancelled
  | DocumentQueued
  | TransmissionSucceeded
  | TransmissionFailed
  | FunctionalAcknowledgmentReceived
  | ApplicationAdviceReceived
  | OrderResponseReceived
  | DespatchAdviceReceived
  | GoodsReceived
  | InvoiceMatched
  | InvoiceHeld
  | CreditMatched
  | DeadlineReached
  | BuyerDecided
  | ResendRequested;

/** An event as it is kept: a replay decides it again at the same instant under the same policy. */
export interface RecordedEvent {
  event: OrderEvent;
  at: Instant;
  policyVersion: string;
}
