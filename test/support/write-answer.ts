import type { StreamedAnswer } from '../../src/edi/acknowledgment/index.ts';
import { InterchangeWriter } from '../../src/edi/index.ts';
import type { Interchange } from '../../src/edi/index.ts';

const CONTROL = /[\0-\x1f\x7f-\x9f]/;

/**
 * The answer to any interchange, whatever its envelope holds: between two fixed parties, with control numbers from 900.
 * Undefined when nothing is answered. Throws when the body holds control characters.
 */
export function writeAnswer(
  interchange: Interchange,
  { functional, interchange: received }: StreamedAnswer<unknown>,
): Uint8Array | undefined {
  if (functional.length === 0 && received === undefined) return undefined;
  const { standard } = interchange;
  const four = interchange.version.endsWith(':4');
  const writer = new InterchangeWriter({
    standard,
    version: standard === 'x12' ? '00501' : four ? 'UNOC:4' : 'UNOC:3',
    sender: { qualifier: standard === 'x12' ? 'ZZ' : '14', id: '4012345500004' },
    receiver: { qualifier: standard === 'x12' ? 'ZZ' : '14', id: '4012345000009' },
    date: four ? '20260201' : '260201',
    time: '0900',
    controlNumber: '900',
    test: false,
    acknowledgmentRequest: '',
  });
  if (received !== undefined) writer.segments.segment(received[0], received.slice(1));
  for (const [index, { type, release, implementation, segments }] of functional.entries()) {
    const controlNumber = String(901 + index);
    if (standard === 'x12')
      writer.startGroup({
        functionalId: 'FA',
        applicationSender: 'TRADELANE',
        applicationReceiver: 'PARTNER',
        date: '20260201',
        time: '0900',
        controlNumber,
        version: release,
      });
    writer.startTransaction({ type, release, implementation, controlNumber: controlNumber.padStart(4, '0') });
    for (const [id, ...elements] of segments) writer.segments.segment(id, elements);
    writer.endTransaction();
    if (standard === 'x12') writer.endGroup();
  }
  const { bytes, findings } = writer.finish();
  const control = findings.find(({ message }) => CONTROL.test(message));
  if (control !== undefined) throw new Error(control.message);
  return bytes;
}
