import { describe, expect, test } from '@jest/globals';
import { findGrammar } from '../../src/edi/grammar/index.ts';
import { coverMap, lintMap, loadMapText, testMap, mapApplies } from '../../src/maps/index.ts';
import { compile, mapText, noFiles, read, segmentMap, validated } from './support.ts';

function findingsOf(body: string) {
  const { map } = loadMapText(mapText('850', body), 'test', noFiles);
  return lintMap(map!, findGrammar('x12', '850', '004010'));
}

function lint(body: string): string[] {
  return findingsOf(body).map(
    ({ severity, message }) => `${severity}: ${message.replace('test.map.yaml:', '')}`,
  );
}

const COMPLETE = `rules:
  - { at: BEG01, const: "00" }
  - { at: BEG02, const: SA }
  - { at: BEG03, to: id }
  - { at: BEG05, to: issueDate, as: date8 }
  - { at: "N1[BY]04", to: buyer.id }
  - { at: "N1[SE]04", to: seller.id }
  - loop: PO1
    to: lines[]
    rules:
      - { at: PO101, to: id, default: "#" }
      - { at: PO102, to: quantity.value }
      - { at: PO103, to: quantity.unit }
      - { at: PO104, to: price.amount }
      - { at: "PO1{VN}", to: item.sellerId }`;

describe('lint', () => {
  test('a complete map has nothing to say', () => {
    expect(lint(COMPLETE)).toEqual([]);
  });

  test('a rule for one direction is told under a code of its own, and not as a mistake', () => {
    const [told] = findingsOf(`${COMPLETE}\n      - { at: PO401, to: packSize, only: read }`);
    expect(told).toMatchObject({ code: 'MAP_ONE_WAY', severity: 'info', place: { line: 19, column: 9 } });
  });

  test('a loop that is only read need not be complete', () => {
    const loop = '  - loop: N9\n    only: read\n    rules: [{ at: MSG01, to: "/notes[]" }]\n';
    expect(lint(COMPLETE.replace('  - loop: PO1', `${loop}  - loop: PO1`))).toEqual([
      'info: 11:5: the loop works one way: only read',
    ]);
  });

  test.each([
    [
      COMPLETE.replace('  - { at: BEG05, to: issueDate, as: date8 }\n', ''),
      'warning: 1:1: no rule reads issueDate, which every order must have',
    ],
    [
      COMPLETE.replace('  - { at: BEG05, to: issueDate, as: date8 }\n', ''),
      'warning: 1:1: no rule writes BEG05 (373), which is mandatory',
    ],
    [
      COMPLETE.replace('  - { at: BEG01, const: "00" }\n', ''),
      'warning: 1:1: no rule writes BEG01 (353), which is mandatory',
    ],
    [COMPLETE.replace(/ {2}- loop: PO1[^]*/, ''), 'warning: 1:1: no rule writes PO1/PO1, which is mandatory'],
    [
      COMPLETE.replace('      - { at: PO102, to: quantity.value }\n', ''),
      'warning: 11:5: no rule reads lines.quantity.value, which every order must have',
    ],
    [
      `${COMPLETE}\n      - { at: PO101, to: id }`,
      'warning: 19:9: the rule PO101 ↔ id stands at line 14 already',
    ],
    [
      `${COMPLETE}\n      - { at: PO401, to: packSize, only: read }`,
      'info: 19:9: PO401 works one way: only read',
    ],
    [
      `${COMPLETE}\n  - { at: "SPI/MSG01", to: "notes[]" }`,
      'warning: 1:1: SPI/MSG is written without SPI, which begins its loop: give the loop its own loop:',
    ],
    [
      `${COMPLETE}\n  - { at: ZZZ01, to: currency }`,
      'error: 19:5: "ZZZ01": 850 004010 has no ZZZ in the message outside its loops',
    ],
  ])('%#', (body, message) => {
    expect(lint(body)).toContain(message);
  });
});

