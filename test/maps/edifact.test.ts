import { describe, expect, test } from '@jest/globals';
import { lines, read, segmentMap, write } from './support.ts';

const map = segmentMap(
  'ORDERS',
  `rules:
  - { at: BGM01, const: "220" }
  - { at: BGM02, to: id }
  - { at: BGM03, const: "9" }
  - { at: "DTM[137]01", to: issueDate, as: dtm }
  - { at: "DTM[2]01", to: requestedDeliveryDate, as: dtm, until: latestDeliveryDate }
  - { at: "FTX[AAI|PUR]04.1-5", to: "notes[]", join: " ", width: 12 }
  - { at: "RFF[CT]01.2", to: "references[type=contract].id" }
  - loop: "NAD[BY]"
    to: buyer
    rules:
      - { at: "NAD02.1", to: id }
      - { at: "NAD02.3", to: scheme, codes: { "9": GLN, "92": buyerAssigned } }
      - { at: "NAD04.1-2", to: name, join: " ", width: 10 }
      - { at: "RFF[VA]01.2", to: taxId }
  - loop: LIN
    to: lines[]
    rules:
      - { at: LIN01, to: id }
      - { at: "LIN{EN|SRV}", to: item.gtin }
      - { at: ["PIA[1]{SA}", "PIA[5]{SA}"], to: item.sellerId }
      - { at: "PIA[1]{IN}", to: item.buyerId }
      - { at: "IMD03.4-5", to: item.description, join: "", width: 35 }
      - { at: "QTY[21]01.2", to: quantity.value, as: decimal }
      - { at: "QTY[21]01.3", to: quantity.unit, codes: { PCE: EA }, default: EA }
      - { at: "PRI[AAA|AAB]01.2", to: price.amount, as: decimal }
      - { at: "PRI[AAA|AAB]01.5", to: price.baseQuantity, as: decimal }
      - loop: "LOC[7]"
        to: allocations[]
        rules:
          - { at: "LOC02.1", to: shipTo.id }
          - { at: "QTY[11]01.2", to: quantity.value, as: decimal }
  - { at: UNS01, const: S }
  - { at: "SG54/ALC[A]05.1", to: extensions.allowance }
  - { at: "CNT[2]01.2", count: lines }`,
);

const message = `BGM+220+PO1+9
DTM+137:20260102:102
DTM+2:2026011020260112:718
FTX+PUR+++Please:call?+ring
RFF+CT:C-7
NAD+BY+4012345000009::9++ACME:GmbH
RFF+VA:DE1
LIN+1++4012345000016:SRV
PIA+5+X-1:SA
PIA+1+B-1:IN::92+A-7:SA
IMD+F++:::Bolt:M8
QTY+21:6
PRI+AAA:12,5:CT:NTP:100
LOC+7+S1
QTY+11:2
LOC+7+S2
QTY+11:4
UNS+S
CNT+2:1`;

test('a message is read, components, composites and groups alike', () => {
  const { document, findings, unconsumed } = read(map, message);
  expect(findings.map((finding) => finding.message)).toEqual([
    'seller is missing: expected a group of fields',
  ]);
  expect(document).toBeUndefined();
  expect(read(map, message).draft).toEqual({
    documentType: 'order',
    id: 'PO1',
    issueDate: '2026-01-02',
    requestedDeliveryDate: '2026-01-10',
    latestDeliveryDate: '2026-01-12',
    notes: ['Please call+ring'],
    references: [{ type: 'contract', id: 'C-7' }],
    buyer: { id: '4012345000009', scheme: 'GLN', name: 'ACME GmbH', taxId: 'DE1' },
    lines: [
      {
        id: '1',
        item: { gtin: '4012345000016', sellerId: 'A-7', buyerId: 'B-1', description: 'BoltM8' },
        quantity: { value: '6', unit: 'EA' },
        price: { amount: '12.5', baseQuantity: '100' },
        allocations: [
          { shipTo: { id: 'S1' }, quantity: { value: '2' } },
          { shipTo: { id: 'S2' }, quantity: { value: '4' } },
        ],
      },
    ],
  });
  expect(unconsumed.map(({ text }) => text)).toEqual(['PIA+5+X-1:SA']);
});

test('and written', () => {
  const { segments, findings } = write(map, {
    ...read(map, message).draft,
    notes: ['Please call before you come', 'Second'],
    buyer: { id: '4012345000009', scheme: 'GLN', name: 'ACME Trading GmbH' },
  });
  expect(findings).toEqual(['buyer.name → NAD04.1-2: 1 more values do not fit and are not written']);
  expect(segments).toEqual(
    lines(`BGM+220+PO1+9
           DTM+137:20260102:102
           DTM+2:2026011020260112:718
           FTX+AAI+++Please call:before you:come
           FTX+AAI+++Second
           RFF+CT:C-7
           NAD+BY+4012345000009::9++ACME:Trading
           LIN+1++4012345000016:EN
           PIA+1+A-7:SA+B-1:IN
           IMD+++:::BoltM8
           QTY+21:6:PCE
           PRI+AAA:12.5:::100
           LOC+7+S1
           QTY+11:2
           LOC+7+S2
           QTY+11:4
           UNS+S
           CNT+2:1`),
  );
});

