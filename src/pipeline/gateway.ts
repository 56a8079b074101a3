import type { Actor } from './actor.ts';
import type { Finding } from '../common/finding.ts';
import type { Order, OrderChange } from '../documents/order.ts';
import type { ReceiptAdvice } from '../documents/receipt-advice.ts';
import type { PartnerSet } from '../partners/partner-set.ts';
import type { AccessRole } from './access/access-token-record.ts';
import type { ChannelStatus } from './channels/channel-status.ts';
import type { ClaimKind } from '../tracking/claims/claim.ts';
import type { ClaimAction } from '../tracking/claims/claim-life.ts';
import type { MasterDataEntry } from './erp/save-master-data.ts';
import type { HoldScope } from './retention/legal-hold-record.ts';
import type { RetentionReport } from './retention/retention-report.ts';
import type { RepeatRequest, RepeatResult } from './repeat/repeat-model.ts';
import type { SupplierClaimRecord } from './orders/order-records.ts';
import type { FetchedChannel } from './partner-api/partner-outbox.ts';
import type { Store } from './ports/store.ts';
import type { ChannelTestStep } from './ports/transport.ts';

/** What became of something handed in. `repeated` is true where the same thing was known already and nothing was done. */
export interface Accepted {
  id: string;
  repeated: boolean;
}

/** A person's decision on an exception; the actions allowed are listed in the exception. */
export interface ExceptionDecision {
  action: string;
  reason: string;
  /** Revision of the exception that the person had in front of them; another one is refused (CONFLICT). Absent: any. */
  seenRevision?: number;
  /** What the action needs: `{ quantity, date, priceAmount }` of a counter-offer, at least one of them. */
  values?: Readonly<Record<string, string>>;
}

/** A claim that a person opens by hand, about goods of an order or money of an invoice. */
export interface ClaimRequest {
  kind: ClaimKind;
  orderId: string;
  invoiceId?: string | undefined;
  receiptId?: string | undefined;
  /** `amount` instead of the quantity at its agreed price; both for money that is about goods. */
  lines: { lineId: string; quantity?: string | undefined; amount?: string | undefined }[];
  reason: string;
}

/**
 * The use cases, as web, cli and channels call them. Reads go through `store` and queries/. Every method
 * throws GatewayError: INVALID_REQUEST (details.findings), NOT_FOUND, CONFLICT, FORBIDDEN, STORE_*.
 */
export interface Gateway {
  readonly store: Store;
  readonly partners: PartnerSet;

  /** A file from any channel: archived and recorded durably, then processed by the work queue. `handedInBy`: the person who has it. */
  receiveFile(
    file: {
      channel: string;
      channelName?: string;
      partnerId: string;
      name: string;
      bytes: Uint8Array;
      sourceKey?: string;
    },
    handedInBy?: Actor,
  ): Promise<Accepted>;
  /** A document that a partner hands in by the HTTP API or as cXML, once for each idempotency key (cXML: payloadID). Throws KEY_REUSED. */
  receiveSubmission(file: {
    channel: string;
    channelName: string;
    partnerId: string;
    name: string;
    bytes: Uint8Array;
    idempotencyKey: string;
  }): Promise<Accepted>;
  /** The partner has fetched everything up to this number; returns how many are new. */
  acknowledgeOffers(channel: FetchedChannel, number: number): Promise<number>;
  /** Makes a token for API and console; it cannot be shown again. */
  createAccessToken(token: { name: string; role: AccessRole }, actor: Actor): Promise<string>;
  removeAccessToken(name: string, actor: Actor): Promise<void>;
  /** Makes a token for a partner's program; it cannot be shown again. */
  createPartnerToken(token: { partnerId: string; name: string }, actor: Actor): Promise<string>;
  removePartnerToken(name: string, actor: Actor): Promise<void>;
  /** Processes the bytes as receiveFile would and tells what would happen; nothing is kept and nothing leaves. */
  previewFile(file: { partnerId: string; name: string; bytes: Uint8Array }): Promise<FilePreview>;
  /** What if a file that is kept came in today for the first time: a shadow run without any effect. */
  replayFile(fileId: string): Promise<FilePreview>;

