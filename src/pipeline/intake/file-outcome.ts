import type { Finding } from '../../common/finding.ts';
import { sentence } from '../../common/sentence.ts';
import type { ExceptionInput } from '../../tracking/exceptions.ts';
import { evidenceOf } from '../exceptions/evidence.ts';
import type { UnitOfWork } from '../unit-of-work.ts';
import type { DocumentRecord, FileRecord, InterchangeRecord } from '../records.ts';
import { toPartnerFinding } from '../partner-api/partner-findings.ts';

/** What became of a file as a whole. */
export interface FileOutcome {
  status: Extract<FileRecord['status'], 'processed' | 'partlyProcessed' | 'rejected' | 'ignored' | 'failed'>;
  syntax: string;
  /** Partner by the envelope; '' when unknown. */
  partnerId: string;
  findings: Finding[];
  summary: string;
  /** What a person has to look at, beyond what the interchanges have raised themselves. */
  exceptions: ExceptionInput[];
}

/** Adds what a file has come to, and the completion of the work on it, to the last commit of it. */
export type Conclude = (unit: UnitOfWork, outcome: FileOutcome) => Promise<void>;

/** An interchange and what it held, as they are on record. */
export interface InterchangeOutcome {
  interchange: InterchangeRecord;
  documents: DocumentTally;
}

/** What is told at a file of the documents in it, however many they are. */
export class DocumentTally {
  count = 0;
  rejected = 0;
  readonly named: string[] = [];
  readonly faults: Finding[] = [];

  add(document: Pick<DocumentRecord, 'transactionType' | 'number' | 'status' | 'findings'>): void {
    this.count += 1;
    if (this.named.length < MAX_NAMED) this.named.push(nameOf(document));
    if (document.status !== 'rejected') return;
    this.rejected += 1;
    const room = MAX_FAULTS - this.faults.length;
    if (room > 0) this.faults.push(...document.findings.filter(isError).slice(0, room));
  }
}

/** Faults of documents that are told at the file; all of them are at their documents. */
const MAX_FAULTS = 50;

/** Documents that the summary names. */
const MAX_NAMED = 20;

/** What was found in a file outside of all its interchanges. */
export interface OutsideFindings {
  file: FileRecord;
  findings: readonly Finding[];
  /** The file, where it is in memory. */
  bytes?: Uint8Array;
}

/**
 * What the interchanges of a file come to. It is rejected only when nothing of it could be used. Bytes outside of them take
 * nothing from those that were read, but are told: they may be what is left of another interchange.
 */
export function combineOutcomes(
  outcomes: readonly InterchangeOutcome[],
  syntax: string,
  outside: OutsideFindings,
): FileOutcome {
  const results = outcomes.map(resultOf);
  const all = (wanted: string) => results.every((result) => result === wanted);
  const faults = outcomes.flatMap(({ documents }) => documents.faults);
  const errors = outside.findings.filter(mayBeLost);
  const partnerId =
    outcomes.find(({ interchange }) => interchange.partnerId !== '')?.interchange.partnerId ?? '';
  return {
    status: all('bad')
      ? 'rejected'
      : errors.length > 0 || results.some((result) => result === 'bad' || result === 'mixed')
        ? 'partlyProcessed'
        : all('ignored')
          ? 'ignored'
          : 'processed',
    syntax,
    partnerId,
    findings: [
      ...outside.findings,
      ...outcomes.flatMap(({ interchange }) => interchange.findings),
      ...faults.slice(0, MAX_FAULTS),
    ],
    summary: summarize(outcomes),
    exceptions: errors.length === 0 ? [] : [outsideTrouble(outside, errors, partnerId)],
  };
}

/** A byte order mark is a fault, but nothing that somebody could miss. */
function mayBeLost(finding: Finding): boolean {
  return isError(finding) && finding.code !== 'BYTE_ORDER_MARK';
}

function outsideTrouble(
  { file, bytes }: OutsideFindings,
  errors: readonly Finding[],
  partnerId: string,
): ExceptionInput {
  return {
    type: 'PARSE_ERROR',
    subject: { fileId: file.id, ...(partnerId !== '' && { partnerId }) },
    detail:
      `${file.name} holds more than its interchanges, which were taken: ${sentence(errors[0]!.message)} Look whether it is what ` +
      'is left of one. If the partner always sends so, forgive it under leniency and reprocess the file.',
    evidence: errors
      .slice(0, 10)
      .map((finding) =>
        bytes === undefined
          ? { text: finding.message, fileId: file.id, place: finding.place }
          : evidenceOf(file.id, bytes, finding),
      ),
  };
}

