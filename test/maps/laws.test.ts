import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { mapApplies, readTransaction, type SegmentMap } from '../../src/maps/index.ts';
import { read, segmentMap, validated, write } from './support.ts';

/** A map that uses every feature whose value comes back exactly. */
const features = segmentMap(
  '850',
  `codes:
  units: { EA: EA, CA: CS, "*": keep }
rules:
  - { at: BEG01, const: "00" }
  - { at: BEG02, to: orderType, codes: { SA: standard, DS: dropShip, BK: blanket, RL: release } }
  - { at: BEG03, to: id, prefix: "P" }
  - { at: BEG05, to: issueDate, as: date8 }
  - { at: CUR01, const: BY, only: write }
  - { at: CUR02, to: currency }
  - { at: "REF[CT]02", to: "references[type=contract].id" }
  - loop: "REF[!CT]"
    to: references[]
    when: { type: { not: contract } }
    rules: [ { at: REF01, to: type, codes: { DP: department, "*": "other:*" } }, { at: REF02, to: id } ]
  - loop: "SAC[A|C]"
    to: allowanceCharges[]
    rules:
      - { at: SAC01, to: kind, codes: { A: allowance, C: charge } }
      - { at: SAC02, to: reason, codes: { D240: freight, D500: handling, C310: discount } }
      - { at: SAC05, to: amount, as: N2 }
  - { at: "DTM[002|010]02", to: requestedDeliveryDate, as: date8 }
  - loop: "N1[BY]"
    to: buyer
    rules: &party
      - { at: N102, to: name }
      - { at: N104, to: id }
      - { at: "N301-02", to: "address.street[]" }
  - { loop: "N1[SE]", to: seller, rules: *party }
  - loop: "N9[L1]"
    rules: [ { at: N903, const: T, only: write }, { at: MSG01, to: "/notes[]" } ]
  - loop: PO1
    to: lines[]
    rules:
      - { at: PO101, to: id }
      - { at: PO102, to: quantity.value, as: decimal }
      - { at: PO103, to: quantity.unit, codes: units }
      - { at: PO104, to: price.amount, as: decimal }
      - { at: "PO1{UP/12|EN/13|UK/14}", to: item.gtin }
      - { at: "PO1{VN|VP}", to: item.sellerId }
      - { at: PO401, to: packSize, as: integer }
      - loop: "SDQ{*}"
        to: allocations[]
        rules:
          - { at: SDQ01, to: quantity.unit }
          - { at: "{1}", to: shipTo.id }
          - { at: "{2}", to: quantity.value, as: decimal }
  - { at: CTT01, count: lines }
  - { at: CTT02, sum: lines.quantity.value }`,
);

