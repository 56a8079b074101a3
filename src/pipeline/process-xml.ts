import type { Finding } from '../common/finding.ts';
import { hasErrors } from '../common/finding.ts';
import { parseXml } from '../edi/xml/index.ts';
import type { XmlElement } from '../edi/xml/index.ts';
import type { Document } from '../documents/document.ts';
import type { Partner } from '../partners/partner-schema.ts';
import { resolvePartner } from '../partners/resolve-partner.ts';
import { applyDocument } from './apply-document.ts';
import type { PipelineContext } from './context.ts';
import { numberOf } from './document-number.ts';
import { evidenceOf } from './evidence.ts';
import { raiseException } from './exceptions.ts';
import type { MappedDocument } from './map-library.ts';
import type { FileOutcome } from './file-outcome.ts';
import { unreadableFile } from './file-outcome.ts';
import type { DocumentRecord, FileRecord } from './records.ts';
import { retryOnConflict } from './retry.ts';
import { UnitOfWork } from './unit-of-work.ts';

/** An XML document (UBL, cXML): one document, no envelope, no functional acknowledgment. One commit. */
export async function processXml(
  context: PipelineContext,
  file: FileRecord,
  bytes: Uint8Array,
  again: boolean,
): Promise<FileOutcome> {
  const { root, findings } = parseXml(bytes);
  if (root === undefined)
    return unreadableFile(file, 'xml', {
      ...findings[0]!,
      place: { file: file.name, ...findings[0]!.place },
    });
  return retryOnConflict(async () => {
    const unit = new UnitOfWork(context.store);
    const outcome = await decideXml(unit, context, file, bytes, root, again);
    unit.afterCommit(context.wake);
    await unit.commit();
    return outcome;
  });
}

async function decideXml(
  unit: UnitOfWork,
  context: PipelineContext,
  file: FileRecord,
  bytes: Uint8Array,
  root: XmlElement,
  again: boolean,
): Promise<FileOutcome> {
  const id = `${file.id}-1`;
  const known = await unit.get('documents', id);
  if (known !== undefined && (!again || known.status !== 'rejected')) return outcomeOf(known, file);
  const channelPartner = context.partners.partners.find(({ partner }) => partner === file.partnerId);
  const partner = channelPartner ?? findBySender(context, root);
  if (partner === undefined) return unknownSender(file);

  const claimed = await claimContent(unit, context, file, id, partner);
  if (claimed !== undefined) return claimed;
  const mapped = context.maps.readXml(partner, root);
  const record = toRecord(context, file, id, root.name, partner, mapped, known);
  if (mapped.document === undefined || hasErrors(mapped.findings)) {
    await reportUnmapped(unit, context, file, bytes, partner, record);
    return write(unit, known, { ...record, status: 'rejected' }, file);
  }
  const status = await applyDocument(unit, context, { record, document: mapped.document, partner });
  return write(unit, known, { ...record, status }, file);
}

/** The sender that the document names, where the channel belongs to nobody: every XML partner's own maps are asked. */
function findBySender(context: PipelineContext, root: XmlElement): Partner | undefined {
  for (const candidate of context.partners.partners) {
    if (candidate.xml === undefined) continue;
    const { document } = context.maps.readXml(candidate, root);
    const sender = document === undefined ? undefined : senderOf(document);
    const receiver =
      document === undefined
        ? undefined
        : document.documentType === 'receiptAdvice'
          ? undefined
          : document.buyer;
    if (sender?.id === undefined) continue;
    const resolved = resolvePartner(context.partners, {
      standard: 'xml',
      sender: { qualifier: '', id: sender.id },
      receiver: { qualifier: '', id: receiver?.id ?? '' },
      test: false,
    });
    if (resolved.partner?.partner === candidate.partner) return candidate;
    const own = candidate.xml.identities.some((identity) => identity.id === sender.id);
    if (own) return candidate;
  }
  return undefined;
}

function senderOf(document: Document) {
  return document.seller;
}

/** XML has no control number: the same bytes again are a repeat. */
async function claimContent(
  unit: UnitOfWork,
  context: PipelineContext,
  file: FileRecord,
  documentId: string,
  partner: Partner,
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
    syntax: 'xml',
    partnerId: partner.partner,
    findings: [finding],
    summary: 'received before',
    exceptions: [],
  };
}

function toRecord(
  context: PipelineContext,
  file: FileRecord,
  id: string,
  root: string,
  partner: Partner,
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
    transactionType: root,
    controlNumber: '',
    number: mapped.document === undefined ? '' : numberOf(mapped.document),
    createdAt: known?.createdAt ?? context.clock.now(),
    status: 'applied',
    acknowledgmentStatus: 'notExpected',
    findings: mapped.findings,
    trace: mapped.trace,
    unconsumed: mapped.unconsumed,
    ...(mapped.mapId !== undefined && { map: mapped.mapId }),
    ...(mapped.document !== undefined && { document: mapped.document }),
  };
}

function write(
  unit: UnitOfWork,
  known: DocumentRecord | undefined,
  record: DocumentRecord,
  file: FileRecord,
): FileOutcome {
  if (known === undefined) unit.insert('documents', record);
  else unit.update('documents', record);
  return outcomeOf(record, file);
}

function outcomeOf(record: DocumentRecord, file: FileRecord): FileOutcome {
  return {
    status: record.status === 'rejected' ? 'rejected' : 'processed',
    syntax: 'xml',
    partnerId: record.partnerId === '' ? file.partnerId : record.partnerId,
    findings: record.findings,
    summary: `${record.transactionType} ${record.number}`.trim(),
    exceptions: [],
  };
}

function unknownSender(file: FileRecord): FileOutcome {
  const finding: Finding = {
    code: 'UNKNOWN_PARTNER',
    severity: 'error',
    message: `${file.name} came over a channel of no partner, and no XML partner has the party that it names as its sender. Add its identity to the right partner.yaml and reprocess the file.`,
    place: { file: file.name },
  };
  return {
    status: 'rejected',
    syntax: 'xml',
    partnerId: '',
    findings: [finding],
    summary: 'unknown sender',
    exceptions: [{ type: 'UNKNOWN_PARTNER', subject: { fileId: file.id }, detail: finding.message }],
  };
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
      `${errors[0]?.message ?? 'no map reads it'}. Mend the map or its code table, then reprocess the file.`,
    evidence: errors.slice(0, 10).map((finding) => evidenceOf(file.id, bytes, finding)),
  });
}
