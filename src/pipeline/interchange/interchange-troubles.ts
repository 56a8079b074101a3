import type { Finding } from '../../common/finding.ts';
import { sentence } from '../../common/sentence.ts';
import type { StreamedDecision } from '../../edi/acknowledgment/index.ts';
import { readDeliveryNotice } from '../../edi/envelope-network.ts';
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
    detail: sentence(findings[0].message),
    evidence: findings.map((finding) => evidenceOf(file.id, bytes, finding, range[0])),
  });
}

/** ISA to IEA, UNB to UNZ do not hold together; or, where they do, GS to GE, UNG to UNE of some groups. */
export async function reportEnvelope(
  unit: UnitOfWork,
  context: PipelineContext,
  inProcess: InterchangeInProcess,
  { errors }: Pick<StreamedDecision<unknown>, 'errors'>,
): Promise<void> {
  const { partner, interchange } = inProcess;
  if (errors.length > 0) {
    const what = `interchange ${interchange.controlNumber} with a faulty envelope; it was rejected as a whole`;
    await raise(what, String(interchange.interchange), errors);
    return;
  }
  for (const [index, { controlNumber, transactionCount, findings }] of interchange.groups.entries()) {
    const faults = findings.filter(({ severity }) => severity === 'error');
    if (faults.length === 0) continue;
    const lost = `${transactionCount} ${transactionCount === 1 ? 'transaction was' : 'transactions were'}`;
    const what = `group ${controlNumber} in interchange ${interchange.controlNumber} with a faulty envelope; its ${lost} rejected`;
    await raise(what, `${interchange.interchange}/${index + 1}`, faults);
  }

  async function raise(what: string, discriminator: string, faults: readonly Finding[]): Promise<void> {
    const { file, bytes } = inProcess;
    await raiseException(unit, context, {
      type: 'PARSE_ERROR',
      subject: { partnerId: partner.partner, fileId: file.id },
      discriminator,
      detail: `${partner.name} sent ${what}. ${sentence(faults[0]!.message)}`,
      evidence: faults.map((finding) => evidenceOf(file.id, bytes, finding)),
    });
  }
}

/** Texts that were read in another character set than they were written in: nothing else tells, and they are applied. */
export async function reportCharacters(
  unit: UnitOfWork,
  context: PipelineContext,
  { file, bytes, partner, interchange }: InterchangeInProcess,
): Promise<void> {
  const finding = interchange.findings.find(({ code }) => code === 'CHARACTERS_MISDECLARED');
  if (finding === undefined) return;
  const setting = finding.actual === 'not UTF-8' ? 'iso-8859-1' : finding.actual;
  await raiseException(unit, context, {
    type: 'CHARSET',
    subject: { partnerId: partner.partner, fileId: file.id },
    causeKey: `${finding.expected ?? ''}|${finding.actual ?? ''}`,
    detail:
      `${partner.name} sent interchange ${interchange.controlNumber}: ${sentence(finding.message)} It was processed as it was read. Ask for ` +
      `what UNB declares, or write edifact.inboundCharset: ${setting} in its partner.yaml if it always sends so.`,
    evidence: [evidenceOf(file.id, bytes, finding)],
  });
}

/** A network could not deliver what we sent: TA3. */
export async function reportUndelivered(
  unit: UnitOfWork,
  context: PipelineContext,
  { file, bytes, partner, interchange }: InterchangeInProcess,
): Promise<void> {
  const findings = interchange.findings.filter(({ code }) => code === 'DELIVERY_NOTICE');
  const notices = interchange.interchangeAcknowledgments.flatMap((each) => readDeliveryNotice(each) ?? []);
  for (const [index, { controlNumber, delivered }] of notices.entries()) {
    const finding = findings[index];
    if (delivered || finding === undefined) continue;
    await raiseException(unit, context, {
      type: 'TRANSPORT_FAILED',
      subject: { partnerId: partner.partner, fileId: file.id },
      discriminator: `undelivered/${controlNumber}`,
      detail: `${sentence(finding.message)} Ask the network what is wrong, then send the file of this interchange again.`,
      evidence: [evidenceOf(file.id, bytes, finding)],
    });
  }
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
    detail: `${sentence(finding.message)} It was acknowledged, and nothing of it was applied.`,
    evidence: [evidenceOf(file.id, bytes, finding, interchange.range[0])],
  });
}
