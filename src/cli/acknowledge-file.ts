import type { InterchangeAnswer, OutboundAcknowledgment } from '../edi/acknowledgment/index.ts';
import { InterchangeWriter, writeInterchange } from '../edi/index.ts';
import type { Interchange, TransactionToWrite } from '../edi/index.ts';
import type { FileCheckOptions, TransactionSummary } from '../edi/file-check.ts';
import { checkEdi, checkEdiBytes } from './edi-check.ts';
import type { CheckedFile } from './edi-check.ts';

export interface AnsweredInterchange {
  /** Of the interchange that is answered. */
  controlNumber: string;
  verdict: string;
  /** Undefined where nothing may be answered. */
  bytes: Uint8Array | undefined;
}

/**
 * The acknowledgments of a file of any size, one for each interchange; `number` is the first control number to use. Throws
 * FILE_UNREADABLE.
 */
export async function acknowledgeStream(
  name: string,
  chunks: AsyncIterable<Uint8Array>,
  number: number,
  rules: FileCheckOptions,
): Promise<AnsweredInterchange[]> {
  return writeAnswers(await checkEdi(name, chunks, rules), number);
}

/** The same of a file in memory. */
export function acknowledgeFile(name: string, bytes: Uint8Array, number: number): AnsweredInterchange[] {
  return writeAnswers(checkEdiBytes(name, bytes), number);
}

function writeAnswers({ answers }: CheckedFile, number: number): AnsweredInterchange[] {
  return answers.map(({ interchange, answer }, index) => ({
    controlNumber: interchange.controlNumber,
    verdict: answer.decision.verdict,
    bytes: acknowledge(interchange, answer, number + index),
  }));
}

/** The answer with its envelope: parties swapped, the service characters and the time of the answered interchange. */
function acknowledge(
  interchange: Interchange,
  answer: InterchangeAnswer<TransactionSummary>,
  number: number,
): Uint8Array | undefined {
  const { functional, interchange: received } = answer;
  if (functional.length === 0 && received === undefined) return undefined;
  const { standard, version, sender, receiver, date, time, test, delimiters } = interchange;
  const header = {
    standard,
    version,
    sender: receiver,
    receiver: sender,
    date,
    time,
    controlNumber: String(number),
    test,
    acknowledgmentRequest: '',
    delimiters,
    segmentSuffix: '\n',
  };
  if (standard === 'edifact') {
    return writeInterchange({ ...header, messages: functional.map((message) => toTransaction(message, '1')) })
      .bytes;
  }
  const writer = new InterchangeWriter(header);
  if (received !== undefined) {
    const [id, ...elements] = received;
    writer.segments.segment(id, elements);
  }
  for (const [index, acknowledgment] of functional.entries()) {
    const { applicationSender, applicationReceiver, release } = acknowledgment;
    const controlNumber = String(number + index);
    const addresses = { functionalId: 'FA', applicationSender, applicationReceiver };
    writer.startGroup({ ...addresses, date: `20${date}`, time, controlNumber, version: release });
    const { segments, ...transaction } = toTransaction(acknowledgment, '0001');
    writer.startTransaction(transaction);
    for (const [id, ...elements] of segments) writer.segments.segment(id, elements);
    writer.endTransaction();
    writer.endGroup();
  }
  return writer.finish().bytes;
}

function toTransaction(
  { type, release, implementation, segments }: OutboundAcknowledgment,
  controlNumber: string,
): TransactionToWrite {
  return { type, release, controlNumber, segments, ...(implementation !== '' && { implementation }) };
}
