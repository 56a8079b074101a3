import fc from 'fast-check';
import type {
  InterchangeToWrite,
  TransactionToWrite,
  WriteElement,
  WriteSegment,
} from '../../src/edi/index.ts';

/** Letters, digits and punctuation that are in every repertoire but may be delimiters. */
const text = fc.stringMatching(/^[A-Z0-9 .,()/=!"%&;<>+:?'*^~|-]{0,18}$/);
const id = fc.stringMatching(/^[A-Z0-9]{2,12}$/);

const repetition = fc.oneof(
  { weight: 4, arbitrary: text },
  { weight: 1, arbitrary: fc.array(text, { minLength: 2, maxLength: 4 }) },
);

function element(repeats: boolean): fc.Arbitrary<WriteElement> {
  return repeats
    ? fc.oneof(
        { weight: 6, arbitrary: repetition },
        {
          weight: 1,
          arbitrary: fc.record({ repetitions: fc.array(repetition, { minLength: 2, maxLength: 3 }) }),
        },
      )
    : repetition;
}

/** No envelope segment has one of these ids. */
const segmentId = fc.constantFrom('BEG', 'N1', 'PO1', 'DTM', 'REF', 'LIN', 'QTY', 'FTX', 'UNS', 'B2', 'SLN');

function segment(repeats: boolean): fc.Arbitrary<WriteSegment> {
  return fc
    .tuple(segmentId, fc.array(element(repeats), { minLength: 1, maxLength: 8 }))
    .map(([name, elements]): WriteSegment => [name, ...elements]);
}

function transactions(
  standard: 'x12' | 'edifact',
  repeats: boolean,
  max: number,
): fc.Arbitrary<TransactionToWrite[]> {
  return fc
    .array(fc.array(segment(repeats), { maxLength: 12 }), { minLength: 1, maxLength: max })
    .map((bodies) =>
      bodies.map((segments, i) =>
        standard === 'x12'
          ? { type: '850', controlNumber: String(i + 1).padStart(4, '0'), segments }
          : {
              type: 'ORDERS',
              release: 'D.96A',
              implementation: 'EAN008',
              controlNumber: `M${i + 1}`,
              segments,
            },
      ),
    );
}

const suffix = fc.constantFrom('', '\n', '\r\n');

const x12Delimiters = fc.constantFrom(
  { segmentTerminator: '~', elementSeparator: '*', componentSeparator: '>', repetitionSeparator: '^' },
  { segmentTerminator: '\n', elementSeparator: '|', componentSeparator: ':', repetitionSeparator: '^' },
  { segmentTerminator: '\r', elementSeparator: '~', componentSeparator: '>', repetitionSeparator: '!' },
  { segmentTerminator: '\x15', elementSeparator: '\x1d', componentSeparator: '\x1f', repetitionSeparator: '\x1e' },
  { segmentTerminator: '\x85', elementSeparator: '*', componentSeparator: '<', repetitionSeparator: '^' },
); // prettier-ignore

/** A valid X12 interchange as data, with the delimiters of many partners. */
export const x12Interchange: fc.Arbitrary<InterchangeToWrite> = fc
  .record({
    version: fc.constantFrom('00401', '00501'),
    delimiters: x12Delimiters,
    segmentSuffix: suffix,
    sender: id,
    receiver: id,
    controlNumber: fc.integer({ min: 1, max: 999_999_999 }),
  })
  .chain((base) =>
    fc
      .array(transactions('x12', base.version === '00501', 3), { minLength: 1, maxLength: 3 })
      .map((groups): InterchangeToWrite => ({
        standard: 'x12',
        version: base.version,
        delimiters: { ...base.delimiters, releaseCharacter: '', decimalMark: '.' },
        // A line feed behind a terminator that is one itself would be an empty line.
        segmentSuffix: /[\r\n]/.test(base.delimiters.segmentTerminator) ? '' : base.segmentSuffix,
        sender: { qualifier: 'ZZ', id: base.sender },
        receiver: { qualifier: '01', id: base.receiver },
        date: '260131',
        time: '0815',
        controlNumber: String(base.controlNumber),
        test: false,
        acknowledgmentRequest: '0',
        groups: groups.map((group, i) => ({
          functionalId: 'PO',
          applicationSender: base.sender,
          applicationReceiver: base.receiver,
          date: '20260131',
          time: '0815',
          controlNumber: String(i + 1),
          version: base.version === '00501' ? '005010' : '004010',
          transactions: group,
        })),
      })),
  );

const edifactDelimiters = fc.constantFrom(
  { segmentTerminator: "'", elementSeparator: '+', componentSeparator: ':', releaseCharacter: '?' },
  { segmentTerminator: '~', elementSeparator: '*', componentSeparator: '=', releaseCharacter: '?' },
  { segmentTerminator: '\n', elementSeparator: '|', componentSeparator: '^', releaseCharacter: '\\' },
);

/** A valid EDIFACT interchange as data: syntax 3 and 4, with and without groups, UNA and line ends. */
export const edifactInterchange: fc.Arbitrary<InterchangeToWrite> = fc
  .record({
    version: fc.constantFrom('UNOC:3', 'UNOC:4', 'UNOB:1'),
    delimiters: edifactDelimiters,
    decimalMark: fc.constantFrom('.', ','),
    segmentSuffix: suffix,
    sender: id,
    receiver: id,
    grouped: fc.boolean(),
  })
  .chain((base) => {
    const repeats = base.version.endsWith(':4');
    const date = repeats ? '20260131' : '260131';
    return transactions('edifact', repeats, 4).map((messages): InterchangeToWrite => ({
      standard: 'edifact',
      version: base.version,
      delimiters: {
        ...base.delimiters,
        decimalMark: base.decimalMark,
        repetitionSeparator: repeats ? '!' : '',
      },
      segmentSuffix: base.delimiters.segmentTerminator === '\n' ? '' : base.segmentSuffix,
      sender: { qualifier: '14', id: base.sender },
      receiver: { qualifier: '14', id: base.receiver },
      date,
      time: '0815',
      controlNumber: 'REF1',
      test: false,
      acknowledgmentRequest: '',
      ...(base.grouped
        ? {
            groups: [
              {
                functionalId: 'ORDERS',
                applicationSender: base.sender,
                applicationReceiver: base.receiver,
                date,
                time: '0815',
                controlNumber: '1',
                version: 'D:96A',
                transactions: messages,
              },
            ],
          }
        : { messages }),
    }));
  });

export const interchange: fc.Arbitrary<InterchangeToWrite> = fc.oneof(x12Interchange, edifactInterchange);

/** Bytes near an interchange: real ones with deletions, insertions, replacements, swaps and repeated parts. */
export function mutated(original: fc.Arbitrary<Uint8Array>): fc.Arbitrary<Uint8Array> {
  const interesting = fc.oneof(
    fc.integer({ min: 0, max: 255 }),
    fc.constantFrom(...Array.from("~*>:+'?^\r\n IUSTGEANBHZ0", (char) => char.charCodeAt(0))),
  );
  const change = fc.record({
    kind: fc.constantFrom('delete', 'insert', 'replace', 'repeat', 'cut'),
    at: fc.double({ min: 0, max: 1, noNaN: true }),
    length: fc.integer({ min: 1, max: 40 }),
    byte: interesting,
  });
  return fc.tuple(original, fc.array(change, { minLength: 1, maxLength: 6 })).map(([bytes, changes]) => {
    let result = Array.from(bytes);
    for (const { kind, at, length, byte } of changes) {
      const i = Math.floor(at * result.length);
      if (kind === 'delete') result.splice(i, length);
      else if (kind === 'insert') result.splice(i, 0, byte);
      else if (kind === 'replace') result[i] = byte;
      else if (kind === 'repeat') result.splice(i, 0, ...result.slice(i, i + length));
      else result = result.slice(0, i);
    }
    return Uint8Array.from(result);
  });
}
