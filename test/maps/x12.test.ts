import { describe, expect, test } from '@jest/globals';
import { lines, read, segmentMap, write } from './support.ts';

/** An order that is valid but for what the test is about. */
const ORDER = {
  documentType: 'order',
  id: 'PO1',
  issueDate: '2026-01-02',
  buyer: {},
  seller: {},
  lines: [{ id: '1', item: {}, quantity: { value: '6', unit: 'EA' } }],
};

describe('single values', () => {
  const map = segmentMap(
    '850',
    `rules:
  - { at: BEG01, const: "00" }
  - { at: BEG02, to: orderType, codes: { SA: standard, DS: dropShip, "*": other } }
  - { at: BEG03, to: id, prefix: "PO-" }
  - { at: BEG05, to: issueDate, as: date8 }
  - { at: CUR01, const: BY, only: write }
  - { at: CUR02, to: currency }
  - { at: "REF[DP]02", to: extensions.department, pad: 4 }
  - { at: "DTM[002|010]02", to: requestedDeliveryDate, as: date8 }
  - { at: ["REF[CT]02", "N9[CT]02"], to: "references[type=contract].id" }`,
  );

  test('are read', () => {
    const { draft, findings, unconsumed } = read(
      map,
      `BEG*00*DS*PO-77**20260102
       CUR*BY*USD
       REF*DP*42
       DTM*010*20260108
       DTM*002*20260110
       N9*CT*C-7`,
    );
    expect(findings.filter((finding) => finding.code !== 'DOCUMENT_INVALID')).toEqual([]);
    expect(draft).toMatchObject({
      documentType: 'order',
      orderType: 'dropShip',
      id: '77',
      issueDate: '2026-01-02',
      currency: 'USD',
      extensions: { department: '42' },
      requestedDeliveryDate: '2026-01-10',
      references: [{ type: 'contract', id: 'C-7' }],
    });
    expect(unconsumed.map(({ text }) => text)).toEqual(['DTM*010*20260108']);
  });

  test('are written in the order of the grammar, with the preferred places', () => {
    const { segments, findings } = write(map, {
      ...ORDER,
      orderType: 'dropShip',
      currency: 'USD',
      extensions: { department: '42' },
      requestedDeliveryDate: '2026-01-10',
      references: [
        { type: 'contract', id: 'C-7' },
        { type: 'other', id: 'X' },
        { type: 'contract', id: 'C-8' },
      ],
    });
    expect(findings).toEqual([]);
    expect(segments).toEqual(
      lines(`BEG*00*DS*PO-PO1**20260102
             CUR*BY*USD
             REF*DP*0042
             REF*CT*C-7
             REF*CT*C-8
             DTM*002*20260110`),
    );
  });

  test('a qualifier of second choice counts where the first is missing, and is told where it is not', () => {
    expect(read(map, 'BEG*00*SA*1**20260102\nDTM*010*20260108').draft['requestedDeliveryDate']).toBe(
      '2026-01-08',
    );
    const both = read(map, 'BEG*00*SA*1**20260102\nDTM*002*20260110\nDTM*010*20260108');
    expect(both.draft['requestedDeliveryDate']).toBe('2026-01-10');
    expect(both.unconsumed.map(({ position, text }) => `${position} ${text}`)).toEqual([
      '4 DTM*010*20260108',
    ]);
  });

  test('nothing is written for what is not there, neither its constants', () => {
    expect(write(map, ORDER).segments).toEqual(['BEG*00**PO-PO1**20260102']);
  });

  test('trouble has a code, a place in the file, what was found and what was expected', () => {
    const { findings } = read(map, 'BEG*01*SA*1**20261302\nCUR*BY*USD');
    expect(findings[0]).toMatchObject({
      code: 'MAP_UNEXPECTED_VALUE',
      severity: 'warning',
      actual: '01',
      expected: '00',
      place: { interchange: 1, group: 1, transaction: 1, segment: 2, segmentId: 'BEG', element: 1 },
    });
    expect(findings[1]).toMatchObject({
      code: 'MAP_BAD_VALUE',
      severity: 'error',
      message: 'BEG05 (segment 2): "20261302" is not a date CCYYMMDD such as 20260131',
      place: { element: 5 },
    });
    const [start, end] = findings[1]!.place.range!;
    expect(end - start).toBe('20261302'.length);
  });

  test('a value without a code is not written, and said', () => {
    expect(write(map, { ...ORDER, orderType: 'blanket' }).findings).toEqual([
      'orderType → BEG02: "blanket" has no code in table the rule',
    ]);
  });

  test('where all other codes give no value, a value of ours without one is still said', () => {
    const basis = segmentMap(
      '850',
      `rules:
  - loop: PO1
    to: lines[]
    rules:
      - { at: PO104, to: price.amount, as: decimal }
      - { at: PO105, to: price.baseQuantity, codes: { HP: "100", "*": { read: null } } }`,
    );
    expect(read(basis, 'PO1*1*6*EA*9.5*NC\nPO1*2*6*EA*950*HP').draft['lines']).toEqual([
      { price: { amount: '9.5' } },
      { price: { amount: '950', baseQuantity: '100' } },
    ]);
    const lines = ['100', '7'].map((baseQuantity) => ({ price: { amount: '9.5', baseQuantity } }));
    expect(write(basis, { documentType: 'order', lines })).toEqual({
      segments: ['PO1****9.5*HP', 'PO1****9.5'],
      findings: ['lines[1].price.baseQuantity → PO105: "7" has no code in table the rule'],
    });
  });
});

