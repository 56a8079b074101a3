import type { DecimalString } from '../common/decimal.ts';
import type { Finding } from '../common/finding.ts';
import type { Instant, LocalDate } from '../common/time.ts';
import type { DespatchAdvice } from '../documents/despatch-advice.ts';
import type { LineClaim, OrderResponse } from '../documents/order-response.ts';
import type { Order, OrderChange, OrderLine } from '../documents/order.ts';
import type { Item, Price } from '../documents/primitives.ts';
import type { ReceiptAdvice } from '../documents/receipt-advice.ts';
import type { ExceptionAction, OwnerRole, TrackedException } from './exception-model.ts';
import type { Fact } from './facts.ts';
import type { ToleranceLevel } from './policy.ts';

export type { Fact } from './facts.ts';

/** Region 1, per outbound document (5.3.1). */
export type CommunicationState =
  | 'NOT_SENT'
  | 'QUEUED'
  | 'TRANSPORT_OK'
  | 'TRANSPORT_FAILED'
  | 'SYNTAX_OK'
  | 'SYNTAX_REJECTED'
  | 'SYNTAX_OVERDUE';

/** Region 2, per slice of a line. PENDING: answered, but price or date or the whole decision is still to come. */
export type CommitmentState =
  | 'OPEN'
  | 'AWAITING'
  | 'OVERDUE'
  | 'CONFIRMED'
  | 'CONFIRMED_CHANGED'
  | 'PROPOSED'
  | 'COUNTERED'
  | 'PENDING'
  | 'BACKORDERED'
  | 'HOLD'
  | 'REJECTED'
  | 'CANCEL_REQUESTED'
  | 'CANCELLED';

/** Region 3, per line; derived by `fulfilmentOf`. */
export type FulfilmentState =
  | 'NONE'
  | 'ANNOUNCED'
  | 'IN_TRANSIT'
  | 'PART_RECEIVED'
  | 'RECEIVED'
  | 'OVER_RECEIVED'
  | 'SHORT_CLOSED'
  | 'RETURNED';

/** Region 4, per line; derived by `billingOf`. */
export type BillingState = 'NONE' | 'PART_INVOICED' | 'INVOICED' | 'OVER_INVOICED' | 'CREDITED' | 'HOLD';

/** What an answer changed, found by comparing values (5.1.4). */
export type Dimension = 'quantity' | 'date' | 'price' | 'item';

/** A part of a line's quantity with one promise. The slices of a line always add up to its ordered quantity (5.4.1). */
export interface Slice {
  /** `<line id>.<number>`; a number is never used again. */
  id: string;
  state: CommitmentState;
  /** In the ordered unit. */
  quantity: DecimalString;
  /** Promised date, or for BACKORDERED the date hoped for. */
  date?: LocalDate;
  dateKind?: 'delivery' | 'ship';
  /** The delivery date was computed from a ship date. */
  estimated?: true;
  /** Where other than the ordered price. */
  price?: Price;
  /** The substitute, where not the ordered item. */
  item?: Item;
  claim?: LineClaim;
  /** The partner's own code: `IQ`. */
  code?: string;
  reason?: string;
  changes?: Dimension[];
  /** Confirmed by a despatch advice instead of an answer. */
  implied?: true;
  /** HOLD: whose move it is. */
  heldFor?: 'supplier' | 'buyer' | 'masterData';
}

export interface LineState {
  id: string;
  /** The values of the newest version. */
  line: OrderLine;
  /** Version in which quantity, price, date or item last changed. */
  changedInVersion: number;
  slices: Slice[];
  /** Number of the next slice. */
  nextSlice: number;
  /** The promises that the ERP still holds while a proposal, change or cancellation is undecided. */
  standing?: Slice[];
  /** Version that the supplier still has to answer for this line; 0 when there is none. */
  awaitingVersion: number;
  /** Confirmed, and asked to be confirmed again before it is due (T18). */
  reconfirming?: true;
  /** Taken out of the order by the buyer; its slices are cancelled. */
  deleted?: true;
  /** Closed by the buyer with less than ordered. */
  shortClosed?: true;
  /** Items that shipments brought instead, waiting for a decision; and those that a person accepted. */
  offeredSubstitutes?: { shipmentId: string; item: Item }[];
  acceptedSubstitutes?: Item[];
  /** By all live despatch advices. */
  announced: DecimalString;
  /** Counted into stock, returns deducted. */
  received: DecimalString;
  accepted: DecimalString;
  damaged: DecimalString;
  returned: DecimalString;
  /** Received beyond the tolerance and accepted by a person: billable. */
  overAccepted: DecimalString;
  /** By matched invoices, credit notes deducted. */
  invoiced: DecimalString;
  credited: DecimalString;
}

