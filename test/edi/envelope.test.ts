import { describe, expect, test } from '@jest/globals';
import { ENVELOPE_FINDINGS, parseFile } from '../../src/edi/index.ts';
import type { EnvelopeLeniency, Finding } from '../../src/edi/index.ts';
import { findingsOf } from '../support/edi-dump.ts';

const ISA =
  'ISA*00*          *00*          *ZZ*SENDER         *ZZ*RECEIVER       *260131*0815*U*00401*000000001*0*P*>~';
const GS = 'GS*PO*SENDER*RECEIVER*20260131*0815*1*X*004010~';
const ST = 'ST*850*0001~BEG*00*SA*PO1**20260131~SE*3*0001~';
const X12 = `${ISA}${GS}${ST}GE*1*1~IEA*1*000000001~`;

const UNB = "UNB+UNOC:3+4012345000009:14+4098765000005:14+260131:0815+REF1'";
const UNH = "UNH+1+ORDERS:D:96A:UN:EAN008'BGM+220+1+9'UNT+3+1'";
const EDIFACT = `${UNB}${UNH}UNZ+1+REF1'`;

const bytes = (text: string): Uint8Array => Uint8Array.from(text, (char) => char.charCodeAt(0));

function read(text: string, leniency: EnvelopeLeniency = {}): Finding[] {
  return findingsOf(parseFile(bytes(text), { leniency }));
}

/** `error CODE "text in question" TA105 023`, or with the acknowledgment left out where there is none. */
function describeFinding(text: string, { severity, code, place, acknowledgment }: Finding): string {
  const range = place.range!;
  const found = text.slice(...range);
  const quoted = found === '' ? `at ${range[0]}` : `"${found}"`;
  const words = acknowledgment ? ` ${acknowledgment.level} ${acknowledgment.code}` : '';
  return `${severity} ${code} ${quoted}${words}`;
}

const swap = (text: string, from: string, to: string): string => {
  if (!text.includes(from)) throw new Error(`the sample has no ${from}`);
  return text.replace(from, to);
};

test('a clean X12 interchange has no finding, and tells its envelope', () => {
  const file = parseFile(bytes(X12));
  expect(findingsOf(file)).toEqual([]);
  expect(file.interchanges[0]).toMatchObject({
    standard: 'x12',
    version: '00401',
    sender: { qualifier: 'ZZ', id: 'SENDER' },
    receiver: { qualifier: 'ZZ', id: 'RECEIVER' },
    date: '260131',
    time: '0815',
    controlNumber: '000000001',
    acknowledgmentRequest: '0',
    test: false,
    statedCount: '1',
    segmentSuffix: '',
    range: [0, X12.length],
    delimiters: {
      segmentTerminator: '~',
      elementSeparator: '*',
      componentSeparator: '>',
      repetitionSeparator: '',
    },
    groups: [
      {
        implicit: false,
        functionalId: 'PO',
        controlNumber: '1',
        version: '004010',
        statedCount: '1',
        transactionCount: 1,
        transactions: [
          { type: '850', release: '004010', controlNumber: '0001', interchange: 1, group: 1, transaction: 1 },
        ],
      },
    ],
  });
});

test('a clean EDIFACT interchange has no finding, and tells its envelope', () => {
  const text = swap(EDIFACT, "REF1'UNH", "REF1++++1+EANCOM+1'UNH");
  const file = parseFile(bytes(text));
  expect(findingsOf(file)).toEqual([]);
  expect(file.interchanges[0]).toMatchObject({
    standard: 'edifact',
    version: 'UNOC:3',
    charset: 'iso-8859-1',
    sender: { qualifier: '14', id: '4012345000009' },
    controlNumber: 'REF1',
    acknowledgmentRequest: '1',
    test: true,
    header: [
      'UNB',
      'UNOC:3',
      '4012345000009:14',
      '4098765000005:14',
      '260131:0815',
      'REF1',
      '',
      '',
      '',
      '1',
      'EANCOM',
      '1',
    ],
    groups: [
      {
        implicit: true,
        transactions: [{ type: 'ORDERS', release: 'D.96A', implementation: 'EAN008', controlNumber: '1' }],
      },
    ],
  });
});

test('several interchanges, groups and transactions, and TA1 without a group', () => {
  const group = (number: number, transactions: string, count: number): string =>
    `${swap(GS, '*1*X', `*${number}*X`)}${transactions}GE*${count}*${number}~`;
  const two = swap(ST, '0001', '0002').replace('SE*3*0001', 'SE*3*0002');
  const text =
    `${ISA}${group(1, ST + two, 2)}${group(2, ST, 1)}IEA*2*000000001~\r\n` +
    `${swap(ISA, '000000001', '000000002')}TA1*000000007*260130*1200*A*000~IEA*0*000000002~\n${EDIFACT}`;
  const file = parseFile(bytes(text));
  expect(findingsOf(file)).toEqual([]);
  expect(
    file.interchanges.map(({ groups }) => groups.map(({ transactionCount }) => transactionCount)),
  ).toEqual([[2, 1], [], [1]]);
  expect(file.interchanges[1]!.interchangeAcknowledgments).toEqual([
    ['TA1', '000000007', '260130', '1200', 'A', '000'],
  ]);
});

