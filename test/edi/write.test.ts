import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import {
  SegmentWriter,
  X12_DELIMITERS,
  parseFile,
  toTree,
  writeInterchange,
  writeTree,
} from '../../src/edi/index.ts';
import type {
  InterchangeToWrite,
  TransactionToWrite,
  WriteElement,
  WritePolicy,
  WriteRules,
} from '../../src/edi/index.ts';
import { findingsOf } from '../support/edi-dump.ts';
import { interchange, mutated } from '../support/edi-generator.ts';

const text = (bytes: Uint8Array): string => String.fromCharCode(...bytes);

const x12: InterchangeToWrite = {
  standard: 'x12',
  version: '00401',
  sender: { qualifier: 'ZZ', id: 'ACME' },
  receiver: { qualifier: '01', id: '123456789' },
  date: '260131',
  time: '0815',
  controlNumber: '42',
  test: true,
  acknowledgmentRequest: '1',
  segmentSuffix: '\n',
  groups: [
    {
      functionalId: 'PO',
      applicationSender: 'ACME',
      applicationReceiver: 'SUPPLIER',
      date: '20260131',
      time: '0815',
      controlNumber: '7',
      version: '004010',
      transactions: [
        { type: '850', controlNumber: '0001', segments: [['BEG', '00', 'SA', 'PO1', '', '20260131', '']] },
      ],
    },
  ],
};

const edifact: InterchangeToWrite = {
  standard: 'edifact',
  version: 'UNOC:3',
  sender: { qualifier: '14', id: '4012345000009' },
  receiver: { qualifier: '14', id: '4098765000005' },
  date: '260131',
  time: '0815',
  controlNumber: '42',
  test: true,
  acknowledgmentRequest: '1',
  messages: [
    {
      type: 'ORDERS',
      release: 'D.96A',
      implementation: 'EAN008',
      controlNumber: '1',
      segments: [
        ['BGM', '220', "it's 1+1=2?", '9'],
        ['DTM', ['137', '20260131', '102']],
      ],
    },
  ],
};

describe('writing an interchange', () => {
  test('X12: padded ISA, counts, control numbers, no empty elements at the end', () => {
    expect(text(writeInterchange(x12).bytes)).toBe(
      [
        'ISA*00*          *00*          *ZZ*ACME           *01*123456789      *260131*0815*U*00401*000000042*1*T*>~',
        'GS*PO*ACME*SUPPLIER*20260131*0815*7*X*004010~',
        'ST*850*0001~',
        'BEG*00*SA*PO1**20260131~',
        'SE*3*0001~',
        'GE*1*7~',
        'IEA*1*000000042~',
        '',
      ].join('\n'),
    );
  });

  test('EDIFACT: released data, no UNA for the standard service characters', () => {
    expect(text(writeInterchange(edifact).bytes)).toBe(
      "UNB+UNOC:3+4012345000009:14+4098765000005:14+260131:0815+42++++1++1'" +
        "UNH+1+ORDERS:D:96A:UN:EAN008'BGM+220+it?'s 1?+1=2??+9'DTM+137:20260131:102'UNT+4+1'UNZ+1+42'",
    );
  });

  test('EDIFACT: UNA where the service characters differ', () => {
    const delimiters = { ...X12_DELIMITERS, releaseCharacter: '?', decimalMark: ',' };
    expect(text(writeInterchange({ ...edifact, delimiters }).bytes)).toMatch(/^UNA>\*,\? ~UNB\*UNOC>3\*/);
  });

  test('ISA values that do not fit are errors, and ISA keeps its length', () => {
    const { bytes, findings } = writeInterchange({
      ...x12,
      sender: { qualifier: 'ZZ', id: 'LONGER-THAN-FIFTEEN' },
      receiver: { qualifier: 'ZZ', id: 'A*B' },
    });
    expect(findings.map(({ code, place }) => [code, place.element])).toEqual([
      ['ENVELOPE_VALUE_INVALID', 6],
      ['ENVELOPE_VALUE_INVALID', 8],
    ]);
    expect(text(bytes).indexOf('~')).toBe(105);
  });

  test('what was written is read back: segments, texts, no findings', () => {
    fc.assert(
      fc.property(interchange, (data) => {
        // Texts of the generator are within every repertoire of its syntaxes; only X12 has to replace delimiters.
        const { bytes } = writeInterchange(data);
        const file = parseFile(bytes);
        expect(findingsOf(file)).toEqual([]);
        const written = data.groups?.map(({ transactions }) => transactions) ?? [data.messages!];
        const read = file.interchanges[0]!.groups.map(({ transactions }) =>
          transactions.map(({ segments }) =>
            Array.from({ length: segments.length - 2 }, (_, s) => readSegment(segments, s + 1)),
          ),
        );
        expect(read).toEqual(written.map((transactions) => transactions.map((one) => expected(one, data))));
      }),
      { numRuns: 500 },
    );
  });
});

