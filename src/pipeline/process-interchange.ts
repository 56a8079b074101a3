import type { Finding } from '../common/finding.ts';
import { acknowledgeInterchange } from '../edi/acknowledgment/acknowledge.ts';
import type { InterchangeAnswer } from '../edi/acknowledgment/acknowledge.ts';
import type { Interchange, Transaction } from '../edi/model.ts';
import type { Partner } from '../partners/partner-schema.ts';
import { addressOf, resolvePartner } from '../partners/resolve-partner.ts';
import { recordAnswer } from './acknowledge-interchange.ts';
import type { PipelineContext } from './context.ts';
import { evidenceOf } from './evidence.ts';
import { raiseException } from './exceptions.ts';
import { claimInterchange, interchangeKey } from './interchange-claim.ts';
import { processTransaction } from './process-transaction.ts';
import type { FileRecord, InterchangeRecord } from './records.ts';
import { reconcileAcknowledgments } from './reconcile.ts';
import { sha256Of, UnitOfWork } from './unit-of-work.ts';
import { validateForPartner } from './validate.ts';

export interface InterchangeOutcome {
  status: Extract<
    InterchangeRecord['status'],
    'accepted' | 'partlyAccepted' | 'rejected' | 'duplicate' | 'quarantined'
  >;
  partnerId: string;
  findings: Finding[];
  /** What it held, in words: `855 A-PO-1001`. */
  summary: string[];
}

/** The interchange being processed, and what its parts need to know. */
export interface InterchangeInProcess {
  file: FileRecord;
  bytes: Uint8Array;
  interchange: Interchange;
  /** Id of its record. */
  id: string;
  partner: Partner;
  /** Test data for a productive partner, or the reverse: acknowledged, never applied. */
  usageMismatch: boolean;
}

/** Processes one interchange in one commit: everything in it and its acknowledgment, or nothing. */
export async function processInterchange(
  context: PipelineContext,
  file: FileRecord,
  bytes: Uint8Array,
  interchange: Interchange,
  again: boolean,
): Promise<InterchangeOutcome> {
  const unit = new UnitOfWork(context.store);
  const outcome = await decideInterchange(unit, context, { file, bytes, interchange, again });
  unit.afterCommit(context.wake);
  await unit.commit();
  return outcome;
}

async function decideInterchange(
  unit: UnitOfWork,
  context: PipelineContext,
  given: Pick<InterchangeInProcess, 'file' | 'bytes' | 'interchange'> & { again: boolean },
): Promise<InterchangeOutcome> {
  const { file, bytes, interchange, again } = given;
  const id = `${file.id}-${interchange.interchange}`;
  const known = await unit.get('interchanges', id);
  // Decided before a crash: the file's own outcome is all that is missing.
  if (known !== undefined && !again) return asBefore(known);

  const resolved = resolvePartner(context.partners, addressOf(interchange, interchange.groups[0]));
  if (resolved.partner === undefined) {
    return refuse(unit, context, { file, bytes, interchange, id, known }, resolved.findings);
  }
  const { partner } = resolved;
  const usageMismatch = resolved.findings.some((finding) => finding.code === 'USAGE_MISMATCH');
  const inProcess: InterchangeInProcess = { file, bytes, interchange, id, partner, usageMismatch };

  const claim = await claimInterchange(unit, context, inProcess);
  if (claim.repeat !== undefined) {
    return recordOutcome(
      unit,
      context,
      inProcess,
      known,
      claim.repeat,
      [...resolved.findings, claim.finding],
      [],
    );
  }
  return processContent(unit, context, inProcess, known, resolved.findings);
}

async function processContent(
  unit: UnitOfWork,
  context: PipelineContext,
  inProcess: InterchangeInProcess,
  known: InterchangeRecord | undefined,
  findings: readonly Finding[],
): Promise<InterchangeOutcome> {
  const { interchange, partner } = inProcess;
  const { send } = partner.acknowledgments;
  const transactions = interchange.groups.flatMap((group) => group.transactions);
  const validations = new Map(
    transactions.map((transaction) => [transaction, validateForPartner(partner, interchange, transaction)]),
  );
  const contentFindings = new Map<Transaction, readonly Finding[]>(
    [...validations].map(([transaction, validation]) => [transaction, validation.findings]),
  );
  const answer = acknowledgeInterchange(interchange, contentFindings, send);

  const summary: string[] = [];
  for (const group of answer.decision.groups) {
    for (const decided of group.transactions) {
      summary.push(
        await processTransaction(unit, context, inProcess, decided, validations.get(decided.transaction)!),
      );
    }
  }
  await reconcileAcknowledgments(unit, context, inProcess, answer.decision);
  // What was accepted is never answered a second time with other numbers.
  const answerFileIds =
    known?.status === 'accepted'
      ? known.acknowledgmentFileIds
      : await recordAnswer(unit, context, inProcess, answer);
  if (answer.decision.errors.length > 0) await reportEnvelope(unit, context, inProcess, answer);
  if (inProcess.usageMismatch) await reportUsage(unit, context, inProcess, findings);

  const { verdict } = answer.decision;
  const status = verdict === 'rejected' ? 'rejected' : verdict === 'partial' ? 'partlyAccepted' : 'accepted';
  const outcome = recordOutcome(
    unit,
    context,
    inProcess,
    known,
    status,
    findings,
    answerFileIds,
    summary,
  );
  const faults = answer.decision.groups.flatMap((group) =>
    group.transactions.flatMap((transaction) =>
      transaction.findings.filter((finding) => finding.severity === 'error'),
    ),
  );
  return { ...outcome, findings: [...outcome.findings, ...faults.slice(0, MAX_TOLD)] };
}

