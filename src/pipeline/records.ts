import type { Finding, Severity } from '../common/finding.ts';
import type { Instant } from '../common/time.ts';
import type { Document, DocumentType } from '../documents/document.ts';
import type { CloudEvent } from '../tracking/cloud-event.ts';
import type { Fact } from '../tracking/facts.ts';
import type { ErpCommand } from './ports/erp.ts';
import type { MimeEntity } from './ports/transport.ts';

/**
 * What the store keeps. A record is plain JSON with a text `id`; `revision` counts its changes (optimistic locking): it is
 * 0 before the first commit, and the store adds 1 on every one. Only scalar fields at the top level can be indexed.
 */
export interface StoredRecord {
  id: string;
  revision: number;
}

export type Direction = 'inbound' | 'outbound';

/** A file as it came in or went out; its bytes are in the archive under `sha256`. */
export interface FileRecord extends StoredRecord {
  direction: Direction;
  /** Partner of the channel; the envelope may name another. '' when the channel has none. */
  partnerId: string;
  /** `folder`, `api`, `sftp` … */
  channel: string;
  /** Name of the channel among the partner's channels; absent when it came by the API. */
  channelName?: string;
  /** Name as the sender chose it; never trusted as identity or path. */
  name: string;
  sha256: string;
  sizeBytes: number;
  createdAt: Instant;
  finishedAt?: Instant;
  status:
    | 'received'
    | 'processed'
    | 'partlyProcessed'
    | 'rejected'
    | 'ignored'
    | 'queued'
    /** The partner has the bytes and owes the receipt that says so (asynchronous MDN). */
    | 'awaitingReceipt'
    | 'sent'
    | 'failed';
  /** `x12`, `edifact`, `xml`, `json`, `csv`, `unknown`. */
  syntax?: string;
  /** How the channel tells this file from others (path, mtime, size): absorbs a second pickup after a crash. */
  sourceKey?: string;
  findings: Finding[];
  /** What the file holds or is, in words: `850 for order PO-1001`. */
  summary?: string;
  /** Outbound: the inbound file that this answers (an acknowledgment). */
  answersFileId?: string;
  /** Outbound, no business document: its bytes are the body of a MIME entity. */
  entity?: MimeEntity;
  /** Highest severity of all findings of the file and of what is in it. */
  worst?: Severity;
  /** Its bytes are not kept any more; `sha256` still tells which they were. */
  erased?: { at: Instant; by: string; reason: string };
}

/** One interchange of a file (or one XML/JSON/CSV document, which has an envelope of its own or none). */
export interface InterchangeRecord extends StoredRecord {
  fileId: string;
  direction: Direction;
  partnerId: string;
  standard: string;
  senderId: string;
  receiverId: string;
  controlNumber: string;
  /** Parties and control number: finds what a CONTRL or TA1 answers, and repeats. */
  controlKey: string;
  /** Outbound: parties, functional id and number of its group: finds what a 997 answers. '' otherwise. */
  groupKey: string;
  test: boolean;
  createdAt: Instant;
  /** Outbound: `queued`; what became of it is written at its file (earlier releases wrote it here too). */
  status:
    'accepted' | 'partlyAccepted' | 'rejected' | 'duplicate' | 'quarantined' | 'queued' | 'sent' | 'failed';
  contentSha256: string;
  /** Inbound: how many of its transactions our acknowledgment accepts; absent where its content was not looked at. */
  acceptedCount?: number;
  /** The file that holds our acknowledgment of it (inbound) or the partner's (outbound). */
  acknowledgmentFileIds: string[];
  findings: Finding[];
  /** Groups with their control numbers, as needed to match a 997/CONTRL against what we sent. */
  groups: InterchangeGroup[];
}

export interface InterchangeGroup {
  functionalId: string;
  controlNumber: string;
  /** GS02, GS03; '' in EDIFACT without groups. */
  applicationSender: string;
  applicationReceiver: string;
  /** GS08 of what we sent. */
  version?: string;
  transactions: { type: string; controlNumber: string; documentId: string }[];
}

/** A business document or acknowledgment, in or out: one transaction of an interchange. */
export interface DocumentRecord extends StoredRecord {
  direction: Direction;
  partnerId: string;
  fileId: string;
  interchangeId: string;
  /** `functionalAcknowledgment` has no canonical document. */
  documentType: DocumentType | 'functionalAcknowledgment' | 'unknown';
  /** `855`, `ORDRSP`, `OrderResponse`. */
  transactionType: string;
  controlNumber: string;
  /** The document's own business number. */
  number: string;
  createdAt: Instant;
  status: 'applied' | 'parked' | 'rejected' | 'duplicate' | 'ignored' | 'held' | 'queued' | 'sent' | 'failed';
  /** Outbound: what the partner's functional acknowledgment says. Inbound: what ours said. */
  acknowledgmentStatus:
    'notExpected' | 'pending' | 'receivedOnly' | 'accepted' | 'acceptedWithErrors' | 'rejected' | 'overdue';
  map?: string;
  document?: Document;
  findings: Finding[];
  /** Where each field was read from, for the console's two-sided view: packed, see field-places.ts. */
  trace?: FieldPlace[] | string;
  /** Segments that no rule of the map used: `{ segment: 7, segmentId: 'PID' }`. */
  unconsumed?: { segment: number; segmentId: string }[];
  /** 1-based ordinals in the file. */
  ordinal?: { interchange: number; group: number; transaction: number };
  /** Its content is not kept any more; `sha256` is that of what `document` was, as sorted JSON. */
  erased?: { at: Instant; by: string; reason: string; sha256: string };
}