/** Elements as lists of repetitions of components, without empty ones at the end. */
type Plain = string[][][];

function trim<T>(list: readonly T[], empty: (item: T) => boolean): T[] {
  let length = list.length;
  while (length > 0 && empty(list[length - 1]!)) length--;
  return list.slice(0, length);
}

function plain(elements: readonly WriteElement[], clean: (value: string) => string): Plain {
  const lists = elements.map((element) => {
    const repetitions =
      typeof element === 'object' && 'repetitions' in element ? element.repetitions : [element];
    const components = repetitions.map((one) =>
      trim((typeof one === 'string' ? [one] : one).map(clean), (value) => value === ''),
    );
    return trim(components, (one) => one.length === 0);
  });
  return trim(lists, (element) => element.length === 0);
}

function expected(transaction: TransactionToWrite, data: InterchangeToWrite): unknown[] {
  const { elementSeparator, componentSeparator, repetitionSeparator, segmentTerminator } = data.delimiters!;
  const reserved = [elementSeparator, componentSeparator, segmentTerminator];
  if (data.version >= '00402' && data.version < 'A') reserved.push(repetitionSeparator);
  const clean = (value: string): string =>
    data.standard === 'x12'
      ? Array.from(value)
          .map((char) => (reserved.includes(char) ? ' ' : char))
          .join('')
      : unob(value, data);
  return transaction.segments.map(([id, ...elements]) => [id, plain(elements, clean)]);
}

/** UNOB has neither `~`, `^` nor `|`; the writer spells them. */
function unob(value: string, data: InterchangeToWrite): string {
  if (!data.version.startsWith('UNOB')) return value;
  const delimiters = Object.values(data.delimiters!);
  const spelled: Readonly<Record<string, string>> = { '~': '-', '^': ' ', '|': '/' };
  return Array.from(value)
    .map((char) => {
      if (delimiters.includes(char) && char !== data.delimiters!.decimalMark) return char;
      const plainer = spelled[char];
      if (plainer === undefined) return char;
      return delimiters.slice(0, 5).includes(plainer) ? ' ' : plainer;
    })
    .join('');
}

function readSegment(
  segments: ReturnType<typeof parseFile>['interchanges'][0]['groups'][0]['transactions'][0]['segments'],
  s: number,
): unknown {
  const elements: Plain = Array.from({ length: segments.elementCount(s) }, (_, e) =>
    Array.from({ length: segments.repetitionCount(s, e + 1) }, (__, r) =>
      Array.from({ length: segments.componentCount(s, e + 1, r + 1) }, (___, c) =>
        segments.value(s, e + 1, c + 1, r + 1),
      ),
    ),
  );
  const lists = elements.map((element) =>
    trim(
      element.map((one) => trim(one, (value) => value === '')),
      (one) => one.length === 0,
    ),
  );
  return [segments.id(s), trim(lists, (element) => element.length === 0)];
}