describe('lines', () => {
  const map = segmentMap(
    '850',
    `codes:
  units: { EA: EA, CA: CS, UN: EA }
rules:
  - { at: BEG03, to: id }
  - { at: "DTM[002]02", to: requestedDeliveryDate, as: date8 }
  - loop: PO1
    to: lines[]
    rules:
      - { at: PO101, to: id, default: "#" }
      - { at: PO102, to: quantity.value, as: integer, when: { PO103: CA, packSize: true }, times: { at: PO401, to: packSize } }
      - { at: PO102, to: quantity.value, as: decimal }
      - { at: PO103, to: quantity.unit, codes: units, default: EA }
      - { at: PO104, to: price.amount, as: decimal }
      - { at: "PO1{UP/12|EN/13}", to: item.gtin }
      - { at: "PO1{VN|VP}", to: item.sellerId }
      - { at: PO401, to: packSize, as: decimal }
      - { at: "DTM[002]02", to: requestedDeliveryDate, as: date8, inherit: requestedDeliveryDate }
      - loop: "SAC[A|C]"
        to: allowanceCharges[]
        rules:
          - { at: SAC01, to: kind, codes: { A: allowance, C: charge } }
          - { at: SAC02, to: reason, codes: { D240: freight, "*": other } }
          - { at: SAC05, to: amount, as: N2 }
      - loop: "SDQ{*}"
        to: allocations[]
        rules:
          - { at: SDQ01, to: quantity.unit, codes: units }
          - { at: "{1}", to: shipTo.id }
          - { at: "{2}", to: quantity.value, as: decimal }
  - { at: CTT01, count: lines }
  - { at: CTT02, sum: lines.quantity.value }`,
  );

  const message = `BEG*00*SA*1**20260102
    DTM*002*20260110
    PO1**6*EA*9.50**VP*ALT*VN*A-7*UP*036000291452
    SAC*C*D240***1250
    SAC*A*XXXX***5
    SDQ*EA*92*0002*1*0004*5
    PO1*7*2*CA
    PO4*12
    DTM*002*20260111
    CTT*3*31`;

  test('are read: pairs in any order, packs multiplied, dates inherited, pairs fanned out', () => {
    const { draft, findings, unconsumed } = read(map, message);
    expect(draft['lines']).toEqual([
      {
        id: '1',
        quantity: { value: '6', unit: 'EA' },
        price: { amount: '9.50' },
        item: { gtin: '036000291452', sellerId: 'A-7' },
        requestedDeliveryDate: '2026-01-10',
        allowanceCharges: [
          { kind: 'charge', reason: 'freight', amount: '12.50' },
          { kind: 'allowance', reason: 'other', amount: '0.05' },
        ],
        allocations: [
          { shipTo: { id: '0002' }, quantity: { value: '1', unit: 'EA' } },
          { shipTo: { id: '0004' }, quantity: { value: '5', unit: 'EA' } },
        ],
      },
      { id: '7', quantity: { value: '24', unit: 'CS' }, packSize: '12', requestedDeliveryDate: '2026-01-11' },
    ]);
    expect(unconsumed).toEqual([]);
    expect(findings.map(({ code, message: text }) => `${code} ${text}`).slice(0, 2)).toEqual([
      'MAP_COUNT_DIFFERS CTT01 (segment 11): 3 is stated, but it is 2',
      'MAP_SUM_DIFFERS CTT02 (segment 11): 31 is stated, but it is 30',
    ]);
  });

  test('are written: pairs in the order of the rules by length, packs divided, inherited dates left out', () => {
    const order = {
      ...ORDER,
      requestedDeliveryDate: '2026-01-10',
      lines: [
        {
          id: '1',
          quantity: { value: '6', unit: 'EA' },
          item: { gtin: '4012345000010', sellerId: 'A-7' },
          requestedDeliveryDate: '2026-01-10',
          allocations: Array.from({ length: 11 }, (_, i) => ({
            shipTo: { id: `S${i}` },
            quantity: { value: '1', unit: i === 10 ? 'CS' : 'EA' },
          })),
        },
        {
          id: '7',
          quantity: { value: '24', unit: 'CS' },
          packSize: '12',
          item: {},
          requestedDeliveryDate: '2026-01-11',
          allowanceCharges: [{ kind: 'charge', reason: 'freight', amount: '12.5' }],
        },
      ],
    };
    expect(write(map, order).segments.slice(2)).toEqual(
      lines(`PO1*1*6*EA***EN*4012345000010*VN*A-7
             SDQ*EA**S0*1*S1*1*S2*1*S3*1*S4*1*S5*1*S6*1*S7*1*S8*1*S9*1
             SDQ*CA**S10*1
             PO1*7*2*CA
             PO4*12
             SAC*C*D240***1250
             DTM*002*20260111
             CTT*2*30`),
    );
  });

  test('a quantity that is no whole number of packs is refused', () => {
    const line = { id: '1', quantity: { value: '25', unit: 'CS' }, packSize: '12', item: {} };
    expect(write(map, { ...ORDER, lines: [line] }).findings[0]).toContain(
      'cannot be calculated with "12" without a remainder',
    );
  });
});

