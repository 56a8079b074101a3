import type { Finding } from '../../common/finding.ts';
import type { StreamedDecision } from '../../edi/acknowledgment/index.ts';
import type { PipelineContext } from '../context.ts';
import { evidenceOf } from '../exceptions/evidence.ts';
import { raiseException } from '../exceptions/exceptions.ts';
import type { InterchangeInProcess } from './interchange-in-process.ts';
import type { UnitOfWork } from '../unit-of-work.ts';

/** Nobody knows the sender, or may not receive from it. */
export async function reportSender(
  unit: UnitOfWork,
  context: PipelineContext,
  { file, bytes, interchange }: Pick<InterchangeInProcess, 'file' | 'bytes' | 'interchange'>,
  findings: readonly [Finding, ...Finding[]],
): Promise<void> {
  const { standard, sender, range } = interchange;
  await raiseException(unit, context, {
    type: 'UNKNOWN_PARTNER',
    subject: { fileId: file.id, ...(file.partnerId !== '' && { partnerId: file.partnerId }) },
    causeKey: `${standard}|${sender.qualifier}|${sender.id}`,
    detail: `${findings[0].message}.`,
    evidence: findings.map((finding) => evidenceOf(file.id, bytes, finding, range[0])),
  });
}

/** ISA to IEA, UNB to UNZ do not hold together. */
export async function reportEnvelope(
  unit: UnitOfWork,
  context: PipelineContext,
  { file, bytes, partner, interchange }: InterchangeInProcess,
  { errors }: Pick<StreamedDecision<unknown>, 'errors'>,
): Promise<void> {
  if (errors.length === 0) return;
  await raiseException(unit, context, {
    type: 'PARSE_ERROR',
    subject: { partnerId: partner.partner, fileId: file.id },
    discriminator: String(interchange.interchange),
    detail: `${partner.name} sent interchange ${interchange.controlNumber} with a faulty envelope; it was rejected as a whole. ${errors[0]!.message}`,
    evidence: errors.map((finding) => evidenceOf(file.id, bytes, finding)),
  });
}

/** Test data for a productive partner, or the reverse. */
export async function reportUsage(
  unit: UnitOfWork,
  context: PipelineContext,
  { file, bytes, partner, interchange }: InterchangeInProcess,
  findings: readonly Finding[],
): Promise<void> {
  const finding = findings.find(({ code }) => code === 'USAGE_MISMATCH');
  if (finding === undefined) return;
  await raiseException(unit, context, {
    type: 'USAGE_MISMATCH',
    subject: { partnerId: partner.partner, fileId: file.id },
    detail: `${finding.message}. It was acknowledged, and nothing of it was applied.`,
    evidence: [evidenceOf(file.id, bytes, finding, interchange.range[0])],
  });
}
