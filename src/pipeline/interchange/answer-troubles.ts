import type { Finding } from '../../common/finding.ts';
import { sentence } from '../../common/sentence.ts';
import { withoutZeros } from '../../edi/control-number.ts';
import { isAccepted } from '../../edi/acknowledgment/index.ts';
import type { AcknowledgmentResult, FunctionalAcknowledgmentReport } from '../../edi/acknowledgment/index.ts';
import type { ExceptionType } from '../../tracking/exception-catalogue.ts';
import { fingerprintOf } from '../../tracking/exceptions.ts';
import type { PipelineContext } from '../context.ts';
import { evidenceOf } from '../exceptions/evidence.ts';
import { closeException, raiseException } from '../exceptions/exceptions.ts';
import type { DocumentRecord } from '../records.ts';
import type { UnitOfWork } from '../unit-of-work.ts';
import type { InterchangeInProcess } from './interchange-in-process.ts';

/** What a later answer to the same group or interchange can put right. */
const MENDABLE = ['FA_UNMATCHED', 'FA_MISMATCH', 'FA_COUNT_MISMATCH'] as const;

/** Tells what is wrong with an acknowledgment: one exception of each kind, whatever its number of faults. */
export async function reportAnswer(
  unit: UnitOfWork,
  context: PipelineContext,
  { file, bytes, partner, interchange }: InterchangeInProcess,
  report: FunctionalAcknowledgmentReport,
  findings: readonly Finding[],
): Promise<void> {
  const told = findings.filter(({ severity }) => severity !== 'info');
  for (const code of new Set(told.map((finding) => finding.code))) {
    const alike = told.filter((finding) => finding.code === code);
    const isMendable = MENDABLE.some((type) => type === code);
    await raiseException(unit, context, {
      type: code as ExceptionType,
      subject: { partnerId: partner.partner, fileId: file.id },
      ...(isMendable ? { causeKey: answeredBy(report) } : { discriminator: alike[0]!.actual ?? '' }),
      detail: alike.map(({ message }) => sentence(message)).join(' '),
      evidence: alike.map((finding) => evidenceOf(file.id, bytes, finding, interchange.range[0])),
    });
  }
}

/** Closes what an earlier answer to the same group or interchange had wrong, and this one has not. */
export async function closeAnswerTroubles(
  unit: UnitOfWork,
  context: PipelineContext,
  { partner }: InterchangeInProcess,
  report: FunctionalAcknowledgmentReport,
  findings: readonly Finding[],
): Promise<void> {
  for (const type of MENDABLE) {
    if (findings.some(({ code }) => code === type)) continue;
    await closeException(unit, context, {
      fingerprint: fingerprintOf({
        type,
        subject: { partnerId: partner.partner },
        causeKey: answeredBy(report),
      }),
      by: 'system',
      action: 'resolved',
      reason: `A ${report.type} for the same fits what was sent.`,
    });
  }
}

/** The group or interchange that an acknowledgment names, in one word. */
function answeredBy({ type, interchange, groups, test }: FunctionalAcknowledgmentReport): string {
  const kind = type === '999' ? '997' : type;
  const names =
    interchange === undefined
      ? groups.map(({ functionalId, controlNumber }) => `${functionalId} ${withoutZeros(controlNumber)}`)
      : [`${interchange.senderId}>${interchange.receiverId} ${withoutZeros(interchange.controlNumber)}`];
  return `${kind} ${names.join(', ')}${test ? ' test' : ''}`;
}

/** An order hears itself of its documents. Of an advice or acknowledgment of ours that is rejected nobody else would hear. */
export async function reportRejectedDocument(
  unit: UnitOfWork,
  context: PipelineContext,
  { partner }: InterchangeInProcess,
  document: DocumentRecord,
  { status, previous, findings }: Pick<AcknowledgmentResult, 'status' | 'previous'> & { findings: Finding[] },
): Promise<void> {
  const identity = {
    type: 'FA_REJECTED',
    subject: { partnerId: partner.partner, documentId: document.id, fileId: document.fileId },
  } as const;
  if (isAccepted(status) && previous === 'rejected') {
    await closeException(unit, context, {
      fingerprint: fingerprintOf(identity),
      by: 'system',
      action: 'resolved',
      reason: 'The partner accepts it now.',
    });
  }
  if (status !== 'rejected') return;
  const file = await unit.get('files', document.fileId);
  const what = file?.summary ?? `${document.transactionType} ${document.number}`;
  await raiseException(unit, context, {
    ...identity,
    detail:
      `${partner.name} rejected what we sent as faulty (${what}): ${sentence(findings[0]?.message ?? 'no reason is given')} ` +
      'It is not sent again by itself: mend the cause, and tell the partner what it said.',
    evidence: findings.map((finding) => ({ text: finding.message, place: finding.place })),
    actions: ['askSupplier', 'dismiss'],
  });
}
