import type { DecimalString } from '../common/decimal.ts';
import type { Instant, LocalDate } from '../common/time.ts';
import type { LineClaim } from '../documents/order-response.ts';
import type { Order, OrderChange, OrderLine } from '../documents/order.ts';
import type { Item, Price } from '../documents/primitives.ts';
import type { OwnerRole } from './exception-model.ts';
import type {
  DeadlineKind,
  DespatchAdviceReceived,
  DocumentRef,
  GoodsReceived,
  OrderResponseReceived,
} from './order-events.ts';

/** Region 1, per outbound document (5.3.1). SYNTAX_REJECTED: as faulty, or by the partner's application. */
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
  /** Returned since its invoice was approved, and neither credited nor here again; absent where nothing is. */
  creditExpected?: DecimalString;
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
  /** Those of its earlier sendings: it was sent again in a new envelope. */
  earlierIds?: string[];
  transportedAt?: Instant;
  /** The functional acknowledgment, once there is one. */
  acknowledgedAt?: Instant;
  acknowledgedErrors?: true;
  /** What the newest change says that nobody has to answer, to send it again. Those that are to be answered are in `unanswered`. */
  document?: OrderChange;
  /** The sending that the partner's application has rejected: that its syntax is right does not matter any more. */
  refusedId?: string;
}

/** What stood before the change that is not answered yet, to go back to when it is refused (5.3.3). */
export interface UnansweredChange {
  version: number;
  kind: 'change' | 'cancel';
  /** What was sent, to send it again. */
  document: Order | OrderChange;
  previousOrder: Order;
  /** The lines that the change touches, as they were, with what the supplier has said of them since. */
  previousLines: LineState[];
  /** Those of them that he has answered since: should the change be refused, his answer counts. */
  answeredLines?: string[];
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
  /** A replacement or cancellation came first: the advice that it speaks of is still under way. */
  overtook?: true;
}

export interface Receipt {
  id: string;
  /** The receipt whose counts it sets right. */
  corrects?: string;
  receivedAt: Instant;
  /** The day as the warehouse has it; absent where it was counted by the first rules. */
  receivedDate?: LocalDate;
  shipmentId?: string;
  lines: ReceiptEntry[];
}

export interface ReceiptEntry {
  lineId: string;
  quantity: DecimalString;
  accepted: DecimalString;
  damaged: DecimalString;
  /** Goods that went back, or fewer of them than were counted so; absent where the sign of the quantity says it. */
  isReturn?: boolean;
}

export interface BillingEntry {
  invoiceId: string;
  kind: 'invoice' | 'creditNote';
  status: 'held' | 'matched';
  holds: string[];
  lines: { lineId: string; quantity: DecimalString }[];
}

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
  /** Why they may go out inside the freeze window, where somebody has said so. */
  waitingReason?: string;
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