describe('parties and texts', () => {
  const map = segmentMap(
    '850',
    `rules:
  - { at: BEG03, to: id }
  - loop: "N1[ST]"
    to: shipTo
    rules:
      - { at: N102, to: name, required: read }
      - { at: N103, to: scheme, codes: { "92": buyerAssigned } }
      - { at: N104, to: id }
      - { at: N301-02, to: "address.street[]" }
  - { at: "N1[VN]04", to: seller.id }
  - { to: billTo, copyOf: shipTo }
  - { ignore: ["PER", "REF[IA]"] }
  - loop: "N9[L1]"
    rules:
      - { at: N903, const: NOTES, only: write }
      - { at: MSG01, to: "/notes[]", limit: 2, width: 20 }`,
  );

  test('are read; roles without a rule and second instances are told', () => {
    const { draft, findings, unconsumed } = read(
      map,
      `BEG*00*SA*1**20260102
       REF*IA*77
       REF*ZZ*1
       N9*L1**NOTES
       MSG*Handle with care
       N1*ST**92*0042
       N3*1 Main Street*Dock 3
       N3*Gate B
       N1*VN**92*4711
       N1*ST*Second
       N1*BT*Nobody
       N4*Springfield`,
    );
    expect(draft).toMatchObject({
      shipTo: {
        scheme: 'buyerAssigned',
        id: '0042',
        address: { street: ['1 Main Street', 'Dock 3', 'Gate B'] },
      },
      billTo: { id: '0042' },
      seller: { id: '4711' },
      notes: ['Handle with care'],
    });
    expect(unconsumed.map(({ text }) => text)).toEqual([
      'REF*ZZ*1',
      'N1*ST*Second',
      'N1*BT*Nobody',
      'N4*Springfield',
    ]);
    expect(findings[0]).toMatchObject({ code: 'MAP_REQUIRED', place: { segment: 7, loop: 'N1' } });
  });

  test('are written; a loop without a target only around something', () => {
    const shipTo = { name: 'Store', id: '0042', address: { street: ['a', 'b', 'c'] } };
    expect(write(map, { ...ORDER, shipTo }).segments).toEqual([
      'BEG***PO1',
      'N1*ST*Store**0042',
      'N3*a*b',
      'N3*c',
    ]);
    const { segments, findings } = write(map, {
      ...ORDER,
      notes: ['The quick brown fox jumps over the lazy dog again'],
    });
    expect(segments).toEqual([
      'BEG***PO1',
      'N9*L1**NOTES',
      'MSG*The quick brown fox',
      'MSG*jumps over the lazy',
    ]);
    expect(findings).toEqual([
      'notes[] → MSG01: 1 more values do not fit and are not written'.replace('notes[]', '/notes[]'),
    ]);
  });
});

