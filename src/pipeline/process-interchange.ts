import type { Finding } from '../common/finding.ts';
import { acknowledgeInterchange } from '../edi/acknowledgment/acknowledge.ts';
import type { InterchangeAnswer } from '../edi/acknowledgment/acknowledge.ts';
import type { Interchange } from '../edi/model.ts';
import type { Partner } from '../partners/partner-schema.ts';
import { addressOf, resolvePartner } from '../partners/resolve-partner.ts';
import { recordAnswer } from './acknowledge-interchange.ts';
import type { PipelineContext } from './context.ts';
import type { InterchangeOutcome } from './file-outcome.ts';
import { claimInterchange } from './interchange-claim.ts';
import type { InterchangeInProcess } from './interchange-in-process.ts';
import { toInterchangeRecord } from './interchange-record.ts';
import type { InterchangeVerdict } from './interchange-record.ts';
import { reportEnvelope, reportSender, reportUsage } from './interchange-troubles.ts';
import { processTransaction } from './process-transaction.ts';
import type { DocumentRecord, FileRecord, InterchangeRecord } from './records.ts';
import { reconcileAcknowledgments } from './reconcile.ts';
import { UnitOfWork } from './unit-of-work.ts';
import { validateForPartner } from './validate.ts';

/** Processes one interchange in one commit: everything in it and its acknowledgment, or nothing. */
export async function processInterchange(
  context: PipelineContext,
  file: FileRecord,
  bytes: Uint8Array,
  interchange: Interchange,
  again: boolean,
): Promise<InterchangeOutcome> {
  const unit = new UnitOfWork(context.store);
  const id = `${file.id}-${interchange.interchange}`;
  const known = await unit.get('interchanges', id);
  // Decided before a crash, or a repeat of another: only the file's own outcome is missing.
  const settled = known !== undefined && (!again || known.status === 'duplicate');
  const record = settled
    ? known
    : await decideInterchange(unit, context, { file, bytes, interchange, id }, known);
  const documents = await listDocuments(unit, id);
  unit.afterCommit(context.wake);
  await unit.commit();
  return { interchange: record, documents };
}

async function decideInterchange(
  unit: UnitOfWork,
  context: PipelineContext,
  given: Pick<InterchangeInProcess, 'file' | 'bytes' | 'interchange' | 'id'>,
  known: InterchangeRecord | undefined,
): Promise<InterchangeRecord> {
  const { interchange } = given;
  const write = (verdict: InterchangeVerdict): InterchangeRecord => {
    const record = toInterchangeRecord(context, given, known, verdict);
    if (known === undefined) unit.insert('interchanges', record);
    else unit.update('interchanges', record);
    return record;
  };
  const { partner, findings } = resolvePartner(
    context.partners,
    addressOf(interchange, interchange.groups[0]),
  );
  if (partner === undefined) {
    await reportSender(unit, context, given, findings);
    return write({ status: 'rejected', partnerId: '', findings, acknowledgmentFileIds: [] });
  }
  if (given.file.partnerId !== '' && given.file.partnerId !== partner.partner) {
    const mismatch = foreignSender(given.file, partner, interchange);
    await reportSender(unit, context, given, [mismatch]);
    return write({ status: 'rejected', partnerId: '', findings: [mismatch], acknowledgmentFileIds: [] });
  }
  const usageMismatch = findings.some(({ code }) => code === 'USAGE_MISMATCH');
  const inProcess: InterchangeInProcess = { ...given, partner, usageMismatch };
  const partnerId = partner.partner;
  const applied = known?.status === 'accepted' || known?.status === 'partlyAccepted';
  const claim = applied ? {} : await claimInterchange(unit, context, inProcess);
  if (claim.repeat !== undefined) {
    return write({
      status: claim.repeat,
      partnerId,
      findings: [...findings, claim.finding],
      acknowledgmentFileIds: [],
    });
  }
  const answer = await processContent(unit, context, inProcess);
  await reportUsage(unit, context, inProcess, findings);
  const status = STATUS_BY_VERDICT[answer.decision.verdict];
  const answered = known !== undefined && !isBetter(known.status, status);
  const acknowledgmentFileIds = answered
    ? known.acknowledgmentFileIds
    : await recordAnswer(unit, context, inProcess, answer);
  return write({ status, partnerId, findings, acknowledgmentFileIds });
}

/** A partner may not speak for another: what comes over its channel is its own. */
function foreignSender(file: FileRecord, partner: Partner, interchange: Interchange): Finding {
  return {
    code: 'FOREIGN_SENDER',
    severity: 'error',
    message: `${file.name} came over the channel of ${file.partnerId}, but its envelope names ${partner.partner} as the sender. Nothing of it was applied`,
    place: { interchange: interchange.interchange },
    actual: partner.partner,
    expected: file.partnerId,
  };
}

const STATUS_BY_VERDICT = {
  accepted: 'accepted',
  acceptedWithErrors: 'accepted',
  partial: 'partlyAccepted',
  rejected: 'rejected',
} as const;

/** A reprocessed interchange is answered again only where its first answer refused what is accepted now (5.13). */
function isBetter(before: InterchangeRecord['status'], now: InterchangeRecord['status']): boolean {
  return before !== now && before !== 'accepted' && now !== 'rejected';
}

/** Every transaction of it; returns the answer that the partner is due. */
async function processContent(
  unit: UnitOfWork,
  context: PipelineContext,
  inProcess: InterchangeInProcess,
): Promise<InterchangeAnswer> {
  const { interchange, partner } = inProcess;
  const transactions = interchange.groups.flatMap((group) => group.transactions);
  const validations = new Map(
    transactions.map((transaction) => [transaction, validateForPartner(partner, interchange, transaction)]),
  );
  const contentFindings = new Map(
    [...validations].map(([transaction, validation]) => [transaction, validation.findings]),
  );
  const answer = acknowledgeInterchange(interchange, contentFindings, partner.acknowledgments.send);
  for (const group of answer.decision.groups) {
    for (const decided of group.transactions) {
      await processTransaction(unit, context, inProcess, decided, validations.get(decided.transaction)!);
    }
  }
  await reconcileAcknowledgments(unit, context, inProcess, answer.decision);
  await reportEnvelope(unit, context, inProcess, answer);
  return answer;
}

/** What the interchange holds, as it will be on record. */
async function listDocuments(unit: UnitOfWork, interchangeId: string): Promise<DocumentRecord[]> {
  const documents = await unit.findAll(
    'documents',
    { interchangeId },
    (record) => record.interchangeId === interchangeId,
  );
  return documents.sort(
    ({ ordinal: a }, { ordinal: b }) =>
      (a?.group ?? 0) - (b?.group ?? 0) || (a?.transaction ?? 0) - (b?.transaction ?? 0),
  );
}