/** Field of a document → place in its file; `range` in bytes. */
export interface FieldPlace {
  path: string;
  segment: number;
  element?: number;
  range: readonly [number, number];
}

/** Joins documents and orders (many to many). id = `<orderId>|<documentId>`. */
export interface OrderDocumentRecord extends StoredRecord {
  orderId: string;
  documentId: string;
  createdAt: Instant;
}

/** A key that may be used once: idempotency of documents, interchanges, effects. id = the key. */
export interface ClaimRecord extends StoredRecord {
  /** What used it, and what it held, to tell a repeat from a conflict. */
  ownerId: string;
  contentSha256: string;
  createdAt: Instant;
}

/** A counter, such as the control numbers of one partnership. id = its scope. */
export interface CounterRecord extends StoredRecord {
  value: number;
}

/** One work item: something to be done once, leased to a worker, retried with backoff, kept in order per key. */
export interface WorkRecord extends StoredRecord {
  kind: WorkKind;
  /** Idempotency key of the effect; the receiver's search-before-create uses it. */
  key: string;
  /** Items with the same key are done one after the other, oldest first: `order:PO-1`, `partner:acme`. '' = no order. */
  orderingKey: string;
  partnerId: string;
  /** 0 to 9, smaller first: 1 orders and answers, 5 catalogues. */
  lane: number;
  /** Grows with every item that is enqueued; tells which of two with the same orderingKey is older. */
  sequence: string;
  /** Place in the line, `<lane>/<partnerId>/<sequence>`: one index finds the next partner and its oldest item. */
  position: string;
  /** `delayed` waits for `notBefore`; `blocked` waits for an older item with its orderingKey. */
  status: 'ready' | 'delayed' | 'blocked' | 'leased' | 'done' | 'dead';
  payload: Record<string, unknown>;
  createdAt: Instant;
  /** Not before this instant: backoff. */
  notBefore: Instant;
  attempts: number;
  /** Node that holds the lease; epoch is the fencing token: it grows with every lease. */
  owner: string;
  epoch: number;
  /** The lease also holds beyond this while the owner's NodeRecord is alive. '' when not leased. */
  leaseUntil: Instant;
  finishedAt?: Instant;
  /** Newest last, at most 20. */
  history: { at: Instant; outcome: string; message: string }[];
}

export type WorkKind =
  | 'processFile'
  | 'sendFile'
  | 'sendReceipt'
  | 'sendEvents'
  | 'writeErp'
  | 'rejectFile'
  | 'rematchInvoices'
  | 'notify'
  | 'tellPartner';

/** A running gateway process, as its heartbeat shows it. id = the `owner` of its leases. */
export interface NodeRecord extends StoredRecord {
  startedAt: Instant;
  /** Its leases may be taken over after this instant. */
  aliveUntil: Instant;
}

/** Entry of the append-only audit log. `hash` chains it to the entry before. */
export interface AuditRecord extends StoredRecord {
  at: Instant;
  actor: string;
  action: string;
  subject: string;
  details: Record<string, unknown>;
  previousHash: string;
  hash: string;
}

/** Small facts about the installation: schema version, company. */
export interface SettingRecord extends StoredRecord {
  value: unknown;
}

/** Master data from the ERP: items with their vendor codes, packs and units; id = `<kind>:<key>`. */
export interface MasterDataRecord extends StoredRecord {
  kind: 'item' | 'supplier' | 'location' | 'exchangeRate';
  key: string;
  updatedAt: Instant;
  data: Record<string, unknown>;
}

/** What a stand-alone gateway has told the ERP, in order; id = the command's key. Never changed. */
export interface ErpCommandRecord extends StoredRecord {
  /** 1, 2, 3 … without a gap: an ERP reads on from the last number that it knows. */
  number: number;
  createdAt: Instant;
  command: ErpCommand;
}

/**
 * What the adapter of an ERP remembers of one of its records: which is which on both sides, and what was last seen or written.
 * id = `<kind>:<our number>`; the adapter owns the shape of `data`.
 */
export interface ErpLinkRecord extends StoredRecord {
  kind: string;
  /** Identity on the ERP's side, as text; '' = none yet. */
  erpId: string;
  updatedAt: Instant;
  data: Record<string, unknown>;
}

/** What is not in the feed yet: the facts of the order event of this id, or those that it holds itself. */
export interface EventOutboxRecord extends StoredRecord {
  facts?: Fact[];
}

/** One business event of the feed. id = the number, padded. Never changed. */
export interface PublishedEventRecord extends StoredRecord {
  /** 1, 2, 3 … without a gap: a reader goes on from the last number that he knows. */
  number: number;
  type: string;
  orderId: string;
  publishedAt: Instant;
  event: CloudEvent;
}

/** A job of the scheduler (Agenda), in its own shape. */
export interface JobRecord extends StoredRecord {
  name: string;
  /** '' when it is not to run. */
  nextRunAt: Instant;
  /** '' when no process runs it. */
  lockedAt: Instant;
  data: Record<string, unknown>;
}
