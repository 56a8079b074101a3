import type { StreamedAnswer } from '../../edi/acknowledgment/index.ts';
import { encodeAcknowledgments } from './encode-acknowledgments.ts';
import type { PipelineContext } from '../context.ts';
import { recordOutbound } from '../outbound/outbound.ts';
import type { InterchangeInProcess } from './interchange-in-process.ts';
import type { UnitOfWork } from '../unit-of-work.ts';

/**
 * Sends our acknowledgment of an interchange: TA1 and 997s in one interchange, or one CONTRL. Returns the ids of the files, so
 * that a repeat of the interchange gets the very same bytes again.
 */
export async function recordAnswer(
  unit: UnitOfWork,
  context: PipelineContext,
  { partner, interchange, file }: InterchangeInProcess,
  answer: StreamedAnswer<unknown>,
): Promise<string[]> {
  if (answer.functional.length === 0 && answer.interchange === undefined) return [];
  const encoded = await encodeAcknowledgments(unit, context, partner, interchange, answer);
  const types = [
    ...(answer.interchange === undefined ? [] : ['TA1']),
    ...answer.functional.map(({ type }) => type),
  ];
  const { fileId } = await recordOutbound(unit, context, {
    partner,
    encoded,
    documentType: 'functionalAcknowledgment',
    number: interchange.controlNumber,
    orderIds: [],
    summary: `${[...new Set(types)].join(' and ')} for interchange ${interchange.controlNumber}: ${answer.decision.verdict}`,
    orderingKey: `acknowledge:${partner.partner}`,
    acknowledgmentExpected: false,
    answersFileId: file.id,
    findings: [],
  });
  return [fileId];
}