describe('trees', () => {
  const bytes = interchange.map((data) => writeInterchange(data).bytes);

  test('a file comes back byte for byte from its tree, through JSON', () => {
    fc.assert(
      fc.property(fc.oneof(bytes, mutated(bytes)), (file) => {
        const tree = JSON.parse(JSON.stringify(toTree(parseFile(file)))) as ReturnType<typeof toTree>;
        const written = writeTree(tree);
        expect(text(written.bytes)).toBe(text(file));
        expect(written.findings).toEqual([]);
      }),
      { numRuns: 600 },
    );
  });

  test('a clean file has segments in their short form only', () => {
    fc.assert(
      fc.property(bytes, (file) => {
        expect(JSON.stringify(toTree(parseFile(file)))).not.toContain('"raw"');
      }),
      { numRuns: 300 },
    );
  });

  test('shows groups, transactions, composites and repetitions', () => {
    const tree = toTree(parseFile(writeInterchange(edifact).bytes));
    expect(tree.interchanges[0]).toMatchObject({
      standard: 'edifact',
      header: ['UNB', ['UNOC', '3'], ['4012345000009', '14'], ['4098765000005', '14'], ['260131', '0815'], '42', '', '', '', '1', '', '1'],
      content: [
        {
          transaction: 'ORDERS',
          segments: [
            ['UNH', '1', ['ORDERS', 'D', '96A', 'UN', 'EAN008']],
            ['BGM', '220', "it's 1+1=2?", '9'],
            ['DTM', ['137', '20260131', '102']],
            ['UNT', '4', '1'],
          ],
        },
      ],
      trailer: ['UNZ', '1', '42'],
    }); // prettier-ignore
  });

  test('keeps byte order mark, UNA, blank lines and what stands behind', () => {
    const file = new TextEncoder().encode("\uFEFFUNA:+.? '\r\nUNB+UNOA:1+A+B+1:1+1'\r\n\r\nUNZ+0+1'\r\n\r\n");
    const tree = toTree(parseFile(file));
    expect(text(writeTree(tree).bytes)).toBe(text(file));
    expect(tree.interchanges[0]).toMatchObject({
      before: '\u00ef\u00bb\u00bf',
      serviceStringAdvice: "UNA:+.? '\r\n",
    });
    expect(tree.after).toBe('\r\n\r\n');
  });

  test('segments that only look like the envelope stay where they are', () => {
    const file = "UNB+UNOC:3+A+B+1:1+1'UNH+1+X'UNT+2+1'?UNZ+1'IEA+1'GS+1'UNZ+1+1'";
    const tree = toTree(parseFile(new TextEncoder().encode(file)));
    expect(text(writeTree(tree).bytes)).toBe(file);
    expect(tree.interchanges[0]!.trailer).toEqual(['UNZ', '1', '1']);
  });

  test('the object of a package stays with its UNO, also where a line is cut inside its length', () => {
    const object = "UNO+P+D:1+1:J+7'AB'UNZ+UNP+7+P'";
    const file = `UNB+UNOC:4+A+B+1:1+1'${object}UNZ+1+1'`;
    const tree = toTree(parseFile(new TextEncoder().encode(file)));
    expect(tree.interchanges[0]!.content).toMatchObject([
      { raw: "UNO+P+D:1+1:J+7'AB'UNZ+" },
      ['UNP', '7', 'P'],
    ]);
    expect(text(writeTree(tree).bytes)).toBe(file);
    const cut =
      "UNB+UNOC:4+4012345000009:14+4098765000005:14+20260131:0815+REF1'UNH+1+ORDERS:D:9\n6A:UN'BGM+220+1+9'" +
      "DTM+137:20260131:102'NAD+BY+4012345000009::9'NAD+SU+4098765000\n'UNO++++9\n'UNZ'U";
    const bytes = new TextEncoder().encode(cut);
    expect(text(writeTree(toTree(parseFile(bytes))).bytes)).toBe(cut);
  });

  test('edited values are released', () => {
    const tree = toTree(parseFile(writeInterchange(edifact).bytes));
    const edited = JSON.parse(JSON.stringify(tree).replace('"220"', '"2+0"')) as typeof tree;
    expect(text(writeTree(edited).bytes)).toContain('BGM+2?+0+');
  });
});