describe('X12 envelope faults', () => {
  test.each([
    ['IEA*1*', 'IEA*2*', 'error INTERCHANGE_COUNT_WRONG "2" interchange 021'],
    [
      'IEA*1*000000001',
      'IEA*1*000000002',
      'error INTERCHANGE_CONTROL_NUMBER_MISMATCH "000000002" interchange 001',
    ],
    ['IEA*1*000000001~', '', 'error INTERCHANGE_TRAILER_MISSING at 206 interchange 023'],
    ['GE*1*1~', 'GE*3*1~', 'error GROUP_COUNT_WRONG "3" group 5'],
    ['GE*1*1~', 'GE*1*9~', 'error GROUP_CONTROL_NUMBER_MISMATCH "9" group 4'],
    ['GE*1*1~', '', 'error GROUP_TRAILER_MISSING at 198 group 3'],
    ['*1*X*', '*A1*X*', 'error GROUP_CONTROL_NUMBER_INVALID "A1" group 6'],
    ['GS*PO*', 'GS**', 'error GROUP_HEADER_INVALID at 109 interchange 024'],
    ['SE*3*', 'SE*4*', 'error TRANSACTION_COUNT_WRONG "4" transaction 4'],
    ['SE*3*0001', 'SE*3*0002', 'error TRANSACTION_CONTROL_NUMBER_MISMATCH "0002" transaction 3'],
    ['SE*3*0001~', '', 'error TRANSACTION_TRAILER_MISSING at 188 transaction 2'],
    ['ST*850*', 'ST**', 'error TRANSACTION_HEADER_INVALID at 156 transaction 6'],
    ['260131*0815*U', '261331*0815*U', 'error INTERCHANGE_ELEMENT_INVALID "261331" interchange 014'],
    ['*0*P*', '*0*X*', 'error INTERCHANGE_ELEMENT_INVALID "X" interchange 020'],
    ['~GS', '~REF*1~GS', 'error SEGMENT_OUTSIDE_TRANSACTION "REF*1" interchange 022'],
    ['~GE', '~REF*1~GE', 'error SEGMENT_OUTSIDE_TRANSACTION "REF*1" interchange 022'],
    ['~BEG', '~~BEG', 'error EMPTY_SEGMENT "~" interchange'],
    ['~BEG', '~ BEG', 'error BLANKS_BETWEEN_SEGMENTS " " interchange'],
  ])('%s → %s: %s', (from, to, expected) => {
    const text = swap(X12, from, to);
    const found = read(text).map((finding) => describeFinding(text, finding));
    expect(found).toContainEqual(expect.stringContaining(expected.replace(/ interchange$/, '')));
  });

  test('ST and GS numbers that come twice', () => {
    const text = `${ISA}${GS}${ST}${ST}GE*2*1~${GS}${ST}GE*1*1~IEA*2*000000001~`;
    expect(read(text).map((finding) => describeFinding(text, finding))).toEqual([
      'error TRANSACTION_CONTROL_NUMBER_DUPLICATE "0001" transaction 7',
      'error GROUP_CONTROL_NUMBER_DUPLICATE "1" group 6',
    ]);
  });

  test('a transaction in a group of another kind is told, and not rejected: no acknowledgment has a code for it', () => {
    const found = findingsOf(parseFile(bytes(X12.replace('GS*PO*', 'GS*IN*'))));
    expect(found).toMatchObject([
      { code: 'TRANSACTION_GROUP_MISMATCH', severity: 'warning', actual: '850', expected: 'IN' },
    ]);
    expect(found[0]).not.toHaveProperty('acknowledgment');
  });

  test('a transaction without a group is read, and reported', () => {
    const file = parseFile(bytes(`${ISA}${ST}IEA*0*000000001~`));
    expect(file.interchanges[0]!.groups).toMatchObject([{ implicit: true, transactionCount: 1 }]);
    expect(findingsOf(file).map(({ code }) => code)).toContain('GROUP_HEADER_MISSING');
  });

  test('a group without transactions, an interchange without groups', () => {
    expect(read(`${ISA}${GS}GE*0*1~IEA*1*000000001~`).map(({ code }) => code)).toEqual(['GROUP_EMPTY']);
    expect(read(`${ISA}IEA*0*000000001~`).map(({ code }) => code)).toEqual(['INTERCHANGE_EMPTY']);
  });

  test('an interchange that never ended does not swallow the next one, even with other delimiters', () => {
    const next = X12.replaceAll('*', '|').replaceAll('~', '!');
    const file = parseFile(bytes(`${ISA}${GS}ST*850*0001~BEG*00~${next}`));
    expect(file.interchanges).toHaveLength(2);
    expect(
      file.interchanges[0]!.findings.map(({ code, acknowledgment }) => [code, acknowledgment?.code]),
    ).toEqual([['INTERCHANGE_TRAILER_MISSING', '022']]);
    expect(file.interchanges[1]!.groups[0]!.transactions[0]!.findings).toEqual([]);
  });
});