/** Faults of transactions that are told at the file; all of them are at their documents. */
const MAX_TOLD = 50;

function recordOutcome(
  unit: UnitOfWork,
  context: PipelineContext,
  {
    file,
    bytes,
    interchange,
    id,
    partner,
  }: Pick<InterchangeInProcess, 'file' | 'bytes' | 'interchange' | 'id'> & {
    partner?: Partner;
  },
  known: InterchangeRecord | undefined,
  status: InterchangeOutcome['status'],
  outside: readonly Finding[],
  acknowledgmentFileIds: readonly string[],
  summary: string[] = [],
): InterchangeOutcome {
  const findings = [
    ...outside,
    ...interchange.findings,
    ...interchange.groups.flatMap((group) => group.findings),
  ];
  const record: InterchangeRecord = {
    id,
    revision: known?.revision ?? 0,
    fileId: file.id,
    direction: 'inbound',
    partnerId: partner?.partner ?? '',
    standard: interchange.standard,
    senderId: interchange.sender.id,
    receiverId: interchange.receiver.id,
    controlNumber: interchange.controlNumber,
    controlKey: interchangeKey(interchange),
    groupKey: '',
    test: interchange.test,
    createdAt: known?.createdAt ?? context.clock.now(),
    status,
    contentSha256: sha256Of(bytes.subarray(...interchange.range)),
    acknowledgmentFileIds: [...acknowledgmentFileIds],
    findings,
    groups: interchange.groups.map((group) => ({
      functionalId: group.functionalId,
      controlNumber: group.controlNumber,
      applicationSender: group.applicationSender,
      applicationReceiver: group.applicationReceiver,
      transactions: group.transactions.map((transaction) => ({
        type: transaction.type,
        controlNumber: transaction.controlNumber,
        documentId: documentIdOf(id, transaction),
      })),
    })),
  };
  if (known === undefined) unit.insert('interchanges', record);
  else unit.update('interchanges', record);
  return { status, partnerId: record.partnerId, findings, summary };
}

/** Id of the document record of a transaction: the same in every run of its file. */
export function documentIdOf(interchangeId: string, transaction: Transaction): string {
  return `${interchangeId}-${transaction.group}-${transaction.transaction}`;
}

function asBefore(record: InterchangeRecord): InterchangeOutcome {
  const summary = record.groups.flatMap((group) => group.transactions.map((transaction) => transaction.type));
  return {
    status: record.status as InterchangeOutcome['status'],
    partnerId: record.partnerId,
    findings: record.findings,
    summary,
  };
}

/** Nobody knows the sender, or may not receive from it: kept, reported, and nothing answered. */
async function refuse(
  unit: UnitOfWork,
  context: PipelineContext,
  refused: Pick<InterchangeInProcess, 'file' | 'bytes' | 'interchange' | 'id'> & {
    known: InterchangeRecord | undefined;
  },
  findings: readonly [Finding, ...Finding[]],
): Promise<InterchangeOutcome> {
  const { file, bytes, interchange } = refused;
  await raiseException(unit, context, {
    type: 'UNKNOWN_PARTNER',
    subject: { fileId: file.id, ...(file.partnerId !== '' && { partnerId: file.partnerId }) },
    causeKey: `${interchange.standard}|${interchange.sender.qualifier}|${interchange.sender.id}`,
    detail: findings[0].message,
    evidence: findings.map((finding) => evidenceOf(file.id, bytes, finding, interchange.range[0])),
  });
  return recordOutcome(unit, context, refused, refused.known, 'rejected', findings, []);
}

async function reportEnvelope(
  unit: UnitOfWork,
  context: PipelineContext,
  { file, bytes, partner, interchange }: InterchangeInProcess,
  answer: InterchangeAnswer,
): Promise<void> {
  const { errors } = answer.decision;
  await raiseException(unit, context, {
    type: 'PARSE_ERROR',
    subject: { partnerId: partner.partner, fileId: file.id },
    discriminator: String(interchange.interchange),
    detail: `${partner.name} sent interchange ${interchange.controlNumber} with a faulty envelope; it was rejected as a whole. ${errors[0]!.message}`,
    evidence: errors.map((finding) => evidenceOf(file.id, bytes, finding)),
  });
}

async function reportUsage(
  unit: UnitOfWork,
  context: PipelineContext,
  { file, bytes, partner, interchange }: InterchangeInProcess,
  findings: readonly Finding[],
): Promise<void> {
  const finding = findings.find(({ code }) => code === 'USAGE_MISMATCH')!;
  await raiseException(unit, context, {
    type: 'USAGE_MISMATCH',
    subject: { partnerId: partner.partner, fileId: file.id },
    detail: `${finding.message}. It was acknowledged, and nothing of it was applied.`,
    evidence: [evidenceOf(file.id, bytes, finding, interchange.range[0])],
  });
}