describe('what a partner cannot receive', () => {
  const note = (
    value: string,
    policy: WritePolicy = {},
    base: InterchangeToWrite = x12,
  ): [string, string[]] => {
    const transactions = [{ type: '850', controlNumber: '0001', segments: [['NTE', '', value] as const] }];
    const data =
      base.standard === 'x12'
        ? { ...base, groups: [{ ...base.groups![0]!, transactions }] }
        : { ...base, messages: transactions };
    const { bytes, findings } = writeInterchange(data, policy);
    const found = /NTE.{2}(.*?)[~']\n?(?:SE|UNT)/s.exec(text(bytes))![1]!;
    return [found, findings.map(({ code, severity }) => `${severity} ${code}`)];
  };

  test('X12 data with a delimiter is replaced or refused, and said so', () => {
    expect(note('A*B~C')).toEqual(['A B C', ['warning DELIMITER_IN_DATA']]);
    expect(note('A*B', { replacement: '-' })).toEqual(['A-B', ['warning DELIMITER_IN_DATA']]);
    expect(note('A*B', { replacement: '~' })).toEqual(['A B', ['warning DELIMITER_IN_DATA']]);
    expect(note('A*B', { delimiterInData: 'refuse' })[1]).toEqual(['error DELIMITER_IN_DATA']);
  });

  test('how a text will be spelled is known before it is written', () => {
    const rules: WriteRules = {
      standard: 'x12',
      delimiters: X12_DELIMITERS,
      segmentSuffix: '',
      charset: 'ascii',
      repertoire: 'x12-extended',
      unsupportedCharacter: 'replace',
      delimiterInData: 'replace',
      replacement: ' ',
      keepTrailing: false,
    };
    const writer = new SegmentWriter(rules);
    expect(writer.spell('5 € *ß~')).toBe('5 EUR  ss ');
    expect(writer.size).toBe(0);
    expect(writer.findings).toEqual([]);
    expect(new SegmentWriter({ ...rules, unsupportedCharacter: 'refuse' }).spell('€*')).toBe('€ ');
    const edifact = { ...X12_DELIMITERS, releaseCharacter: '?' };
    expect(new SegmentWriter({ ...rules, delimiters: edifact }).spell('€*')).toBe('EUR*');
  });

  test('the repetition separator is data where the release has none', () => {
    expect(note('A^B')).toEqual(['A^B', []]);
    expect(note('A^B', {}, { ...x12, version: '00501' })).toEqual(['A B', ['warning DELIMITER_IN_DATA']]);
  });

  test.each([
    ['Müller & Söhne – 5 €', 'x12-basic', 'MULLER & SOHNE - 5 EUR'],
    ['Łódź “Øre”', 'x12-basic', 'LODZ "ORE"'],
    ['漢', 'x12-basic', ' '],
    ['Straße [1]', 'unob', 'Strasse (1)'],
  ] as const)('%s becomes %s: %s', (value, repertoire, spelled) => {
    expect(note(value, { repertoire })).toEqual([spelled, ['warning CHARACTER_UNSUPPORTED']]);
    expect(note(value, { repertoire, unsupportedCharacter: 'refuse' })[1]).toEqual([
      'error CHARACTER_UNSUPPORTED',
    ]);
  });

  test.each([
    ['UNOC:3', 'Müller', 'M\xfcller'],
    ['UNOD:3', 'Łódź', '\xa3\xf3d\xbc'],
    ['UNOE:3', 'Ж', '\xb6'],
    ['UNOF:3', 'Ω', '\xd9'],
    ['UNOY:4', 'Ł', '\xc5\x81'],
  ])('%s encodes %s, and reading gives it back', (version, value, encoded) => {
    const [sent, findings] = note(value, {}, { ...edifact, version });
    expect(sent).toBe(encoded);
    expect(findings).toEqual([]);
    const data = {
      ...edifact,
      version,
      messages: [{ type: 'X', controlNumber: '1', segments: [['FTX', value] as const] }],
    };
    const file = parseFile(writeInterchange(data).bytes);
    expect(file.interchanges[0]!.groups[0]!.transactions[0]!.segments.value(1, 1)).toBe(value);
  });
});

describe('SegmentWriter', () => {
  const rules: WriteRules = {
    standard: 'x12',
    delimiters: X12_DELIMITERS,
    segmentSuffix: '',
    charset: 'ascii',
    repertoire: 'x12-extended',
    unsupportedCharacter: 'replace',
    delimiterInData: 'replace',
    replacement: ' ',
    keepTrailing: false,
  };

  test('element by element gives what the list gives', () => {
    const one = new SegmentWriter(rules);
    one.segment('SV1', ['1', ['HC', '', 'X', ''], { repetitions: ['A', ['B', 'C'], ''] }, '', '']);
    const other = new SegmentWriter(rules);
    other.begin('SV1');
    other.element('1');
    other.element('HC');
    for (const component of ['', 'X', '']) other.component(component);
    other.element('A');
    other.repetition('B');
    other.component('C');
    other.repetition('');
    other.element('');
    other.end();
    expect(text(one.toBytes())).toBe('SV1*1*HC>>X*A^B>C~');
    expect(text(other.toBytes())).toBe('SV1*1*HC>>X*A^B>C~');
  });

  test('keeps empty elements at the end when asked to', () => {
    const writer = new SegmentWriter({ ...rules, keepTrailing: true });
    writer.segment('N1', ['ST', ['', ''], { repetitions: ['', ''] }, '']);
    expect(text(writer.toBytes())).toBe('N1*ST*>*^*~');
  });

  test('a repetition that the syntax cannot express is an error, never glued to its neighbour', () => {
    const writer = new SegmentWriter({
      ...rules,
      delimiters: { ...X12_DELIMITERS, repetitionSeparator: '' },
    });
    writer.segment('REF', ['ZZ', { repetitions: ['A', ['B', 'C'], ''] }]);
    expect(text(writer.toBytes())).toBe('REF*ZZ*A~');
    expect(writer.findings.map(({ code, severity }) => `${severity} ${code}`)).toEqual([
      'error SEPARATOR_MISSING',
    ]);
  });

  test('findings name segment and element', () => {
    const writer = new SegmentWriter(rules);
    writer.segment('ST', ['850']);
    writer.segment('N1', ['ST', 'A*B']);
    expect(writer.findings[0]).toMatchObject({
      place: { segment: 2, segmentId: 'N1', element: 2 },
      actual: 'A*B',
    });
  });
});