describe('answers', () => {
  const map = segmentMap(
    '855',
    `rules:
  - { at: BAK01, const: "00" }
  - at: BAK02
    to: claim
    codes: { AD: accepted, AC: acceptedWithChanges, RD: rejected, "*": unstated }
    derive:
      - { all: lines.schedules.claim, is: accepted, then: accepted }
      - { all: lines.schedules.claim, is: rejected, then: rejected }
      - { then: acceptedWithChanges }
  - { to: purpose, const: original }
  - { at: BAK03, to: orderId }
  - loop: PO1
    to: lines[]
    when: { schedules.claim: { not: accepted } }
    rules:
      - { at: PO101, to: orderLineId }
      - { at: "PO1{VN}", to: item.sellerId }
      - loop: ACK
        to: schedules[]
        rules:
          - { at: ACK01, to: claim, codes: { IA: accepted, IB: backordered, IR: rejected } }
          - { at: ACK02, to: quantity.value, as: decimal }
      - entry: schedules[]
        when: { ACK01: false }
        rules: [ { to: claim, const: noAction } ]`,
  );
  const line = (...claims: string[]) => ({
    orderLineId: '1',
    item: {},
    schedules: claims.map((claim) => ({ claim })),
  });
  const answer = (...all: object[]) => ({
    documentType: 'orderResponse',
    orderId: 'PO1',
    purpose: 'original',
    claim: 'unstated',
    lines: all,
  });

  test('the header code follows from the lines, in both directions', () => {
    expect(write(map, answer(line('accepted'), line('accepted'))).segments[0]).toBe('BAK*00*AD*PO1');
    expect(write(map, answer(line('rejected'))).segments[0]).toBe('BAK*00*RD*PO1');
    expect(write(map, answer(line('accepted'), line('backordered'))).segments[0]).toBe('BAK*00*AC*PO1');
    expect(read(map, 'BAK*00**PO1*20260102\nPO1*1*6*EA*1**VN*A\nACK*IR').draft['claim']).toBe('rejected');
  });

  test('several statuses of a line are slices; a line without one gets its entry', () => {
    const { document } = read(
      map,
      'BAK*00*AC*PO1*20260102\nPO1*1*6*EA*1**VN*A\nACK*IA*4\nACK*IB*2\nPO1*2*1*EA*1**VN*B',
    );
    expect(
      document?.documentType === 'orderResponse' && document.lines.map(({ schedules }) => schedules),
    ).toEqual([
      [
        { claim: 'accepted', quantity: { value: '4' } },
        { claim: 'backordered', quantity: { value: '2' } },
      ],
      [{ claim: 'noAction' }],
    ]);
  });

  test('only exception lines are written', () => {
    expect(write(map, answer(line('accepted'), line('backordered'))).segments).toEqual([
      'BAK*00*AC*PO1',
      'PO1*1',
      'ACK*IB',
    ]);
  });
});

test('an answer without detail is a document with no lines', () => {
  const map = segmentMap(
    '855',
    'rules:\n  - { at: BAK03, to: orderId }\n  - { to: purpose, const: original }\n  - { at: BAK02, to: claim, codes: { AK: accepted } }',
  );
  expect(read(map, 'BAK*00*AK*PO1*20260102').document).toMatchObject({ claim: 'accepted', lines: [] });
});

