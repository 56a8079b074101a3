import type { StreamedAcknowledgment, StreamedAnswer } from '../edi/acknowledgment/index.ts';
import { InterchangeWriter } from '../edi/index.ts';
import type { Interchange, TransactionHeader } from '../edi/index.ts';
import { checkEdi, checkEdiBytes } from './edi-check.ts';
import type { CheckedInterchange, FileRules } from './edi-check.ts';

export interface AnsweredInterchange {
  /** Of the interchange that is answered. */
  controlNumber: string;
  verdict: string;
  /** The answer in pieces; none where nothing may be answered. */
  pieces: Iterable<Uint8Array>;
}

/**
 * The acknowledgments of a file of any size, one for each interchange, as soon as it has ended; `number` is the first
 * control number to use. Throws FILE_UNREADABLE.
 */
export async function* acknowledgeStream(
  name: string,
  chunks: AsyncIterable<Uint8Array>,
  number: number,
  rules: FileRules,
): AsyncGenerator<AnsweredInterchange> {
  let next = number;
  for await (const checked of checkEdi(name, chunks, rules)) yield answer(checked, next++);
}

/** The answer to each interchange of a file in memory; undefined where nothing may be answered. */
export function acknowledgeFile(
  name: string,
  bytes: Uint8Array,
  number: number,
): { bytes: Uint8Array | undefined }[] {
  return checkEdiBytes(name, bytes).interchanges.map((checked, index) => {
    const pieces = [...answer(checked, number + index).pieces];
    return { bytes: pieces.length === 0 ? undefined : Buffer.concat(pieces) };
  });
}

function answer({ interchange, answer: built }: CheckedInterchange, number: number): AnsweredInterchange {
  return {
    controlNumber: interchange.controlNumber,
    verdict: built.decision.verdict,
    pieces: writeAnswer(interchange, built, number),
  };
}

const PIECE_BYTES = 64 * 1024;

/** The answer with its envelope: parties swapped, the service characters and the time of the answered interchange. */
function* writeAnswer(
  interchange: Interchange,
  { functional, interchange: received }: StreamedAnswer<unknown>,
  number: number,
): Generator<Uint8Array> {
  if (functional.length === 0 && received === undefined) return;
  const { standard, version, sender, receiver, date, time, test, delimiters } = interchange;
  const writer = new InterchangeWriter({
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
  });
  if (received !== undefined) {
    const [id, ...elements] = received;
    writer.segments.segment(id, elements);
  }
  for (const [index, acknowledgment] of functional.entries()) {
    const { applicationSender, applicationReceiver, release } = acknowledgment;
    const controlNumber = String(number + index);
    const addresses = { functionalId: 'FA', applicationSender, applicationReceiver };
    if (standard === 'x12')
      writer.startGroup({ ...addresses, date: `20${date}`, time, controlNumber, version: release });
    writer.startTransaction(headerOf(acknowledgment, standard === 'x12' ? '0001' : '1'));
    for (const [id, ...elements] of acknowledgment.segments) {
      writer.segments.segment(id, elements);
      if (writer.segments.size < PIECE_BYTES) continue;
      yield writer.segments.toBytes();
      writer.segments.restart();
    }
    writer.endTransaction();
    if (standard === 'x12') writer.endGroup();
  }
  yield writer.finish().bytes;
}

function headerOf(
  { type, release, implementation }: StreamedAcknowledgment,
  controlNumber: string,
): TransactionHeader {
  return { type, release, controlNumber, ...(implementation !== '' && { implementation }) };
}
