import { describe, expect, test } from '@jest/globals';
import type { SegmentMap } from '../../src/maps/index.ts';
import { lines, read, segmentMap, write } from './support.ts';

function asn(order: string): SegmentMap {
  return segmentMap(
    '856',
    `rules:
  - { at: BSN02, to: id }
  - tree: HL
    order: ${order}
    levels:
      S: { at: "HL[03=S]", rules: [ { at: "DTM[011]02", to: shipDate, as: date8 } ] }
      O: { at: "HL[03=O]", shares: "lines[]", rules: [ { at: PRF01, to: orderId } ] }
      T: { at: "HL[03=T]", to: "packages[kind=pallet]", rules: [ { at: "MAN[GM]02", to: sscc } ] }
      P: { at: "HL[03=P]", to: "packages[kind=carton]", rules: [ { at: "MAN[GM]02", to: sscc } ] }
      I: { at: "HL[03=I]", to: "lines[]", rules: [ { at: "LIN{VN}", to: item.sellerId }, { at: SN102, to: quantity.value, as: decimal } ] }
  - { at: CTT01, count: HL }`,
  );
}

const LINES = [
  { orderId: 'PO1', packageId: 'C1', item: { sellerId: 'A' }, quantity: { value: '1' } },
  { orderId: 'PO1', packageId: 'C1', item: { sellerId: 'B' }, quantity: { value: '2' } },
  { orderId: 'PO2', packageId: 'C2', item: { sellerId: 'C' }, quantity: { value: '3' } },
  { orderId: 'PO2', item: { sellerId: 'D' }, quantity: { value: '4' } },
];
const PACKAGES = [
  { kind: 'pallet', sscc: 'T1', id: 'T1' },
  { kind: 'carton', sscc: 'C1', id: 'C1', parentId: 'T1' },
  { kind: 'carton', sscc: 'C2', id: 'C2' },
];
const ADVICE = {
  documentType: 'despatchAdvice',
  id: 'S1',
  shipDate: '2026-01-02',
  packages: PACKAGES,
  lines: LINES,
};

/** The tree as `1 S`, `2<1 O`, … */
function outline(segments: readonly string[]): string[] {
  return segments
    .filter((segment) => segment.startsWith('HL*'))
    .map((segment) => {
      const [, number = '', parent = '', level = ''] = segment.split('*');
      return `${number}${parent === '' ? '' : `<${parent}`} ${level}`;
    });
}

/** Documents say the same whatever the order of their packages. */
function normalise(draft: Record<string, unknown>): unknown {
  const { packages = [], ...rest } = draft as { packages?: { id: string }[] };
  return { ...rest, packages: [...packages].sort((a, b) => a.id.localeCompare(b.id)) };
}