  /** From the ERP: an order was confirmed. The same order again changes nothing; other values are a change. */
  releaseOrder(order: Order, actor: Actor): Promise<Accepted>;
  changeOrder(change: OrderChange, actor: Actor): Promise<Accepted>;
  cancelOrder(orderId: string, reason: string, actor: Actor): Promise<Accepted>;
  receiveGoods(receipt: ReceiptAdvice, actor: Actor): Promise<Accepted>;
  saveMasterData(entries: readonly MasterDataEntry[], actor: Actor): Promise<void>;

  decideException(id: string, decision: ExceptionDecision, actor: Actor): Promise<void>;
  assignException(id: string, assignee: string, actor: Actor): Promise<void>;
  snoozeException(id: string, until: string, actor: Actor): Promise<void>;
  commentException(id: string, text: string, actor: Actor): Promise<void>;
  reopenException(id: string, actor: Actor): Promise<void>;

  /** Stops the payment of an invoice that is not released yet, for any reason; only a person lets it go. */
  holdInvoice(id: string, reason: string, actor: Actor): Promise<void>;
  /** A claim about goods or money, by hand; the same claim that is alive is returned. */
  openClaim(request: ClaimRequest, actor: Actor): Promise<SupplierClaimRecord>;
  /** `send`, `answer` (with what the supplier said), `writeOff`, `close`: each with a reason. */
  decideClaim(id: string, decision: { action: ClaimAction; reason: string }, actor: Actor): Promise<void>;

  /** Inbound: runs the archived bytes again with the maps of today; only what is missing is applied. */
  reprocessFile(fileId: string, reason: string, actor: Actor): Promise<Accepted>;
  /** Outbound: the same bytes again. */
  retransmitFile(fileId: string, reason: string, actor: Actor): Promise<Accepted>;
  /** Outbound: the same document in a new envelope. */
  reissueDocument(documentId: string, reason: string, actor: Actor): Promise<Accepted>;
  /** Takes one dead work item up again. */
  redriveWork(id: string, reason: string, actor: Actor): Promise<void>;
  /** Gives one dead work item up for good, so that what stands behind it goes on. */
  discardWork(id: string, reason: string, actor: Actor): Promise<void>;

  /** What would happen if these were done again; nothing is kept and nothing leaves. Throws INVALID_REQUEST (too many). */
  planRepeat(request: RepeatRequest): Promise<RepeatResult>;
  /** Does them again, stopping where it goes otherwise than foreseen; or asks for a second person first (`approvalId`). */
  runRepeat(request: RepeatRequest, actor: Actor): Promise<RepeatResult>;
  /** A second person agrees to what somebody has asked for, or refuses it. */
  decideApproval(
    id: string,
    decision: { approve: boolean; reason: string },
    actor: Actor,
  ): Promise<RepeatResult>;

  /** Erases what is older than company.yaml says; the hourly tick calls it. `limit`: files looked at for each class. */
  retain(options?: { dryRun?: boolean; limit?: number }): Promise<RetentionReport>;
  /** Erases what one file held; hashes and receipts stay. Throws NOT_FOUND, INVALID_REQUEST (it has to stay). */
  eraseFile(fileId: string, reason: string, actor: Actor): Promise<void>;
  /** Keeps everything, or what belongs to a partner, order or file, whatever its age. Returns its id. */
  placeLegalHold(hold: { scope: HoldScope; subject: string; reason: string }, actor: Actor): Promise<string>;
  releaseLegalHold(id: string, reason: string, actor: Actor): Promise<void>;

  /** Decides what is due, of some orders: the minute tick calls it until no order was looked at. `fired`: deadlines. */
  fireDeadlines(): Promise<{ orders: number; fired: number }>;
  /** Polls every channel once. Returns the number of files received. */
  pollChannels(): Promise<number>;
  /** Every channel of every partner with its state in this process. */
  listChannels(): ChannelStatus[];
  /** Tries a channel (without a name: the partner's first) step by step. Throws NOT_FOUND, INVALID_REQUEST (it is off). */
  testChannel(partnerId: string, name?: string): AsyncIterable<ChannelTestStep>;
}

/** What would happen to a file: console upload, `tradelane` what-if. */
export interface FilePreview {
  syntax: string;
  partnerId: string;
  findings: Finding[];
  documents: {
    transactionType: string;
    documentType: string;
    number: string;
    findings: Finding[];
    document?: unknown;
  }[];
  /** The acknowledgment that would be returned, as text. */
  acknowledgment?: string;
}