/** The functional acknowledgment speaks of syntax; a document that no map understood is bad here all the same. */
function resultOf({ interchange, documents }: InterchangeOutcome): 'good' | 'mixed' | 'bad' | 'ignored' {
  const { status } = interchange;
  if (status === 'duplicate') return 'ignored';
  if (status === 'rejected' || status === 'quarantined') return 'bad';
  const { count, rejected } = documents;
  if (rejected === 0) return status === 'partlyAccepted' ? 'mixed' : 'good';
  return rejected === count ? 'bad' : 'mixed';
}

function isError({ severity }: Finding): boolean {
  return severity === 'error';
}

function summarize(outcomes: readonly InterchangeOutcome[]): string {
  const named = outcomes.flatMap(({ documents }) => documents.named).slice(0, MAX_NAMED);
  const more = outcomes.reduce((sum, { documents }) => sum + documents.count, 0) - named.length;
  return more > 0 ? `${named.join('; ')}; and ${more} more` : named.join('; ');
}

function nameOf({
  transactionType,
  number,
  status,
}: Pick<DocumentRecord, 'transactionType' | 'number' | 'status'>): string {
  const name = `${transactionType} ${number}`.trim();
  return status === 'rejected' ? `${name} rejected` : name;
}

/** What is found where the bytes are no text of the agreed characters. */
const ENCODINGS: ReadonlySet<string> = new Set(['ENCODING_UNSUPPORTED', 'XML_ENCODING', 'CSV_ENCODING']);

/** Nothing in the file could be read as what it claims to be, or it claims nothing. */
export function unreadableFile(file: FileRecord, syntax: string, finding: Finding): FileOutcome {
  return {
    status: 'rejected',
    syntax,
    partnerId: file.partnerId,
    findings: [finding],
    summary: 'not readable',
    exceptions: [
      {
        type: ENCODINGS.has(finding.code) ? 'CHARSET' : 'PARSE_ERROR',
        subject: { fileId: file.id, ...(file.partnerId !== '' && { partnerId: file.partnerId }) },
        detail: finding.message,
        evidence: [{ text: finding.message, fileId: file.id, place: finding.place }],
      },
    ],
  };
}

/** Tradelane itself failed on it; what was applied before stays, and a reprocess goes on from there. */
export function failedFile(file: FileRecord, error: unknown): FileOutcome {
  const finding: Finding = {
    code: 'PROCESSING_FAILED',
    severity: 'error',
    message: `${file.name} could not be processed because of a fault in Tradelane, not in the file: ${String(error)}. It is kept; reprocess it once the fault is mended.`,
    place: { file: file.name },
  };
  return { ...unreadableFile(file, file.syntax ?? 'unknown', finding), status: 'failed', summary: 'failed' };
}

/** Channels whose error folder the partner reads. */
const SEEN_BY_PARTNERS: ReadonlySet<string> = new Set(['ftp', 'sftp', 'sftpMailbox']);

/** The text that lies beside a rejected file. */
export function rejectionText(file: FileRecord, { findings }: FileOutcome): string {
  const told = SEEN_BY_PARTNERS.has(file.channel) ? findings.map(toPartnerFinding) : findings;
  const lines = told
    .filter(({ severity }) => severity !== 'info')
    .map((finding) => `- ${whereOf(finding)}${finding.message} [${finding.code}]${comparisonOf(finding)}`);
  return [
    `${file.name} was rejected. It was received at ${file.createdAt} and is kept under SHA-256 ${file.sha256}.`,
    '',
    ...lines,
    '',
  ].join('\n');
}

function whereOf({ place }: Finding): string {
  const { segment, segmentId, element, line } = place;
  if (segment === undefined) return line === undefined ? '' : `line ${line}: `;
  const id =
    segmentId === undefined
      ? ''
      : ` (${segmentId}${element === undefined ? '' : String(element).padStart(2, '0')})`;
  return `segment ${segment}${id}: `;
}

function comparisonOf({ actual, expected }: Finding): string {
  const found = actual === undefined ? [] : [`found ${JSON.stringify(actual)}`];
  const wanted = expected === undefined ? [] : [`expected ${expected}`];
  const parts = [...found, ...wanted];
  return parts.length === 0 ? '' : ` (${parts.join(', ')})`;
}