test('coverage counts what samples exercise', () => {
  const map = segmentMap('850', COMPLETE);
  const readings = [read(map, 'BEG*00*SA*1**20260102\nPER*BD\nPO1*1*6*EA\nPO1*2*6', true)];
  const { covered, total, rules, unconsumed } = coverMap(map, readings);
  expect([covered, total]).toEqual([5, 9]);
  expect(rules.find(({ to }) => to === 'quantity.value')).toEqual({
    rule: 'test:15',
    at: 'PO102',
    to: 'quantity.value',
    values: 2,
  });
  expect(rules.filter(({ values }) => values === 0).map(({ to }) => to)).toEqual([
    'buyer.id',
    'seller.id',
    'price.amount',
    'item.sellerId',
  ]);
  expect(unconsumed).toEqual([{ name: 'PER', count: 1 }]);
});

describe('golden samples', () => {
  const map = segmentMap(
    '850',
    `differs: [ { at: PO106, because: partners differ } ]\n${COMPLETE}\n  - { ignore: [CTT] }`,
  );
  const document = {
    documentType: 'order',
    id: '1',
    issueDate: '2026-01-02',
    buyer: { id: 'B' },
    seller: { id: 'S' },
    lines: [
      { id: '1', quantity: { value: '6', unit: 'EA' }, price: { amount: '1.5' }, item: { sellerId: 'A' } },
    ],
  };
  const message = (body: string): Uint8Array =>
    new TextEncoder().encode(
      [
        'ISA*00*          *00*          *ZZ*S              *ZZ*R              *260102*0900*U*00401*000000001*0*P*>',
        'GS*PO*S*R*20260102*0900*1*X*004010',
        'ST*850*0001',
        body,
        'SE*7*0001',
        'GE*1*1',
        'IEA*1*000000001~',
      ].join('~\n'),
    );
  const body = 'BEG*00*SA*1**20260102~\nN1*BY***B~\nN1*SE***S~\nPO1*1*6*EA*1.5**VN*A~\nCTT*1';

  test('a sample that is its document in both directions passes', () => {
    expect(testMap(map, { name: 'good', message: message(body), document })).toMatchObject({
      passed: true,
      failures: [],
    });
  });

  test.each([
    [body.replace('PO1*1*6', 'PO1*1*7'), ['lines[0].quantity.value is "7", expected "6"']],
    [body.replace('*1.5*', '*1.50*'), ['lines[0].price.amount is "1.50", expected "1.5"']],
    [body.replace('CTT', 'PER*BD~\nCTT'), ['in the sample, not written: PER*BD']],
    [
      body.replace('**VN', '*PE*VN'),
      ['in the sample, not written: PO1*1*6*EA*1.5*PE**A', 'written, not in the sample: PO1*1*6*EA*1.5***A'],
    ],
    [
      body.replace('N1*BY***B~\nN1*SE***S', 'N1*SE***S~\nN1*BY***B'),
      ['the same segments are written in another order'],
    ],
    [
      body.replace('20260102', '20261402'),
      [
        'BEG05 (segment 2): "20261402" is not a date CCYYMMDD such as 20260131',
        'issueDate is missing: expected a text',
        'issueDate is absent, expected "2026-01-02"',
      ],
    ],
  ])('%#: what differs is said', (sent, failures) => {
    expect(testMap(map, { name: 'bad', message: message(sent), document }).failures).toEqual(failures);
  });

  test('what we would not send ourselves is checked for reading only', () => {
    const sent = message(body.replace('CTT', 'PER*BD~\nCTT'));
    expect(testMap(map, { name: 'read', message: sent, document, readOnly: true }).passed).toBe(true);
  });
});

test('message.when tells maps of one type apart', () => {
  const map = compile(
    'map: test\nmessage: { standard: x12, release: "004010", type: "810", when: { BIG07: CR } }\ndocument: creditNote\nrules: []',
  );
  if (map.standard !== 'x12') throw new Error('not an X12 map');
  const applies = (segment: string): boolean => {
    const { transaction, structure } = validated(map, segment);
    return mapApplies(map, transaction, structure);
  };
  expect(applies('BIG*20260102*C1*****CR')).toBe(true);
  expect(applies('BIG*20260102*C1*****DI')).toBe(false);
});