test('signs, fixed places, rounding', () => {
  const map = segmentMap(
    '810',
    'rules:\n  - { at: BIG02, to: id }\n  - { at: TDS01, to: totals.payable, as: N2, sign: negate }',
  );
  expect(read(map, 'BIG*20260102*C1\nTDS*-1250').draft['totals']).toEqual({ payable: '12.50' });
  const { segments, findings } = write(map, {
    documentType: 'invoice',
    id: 'C1',
    totals: { payable: '12.505' },
  });
  expect(segments).toEqual(['BIG**C1', 'TDS*-1251']);
  expect(findings).toEqual(['totals.payable → TDS01: "-12.505" is written with 2 decimal places']);
});

test('a date and its time make an instant; values of the caller', () => {
  const map = segmentMap(
    '856',
    'rules:\n  - { at: BSN02, to: id }\n  - { at: BSN03, to: issuedAt, as: date8, time: BSN04, zone: "+01:00" }\n  - { at: BSN05, context: structure }\n  - { at: "DTM[011]02", to: shipDate, as: date8 }',
  );
  expect(read(map, 'BSN*00*S1*20260102*0915').draft['issuedAt']).toBe('2026-01-02T08:15:00.000Z');
  expect(read(map, 'BSN*00*S1*20260102').draft['issuedAt']).toBeUndefined();
  const advice = { documentType: 'despatchAdvice', id: 'S1', issuedAt: '2026-01-02T08:15:00.000Z' };
  expect(write(map, advice, { context: { structure: '0001' } }).segments).toEqual([
    'BSN**S1*20260102*0915*0001',
  ]);
  expect(write(map, advice).findings).toEqual(['BSN05: the caller gives no "structure"']);
});

test('the trace leads from each field to its rule and its bytes', () => {
  const map = segmentMap(
    '850',
    'rules:\n  - { at: BEG03, to: id }\n  - loop: PO1\n    to: lines[]\n    rules:\n      - { at: "PO1{VN}", to: item.sellerId }',
  );
  const { trace } = read(map, 'BEG*00*SA*77**20260102\nPO1*1*6*EA***VN*A-7\nPO1*2*6*EA***VN*A-8', true);
  expect(
    trace.map(({ path, rule, at, text, segment, element }) => ({ path, rule, at, text, segment, element })),
  ).toEqual([
    { path: 'id', rule: 'test:5', at: 'BEG03', text: '77', segment: 2, element: 3 },
    { path: 'lines[0].item.sellerId', rule: 'test:9', at: 'PO1{VN}', text: 'A-7', segment: 3, element: 7 },
    { path: 'lines[1].item.sellerId', rule: 'test:9', at: 'PO1{VN}', text: 'A-8', segment: 4, element: 7 },
  ]);
  expect(trace.every(({ range, text }) => range![1] - range![0] === text.length)).toBe(true);
});

test('a pair inside a conditioned segment', () => {
  const map = segmentMap(
    '856',
    'rules:\n  - { at: BSN02, to: id }\n  - tree: HL\n    levels:\n      P: { at: "HL[03=P]", to: "packages[]", rules: [ { at: "MAN[GM]02", to: sscc, as: sscc20 }, { at: ["MAN[GM]{CP}", "MAN{CP}"], to: trackingId } ] }',
  );
  const sent = 'BSN*00*S1*20260102*0900\nHL*1**P\nMAN*GM*00006141411234567890**CP*1Z9';
  const { draft } = read(map, sent);
  expect(draft['packages']).toEqual([
    { id: '006141411234567890', sscc: '006141411234567890', trackingId: '1Z9' },
  ]);
  expect(write(map, draft).segments).toEqual(['BSN**S1', 'HL*1**P*0', 'MAN*GM*00006141411234567890**CP*1Z9']);
  expect(read(map, 'BSN*00*S1*20260102*0900\nHL*1**P\nMAN*CP*1Z9').draft['packages']).toMatchObject([
    { trackingId: '1Z9' },
  ]);
});
