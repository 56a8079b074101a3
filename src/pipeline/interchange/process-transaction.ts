import type { Finding } from '../../common/finding.ts';
import { hasErrors } from '../../common/finding.ts';
import { sentence } from '../../common/sentence.ts';
import { isAcknowledgment } from '../../edi/acknowledgment/index.ts';
import type { TransactionDecision } from '../../edi/acknowledgment/index.ts';
import type { TransactionValidation } from '../../edi/grammar/index.ts';
import { applyDocument } from './apply-document.ts';
import type { PipelineContext } from '../context.ts';
import { evidenceOf } from '../exceptions/evidence.ts';
import { raiseException } from '../exceptions/exceptions.ts';
import { numberOf } from './document-number.ts';
import { packPlaces } from './field-places.ts';
import { documentIdOf } from './interchange-record.ts';
import type { InterchangeInProcess } from './interchange-in-process.ts';
import type { DocumentRecord } from '../records.ts';
import type { UnitOfWork } from '../unit-of-work.ts';

/** States of a document that need no second look. */
const SETTLED: readonly DocumentRecord['status'][] = ['applied', 'duplicate', 'held', 'parked'];

/** What was decided about a transaction by its syntax. */
export type DecidedTransaction = Pick<TransactionDecision, 'transaction' | 'verdict' | 'findings'>;

/** Maps one accepted transaction and applies it; records a rejected one. */
export async function processTransaction(
  unit: UnitOfWork,
  context: PipelineContext,
  inProcess: InterchangeInProcess,
  decided: DecidedTransaction,
  validation: TransactionValidation,
): Promise<void> {
  const { transaction, verdict, findings } = decided;
  const { file, partner, id: interchangeId } = inProcess;
  const id = documentIdOf(interchangeId, transaction);
  const known = await unit.get('documents', id);
  if (known !== undefined && SETTLED.includes(known.status)) return;
  const record: DocumentRecord = {
    id,
    revision: known?.revision ?? 0,
    direction: 'inbound',
    partnerId: partner.partner,
    fileId: file.id,
    interchangeId,
    documentType: isAcknowledgment(transaction) ? 'functionalAcknowledgment' : 'unknown',
    transactionType: transaction.type,
    controlNumber: transaction.controlNumber,
    number: '',
    createdAt: known?.createdAt ?? context.clock.now(),
    status: verdict === 'rejected' ? 'rejected' : inProcess.usage === 'mismatch' ? 'ignored' : 'applied',
    acknowledgmentStatus: isAcknowledgment(transaction) ? 'notExpected' : verdict,
    findings: [...findings],
    ordinal: {
      interchange: transaction.interchange,
      group: transaction.group,
      transaction: transaction.transaction,
    },
  };
  const write = (document: DocumentRecord) => {
    if (known === undefined) unit.insert('documents', document);
    else unit.update('documents', document);
  };
  if (verdict === 'rejected') {
    write(record);
    await reportRejected(unit, context, inProcess, record, findings);
    return;
  }
  if (isAcknowledgment(transaction)) {
    write(record);
    return;
  }
  const mapped = context.maps.readTransaction(partner, transaction, validation);
  const number = mapped.document === undefined ? '' : numberOf(mapped.document);
  const read: DocumentRecord = {
    ...record,
    number,
    documentType: mapped.document?.documentType ?? 'unknown',
    findings: [...findings, ...mapped.findings],
    trace: packPlaces(mapped.trace),
    unconsumed: mapped.unconsumed,
    ...(mapped.mapId !== undefined && { map: mapped.mapId }),
    ...(mapped.document !== undefined && { document: mapped.document }),
  };
  if (mapped.document === undefined || hasErrors(mapped.findings)) {
    write({ ...read, status: 'rejected' });
    await reportUnmapped(unit, context, inProcess, read, mapped.findings);
    return;
  }
  if (inProcess.usage !== 'asAgreed') {
    write({ ...read, status: 'ignored' });
    return;
  }
  const { test } = inProcess.interchange;
  const applied = await applyDocument(unit, context, {
    record: read,
    document: mapped.document,
    partner,
    test,
    transaction,
  });
  write({ ...read, status: applied.status, findings: [...read.findings, ...applied.findings] });
}

async function reportRejected(
  unit: UnitOfWork,
  context: PipelineContext,
  { file, bytes, partner, interchange }: InterchangeInProcess,
  record: DocumentRecord,
  findings: readonly Finding[],
): Promise<void> {
  const errors = findings.filter((finding) => finding.severity === 'error');
  // The envelope around it was rejected: told once, for the interchange or the group.
  if (errors.length === 0) return;
  await raiseException(unit, context, {
    type: 'PARSE_ERROR',
    subject: { partnerId: partner.partner, fileId: file.id, documentId: record.id },
    detail:
      `${partner.name} sent ${record.transactionType} ${record.controlNumber} in interchange ${interchange.controlNumber} with ` +
      `${errors.length} ${errors.length === 1 ? 'error' : 'errors'}; it was rejected. ${sentence(errors[0]!.message)}`,
    evidence: errors.slice(0, 10).map((finding) => evidenceOf(file.id, bytes, finding)),
  });
}

async function reportUnmapped(
  unit: UnitOfWork,
  context: PipelineContext,
  { file, bytes, partner }: InterchangeInProcess,
  record: DocumentRecord,
  findings: readonly Finding[],
): Promise<void> {
  const errors = findings.filter((finding) => finding.severity === 'error');
  const unknownCode = errors.find((finding) => finding.code === 'MAP_UNKNOWN_CODE');
  const first = unknownCode ?? errors[0];
  await raiseException(unit, context, {
    type: unknownCode === undefined ? 'MAP_ERROR' : 'UNKNOWN_CODE',
    subject: { partnerId: partner.partner, fileId: file.id, documentId: record.id },
    ...(unknownCode !== undefined && {
      causeKey: `${record.map ?? ''}|${unknownCode.place.segmentId ?? ''}|${unknownCode.actual ?? ''}`,
    }),
    detail:
      `${record.transactionType} ${record.number} of ${partner.name} was syntactically right, but could not be understood: ` +
      `${sentence(first?.message ?? 'no map reads it')} Mend the map or its code table, then reprocess the file.`,
    evidence: errors.slice(0, 10).map((finding) => evidenceOf(file.id, bytes, finding)),
  });
}
