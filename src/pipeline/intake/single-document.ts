import type { Finding } from '../../common/finding.ts';
import { hasErrors } from '../../common/finding.ts';
import { sentence } from '../../common/sentence.ts';
import type { Partner } from '../../partners/partner-schema.ts';
import { applyDocument } from '../interchange/apply-document.ts';
import type { PipelineContext } from '../context.ts';
import { numberOf } from '../interchange/document-number.ts';
import { packPlaces } from '../interchange/field-places.ts';
import { evidenceOf } from '../exceptions/evidence.ts';
import { raiseException } from '../exceptions/exceptions.ts';
import type { FileOutcome } from './file-outcome.ts';
import type { MappedDocument } from '../map-library.ts';
import type { DocumentRecord, FileRecord } from '../records.ts';
import type { UnitOfWork } from '../unit-of-work.ts';

/** A document without an envelope: XML, canonical JSON, or rows of a CSV file. */
export interface SingleDocument {
  file: FileRecord;
  bytes: Uint8Array;
  partner: Partner;
  syntax: 'xml' | 'json' | 'csv';
  /** Its place in the file, from 1; default 1. */
  ordinal?: number;
  /** `Invoice` as the root element names it; `invoice` in JSON. */
  transactionType: string;
  read: () => MappedDocument;
  /** USAGE_MISMATCH or TEST_DATA: nothing of it counts. */
  usage?: Finding;
  /** The file is read again with the maps of today. */
  again: boolean;
}

/** Reads the document and lets it have its effect, in the caller's commit. */
export async function decideSingleDocument(
  unit: UnitOfWork,
  context: PipelineContext,
  single: SingleDocument,
): Promise<FileOutcome> {
  const { file, bytes, partner, again, ordinal = 1 } = single;
  const id = `${file.id}-${ordinal}`;
  const known = await unit.get('documents', id);
  if (known !== undefined && (!again || !READ_AGAIN.has(known.status))) return outcomeOf(known, single);
  // The claim is on the file: its first document takes it.
  const claimed = ordinal === 1 ? await claimContent(unit, context, id, single) : undefined;
  if (claimed !== undefined) return claimed;
  const mapped = single.read();
  const record = toRecord(context, id, single, mapped, known);
  if (mapped.document === undefined || hasErrors(mapped.findings)) {
    await reportUnmapped(unit, context, file, bytes, partner, record);
    return write(unit, known, { ...record, status: 'rejected' }, single);
  }
  if (single.usage !== undefined) {
    const findings = [...record.findings, single.usage];
    if (single.usage.code === 'USAGE_MISMATCH')
      await reportUsage(unit, context, single, record, single.usage);
    return write(unit, known, { ...record, status: 'ignored', findings }, single);
  }
  const applied = await applyDocument(unit, context, { record, document: mapped.document, partner });
  const findings = [...record.findings, ...applied.findings];
  return write(unit, known, { ...record, status: applied.status, findings }, single);
}

/** What came of a document that had no effect: read again it may have one. */
const READ_AGAIN: ReadonlySet<DocumentRecord['status']> = new Set(['rejected', 'ignored']);

/** There is no control number: the same bytes again are a repeat. */
async function claimContent(
  unit: UnitOfWork,
  context: PipelineContext,
  documentId: string,
  { file, partner, syntax }: SingleDocument,
): Promise<FileOutcome | undefined> {
  const key = `content|${partner.partner}|${file.sha256}`;
  const claim = await unit.get('claims', key);
  if (claim === undefined) {
    const createdAt = context.clock.now();
    unit.insert('claims', {
      id: key,
      revision: 0,
      ownerId: documentId,
      contentSha256: file.sha256,
      createdAt,
    });
    return undefined;
  }
  if (claim.ownerId === documentId) return undefined;
  const finding: Finding = {
    code: 'DUPLICATE_INTERCHANGE',
    severity: 'info',
    message: `${file.name} was received before on ${claim.createdAt} with the same content: it has no effect.`,
    place: { file: file.name },
  };
  return {
    status: 'ignored',
    syntax,
    partnerId: partner.partner,
    findings: [finding],
    summary: 'received before',
    exceptions: [],
  };
}

function toRecord(
  context: PipelineContext,
  id: string,
  { file, partner, transactionType }: SingleDocument,
  mapped: MappedDocument,
  known: DocumentRecord | undefined,
): DocumentRecord {
  return {
    id,
    revision: known?.revision ?? 0,
    direction: 'inbound',
    partnerId: partner.partner,
    fileId: file.id,
    interchangeId: '',
    documentType: mapped.document?.documentType ?? 'unknown',
    transactionType,
    controlNumber: '',
    number: mapped.document === undefined ? '' : numberOf(mapped.document),
    createdAt: known?.createdAt ?? context.clock.now(),
    status: 'applied',
    acknowledgmentStatus: 'notExpected',
    findings: mapped.findings,
    trace: packPlaces(mapped.trace),
    unconsumed: mapped.unconsumed,
    ...(mapped.mapId !== undefined && { map: mapped.mapId }),
    ...(mapped.document !== undefined && { document: mapped.document }),
  };
}

function write(
  unit: UnitOfWork,
  known: DocumentRecord | undefined,
  record: DocumentRecord,
  single: SingleDocument,
): FileOutcome {
  if (known === undefined) unit.insert('documents', record);
  else unit.update('documents', record);
  return outcomeOf(record, single);
}

function outcomeOf(record: DocumentRecord, { file, syntax }: SingleDocument): FileOutcome {
  return {
    status: record.status === 'rejected' ? 'rejected' : 'processed',
    syntax,
    partnerId: record.partnerId === '' ? file.partnerId : record.partnerId,
    findings: record.findings,
    summary: `${record.transactionType} ${record.number}`.trim(),
    exceptions: [],
  };
}

async function reportUsage(
  unit: UnitOfWork,
  context: PipelineContext,
  { file, bytes, partner }: SingleDocument,
  record: DocumentRecord,
  finding: Finding,
): Promise<void> {
  await raiseException(unit, context, {
    type: 'USAGE_MISMATCH',
    subject: { partnerId: partner.partner, fileId: file.id, documentId: record.id },
    detail:
      `${sentence(finding.message)} ${file.name} is a ${record.transactionType} ${record.number}; nothing of it was applied. ` +
      'Mend the usage in partner.yaml and reprocess the file, or ask the supplier for the right one.',
    evidence: [evidenceOf(file.id, bytes, finding)],
  });
}

async function reportUnmapped(
  unit: UnitOfWork,
  context: PipelineContext,
  file: FileRecord,
  bytes: Uint8Array,
  partner: Partner,
  record: DocumentRecord,
): Promise<void> {
  const errors = record.findings.filter((finding) => finding.severity === 'error');
  await raiseException(unit, context, {
    type: errors.some(({ code }) => code === 'MAP_UNKNOWN_CODE') ? 'UNKNOWN_CODE' : 'MAP_ERROR',
    subject: { partnerId: partner.partner, fileId: file.id, documentId: record.id },
    detail:
      `${file.name} of ${partner.name} is a ${record.transactionType} that could not be understood: ` +
      `${sentence(errors[0]?.message ?? 'no map reads it')} Mend the map or its code table, then reprocess the file.`,
    evidence: errors.slice(0, 10).map((finding) => evidenceOf(file.id, bytes, finding)),
  });
}