/** Text that X12 can carry: no delimiter, no spaces at the ends. */
const word = fc.stringMatching(/^[A-Z0-9a-z](?:[A-Za-z0-9 .,'/()-]{0,18}[A-Za-z0-9.])?$/);
const amount = fc
  .tuple(fc.nat(1e9), fc.nat(99))
  .map(([whole, cents]) => `${whole}.${String(cents).padStart(2, '0')}`);
const positive = fc.integer({ min: 1, max: 1e6 }).map(String);
const day = fc
  .date({ min: new Date('2000-01-01'), max: new Date('2099-12-31'), noInvalidDate: true })
  .map((date) => date.toISOString().slice(0, 10));
const party = fc.record(
  { name: word, id: word, address: fc.record({ street: fc.array(word, { minLength: 1, maxLength: 4 }) }) },
  { requiredKeys: ['id'] },
);
const unit = fc.constantFrom('EA', 'CS', 'KGM');
const line = fc.record(
  {
    id: positive,
    quantity: fc.record({ value: amount, unit }),
    item: fc.record(
      { gtin: fc.stringMatching(/^\d{12,14}$/), sellerId: word },
      { requiredKeys: ['sellerId'] },
    ),
    price: fc.record({ amount }),
    packSize: positive,
    allocations: fc.array(
      fc.record({ shipTo: fc.record({ id: word }), quantity: fc.record({ value: positive, unit }) }),
      { minLength: 1, maxLength: 25 },
    ),
  },
  { requiredKeys: ['id', 'quantity', 'item'] },
);
const order = fc.record(
  {
    documentType: fc.constant('order'),
    orderType: fc.constantFrom('standard', 'dropShip', 'blanket', 'release'),
    id: word,
    issueDate: day,
    currency: fc.constantFrom('USD', 'EUR'),
    references: fc
      .tuple(fc.array(word, { maxLength: 2 }), fc.array(word, { minLength: 1, maxLength: 2 }))
      .map(([contracts, others]) => [
        ...contracts.map((id) => ({ type: 'contract', id })),
        ...others.map((id) => ({ type: 'other:ZZ', id })),
      ]),
    allowanceCharges: fc.array(
      fc.record({
        kind: fc.constantFrom('allowance', 'charge'),
        reason: fc.constantFrom('freight', 'handling', 'discount'),
        amount,
      }),
      { minLength: 1, maxLength: 3 },
    ),
    requestedDeliveryDate: day,
    buyer: party,
    seller: party,
    notes: fc.array(word, { minLength: 1, maxLength: 3 }),
    lines: fc.array(line, { minLength: 1, maxLength: 4 }),
  },
  { requiredKeys: ['documentType', 'id', 'issueDate', 'buyer', 'seller', 'lines'] },
);

test('read(write(document)) is the document', () => {
  fc.assert(
    fc.property(order, (document) => {
      const { segments, findings } = write(features, document);
      expect(findings).toEqual([]);
      const again = read(features, segments.join('\n'));
      expect(again.unconsumed).toEqual([]);
      expect(again.document).toEqual(document);
    }),
    { numRuns: 200 },
  );
});

describe('no message breaks a map', () => {
  const maps: SegmentMap[] = [
    features,
    segmentMap(
      '856',
      `rules:
  - { at: BSN02, to: id }
  - tree: HL
    levels:
      O: { at: "HL[03=O]", shares: "lines[]", rules: [ { at: PRF01, to: orderId } ] }
      P: { at: "HL[03=P]", to: "packages[]", when: { "MAN[GM]02": true }, rules: [ { at: "MAN[GM]02", to: sscc, as: sscc20 } ] }
      I: { at: "HL[03=I]", to: "lines[]", rules: [ { at: SN102, to: quantity.value, times: { at: SN103, to: unitsPerPack } } ] }`,
    ),
    segmentMap(
      'ORDRSP',
      `rules:
  - { at: "DTM[2]01", to: promisedDeliveryDate, as: dtm }
  - loop: LIN
    to: lines[]
    rules:
      - entry: "schedules[claim=accepted]"
        when: { SCC01: false }
        rules: [ { at: "QTY[21]01.2", to: quantity.value } ]
      - loop: SCC
        to: schedules[]
        rules: [ { at: "../LIN02", to: code }, { at: "SG52/DTM[2]01", to: date, as: dtm } ]`,
    ),
  ];

  test.each(maps.map((map) => [map.grammar.type, map] as const))('%s', (_type, map) => {
    const text = fc.oneof(
      fc.constantFrom(
        '',
        '1',
        '002',
        'CT',
        'ST',
        'GM',
        'O',
        'P',
        'I',
        '20260230:102',
        '2:20269999:718',
        'VN',
        '-',
        '1E999',
      ),
      fc.string(),
    );
    const row = fc.tuple(
      fc.constantFrom(...new Set(map.grammar.slots.map((slot) => slot.segmentId)), 'ZZZ'),
      fc.array(text, { maxLength: 12 }),
    );
    fc.assert(
      fc.property(
        fc.array(
          row.map(([id, elements]) => [id, ...elements]),
          { maxLength: 40 },
        ),
        fc.infiniteStream(fc.nat()),
        (rows, noise) => {
          const message = rows.map((row) => row.join(map.standard === 'x12' ? '*' : '+')).join('\n');
          const { transaction } = validated(map, message);
          const slots = Array.from({ length: transaction.segments.length }, (_, s) => {
            const all = map.grammar.slots.filter((slot) => slot.segmentId === transaction.segments.id(s));
            return all.length === 0 ? -1 : all[noise.next().value! % all.length]!.index;
          });
          const structure = { grammar: map.grammar, slots };
          const reading = readTransaction(map, transaction, structure, { trace: true });
          expect(reading.document !== undefined || reading.findings.length > 0).toBe(true);
          expect(
            reading.unconsumed.every(
              ({ position }) => position >= 1 && position <= transaction.segments.length,
            ),
          ).toBe(true);
          expect(typeof mapApplies(map, transaction, structure)).toBe('boolean');
        },
      ),
      { numRuns: 150 },
    );
  });
});
