import { describe, expect, test } from '@jest/globals';
import { edifact, summarize, validate, x12 } from '../read-text.ts';

describe('HL trees', () => {
  const shipment = `BSN*00*SHIP1*20260101*1200*0001
    HL*1**S*1
    HL*2*1*O*1
    PRF*PO1
    HL*3*2*I*0
    LIN**UP*012345678905
    SN1**10*EA
    CTT*3`;

  test.each([
    ['in order', shipment, []],
    ['without the child code', shipment.replace('S*1', 'S').replace('I*0', 'I'), []],
    [
      'a parent that does not exist',
      shipment.replace('HL*3*2', 'HL*3*9'),
      ['error HL_PARENT_UNKNOWN HL02@6 7', 'warning HL_CHILD_CODE_WRONG HL04@4 -'],
    ],
    [
      'a parent that comes later',
      shipment.replace('HL*2*1', 'HL*2*3'),
      ['error HL_PARENT_UNKNOWN HL02@4 7', 'warning HL_CHILD_CODE_WRONG HL04@3 -'],
    ],
    ['a number twice', shipment.replace('HL*3*2', 'HL*2*2'), ['error HL_ID_DUPLICATE HL01@6 7']],
    ['a count that is wrong', shipment.replace('CTT*3', 'CTT*1'), ['warning LINE_COUNT_MISMATCH CTT01@9 -']],
  ])('%s', (_, body, expected) => {
    expect(summarize(validate(x12('856', body))).sort()).toEqual([...expected].sort());
  });
});

describe('totals', () => {
  const order = `BEG*00*SA*PO1**20260102
    PO1*1*10.5*EA*1
    PO1*2*5*EA*1
    CTT*2`;

  test.each([
    ['CTT*2*15.5', []],
    ['CTT*2*110', []],
    ['CTT*2*16', ['warning HASH_TOTAL_MISMATCH CTT02@5 -']],
    ['CTT*3', ['warning LINE_COUNT_MISMATCH CTT01@5 -']],
  ])('%s', (total, expected) => {
    expect(summarize(validate(x12('850', order.replace('CTT*2', total))))).toEqual(expected);
  });

  test('CNT+2 counts LIN', () => {
    const body = 'BGM+220+PO1+9\nDTM+137:20260102:102\nLIN+1\nLIN+2\nUNS+S\nCNT+1:99\nCNT+2:3';
    expect(summarize(validate(edifact('ORDERS:D:96A:UN', body)))).toEqual([
      'warning LINE_COUNT_MISMATCH CNT01.2@8 -',
    ]);
  });
});

describe('bounded loops', () => {
  test('LE01 closes the loop that LS01 opened', () => {
    const body = 'BEG*00*SA*PO1**20260102\nPO1*1*1*EA*1\nLS*AAA\nLDT*AA*5*DA\nLE*BBB\nCTT*1';
    expect(summarize(validate(x12('850', body)))).toEqual(['error LOOP_ID_MISMATCH LE01@6 7']);
  });

  test('a loop identifier of any length is cut in the message', () => {
    const body = `BEG*00*SA*PO1**20260102\nPO1*1*1*EA*1\nLS*${'A'.repeat(5000)}\nLE*BBB\nCTT*1`;
    const messages = validate(x12('850', body)).findings.flatMap(({ code, message }) =>
      code === 'LOOP_ID_MISMATCH' ? [message.length] : [],
    );
    expect(messages).toEqual([expect.any(Number)]);
    expect(messages[0]).toBeLessThan(300);
  });
});
