import { hasErrors } from '../../common/finding.ts';
import { readAcknowledgments, reconcileAcknowledgment } from '../../edi/acknowledgment/index.ts';
import type {
  AcknowledgmentResult,
  FunctionalAcknowledgmentReport,
  SentGroup,
} from '../../edi/acknowledgment/index.ts';
import type { Interchange, Transaction } from '../../edi/model.ts';
import type { PipelineContext } from '../context.ts';
import { closeAnswerTroubles, reportAnswer, reportRejectedDocument } from './answer-troubles.ts';
import { describeRejection, isReceivedBefore } from './describe-rejection.ts';
import { applyOrderEvent } from '../orders/order-stream.ts';
import type { InterchangeInProcess } from './interchange-in-process.ts';
import type { InterchangeRecord } from '../records.ts';
import { sentGroupKey, sentInterchangeKey } from './sent-keys.ts';
import type { UnitOfWork } from '../unit-of-work.ts';

/** Holds every acknowledgment of an interchange against what we sent its sender, and tells the orders what it says. */
export async function reconcileAcknowledgments(
  unit: UnitOfWork,
  context: PipelineContext,
  inProcess: InterchangeInProcess,
  rejected: ReadonlySet<Transaction>,
): Promise<void> {
  const { partner, file, usage, appliedBefore } = inProcess;
  if (usage === 'mismatch') return;
  const answered = new Map<string, InterchangeRecord>();
  for (const report of readAcknowledgments(withoutRejected(inProcess.interchange, rejected))) {
    const records = await findSent(unit, partner.partner, report);
    for (const record of records) answered.set(record.id, record);
    // Its file was processed before: what it said then may have been followed by a newer word since.
    const isHeard = records.every((record) => record.acknowledgmentFileIds.includes(file.id));
    if (appliedBefore && records.length > 0 && isHeard) continue;
    const sent = await Promise.all(records.map((record) => toSentGroup(unit, record)));
    const windowDays = partner.acknowledgments.expect.matchWindowDays;
    const { results, findings } = reconcileAcknowledgment(report, sent.flat(), context.clock.now(), {
      windowDays,
    });
    for (const result of results) await applyResult(unit, context, inProcess, report, result);
    await reportAnswer(unit, context, inProcess, report, findings);
    const isFirst = records.every((record) => record.acknowledgmentFileIds.length === 0);
    if (!isFirst || appliedBefore) await closeAnswerTroubles(unit, context, inProcess, report, findings);
  }
  for (const record of answered.values()) linkAnswer(unit, record, file.id);
}

/** What cannot be read for certain changes nothing: its exception tells of it. */
function withoutRejected(interchange: Interchange, rejected: ReadonlySet<Transaction>): Interchange {
  const groups = interchange.groups.map((group) => ({
    ...group,
    transactions: group.transactions.filter((transaction) => !rejected.has(transaction)),
  }));
  const { findings, interchangeAcknowledgments } = interchange;
  return {
    ...interchange,
    groups,
    interchangeAcknowledgments: hasErrors(findings) ? [] : interchangeAcknowledgments,
  };
}

/** What a partner can answer is what was sent to it, whatever ids its answer names; of several the newest. */
async function findSent(
  unit: UnitOfWork,
  partnerId: string,
  report: FunctionalAcknowledgmentReport,
): Promise<InterchangeRecord[]> {
  const found = await Promise.all(
    keysOf(report).map(async ([field, key]) => {
      const alike = await newest(unit, field, key);
      return alike.find((record) => record.partnerId === partnerId && record.test === report.test);
    }),
  );
  return found.filter((record) => record !== undefined);
}

function keysOf(report: FunctionalAcknowledgmentReport): ['controlKey' | 'groupKey', string][] {
  if (report.interchange !== undefined) {
    const { senderId, receiverId, controlNumber } = report.interchange;
    return [['controlKey', sentInterchangeKey(senderId, receiverId, controlNumber)]];
  }
  return report.groups.map(({ functionalId, controlNumber }) => [
    'groupKey',
    sentGroupKey(report.receiverId, report.senderId, functionalId, controlNumber),
  ]);
}

/** Numbers roll over, and test data has a sequence of its own: of several, the newest are looked at first. */
function newest(
  unit: UnitOfWork,
  field: 'controlKey' | 'groupKey',
  key: string,
): Promise<InterchangeRecord[]> {
  return unit.find(
    'interchanges',
    { where: { [field]: key }, orderBy: 'createdAt', descending: true, limit: 10 },
    (record) => record[field] === key,
  );
}

async function toSentGroup(unit: UnitOfWork, record: InterchangeRecord): Promise<SentGroup[]> {
  return Promise.all(
    record.groups.map(async (group): Promise<SentGroup> => {
      const transactions = await Promise.all(
        group.transactions.map(async ({ documentId, type, controlNumber }) => {
          const document = await unit.get('documents', documentId);
          return { id: documentId, type, controlNumber, status: document?.acknowledgmentStatus ?? 'pending' };
        }),
      );
      return {
        standard: record.standard === 'edifact' ? 'edifact' : 'x12',
        sentAt: record.createdAt,
        interchangeControlNumber: record.controlNumber,
        senderId: record.senderId,
        receiverId: record.receiverId,
        applicationSender: group.applicationSender,
        applicationReceiver: group.applicationReceiver,
        functionalId: group.functionalId,
        controlNumber: group.controlNumber,
        ...(group.version !== undefined && { version: group.version }),
        test: record.test,
        transactions,
      };
    }),
  );
}

async function applyResult(
  unit: UnitOfWork,
  context: PipelineContext,
  inProcess: InterchangeInProcess,
  report: FunctionalAcknowledgmentReport,
  result: AcknowledgmentResult,
): Promise<void> {
  const document = await unit.get('documents', result.id);
  if (document === undefined) return;
  const findings = result.status === 'rejected' ? describeRejection(report, result) : [];
  unit.update('documents', {
    ...document,
    acknowledgmentStatus: result.status,
    findings: [...document.findings, ...findings],
  });
  const { status } = result;
  if (status === 'pending' || status === 'notExpected' || status === 'overdue') return;
  if (document.documentType !== 'order' && document.documentType !== 'orderChange') {
    await reportRejectedDocument(unit, context, inProcess, document, { ...result, findings });
    return;
  }
  const orders = await unit.find(
    'orderDocuments',
    { where: { documentId: document.id } },
    (join) => join.documentId === document.id,
  );
  for (const { orderId } of orders) {
    await applyOrderEvent(unit, context, orderId, inProcess.partner.partner, {
      type: 'functionalAcknowledgmentReceived',
      // A TA1 and a 997 of one interchange may both speak of it, and a second 997 take back what the first says.
      id: `acknowledged/${document.id}/${inProcess.id}/${report.type}/${status}`,
      documentId: document.id,
      status,
      findings,
      ...(isReceivedBefore(report, result) && { receivedBefore: true as const }),
    });
  }
}

function linkAnswer(unit: UnitOfWork, record: InterchangeRecord, fileId: string): void {
  if (record.acknowledgmentFileIds.includes(fileId)) return;
  unit.update('interchanges', {
    ...record,
    acknowledgmentFileIds: [...record.acknowledgmentFileIds, fileId],
  });
}
