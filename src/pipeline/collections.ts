import type { AccessTokenRecord } from './access/access-token-record.ts';
import type { As2MessageRecord } from './channels/as2-message-record.ts';
import type { CertificateProposalRecord } from './channels/certificate-proposal-record.ts';
import type {
  DeadlineRecord,
  ExceptionRecord,
  InvoiceRecord,
  MatchDecisionRecord,
  OrderEventRecord,
  OrderRecord,
  OrderTimerRecord,
  SupplierClaimRecord,
} from './orders/order-records.ts';
import type { PartnerOutboxRecord, PartnerTokenRecord } from './partner-api/partner-records.ts';
import type { LegalHoldRecord } from './retention/legal-hold-record.ts';
import type { ApprovalRecord, RepeatRunRecord } from './repeat/repeat-model.ts';
import type {
  AuditRecord,
  ClaimRecord,
  CounterRecord,
  DocumentRecord,
  ErpCommandRecord,
  ErpLinkRecord,
  EventOutboxRecord,
  FileRecord,
  InterchangeRecord,
  JobRecord,
  MasterDataRecord,
  NodeRecord,
  OrderDocumentRecord,
  PublishedEventRecord,
  SettingRecord,
  WorkRecord,
} from './records.ts';

/** Every collection of the store and the type of its records. */
export interface Collections {
  files: FileRecord;
  interchanges: InterchangeRecord;
  documents: DocumentRecord;
  orders: OrderRecord;
  orderEvents: OrderEventRecord;
  orderDocuments: OrderDocumentRecord;
  invoices: InvoiceRecord;
  matchDecisions: MatchDecisionRecord;
  supplierClaims: SupplierClaimRecord;
  exceptions: ExceptionRecord;
  orderTimers: OrderTimerRecord;
  deadlines: DeadlineRecord;
  work: WorkRecord;
  nodes: NodeRecord;
  claims: ClaimRecord;
  counters: CounterRecord;
  masterData: MasterDataRecord;
  audit: AuditRecord;
  erpCommands: ErpCommandRecord;
  erpLinks: ErpLinkRecord;
  eventOutbox: EventOutboxRecord;
  events: PublishedEventRecord;
  settings: SettingRecord;
  jobs: JobRecord;
  as2Messages: As2MessageRecord;
  certificateProposals: CertificateProposalRecord;
  partnerOutbox: PartnerOutboxRecord;
  partnerTokens: PartnerTokenRecord;
  accessTokens: AccessTokenRecord;
  approvals: ApprovalRecord;
  repeatRuns: RepeatRunRecord;
  legalHolds: LegalHoldRecord;
}

/** An index of those records alone that have one of these values: to write the others costs nothing. */
export interface PartialIndex<F extends string> {
  fields: readonly F[];
  only: { field: F; values: readonly string[] };
}

/** Work that is not done yet. */
export const UNFINISHED = ['ready', 'delayed', 'blocked', 'leased', 'dead'] as const;

/**
 * Indexes, declared in one place for every store. Each is a list of top-level scalar fields; the store adds `id` last. A
 * query must be served by one of them (or by id): a test lists the plan of every query. Most of what a file costs is the pages
 * of the indexes that its records are in, so none is here that no query needs.
 */
export const INDEXES: {
  readonly [N in keyof Collections]: readonly (
    readonly (keyof Collections[N] & string)[] | PartialIndex<keyof Collections[N] & string>
  )[];
} = {
  files: [
    ['createdAt'],
    ['status', 'createdAt'],
    ['partnerId', 'createdAt'],
    ['direction', 'createdAt'],
    ['sha256'],
  ],
  interchanges: [['fileId'], ['controlKey', 'createdAt'], ['groupKey', 'createdAt']],
  documents: [
    ['createdAt'],
    ['fileId'],
    ['interchangeId'],
    ['partnerId', 'createdAt'],
    ['documentType', 'createdAt'],
    ['status', 'createdAt'],
    ['number'],
  ],
  orders: [
    ['number'],
    ['partnerId', 'updatedAt'],
    ['badge', 'updatedAt'],
    ['updatedAt'],
    ['open', 'updatedAt'],
  ],
  orderEvents: [['orderId', 'sequence']],
  orderDocuments: [['orderId', 'createdAt'], ['documentId']],
  invoices: [
    ['createdAt'],
    ['supplierId', 'normalisedNumber'],
    ['supplierId', 'amount'],
    ['supplierId', 'originalNumber'],
    ['status', 'createdAt'],
    ['number'],
  ],
  matchDecisions: [['invoiceId', 'createdAt'], ['createdAt']],
  supplierClaims: [
    ['openedAt'],
    ['state', 'openedAt'],
    ['partnerId', 'openedAt'],
    ['orderId', 'openedAt'],
    ['invoiceId', 'openedAt'],
    ['dueAt'],
  ],
  exceptions: [
    ['openedAt'],
    ['status', 'priority'],
    ['status', 'openedAt'],
    ['fingerprint', 'status'],
    ['type', 'status'],
    ['groupKey', 'status'],
    ['partnerId', 'status'],
    ['orderId', 'status'],
    ['fileId'],
  ],
  orderTimers: [['dueAt']],
  deadlines: [['status', 'dueAt']],
  work: [
    ['key'],
    ['createdAt'],
    { fields: ['position'], only: { field: 'status', values: ['ready'] } },
    { fields: ['notBefore'], only: { field: 'status', values: ['delayed'] } },
    { fields: ['leaseUntil'], only: { field: 'status', values: ['leased'] } },
    { fields: ['orderingKey', 'sequence'], only: { field: 'status', values: UNFINISHED } },
    { fields: ['orderingKey', 'sequence'], only: { field: 'status', values: ['blocked'] } },
    {
      fields: ['status', 'createdAt'],
      only: { field: 'status', values: ['ready', 'delayed', 'blocked', 'dead'] },
    },
  ],
  nodes: [],
  claims: [],
  counters: [],
  masterData: [['kind', 'updatedAt']],
  audit: [['at'], ['subject', 'at']],
  erpCommands: [['number']],
  erpLinks: [['kind', 'erpId']],
  eventOutbox: [],
  events: [['number']],
  settings: [],
  jobs: [['name'], ['nextRunAt']],
  partnerOutbox: [
    ['place', 'number'],
    ['place', 'takenAt', 'number'],
  ],
  partnerTokens: [['name']],
  accessTokens: [['name']],
  approvals: [['status', 'requestedAt'], ['requestedAt']],
  repeatRuns: [['startedAt']],
  legalHolds: [],
  as2Messages: [['messageId'], ['fileId'], ['key', 'createdAt'], ['receiptDueAt', 'createdAt']],
  certificateProposals: [['createdAt'], ['requestKey'], ['partnerId', 'status'], ['status', 'respondBy']],
};
