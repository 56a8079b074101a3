import type { Interchange } from '../model.ts';
import { segment } from './build-functional.ts';
import { copyText } from './copy.ts';
import type { StreamedDecision } from './decision.ts';
import type { WriteSegment } from '../write.ts';

/**
 * TA1 for an interchange. It speaks of ISA and IEA only: an interchange whose groups are all rejected is still accepted here.
 * TA101 to TA103 copy ISA13, ISA09 and ISA10.
 */
export function buildInterchangeAcknowledgment(decision: StreamedDecision<unknown>): WriteSegment {
  const { interchange, errors } = decision;
  const error = errors[0];
  if (error) {
    const { acknowledgment } = error;
    return note(interchange, 'R', acknowledgment?.level === 'interchange' ? acknowledgment.code : '022');
  }
  const tolerated = interchange.findings.find(
    ({ acknowledgment }) => acknowledgment?.level === 'interchange',
  );
  return tolerated
    ? note(interchange, 'E', tolerated.acknowledgment?.code ?? '022')
    : note(interchange, 'A', '000');
}

function note(interchange: Interchange, status: 'A' | 'E' | 'R', code: string): WriteSegment {
  const { controlNumber, date, time } = interchange;
  return segment('TA1', copyText(controlNumber, 9), copyText(date, 6), copyText(time, 4), status, code);
}
