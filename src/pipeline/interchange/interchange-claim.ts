import type { Finding } from '../../common/finding.ts';
import { evidenceOf } from '../exceptions/evidence.ts';
import { raiseException } from '../exceptions/exceptions.ts';
import type { PipelineContext } from '../context.ts';
import { claimOf, interchangeKey } from './interchange-record.ts';
import { watchNumbers } from './number-gaps.ts';
import type { InterchangeInProcess } from './interchange-in-process.ts';
import type { UnitOfWork } from '../unit-of-work.ts';
import { enqueue } from '../work/work-queue.ts';

type Claim = { repeat?: never } | { repeat: 'duplicate' | 'quarantined'; finding: Finding };

/**
 * Claims the control number of an interchange. The same number with the same content is a repeat: the answer that was
 * given goes out again, byte for byte, and nothing else happens. With other content it is quarantined for a person.
 */
export async function claimInterchange(
  unit: UnitOfWork,
  context: PipelineContext,
  inProcess: InterchangeInProcess,
): Promise<Claim> {
  const { interchange, contentSha256, partner, id } = inProcess;
  if (interchange.controlNumber === '') return {};
  const key = claimOf(interchangeKey(interchange));
  const now = context.clock.now();
  const claim = await unit.get('claims', key);
  const mine = { id: key, revision: claim?.revision ?? 0, ownerId: id, contentSha256, createdAt: now };
  if (claim === undefined) {
    unit.insert('claims', mine);
    await watchNumbers(unit, context, { ...inProcess, isReused: false });
    return {};
  }
  const ageDays = (Date.parse(now) - Date.parse(claim.createdAt)) / 86_400_000;
  if (claim.ownerId === id || ageDays > partner.controlNumbers.duplicateDays) {
    unit.update('claims', mine);
    if (claim.ownerId !== id) await watchNumbers(unit, context, { ...inProcess, isReused: true });
    return {};
  }
  if (claim.contentSha256 === contentSha256) return answerAgain(unit, context, inProcess, claim.ownerId);
  return quarantine(unit, context, inProcess, claim.createdAt);
}

async function answerAgain(
  unit: UnitOfWork,
  context: PipelineContext,
  { interchange, partner, id, file }: InterchangeInProcess,
  firstId: string,
): Promise<Claim> {
  const first = await unit.get('interchanges', firstId);
  await raiseException(unit, context, {
    type: 'DUPLICATE_INTERCHANGE',
    subject: { partnerId: partner.partner, fileId: file.id },
    detail: `${partner.name} sent interchange ${interchange.controlNumber} again, with the same content: it is answered again and has no effect.`,
  });
  for (const fileId of first?.acknowledgmentFileIds ?? []) {
    unit.add(
      enqueue(context, {
        kind: 'sendFile',
        key: `send/${fileId}/again/${id}`,
        orderingKey: `acknowledge:${partner.partner}`,
        partnerId: partner.partner,
        payload: { fileId },
      }),
    );
  }
  return {
    repeat: 'duplicate',
    finding: {
      code: 'DUPLICATE_INTERCHANGE',
      severity: 'info',
      message: `Interchange ${interchange.controlNumber} was received before with the same content: it is answered again and has no effect.`,
      place: { interchange: interchange.interchange },
      actual: interchange.controlNumber,
    },
  };
}

async function quarantine(
  unit: UnitOfWork,
  context: PipelineContext,
  { interchange, partner, file, bytes }: InterchangeInProcess,
  firstAt: string,
): Promise<Claim> {
  const finding: Finding = {
    code: 'CONTROL_NUMBER_REUSED',
    severity: 'error',
    message: `${partner.name} used control number ${interchange.controlNumber} on ${firstAt} for other content. The interchange waits for a decision and nothing of it was applied.`,
    place: { interchange: interchange.interchange },
    actual: interchange.controlNumber,
    expected: 'a number not used before',
  };
  await raiseException(unit, context, {
    type: 'CONTROL_NUMBER_REUSED',
    subject: { partnerId: partner.partner, fileId: file.id },
    discriminator: interchange.controlNumber,
    detail: finding.message,
    evidence: [evidenceOf(file.id, bytes, finding, interchange.range[0])],
  });
  return { repeat: 'quarantined', finding };
}

/** A person takes a quarantined interchange as a new one: its number belongs to it from now on. Its file is to be run again. */
export async function acceptReusedNumber(
  unit: UnitOfWork,
  context: PipelineContext,
  fileId: string,
): Promise<void> {
  const interchanges = await unit.findAll('interchanges', { fileId }, (record) => record.fileId === fileId);
  for (const { id, status, controlKey, contentSha256 } of interchanges) {
    if (status !== 'quarantined') continue;
    const claim = await unit.get('claims', claimOf(controlKey));
    if (claim === undefined) continue;
    unit.update('claims', { ...claim, ownerId: id, contentSha256, createdAt: context.clock.now() });
  }
}
