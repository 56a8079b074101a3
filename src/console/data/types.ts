import type * as z from 'zod';
import type { as2Message } from '../../web/schemas/as2-message.ts';
import type { certificateList } from '../../web/schemas/certificate.ts';
import type { certificateProposal } from '../../web/schemas/certificate-proposal.ts';
import type { channelStatus, channelTest } from '../../web/schemas/channel.ts';
import type { claimDetail, claimRow } from '../../web/schemas/claim.ts';
import type { documentDetail, documentRow } from '../../web/schemas/document.ts';
import type { erpCheck, erpOverview, erpReconciliation } from '../../web/schemas/erp.ts';
import type { exception, exceptionCounts } from '../../web/schemas/exception.ts';
import type { file, filePreview, interchange, segment } from '../../web/schemas/file.ts';
import type { finding } from '../../web/schemas/finding.ts';
import type { legalHoldRow } from '../../web/schemas/legal-hold.ts';
import type {
  approvalRow,
  repeatResult,
  repeatRules,
  repeatRunDetail,
  repeatRunRow,
} from '../../web/schemas/repeat.ts';
import type { retention, retentionPreview } from '../../web/schemas/retention.ts';
import type { invoiceDetail, invoiceRow, matchDecision } from '../../web/schemas/invoice.ts';
import type { deadline, orderDetail, orderRow } from '../../web/schemas/order.ts';
import type { partnerDetail, partnerRow } from '../../web/schemas/partner.ts';
import type { work } from '../../web/schemas/work.ts';

export type As2Message = z.infer<typeof as2Message>;
export type Exception = z.infer<typeof exception>;
export type ExceptionCounts = z.infer<typeof exceptionCounts>;
export type OrderRow = z.infer<typeof orderRow>;
export type OrderDetail = z.infer<typeof orderDetail>;
export type OrderLine = OrderDetail['lines'][number];
export type TimelineEntry = OrderDetail['timeline'][number];
export type Deadline = z.infer<typeof deadline>;
export type DocumentRow = z.infer<typeof documentRow>;
export type DocumentDetail = z.infer<typeof documentDetail>;
export type GatewayFile = z.infer<typeof file>;
export type FilePreview = z.infer<typeof filePreview>;
export type Interchange = z.infer<typeof interchange>;
export type Segment = z.infer<typeof segment>;
export type Finding = z.infer<typeof finding>;
export type InvoiceRow = z.infer<typeof invoiceRow>;
export type InvoiceDetail = z.infer<typeof invoiceDetail>;
export type InvoiceHold = InvoiceDetail['holds'][number];
export type InvoicePayment = InvoiceDetail['payments'][number];
export type ClaimRow = z.infer<typeof claimRow>;
export type Approval = z.infer<typeof approvalRow>;
export type RepeatResult = z.infer<typeof repeatResult>;
export type RepeatRun = z.infer<typeof repeatRunRow>;
export type RepeatRunDetail = z.infer<typeof repeatRunDetail>;
export type RepeatRules = z.infer<typeof repeatRules>;
export type Retention = z.infer<typeof retention>;
export type RetentionClass = Retention['classes'][number]['name'];
export type RetentionPreview = z.infer<typeof retentionPreview>;
export type RepeatVerb = RepeatResult['verb'];
export type LegalHold = z.infer<typeof legalHoldRow>;
export type ClaimDetail = z.infer<typeof claimDetail>;
export type MatchDecision = z.infer<typeof matchDecision>;
export type MatchCheck = MatchDecision['checks'][number];
export type PartnerDetail = z.infer<typeof partnerDetail>;
export type CertificateList = z.infer<typeof certificateList>;
export type Certificate = CertificateList['records'][number];
export type CertificateProposal = z.infer<typeof certificateProposal>;
export type RevocationList = CertificateList['revocationLists'][number];
export type ChannelStatus = z.infer<typeof channelStatus>;
export type ChannelTest = z.infer<typeof channelTest>;
export type ErpOverview = z.infer<typeof erpOverview>;
export type ErpCheck = z.infer<typeof erpCheck>;
export type ErpReconciliation = z.infer<typeof erpReconciliation>;
export type ErpDifference = ErpReconciliation['differences'][number];
export type PartnerRow = z.infer<typeof partnerRow>;
export type Work = z.infer<typeof work>;

/** Parameters of a request; those that are undefined or '' are left out. */
export type Parameters = Record<string, string | number | boolean | undefined>;

export interface Page<T> {
  records: T[];
  next?: string | undefined;
}

export interface FileDetail {
  file: GatewayFile;
  interchanges: Interchange[];
  documents: DocumentRow[];
  acknowledgments: GatewayFile[];
}

export interface SegmentPage {
  total: number;
  segments: Segment[];
  findings: Finding[];
  /** Segment of each finding, by its index. */
  findingSegments: (number | null)[];
  /** First segment of each document, by its id. */
  documentSegments: Record<string, number>;
}

export interface Session {
  name: string;
  role: 'viewer' | 'operator' | 'admin';
  company: string;
}

export interface DaySummary {
  since: string;
  files: number;
  documents: number;
  applied: number;
  exceptionsOpened: number;
  openExceptions: number;
  deadWork: number;
  nextDeadline?: Deadline | undefined;
}

export interface Hit {
  kind: 'order' | 'invoice' | 'document' | 'file' | 'exception' | 'work' | 'interchange' | 'claim';
  id: string;
  title: string;
  partnerId: string;
}