test.each([
  ['', false],
  ['0', false],
  ['1', true],
  ['2', true],
  ['3', true],
  ['4', true],
])('UNB 0035 "%s": test data is %s', (indicator, expected) => {
  const unb = `UNB+UNOC:3+A:14+B:14+260131:0815+1++++++${indicator}'`;
  const text = `${unb}UNH+1+ORDERS:D:96A:UN'BGM+220+1+9'UNT+3+1'UNZ+1+1'`;
  const [interchange] = parseFile(new TextEncoder().encode(text)).interchanges;
  expect(interchange!.test).toBe(expected);
});

describe('EDIFACT envelope faults', () => {
  test.each([
    ['UNZ+1', 'UNZ+2', 'error INTERCHANGE_COUNT_WRONG "2" interchange 29'],
    ['UNZ+1+REF1', 'UNZ+1+REF2', 'error INTERCHANGE_CONTROL_NUMBER_MISMATCH "REF2" interchange 28'],
    ["UNZ+1+REF1'", '', 'error INTERCHANGE_TRAILER_MISSING at 110 interchange 13'],
    ['UNT+3', 'UNT+4', 'error TRANSACTION_COUNT_WRONG "4" transaction 29'],
    ['UNT+3+1', 'UNT+3+01', 'error TRANSACTION_CONTROL_NUMBER_MISMATCH "01" transaction 28'],
    ["UNT+3+1'", '', 'error TRANSACTION_TRAILER_MISSING at 104 transaction 13'],
    ['UNOC:3', 'UNOC:9', 'error SYNTAX_UNKNOWN "9" interchange 2'],
    ['UNOC:3', 'XXXX:3', 'error SYNTAX_UNKNOWN "XXXX" interchange 2'],
    ['+260131:0815+', '++', 'error INTERCHANGE_ELEMENT_INVALID at 46 interchange 13'],
    ["'UNH", "'DTM+1'UNH", 'error SEGMENT_OUTSIDE_TRANSACTION "DTM+1" interchange 33'],
  ])('%s → %s: %s', (from, to, expected) => {
    const text = swap(EDIFACT, from, to);
    const found = read(text).map((finding) => describeFinding(text, finding).replace(/ at \d+/, ' at'));
    expect(found).toContain(expected.replace(/ at \d+/, ' at'));
  });

  test('UNH references are unique in the interchange', () => {
    const text = `${UNB}${UNH}${UNH}UNZ+2+REF1'`;
    expect(read(text).map((finding) => describeFinding(text, finding))).toEqual([
      'error TRANSACTION_CONTROL_NUMBER_DUPLICATE "1" transaction 26',
    ]);
  });

  test('a group holds the type of message that UNG names', () => {
    const text = `${UNB}UNG+INVOIC+A+B+260131:0815+7+UN+D:96A'${UNH}UNE+1+7'UNZ+1+REF1'`;
    expect(read(text).map((finding) => describeFinding(text, finding))).toEqual([
      'error TRANSACTION_GROUP_MISMATCH "ORDERS:D:96A:UN:EAN008" transaction 31',
    ]);
  });

  test('groups are counted by UNZ; groups and messages do not mix', () => {
    const group = `UNG+ORDERS+A+B+260131:0815+7+UN+D:96A'${UNH}UNE+1+7'`;
    expect(read(`${UNB}${group}UNZ+1+REF1'`)).toEqual([]);
    const mixed = `${UNB}${group}${swap(UNH, 'UNH+1', 'UNH+2').replace('UNT+3+1', 'UNT+3+2')}UNZ+1+REF1'`;
    expect(read(mixed).map(({ code, acknowledgment }) => [code, acknowledgment?.code])).toEqual([
      ['INTERCHANGE_GROUPS_MIXED', '30'],
    ]);
  });

  test('syntax 4 repeats with *, and UNA says otherwise', () => {
    const four = swap(swap(EDIFACT, 'UNOC:3', 'UNOC:4'), 'BGM+220', 'BGM+220*221');
    const value = (text: string): string[] => {
      const table = parseFile(bytes(text)).interchanges[0]!.groups[0]!.transactions[0]!.segments;
      return [1, 2].map((r) => table.value(1, 1, 1, r));
    };
    expect(value(four)).toEqual(['220', '221']);
    expect(value(`UNA:+.? '${four}`)).toEqual(['220*221', '']);
    expect(value(swap(EDIFACT, 'BGM+220', 'BGM+220*221'))).toEqual(['220*221', '']);
  });
});