test('a decimal comma is written where the interchange has one', () => {
  const line = { id: '1', item: {}, quantity: { value: '2.5' }, price: { amount: '1250.75' } };
  const order = { documentType: 'order', id: 'P.1', lines: [line] };
  expect(write(map, order, { decimalMark: ',' }).segments).toEqual(
    expect.arrayContaining(['BGM+220+P.1+9', 'QTY+21:2,5', 'PRI+AAA:1250,75']),
  );
});

describe('values of enclosing loops', () => {
  const answer = segmentMap(
    'ORDRSP',
    `rules:
  - { at: BGM02, to: orderId }
  - { to: purpose, const: original }
  - { to: claim, const: unstated }
  - loop: LIN
    to: lines[]
    rules:
      - { at: LIN01, to: orderLineId }
      - loop: SCC
        to: schedules[]
        rules:
          - { at: SCC01, const: "1" }
          - { at: "../LIN02", to: claim, codes: { "5": accepted, "3": acceptedWithChanges } }
          - { at: "SG52/QTY[113]01.2", to: quantity.value, as: decimal }
      - entry: schedules[]
        when: { SCC01: false, "schedules#": 1 }
        rules:
          - { at: LIN02, to: claim, codes: { "5": accepted, "3": acceptedWithChanges } }
          - { at: "QTY[21]01.2", to: quantity.value, as: decimal }`,
  );

  test('one slice stands on the line, several have a group each', () => {
    const { draft } = read(
      answer,
      'BGM+231+PO1\nLIN+1+5\nQTY+21:6\nLIN+2+3\nSCC+1\nQTY+113:4\nSCC+1\nQTY+113:2',
    );
    expect(draft['lines']).toEqual([
      { orderLineId: '1', schedules: [{ claim: 'accepted', quantity: { value: '6' } }] },
      {
        orderLineId: '2',
        schedules: [
          { claim: 'acceptedWithChanges', quantity: { value: '4' } },
          { claim: 'acceptedWithChanges', quantity: { value: '2' } },
        ],
      },
    ]);
  });

  test('a condition may ask for them, also further on in the message', () => {
    const choosy = segmentMap(
      'ORDRSP',
      `rules:
  - { at: BGM02, to: orderId }
  - loop: LIN
    to: lines[]
    rules:
      - { at: LIN01, to: orderLineId }
      - loop: "QTY[21]"
        to: schedules[]
        when: { "../SCC01": false }
        rules: [ { at: "QTY01.2", to: quantity.value, as: decimal }, { at: "../LIN02", to: code } ]
      - loop: SCC
        to: schedules[]
        when: { "../LIN02": "3" }
        rules: [ { at: "QTY[113]01.2", to: quantity.value, as: decimal } ]`,
    );
    const body =
      'BGM+231+PO1\nLIN+1+5\nQTY+21:6\nLIN+2+3\nQTY+21:5\nSCC+1\nQTY+113:4\nLIN+3+7\nSCC+1\nQTY+113:2';
    expect(read(choosy, body).draft['lines']).toEqual([
      { orderLineId: '1', schedules: [{ quantity: { value: '6' }, code: '5' }] },
      { orderLineId: '2', schedules: [{ quantity: { value: '4' } }] },
      { orderLineId: '3' },
    ]);
  });

  test('a segment of which only a loop inside takes something is used', () => {
    const outer = segmentMap(
      'ORDRSP',
      `rules:
  - loop: LIN
    to: lines[]
    rules:
      - loop: SCC
        to: schedules[]
        rules: [ { at: "../PIA[1]{SA}", to: item.sellerId } ]`,
    );
    const { draft, unconsumed } = read(outer, 'LIN+1+5\nPIA+1+A-7:SA\nSCC+1');
    expect(draft['lines']).toEqual([{ schedules: [{ item: { sellerId: 'A-7' } }] }]);
    expect(unconsumed).toEqual([]);
  });

  test('the code of the line is that of the first slice', () => {
    const two = [
      { claim: 'acceptedWithChanges', quantity: { value: '4' } },
      { claim: 'acceptedWithChanges', quantity: { value: '2' } },
    ];
    const document = {
      documentType: 'orderResponse',
      orderId: 'PO1',
      lines: [{ orderLineId: '2', schedules: two }],
    };
    expect(write(answer, document).segments).toEqual([
      'BGM++PO1',
      'LIN+2+3',
      'SCC+1',
      'QTY+113:4',
      'SCC+1',
      'QTY+113:2',
    ]);
  });
});
