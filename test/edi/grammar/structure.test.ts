import { describe, expect, test } from '@jest/globals';
import { edifact, summarize, validate, x12 } from '../read-text.ts';

const ORDER = `BEG*00*SA*PO1**20260102
  REF*DP*12
  N1*ST*Store*92*0042
  N3*Street 1
  N4*City*NY*10001*US
  PO1*1*10*EA*9.50**UP*012345678905
  PID*F****Widget
  PO1*2*5*EA*1
  CTT*2*15`;

function structureOf(body: string): string[] {
  return summarize(validate(x12('850', body)));
}

describe('order of segments', () => {
  test('gives each segment its slot, also segments that stand in several places', () => {
    const transaction = x12('850', ORDER);
    const { structure, findings } = validate(transaction);
    expect(findings).toEqual([]);
    const places = [...(structure?.slots ?? [])].map((slot) => structure?.grammar.slots[slot]);
    expect(places.map((slot) => [...(slot?.loopPath ?? ['?']), slot?.segmentId].join('/'))).toEqual([
      'ST', 'BEG', 'REF', 'N1/N1', 'N1/N3', 'N1/N4', 'PO1/PO1', 'PO1/PID/PID', 'PO1/PO1', 'CTT/CTT', 'SE',
    ]); // prettier-ignore
  });

  test('a missing mandatory segment is reported where it was expected', () => {
    const { findings } = validate(x12('850', ORDER.replace('BEG*00*SA*PO1**20260102\n', '')));
    expect(findings).toHaveLength(1);
    expect(findings[0]).toMatchObject({
      code: 'SEGMENT_MISSING',
      place: { segment: 2, segmentId: 'BEG' },
      expected: 'BEG',
      acknowledgment: { level: 'segment', code: '3' },
    });
    expect(findings[0]?.message).toContain('BEG is missing');
  });

  test('a missing mandatory loop is one finding', () => {
    expect(structureOf('BEG*00*SA*PO1**20260102\nCTT*0')).toEqual(['error SEGMENT_MISSING PO1@3 3']);
  });

  test('what the transaction still owes at its end is missing, but not the trailer', () => {
    const transaction = x12('997', 'AK1*PO*1');
    expect(summarize(validate(transaction))).toEqual(['error SEGMENT_MISSING AK9@3 3']);
  });

  test('a mandatory segment that comes late is out of sequence, not missing as well', () => {
    const late = ORDER.replace('BEG*00*SA*PO1**20260102\n', '').replace(
      'PO1*1',
      'BEG*00*SA*PO1**20260102\n  PO1*1',
    );
    expect(structureOf(late)).toEqual(['error SEGMENT_OUT_OF_SEQUENCE BEG@6 7']);
  });

  test('a loop without its trigger is one finding', () => {
    expect(structureOf(ORDER.replace('N1*ST*Store*92*0042\n', ''))).toEqual([
      'error SEGMENT_UNEXPECTED N3@4 2',
    ]);
  });

  test('a loop in the wrong place is one finding, and reading goes on behind it', () => {
    const stray = ORDER.replace('CTT*2', 'CB1*AB\n  DTM*002*20260105\n  MSG*x\n  CTT*2');
    expect(structureOf(stray)).toEqual(['error SEGMENT_UNEXPECTED CB1@10 2']);
    const late = ORDER.replace('CTT*2', 'SPI*AA\n  CB1*AB\n  MSG*x\n  CTT*2');
    expect(structureOf(late)).toEqual(['error SEGMENT_UNEXPECTED CB1@11 2']);
  });

  test('unknown ids: no segment of the release, no segment of this set', () => {
    expect(structureOf(ORDER.replace('PID*F', 'ZZZ*1\n  PID*F'))).toEqual([
      'error SEGMENT_UNRECOGNIZED ZZZ@8 1',
    ]);
    expect(structureOf(ORDER.replace('PID*F', 'NTE*GEN*text\n  PID*F'))).toEqual([
      'error SEGMENT_NOT_IN_SET NTE@8 6',
    ]);
    expect(structureOf(ORDER.replace('PID*F', 'LONGER*1\n  PID*F'))).toEqual([
      'error SEGMENT_UNRECOGNIZED LONGER@8 1',
    ]);
  });

  test('too many uses of a segment are one finding', () => {
    const four = ORDER.replace('REF*DP*12', 'PER*BD*A\n  PER*BD*B\n  PER*BD*C\n  PER*BD*D\n  PER*BD*E');
    expect(structureOf(four)).toEqual(['error SEGMENT_OVER_MAX PER@6 5']);
  });

  test('a segment that is full in one place goes to the next that takes it', () => {
    const header = ORDER.replace('REF*DP*12', Array.from({ length: 13 }, (_, i) => `REF*DP*${i}`).join('\n'));
    expect(structureOf(header)).toEqual([]);
  });

  test('too many rounds of a loop are one finding', () => {
    const charges = Array.from({ length: 27 }, () => 'SAC*C*D240***1250').join('\n');
    expect(structureOf(ORDER.replace('REF*DP*12', charges))).toEqual(['error LOOP_OVER_MAX SAC@28 4']);
  });

  test('a bounded loop needs its LS and LE', () => {
    const bounded = ORDER.replace('PID*F****Widget', 'LS*LDT\n  LDT*AA*5*DA\n  LE*LDT');
    expect(structureOf(bounded)).toEqual([]);
    expect(structureOf(bounded.replace('\n  LE*LDT', ''))).toEqual(['error SEGMENT_MISSING LE@10 3']);
    expect(structureOf(bounded.replace('LS*LDT\n', '').replace('\n  LE*LDT', ''))).toEqual([
      'error SEGMENT_UNEXPECTED LDT@8 2',
    ]);
  });

  test('a transaction set that no dictionary has is not supported', () => {
    const { structure, findings } = validate(x12('940', 'W05*N*1'));
    expect(structure).toBeUndefined();
    expect(findings).toMatchObject([
      {
        code: 'TRANSACTION_NOT_SUPPORTED',
        severity: 'error',
        acknowledgment: { level: 'transaction', code: '1' },
      },
    ]);
  });

  test('a neighbouring release is a warning', () => {
    expect(summarize(validate(x12('850', ORDER, '004030')))).toEqual(['warning RELEASE_NEAREST ST@1 -']);
  });
});

describe('EDIFACT groups', () => {
  const ORDERS = `BGM+220+PO1+9
    DTM+137:20260102:102
    NAD+BY+4012345000009::9
    LIN+1++4000862141404:EN
    QTY+21:10
    PRI+AAA:12.5
    UNS+S
    MOA+79:125
    CNT+2:1`;

  test('sections are told apart by UNS', () => {
    expect(summarize(validate(edifact('ORDERS:D:96A:UN', ORDERS)))).toEqual([]);
    const without = ORDERS.replace('UNS+S\n', '');
    expect(summarize(validate(edifact('ORDERS:D:96A:UN', without)))).toEqual([
      'error SEGMENT_MISSING UNS@8 13',
    ]);
  });

  test('a place that EANCOM leaves out is a warning', () => {
    const withItem = ORDERS.replace('NAD+BY', 'IMD+F\n    NAD+BY');
    expect(summarize(validate(edifact('ORDERS:D:96A:UN', withItem)))).toEqual([]);
    expect(summarize(validate(edifact('ORDERS:D:96A:UN:EAN008', withItem)))).toEqual([
      'warning SEGMENT_FORBIDDEN IMD@4 -',
    ]);
  });
});
