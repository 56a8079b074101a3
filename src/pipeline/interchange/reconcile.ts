import type { Finding } from '../../common/finding.ts';
import {
  describeCode,
  readAcknowledgments,
  reconcileAcknowledgment,
} from '../../edi/acknowledgment/index.ts';
import type {
  AcknowledgmentResult,
  FunctionalAcknowledgmentReport,
  SentGroup,
} from '../../edi/acknowledgment/index.ts';
import type { Interchange, Transaction } from '../../edi/model.ts';
import type { ExceptionType } from '../../tracking/exception-catalogue.ts';
import type { PipelineContext } from '../context.ts';
import { evidenceOf } from '../exceptions/evidence.ts';
import { raiseException } from '../exceptions/exceptions.ts';
import { applyOrderEvent } from '../orders/order-stream.ts';
import type { InterchangeInProcess } from './interchange-in-process.ts';
import type { InterchangeRecord } from '../records.ts';
import { sentGroupKey, sentInterchangeKey } from './sent-keys.ts';
import type { UnitOfWork } from '../unit-of-work.ts';

/** Holds every acknowledgment of an interchange against what we sent, and tells the orders what it says. */
export async function reconcileAcknowledgments(
  unit: UnitOfWork,
  context: PipelineContext,
  inProcess: InterchangeInProcess,
  rejected: ReadonlySet<Transaction>,
): Promise<void> {
  const { partner } = inProcess;
  for (const report of readAcknowledgments(withoutRejected(inProcess.interchange, rejected))) {
    const records = await findSent(unit, report);
    const sent = await Promise.all(records.map((record) => toSentGroup(unit, record)));
    const windowDays = partner.acknowledgments.expect.matchWindowDays;
    const { results, findings } = reconcileAcknowledgment(report, sent.flat(), context.clock.now(), {
      windowDays,
    });
    for (const result of results) await applyResult(unit, context, inProcess, report, result);
    for (const record of records) linkAnswer(unit, record, inProcess.file.id);
    for (const finding of findings) await reportFinding(unit, context, inProcess, finding);
  }
}

/** What cannot be read for certain changes nothing: its exception tells of it. */
function withoutRejected(interchange: Interchange, rejected: ReadonlySet<Transaction>): Interchange {
  const groups = interchange.groups.map((group) => ({
    ...group,
    transactions: group.transactions.filter((transaction) => !rejected.has(transaction)),
  }));
  return { ...interchange, groups };
}

async function findSent(
  unit: UnitOfWork,
  report: FunctionalAcknowledgmentReport,
): Promise<InterchangeRecord[]> {
  if (report.interchange !== undefined) {
    const { senderId, receiverId, controlNumber } = report.interchange;
    return newest(unit, 'controlKey', sentInterchangeKey(senderId, receiverId, controlNumber));
  }
  const found = await Promise.all(
    report.groups.map((group) =>
      newest(
        unit,
        'groupKey',
        sentGroupKey(report.receiverId, report.senderId, group.functionalId, group.controlNumber),
      ),
    ),
  );
  return found.flat();
}

/** Numbers roll over: of several, the newest are looked at first. */
function newest(
  unit: UnitOfWork,
  field: 'controlKey' | 'groupKey',
  key: string,
): Promise<InterchangeRecord[]> {
  return unit.find(
    'interchanges',
    { where: { [field]: key }, orderBy: 'createdAt', descending: true, limit: 5 },
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
        transactions,
      };
    }),
  );
}

async function applyResult(
  unit: UnitOfWork,
  context: PipelineContext,
  { partner, id }: InterchangeInProcess,
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
  const orders = await unit.find(
    'orderDocuments',
    { where: { documentId: document.id } },
    (join) => join.documentId === document.id,
  );
  for (const { orderId } of orders) {
    await applyOrderEvent(unit, context, orderId, partner.partner, {
      type: 'functionalAcknowledgmentReceived',
      // A TA1 and a 997 of one interchange may both speak of it.
      id: `acknowledged/${document.id}/${id}/${report.type}`,
      documentId: document.id,
      status,
      findings,
    });
  }
}

/** The partner's codes in words, at the positions of our own segments. */
function describeRejection(report: FunctionalAcknowledgmentReport, result: AcknowledgmentResult): Finding[] {
  const whole = result.codes.map((code): Finding =>
    rejection(
      `${report.type} rejects the document: ${describeCode(standardOf(report), 'transaction', code)}`,
      {},
    ),
  );
  const segments = result.segments.flatMap((segment) => {
    const place = {
      segment: segment.position,
      ...(segment.segmentId !== '' && { segmentId: segment.segmentId }),
    };
    const where = `segment ${segment.position}${segment.segmentId === '' ? '' : ` (${segment.segmentId})`}`;
    const own =
      segment.code === ''
        ? []
        : [rejection(`${where}: ${describeCode(standardOf(report), 'segment', segment.code)}`, place)];
    const elements = segment.elements.map((element) =>
      rejection(
        `${where}, element ${element.element}: ${describeCode(standardOf(report), 'element', element.code)}${element.copy === '' ? '' : `, the partner saw "${element.copy}"`}`,
        {
          ...place,
          element: element.element,
          ...(element.component > 0 && { component: element.component }),
        },
      ),
    );
    return [...own, ...elements];
  });
  const all = [...whole, ...segments];
  return all.length > 0 ? all : [rejection(`${report.type} rejects the document without a reason`, {})];
}

function rejection(message: string, place: Finding['place']): Finding {
  return { code: 'REJECTED_BY_PARTNER', severity: 'error', message, place };
}

function linkAnswer(unit: UnitOfWork, record: InterchangeRecord, fileId: string): void {
  if (record.acknowledgmentFileIds.includes(fileId)) return;
  unit.update('interchanges', {
    ...record,
    acknowledgmentFileIds: [...record.acknowledgmentFileIds, fileId],
  });
}

async function reportFinding(
  unit: UnitOfWork,
  context: PipelineContext,
  { file, bytes, partner, interchange }: InterchangeInProcess,
  finding: Finding,
): Promise<void> {
  if (finding.severity === 'info') return;
  await raiseException(unit, context, {
    type: finding.code as ExceptionType,
    subject: { partnerId: partner.partner, fileId: file.id },
    discriminator: finding.actual ?? '',
    detail: finding.message,
    evidence: [evidenceOf(file.id, bytes, finding, interchange.range[0])],
  });
}

function standardOf(report: FunctionalAcknowledgmentReport): 'x12' | 'edifact' {
  return report.type === 'CONTRL' ? 'edifact' : 'x12';
}