/** One order or change that went out, or is to. */
export interface OutboundDocument {
  /** `order/v1`, `orderChange/v2`. */
  key: string;
  documentType: 'order' | 'orderChange';
  version: number;
  status: CommunicationState;
  queuedAt: Instant;
  /** The pipeline's id, once it is encoded. */
  documentId?: string;
  transportedAt?: Instant;
  /** The functional acknowledgment, once there is one. */
  acknowledgedAt?: Instant;
  acknowledgedErrors?: true;
}

/** What stood before the change that is not answered yet, to go back to when it is refused (5.3.3). */
export interface UnansweredChange {
  version: number;
  kind: 'change' | 'cancel';
  /** What was sent, to send it again. */
  document: Order | OrderChange;
  previousOrder: Order;
  /** The lines that the change touches, as they were. */
  previousLines: LineState[];
}

/** Where a document is kept, and a digest over its canonical content (not over envelope or control numbers). */
export interface DocumentRef {
  documentId: string;
  contentHash: string;
  fileId?: string;
}

export interface ReceivedResponse {
  ref: DocumentRef;
  /** The supplier's number of the answer. */
  id?: string;
  receivedAt: Instant;
  version: number;
  /** False for duplicates, copies and answers that could not be used. */
  applied: boolean;
}

export interface Shipment {
  id: string;
  ref: DocumentRef;
  status: 'live' | 'replaced' | 'cancelled';
  receivedAt: Instant;
  shipDate?: LocalDate;
  estimatedDeliveryDate?: LocalDate;
  lines: { lineId: string; quantity: DecimalString }[];
  ssccs: string[];
  lateAfterShip?: true;
  lateBeforeArrival?: true;
  afterReceipt?: true;
}

export interface Receipt {
  id: string;
  receivedAt: Instant;
  shipmentId?: string;
  lines: { lineId: string; quantity: DecimalString; accepted: DecimalString; damaged: DecimalString }[];
}