describe('segments of networks before the first group', () => {
  const TA3 = 'TA3*ZZ*BIGVAN*028*ISA*000000042*260131*0815*ZZ*BUYER*ZZ*SENDER~';

  test.each([
    ['ISB*1~', 'NETWORK_REQUEST_UNUSED', 'ISB asks the network for a grade of service'],
    ['ISE*20260131*0815*ET~', 'NETWORK_REQUEST_UNUSED', 'ISE asks the network to deliver later'],
    [
      TA3,
      'DELIVERY_NOTICE',
      'Network BIGVAN says that interchange 000000042 from BUYER to SENDER was not delivered',
    ],
    [TA3.replace('028', '000'), 'DELIVERY_NOTICE', 'was delivered (TA303 000)'],
  ])('%s is told and takes nothing from the rest', (segment, code, words) => {
    const file = parseFile(bytes(swap(X12, '~GS', `~${segment}GS`)));
    const { findings, groups } = file.interchanges[0]!;
    expect(findings).toMatchObject([{ code, severity: 'warning', message: expect.stringContaining(words) }]);
    expect(groups[0]!.transactions).toHaveLength(1);
  });

  test('inside a group they belong nowhere', () => {
    expect(read(swap(X12, '~ST', `~${TA3}ST`))).toMatchObject([{ code: 'SEGMENT_OUTSIDE_TRANSACTION' }]);
  });

  test('a delivery notice alone is content, and is not answered', () => {
    const text = `${ISA}${TA3}IEA*0*000000001~`;
    expect(read(text).map(({ code }) => code)).toEqual(['DELIVERY_NOTICE']);
    expect(parseFile(bytes(text)).interchanges[0]!.interchangeAcknowledgments).toEqual([
      TA3.slice(0, -1).split('*'),
    ]);
  });
});

describe('leniency', () => {
  test.each([
    ['wrongCounts', swap(X12, 'SE*3*', 'SE*9*')],
    ['controlNumbers', swap(X12, 'SE*3*0001', 'SE*3*0009')],
    ['controlNumberPadding', swap(X12, 'SE*3*0001', 'SE*3*1')],
    ['duplicateControlNumbers', `${ISA}${GS}${ST}${ST}GE*2*1~IEA*1*000000001~`],
    ['missingTrailers', swap(X12, 'IEA*1*000000001~', '')],
    ['missingLastTerminator', X12.slice(0, -1)],
    ['trimmedIsa', swap(X12, 'SENDER         ', 'SENDER')],
    ['headerValues', swap(X12, '*0*P*', '*0*X*')],
    ['byteOrderMark', `\xef\xbb\xbf${X12}`],
    ['noise', `From: partner\n\n${X12}`],
    ['noise', `${X12}\x1a`],
    ['wrappedLines', X12.replace(/.{80}/g, '$&\r\n')],
    ['lineBreaksInData', swap(X12, 'PO1', 'P\nO1')],
    ['emptySegments', swap(X12, '~BEG', '~~BEG')],
    ['blanksBetweenSegments', swap(X12, '~BEG', '~  BEG')],
    ['repetitionSeparator', swap(X12, '*00401*', '*00501*')],
    ['envelopeOrder', swap(X12, '~GS', '~REF*1~GS')],
  ] as const)('%s turns its error into a warning, and no other', (name, text) => {
    const strict = read(text);
    expect(strict.map(({ severity }) => severity)).toEqual(['error']);
    expect(read(text, { [name]: true }).map(({ severity }) => severity)).toEqual(['warning']);
    const others = Object.fromEntries(
      Object.values(ENVELOPE_FINDINGS).map(({ tolerated }) => [String(tolerated), true]),
    );
    const covered = name === 'controlNumberPadding' ? ['controlNumbers', name] : [name];
    const allOthers = Object.fromEntries(Object.entries(others).filter(([key]) => !covered.includes(key)));
    expect(read(text, allOthers).map(({ severity }) => severity)).toEqual(['error']);
  });

  test('ignoreRepetition reads the separator as data', () => {
    const text = swap(swap(X12, '*U*00401', '*^*00501'), 'PO1', 'P^1');
    const value = (leniency: EnvelopeLeniency): string =>
      parseFile(bytes(text), { leniency }).interchanges[0]!.groups[0]!.transactions[0]!.segments.value(1, 3);
    expect(value({})).toBe('P');
    expect(value({ ignoreRepetition: true })).toBe('P^1');
  });
});
