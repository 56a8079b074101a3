import { acknowledgeInterchange } from '../../../src/edi/acknowledgment/index.ts';
import type { AcknowledgmentPolicy, InterchangeAnswer } from '../../../src/edi/acknowledgment/index.ts';
import { DEFAULT_ACKNOWLEDGMENT_POLICY } from '../../../src/edi/acknowledgment/index.ts';
import type { Finding } from '../../../src/common/finding.ts';
import type { Interchange, Transaction } from '../../../src/edi/model.ts';
import { InterchangeWriter } from '../../../src/edi/write.ts';
import { validate } from '../read-text.ts';

/** Validates and answers an interchange. */
export function answer(
  interchange: Interchange,
  policy: Partial<AcknowledgmentPolicy> = {},
  outside: readonly Finding[] = [],
): InterchangeAnswer {
  const validations = new Map<Transaction, readonly Finding[]>();
  const syntaxVersion = interchange.version.endsWith(':4') ? '4' : '3';
  for (const { transactions } of interchange.groups) {
    for (const transaction of transactions)
      validations.set(transaction, validate(transaction, { syntaxVersion }).findings);
  }
  return acknowledgeInterchange(
    interchange,
    validations,
    { ...DEFAULT_ACKNOWLEDGMENT_POLICY, ...policy },
    outside,
  );
}

/** The answer as it would be sent, with control numbers from 900 and a fixed date; '' when nothing is. */
export function writeAnswer(
  interchange: Interchange,
  { functional, interchange: received }: InterchangeAnswer,
): string {
  if (functional.length === 0 && !received) return '';
  const edifact = interchange.standard === 'edifact';
  const writer = new InterchangeWriter({
    standard: interchange.standard,
    version: interchange.version,
    sender: interchange.receiver,
    receiver: interchange.sender,
    date: interchange.version.endsWith(':4') ? '20260201' : '260201',
    time: '0900',
    controlNumber: '900',
    test: interchange.test,
    acknowledgmentRequest: '',
    segmentSuffix: '\n',
  });
  if (received) writer.segments.segment(received[0], received.slice(1));
  let number = 900;
  for (const { type, release, implementation, segments, ...group } of functional) {
    number += 1;
    const controlNumber = String(number);
    if (!edifact)
      writer.startGroup({ ...group, date: '20260201', time: '0900', controlNumber, version: release });
    writer.startTransaction({
      type,
      release,
      implementation,
      controlNumber: edifact ? controlNumber : controlNumber.padStart(4, '0'),
    });
    for (const [id, ...elements] of segments) writer.segments.segment(id, elements);
    writer.endTransaction();
    if (!edifact) writer.endGroup();
  }
  const { bytes, findings } = writer.finish();
  if (findings.length > 0) throw new Error(findings.map(({ message }) => message).join('\n'));
  return new TextDecoder().decode(bytes);
}