describe('HL', () => {
  test('lines that agree on a level share its node; levels without anything are left out', () => {
    const { segments, findings } = write(asn('[S, O, T, P, I]'), ADVICE);
    expect(findings).toEqual([]);
    expect(segments).toEqual(
      lines(`BSN**S1
             HL*1**S*1
             DTM*011*20260102
             HL*2*1*O*1
             PRF*PO1
             HL*3*2*T*1
             MAN*GM*T1
             HL*4*3*P*1
             MAN*GM*C1
             HL*5*4*I*0
             LIN**VN*A
             SN1**1
             HL*6*4*I*0
             LIN**VN*B
             SN1**2
             HL*7*1*O*1
             PRF*PO2
             HL*8*7*P*1
             MAN*GM*C2
             HL*9*8*I*0
             LIN**VN*C
             SN1**3
             HL*10*7*I*0
             LIN**VN*D
             SN1**4
             CTT*10`),
    );
  });

  test.each([['[S, O, T, P, I]'], ['[S, T, P, O, I]'], ['[S, T, O, P, I]'], ['[S, O, I, T, P]']])(
    'what is written nested as %s is read by parent numbers as the same document',
    (order) => {
      const map = asn(order);
      const again = read(map, write(map, ADVICE).segments.join('\n'));
      expect(again.findings.filter(({ code }) => code !== 'DOCUMENT_INVALID')).toEqual([]);
      expect(normalise(again.draft)).toEqual(normalise(ADVICE));
    },
  );

  test('packages above orders', () => {
    expect(outline(write(asn('[S, T, P, O, I]'), ADVICE).segments)).toEqual([
      '1 S',
      '2<1 T',
      '3<2 P',
      '4<3 O',
      '5<4 I',
      '6<4 I',
      '7<1 P',
      '8<7 O',
      '9<8 I',
      '10<1 O',
      '11<10 I',
    ]);
  });

  test('an item in several packages', () => {
    const map = asn('[S, O, I, P]');
    const { draft } = read(
      map,
      'BSN**S1\nHL*1**S\nHL*2*1*O\nPRF*PO1\nHL*3*2*I\nLIN**VN*A\nSN1**2\nHL*4*3*P\nMAN*GM*C1\nHL*5*3*P\nMAN*GM*C2',
    );
    expect(draft['lines']).toEqual([
      { orderId: 'PO1', item: { sellerId: 'A' }, quantity: { value: '2' }, packageIds: ['C1', 'C2'] },
    ]);
    expect(outline(write(map, draft).segments)).toEqual(['1 S', '2<1 O', '3<2 I', '4<3 P', '5<3 P']);
  });

  test('a package without lines is not lost', () => {
    const empty = { ...ADVICE, packages: [...PACKAGES, { kind: 'carton', sscc: 'C9', id: 'C9' }] };
    expect(write(asn('[S, O, P, I]'), empty).segments).toContain('MAN*GM*C9');
  });

  test('what cannot be nested is said', () => {
    const strange = {
      ...ADVICE,
      packages: [{ id: 'X', kind: 'other' }],
      lines: [{ ...LINES[3], orderId: 'PO1' }],
    };
    expect(write(asn('[S, O, P, I]'), strange).findings[0]).toContain('package X fits no level of the tree');
    const mixed = { ...ADVICE, lines: [LINES[0], { ...LINES[1], orderId: 'PO9' }] };
    expect(write(asn('[S, O, P, I]'), mixed).findings[0]).toContain(
      'package C1 stands in more than one branch',
    );
  });

  test.each([
    ['HL*1**S\nHL*1*1*O', 'number 1 is used twice'],
    ['HL*1**S\nHL*2*7*O', 'its parent 7 does not stand before it'],
    ['HL*1*1*S', 'its parent 1 does not stand before it'],
    ['HL*1*2*S\nHL*2*1*O', 'its parent 2 does not stand before it'],
    ['HL*1**X', 'fits no level of the tree'],
  ])('%j: %s', (tree, message) => {
    const texts = read(asn('[S, O, P, I]'), `BSN**S1\n${tree}`).findings.map((finding) => finding.message);
    expect(texts.join('\n')).toContain(message);
  });
});

describe('CPS', () => {
  const map = segmentMap(
    'DESADV',
    `rules:
  - { at: BGM02, to: id }
  - { at: "RFF[ON]01.2", to: orderId }
  - tree: CPS
    order: [shipment, package, line]
    levels:
      package:
        at: CPS
        to: packages[]
        when: { "SG14/GIN[BJ]02": true }
        rules:
          - loop: PAC
            rules:
              - { at: PAC01, const: "1" }
              - { at: "PAC03.1", to: kind, codes: { "201": pallet, CT: carton } }
              - loop: "PCI[33E]"
                rules: [ { at: "GIN[BJ]02", to: sscc } ]
      shipment: { at: CPS }
      line:
        at: LIN
        to: lines[]
        rules:
          - { at: LIN01, to: id }
          - { at: "QTY[12]01.2", to: quantity.value, as: decimal }
          - { at: "RFF[ON]01.2", to: orderId, inherit: orderId }`,
  );
  const message = `BGM+351+S1
RFF+ON:PO1
CPS+1
LIN+1
QTY+12:1
CPS+2+1
PAC+1++201
PCI+33E
GIN+BJ+T1
LIN+2
QTY+12:2
CPS+3+2
PAC+1++CT
PCI+33E
GIN+BJ+C1
LIN+3
QTY+12:3
RFF+ON:PO2`;

  test('lines stand in their package, packages in theirs; both directions', () => {
    const { draft, unconsumed } = read(map, message);
    expect(unconsumed).toEqual([]);
    expect(draft).toEqual({
      documentType: 'despatchAdvice',
      id: 'S1',
      orderId: 'PO1',
      packages: [
        { kind: 'pallet', sscc: 'T1', id: 'T1' },
        { kind: 'carton', sscc: 'C1', id: 'C1', parentId: 'T1' },
      ],
      lines: [
        { id: '1', quantity: { value: '1' }, orderId: 'PO1' },
        { id: '2', quantity: { value: '2' }, orderId: 'PO1', packageId: 'T1' },
        { id: '3', quantity: { value: '3' }, orderId: 'PO2', packageId: 'C1' },
      ],
    });
    expect(write(map, draft).segments).toEqual(lines(message).map((line) => line.replace('BGM+351', 'BGM+')));
  });
});
