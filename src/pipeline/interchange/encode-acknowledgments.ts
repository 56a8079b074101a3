import type { StreamedAnswer } from '../../edi/acknowledgment/index.ts';
import type { Interchange } from '../../edi/model.ts';
import type { Partner } from '../../partners/partner-schema.ts';
import { companyTime, completeInterchange } from '../outbound/complete-interchange.ts';
import { takeNumber } from '../outbound/control-numbers.ts';
import type { PipelineContext } from '../context.ts';
import type { EncodedInterchange } from '../outbound/encoded-interchange.ts';
import { openEdifact, openX12 } from '../outbound/envelope.ts';
import { groupScope, transactionNumber } from '../outbound/group-numbers.ts';
import type { UnitOfWork } from '../unit-of-work.ts';

/** Writes TA1 and 997s into one interchange, or one CONTRL: sender and receiver are those of the answered one, swapped. */
export async function encodeAcknowledgments(
  unit: UnitOfWork,
  context: PipelineContext,
  partner: Partner,
  answered: Interchange,
  answer: StreamedAnswer<unknown>,
): Promise<EncodedInterchange> {
  const now = companyTime(context);
  const { test, standard } = answered;
  const identity = (party: Interchange['sender']) => ({
    ...party,
    usage: test ? ('test' as const) : ('production' as const),
  });
  const envelope = { sender: identity(answered.receiver), receiver: identity(answered.sender), test };
  const number = await takeNumber(unit, context, partner, standard, test ? 'interchange|T' : 'interchange|P');
  const types: string[] = [];
  if (standard === 'edifact') {
    const opened = openEdifact(partner, envelope, number, now, {
      version: answered.version,
      acknowledge: false,
    });
    for (const [index, message] of answer.functional.entries()) {
      const { type, release, segments } = message;
      opened.writer.startTransaction({ type, release, controlNumber: String(index + 1) });
      for (const [id, ...elements] of segments) opened.writer.segments.segment(id, elements);
      opened.writer.endTransaction();
      types.push(type);
    }
    return completeInterchange(opened, types.join(' '), { acknowledgmentExpected: false });
  }
  const opened = openX12(partner, envelope, number, now, { acknowledge: false });
  if (answer.interchange !== undefined) {
    const [id, ...elements] = answer.interchange;
    opened.writer.segments.segment(id, elements);
    types.push('TA1');
  }
  for (const functional of answer.functional) {
    const group = await takeNumber(unit, context, partner, 'x12', groupScope(partner, 'FA', test));
    const transaction = await transactionNumber(unit, context, partner, 'FA', test);
    const started = opened.startGroup('FA', group, functional.release, functional);
    opened.writer.startTransaction({
      type: functional.type,
      controlNumber: transaction,
      ...(functional.implementation !== '' && { implementation: functional.implementation }),
    });
    for (const [id, ...elements] of functional.segments) opened.writer.segments.segment(id, elements);
    opened.writer.endTransaction();
    opened.writer.endGroup();
    started.transactions.push({ type: functional.type, controlNumber: transaction });
    types.push(functional.type);
  }
  return completeInterchange(opened, [...new Set(types)].join(' '), { acknowledgmentExpected: false });
}