export interface BillingEntry {
  invoiceId: string;
  kind: 'invoice' | 'creditNote';
  status: 'held' | 'matched';
  holds: string[];
  lines: { lineId: string; quantity: DecimalString }[];
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

export interface Deadline {
  /** Unique in the order: `responseDue/v1/R2`. */
  key: string;
  kind: DeadlineKind;
  dueAt: Instant;
  /** Who has to act when it passes. */
  owner: OwnerRole;
  rung?: string;
  version?: number;
  /** Line, document or invoice that it waits for. */
  subject?: string;
}

/** An exception that is open, as far as deciding needs it. */
export interface OpenException {
  fingerprint: string;
  type: string;
  lineId?: string;
  /** Document, invoice or shipment that it is about. */
  subject?: string;
  openedAt: Instant;
}

export interface ParkedDocument {
  event: OrderResponseReceived | DespatchAdviceReceived;
  parkedAt: Instant;
}

/** A document as it came, with only those lines that could not be read. */
export type UnreadLines = OrderResponseReceived | DespatchAdviceReceived | GoodsReceived;

/** The life of one order: the fold of its events. Plain JSON. */
export interface OrderState {
  orderId: string;
  partnerId: string;
  /** Parked: answers came before the order did. */
  phase: 'parked' | 'live';
  /** The newest version, in full. Absent only while parked. */
  order?: Order;
  version: number;
  releasedAt?: Instant;
  lines: LineState[];
  documents: OutboundDocument[];
  /** Oldest first; as many as the policy allows, one by default. */
  unanswered: UnansweredChange[];
  /** The buyer's newer values that wait for the answer to the change before. */
  waitingOrder?: Order;
  responses: ReceivedResponse[];
  shipments: Shipment[];
  receipts: Receipt[];
  billing: BillingEntry[];
  parked: ParkedDocument[];
  /** What waits for data that is missing: a unit that nobody can convert. Absent where nothing does. */
  unread?: UnreadLines[];
  deadlines: Deadline[];
  exceptions: OpenException[];
  /** First due instant, first answer, first full commitment: the two metrics of 5.3.4. */
  responseDueAt?: Instant;
  respondedAt?: Instant;
  committedAt?: Instant;
  /** How late the first commitment came. */
  lateByMinutes?: number;
  /** Promised ship dates up to this one have been checked for their despatch advice. */
  despatchCheckedThrough?: LocalDate;
  /** Promised dates up to this one have been asked to be confirmed again. */
  reconfirmedThrough?: LocalDate;
  /** The despatch advice took the place of an answer (T19). */
  impliedByDespatch?: true;
  closedAt?: Instant;
  appliedEventIds: string[];
}

interface EventBase {
  /** Identity: the same id applied twice changes nothing. */
  id: string;
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

/** Decided values of one line, for the ERP. */
export interface ConfirmedLine {
  lineId: string;
  ordered: DecimalString;
  confirmed: DecimalString;
  backordered: DecimalString;
  rejected: DecimalString;
  cancelled: DecimalString;
  /** Earliest and last confirmed delivery dates. */
  earliestDate?: LocalDate;
  latestDate?: LocalDate;
  slices: Slice[];
  /** Whether the ERP should split the line or keep its own and store the schedule (5.4.3). */
  writeBack: 'schedulesOnly' | 'splitLines';
}

/** What is to be done outside. `key` is the idempotency key: the same decision taken again names the same effect. */
export type Effect =
  | {
      kind: 'sendDocument';
      key: string;
      documentType: 'order' | 'orderChange';
      version: number;
      document: Order | OrderChange;
      /** A resend of a document that went out before: the envelope is new, the content is not. */
      resend?: true;
    }
  | { kind: 'writeErp'; key: string; operation: 'confirmations'; payload: { lines: ConfirmedLine[] } }
  | {
      kind: 'writeErp';
      key: string;
      operation: 'despatchAdvice';
      payload: { document: DespatchAdvice; documentRef: DocumentRef; replaces?: string; cancelled?: true };
    }
  | {
      kind: 'writeErp';
      key: string;
      operation: 'cancellation';
      payload: { lineIds: string[]; reason: string };
    }
  | { kind: 'writeErp'; key: string; operation: 'note'; payload: { text: string } }
  | { kind: 'rematchInvoices'; key: string; lineIds: string[]; trigger: string }
  | { kind: 'notify'; key: string; audience: Audience; template: string; data: Record<string, string> };

export type Audience = 'supplier' | 'supplierSecondContact' | OwnerRole;

export type DeadlineChange = ({ change: 'set' } & Deadline) | { change: 'clear'; key: string };

export type ExceptionChange =
  | { change: 'open'; exception: TrackedException }
  /** The same trouble once more: count it, keep the newer words and evidence. */
  | { change: 'update'; exception: TrackedException }
  | {
      change: 'close';
      fingerprint: string;
      /** `system` when the cause went away. */
      by: string;
      action: ExceptionAction | 'resolved';
      reason: string;
    };

/** Why it was decided so. */
export interface Explanation {
  /** Paragraph or transition: `T8`, `5.4.2 price up`. */
  rule: string;
  /** A named observation that needs nobody: ACK_VERSION_ASSUMED, DELIVERY_DATE_ESTIMATED … */
  code?: string;
  text: string;
  lineId?: string;
  inputs?: Record<string, string>;
  tolerance?: { name: string; limit: string; level: ToleranceLevel; version: string };
}

export type Decision =
  | ({ changed: true; state: OrderState } & Consequences)
  /** The event was known or means nothing here: explanations may say why. No state: there is no such order. */
  | ({ changed: false; state: OrderState | undefined } & Consequences);

export interface Consequences {
  facts: Fact[];
  effects: Effect[];
  deadlines: DeadlineChange[];
  exceptions: ExceptionChange[];
  explanations: Explanation[];
}

/** A line's quantity by what became of it: `ordered + over = confirmed + backordered + rejected + cancelled + open`. */
export interface LineBalance {
  ordered: DecimalString;
  confirmed: DecimalString;
  backordered: DecimalString;
  rejected: DecimalString;
  cancelled: DecimalString;
  /** Not agreed: open, awaiting, overdue, proposed, countered, pending, on hold, cancellation requested. */
  open: DecimalString;
  /** Confirmed beyond the ordered quantity, within tolerance or accepted by a person. */
  over: DecimalString;
}
