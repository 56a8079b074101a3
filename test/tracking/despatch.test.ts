import { describe, expect, test } from '@jest/globals';
import type { DespatchAdvice, DespatchPackage } from '../../src/documents/despatch-advice.ts';
import { isValidSscc } from '../../src/tracking/despatch/checks.ts';
import type { TrackingPolicy } from '../../src/tracking/policy.ts';
import { DEFAULT_POLICY } from '../../src/tracking/policy.ts';
import {
  adviceOf,
  answeredLine,
  codesOf,
  effectNames,
  orderLine,
  policyWith,
  receiptOf,
  responseOf,
  responsePolicy,
  Story,
  toleranceFor,
  WANTED,
  written,
} from './support.ts';

function confirmed(policy?: TrackingPolicy): Story {
  const story = new Story(policy).start([orderLine('1'), orderLine('2', '50')]);
  story.respond(responseOf([], { claim: 'accepted' }));
  return story.at('2026-03-18T10:00:00.000Z');
}

/** Changes the first line of an advice. */
function withLine(advice: DespatchAdvice, change: Partial<DespatchAdvice['lines'][number]>): DespatchAdvice {
  return {
    ...advice,
    lines: advice.lines.map((line, index) => (index === 0 ? { ...line, ...change } : line)),
  };
}

const GOOD_SSCC = '003401234500000018'.slice(0, 17);
const sscc = `${GOOD_SSCC}${checkDigit(GOOD_SSCC)}`;

function checkDigit(digits: string): number {
  const sum = Array.from(digits)
    .reverse()
    .reduce((total, digit, index) => total + Number(digit) * (index % 2 === 0 ? 3 : 1), 0);
  return (10 - (sum % 10)) % 10;
}

const boxes = (...packages: DespatchPackage[]): Partial<DespatchAdvice> => ({ packages });
const requireLot = policyWith({ items: [{ ids: ['ITEM-1'], lotRequired: true, expiryRequired: true }] });

describe('the checks of a despatch advice (5.5)', () => {
  const advice = adviceOf('S-1', { '1': '100' });
  const CASES: {
    name: string;
    advice: DespatchAdvice;
    policy?: TrackingPolicy;
    exceptions: string[];
    partnerId?: string;
    reused?: string[];
  }[] = [
    {
      name: 'a clean advice',
      advice: adviceOf('S-1', { '1': '100' }, boxes({ id: 'A', sscc })),
      exceptions: [],
    },
    {
      name: '1 a package twice, one in nothing',
      advice: adviceOf('S-1', { '1': '100' }, boxes({ id: 'A' }, { id: 'A' }, { id: 'B', parentId: 'X' })),
      exceptions: ['ASN_STRUCTURE'],
    },
    {
      name: '2 another place of delivery',
      advice: { ...advice, shipTo: { id: 'DC-2', scheme: 'GLN' } },
      exceptions: ['SHIP_TO_MISMATCH'],
    },
    { name: '2 another supplier', advice, partnerId: 'other', exceptions: ['SUPPLIER_MISMATCH'] },
    {
      name: '3 a line that is not on the order',
      advice: adviceOf('S-1', { '1': '100', '9': '5' }),
      exceptions: ['UNKNOWN_LINE'],
    },
    {
      name: '3 a substitute that nobody approved',
      advice: withLine(advice, { item: { buyerId: 'ALT' } }),
      exceptions: ['UNAPPROVED_SUBSTITUTE 1'],
    },
    {
      name: '47 an SSCC with a wrong check digit',
      advice: adviceOf('S-1', { '1': '100' }, boxes({ id: 'A', sscc: '003401234500000019' })),
      exceptions: ['SSCC_INVALID'],
    },
    {
      name: '47 an SSCC used before',
      advice: adviceOf('S-1', { '1': '100' }, boxes({ id: 'A', sscc })),
      reused: [sscc],
      exceptions: ['SSCC_INVALID'],
    },
    {
      name: '45 more than ordered',
      advice: adviceOf('S-1', { '1': '101' }),
      exceptions: ['OVER_SHIP_ANNOUNCED 1'],
    },
    {
      name: '45 more than ordered, the smaller allowance holds',
      advice: adviceOf('S-1', { '1': '104' }),
      policy: toleranceFor({ despatchOverPct: '5', despatchOverAbs: '3' }),
      exceptions: ['OVER_SHIP_ANNOUNCED 1'],
    },
    {
      name: '45 more than ordered, within both allowances',
      advice: adviceOf('S-1', { '1': '103' }),
      policy: toleranceFor({ despatchOverPct: '5', despatchOverAbs: '3' }),
      exceptions: [],
    },
    {
      name: '45 more than ordered, the larger allowance is agreed',
      advice: adviceOf('S-1', { '1': '105' }),
      policy: {
        ...toleranceFor({ despatchOverPct: '5', despatchOverAbs: '3' }),
        despatch: { ...DEFAULT_POLICY.despatch, overUses: 'larger' },
      },
      exceptions: [],
    },
    {
      name: '7 another cumulative quantity',
      advice: withLine(advice, { cumulativeQuantity: { value: '120', unit: 'EA' } }),
      exceptions: ['CUM_MISMATCH 1'],
    },
    {
      name: '9 packs that do not make the quantity',
      advice: withLine(advice, { packs: '9', unitsPerPack: '10' }),
      exceptions: ['ASN_PACK_MISMATCH 1'],
    },
    {
      name: '9 packs that make the quantity',
      advice: withLine(advice, { packs: '10', unitsPerPack: '10' }),
      exceptions: [],
    },
    {
      name: '10 shipped in the future',
      advice: { ...advice, shipDate: '2026-03-25' },
      exceptions: ['ASN_DATE_ODD'],
    },
    {
      name: '11 lot and expiry missing',
      advice: withLine(advice, { lotId: 'L' }),
      policy: requireLot,
      exceptions: ['ASN_TRACE_MISSING 1'],
    },
    {
      name: '12 announced on the day of arrival',
      advice: { ...advice, estimatedDeliveryDate: '2026-03-18' },
      exceptions: ['ASN_LATE'],
    },
  ];

  test.each(CASES)('$name', ({ advice: document, policy, exceptions, partnerId, reused }) => {
    const story = confirmed(policy);
    story.apply({
      type: 'despatchAdviceReceived',
      id: 'asn',
      document,
      documentRef: { documentId: 'in', contentHash: 'x' },
      partnerId: partnerId ?? 'acme',
      ...(reused === undefined ? {} : { reusedSsccs: reused }),
    });
    expect(story.exceptions()).toEqual(exceptions);
    expect(effectNames(story.last().effects)).toEqual(['erp despatchAdvice']);
  });

  test('an SSCC has eighteen digits, the last one checking the others', () => {
    expect([sscc, '106141411234567897', `${sscc}0`, sscc.slice(1)].map(isValidSscc)).toEqual([
      true,
      true,
      false,
      false,
    ]);
  });
});

describe('a despatch advice in the life of the order', () => {
  test('announces what it ships, one advice after the other', () => {
    const story = confirmed();
    story.despatch(adviceOf('S-1', { '1': '60' }));
    story.despatch(adviceOf('S-2', { '1': '40' }));
    expect(story.state!.lines[0]!.announced).toBe('100');
  });

  test('43 before any answer: what ships is confirmed, the rest still awaits its answer', () => {
    const story = new Story().start([orderLine('1')]);
    story.despatch(adviceOf('S-1', { '1': '60' }, { estimatedDeliveryDate: '2026-03-05' }));
    expect(story.slices()).toEqual(['1: 60 CONFIRMED 2026-03-05', '1: 40 AWAITING']);
    expect([written(story, '1'), story.state!.impliedByDespatch]).toEqual(['60 2026-03-05', true]);
    expect(story.deadlines()).toContain('responseDue/v1/R2');
    story.despatch(adviceOf('S-2', { '1': '40' }, { estimatedDeliveryDate: '2026-03-06' }));
    expect(story.deadlines().filter((key) => key.startsWith('responseDue'))).toEqual([]);
  });

  test('43 goods that the supplier proposed, and the buyer has not decided, confirm nothing of the rest', () => {
    const story = new Story().start([orderLine('1')]);
    story.respond(responseOf([answeredLine('1', [{ claim: 'quantityChanged', quantity: '80' }])]));
    const waiting = story.slices();
    story.despatch(adviceOf('S-1', { '1': '80' }));
    expect([story.slices(), written(story, '1')]).toEqual([waiting, undefined]);
    story.despatch(adviceOf('S-2', { '1': '5' }));
    expect(story.state!.lines[0]!.slices.map(({ quantity, state }) => `${quantity} ${state}`)).toEqual([
      '80 PROPOSED',
      '5 CONFIRMED',
      '15 OPEN',
    ]);
  });

  test('43 where an advice implies nothing, the answer is still awaited', () => {
    const story = new Story(responsePolicy({ asnImpliesAck: false })).start([orderLine('1')]);
    story.despatch(adviceOf('S-1', { '1': '100' }));
    expect(story.slices()).toEqual(['1: 100 AWAITING']);
  });

  test('the same advice twice is one shipment; its number with other content is an exception', () => {
    const story = confirmed();
    story.despatch(adviceOf('S-1', { '1': '60' }));
    expect(codesOf(story.despatch(adviceOf('S-1', { '1': '60' })))).toEqual(['DUPLICATE_DESPATCH_ADVICE']);
    story.despatch(adviceOf('S-1', { '1': '70' }));
    expect([story.state!.lines[0]!.announced, story.exceptions()]).toEqual(['60', ['ASN_ID_REUSED']]);
    const { facts } = story.despatch(adviceOf('S-1', { '1': '70' }, { purpose: 'replace' }));
    expect([story.state!.lines[0]!.announced, story.exceptions()]).toEqual(['70', []]);
    expect(facts.find(({ type }) => type === 'shipment.replaced')?.data).toEqual({
      shipmentId: 'S-1',
      lines: [{ lineId: '1', quantity: '70' }],
    });
    story.despatch(adviceOf('S-1', { '1': '70' }, { purpose: 'cancellation' }));
    expect(story.state!.lines[0]!.announced).toBe('0');
  });

  test('46 replaced after the receipt has begun: what was counted stands', () => {
    const story = confirmed();
    story.despatch(adviceOf('S-1', { '1': '100' }));
    story.receive(receiptOf('R-1', { '1': '100' }));
    const decision = story.despatch(adviceOf('S-1', { '1': '90' }, { purpose: 'replace' }));
    expect([story.state!.lines[0]!.announced, story.exceptions(), decision.effects]).toEqual([
      '100',
      ['ASN_CHANGE_AFTER_RECEIPT'],
      [],
    ]);
  });

  test('44 after the receipt: linked and counted as late, no second delivery is expected', () => {
    const story = confirmed();
    story.receive(receiptOf('R-1', { '1': '100' }));
    const decision = story.despatch(adviceOf('S-1', { '1': '100' }));
    expect([story.exceptions(), decision.effects]).toEqual([['ASN_AFTER_RECEIPT'], []]);
    expect(story.state!.shipments[0]).toMatchObject({ id: 'S-1', afterReceipt: true });
  });

  test('an accepted substitute is accepted for the next shipment too', () => {
    const story = confirmed();
    const substitute = (id: string): DespatchAdvice =>
      withLine(adviceOf(id, { '1': '50' }), { item: { buyerId: 'ALT' } });
    story.despatch(substitute('S-1'));
    expect(effectNames(story.decideOn('UNAPPROVED_SUBSTITUTE', 'accept').effects)).toEqual(['rematch']);
    story.despatch(substitute('S-2'));
    expect([story.exceptions(), story.state!.lines[0]!.acceptedSubstitutes]).toEqual([
      [],
      [{ buyerId: 'ALT' }],
    ]);
  });

  test('lines of other orders in the same shipment are left to them', () => {
    const story = confirmed();
    const advice = adviceOf('S-1', { '1': '10', '2': '5' });
    story.despatch(withLine(advice, { orderId: 'PO-OTHER' }));
    expect(story.state!.lines.map(({ announced }) => announced)).toEqual(['0', '5']);
  });
});

describe('receipts (5.6)', () => {
  test('48 three partial receipts and two invoices', () => {
    const story = confirmed();
    const badges = [
      story.receive(receiptOf('R-1', { '1': '40', '2': '50' })),
      story.invoice('I-1', { '1': '40', '2': '50' }),
      story.receive(receiptOf('R-2', { '1': '35' })),
      story.receive(receiptOf('R-3', { '1': '25' })),
      story.invoice('I-2', { '1': '60' }),
    ].map(({ state }) => `${state!.lines[0]!.received}/${state!.lines[0]!.invoiced}`);
    expect(badges).toEqual(['40/0', '40/40', '75/40', '100/40', '100/100']);
    expect([story.badge(), story.exceptions(), story.deadlines()]).toEqual(['CLOSED', [], []]);
  });

  test('the same receipt twice counts once', () => {
    const story = confirmed();
    story.receive(receiptOf('R-1', { '1': '40' }));
    expect(story.receive(receiptOf('R-1', { '1': '40' })).changed).toBe(false);
    expect(story.state!.lines[0]!.received).toBe('40');
  });

  test('less than announced, then the rest', () => {
    const story = confirmed();
    story.despatch(adviceOf('S-1', { '1': '100' }));
    story.receive(receiptOf('R-1', { '1': '98' }));
    expect(story.exceptions()).toEqual(['SHORT_RECEIVED 1']);
    story.receive(receiptOf('R-2', { '1': '2' }));
    expect(story.exceptions()).toEqual([]);
  });

  test('more than ordered is not to be paid until somebody accepts it', () => {
    const story = confirmed();
    story.receive(receiptOf('R-1', { '1': '110', '2': '50' }));
    expect([story.exceptions(), story.badge()]).toEqual([['OVER_RECEIVED 1'], 'OVER_RECEIVED']);
    expect(effectNames(story.decideOn('OVER_RECEIVED', 'accept').effects)).toEqual(['rematch']);
    expect(story.state!.lines[0]!.overAccepted).toBe('10');
    story.invoice('I-1', { '1': '110', '2': '50' });
    expect(story.badge()).toBe('CLOSED');
  });

  test('damage is a claim, and a return reopens the order until it is credited', () => {
    const story = confirmed();
    const receipt = receiptOf('R-1', { '1': '100', '2': '50' });
    story.receive({
      ...receipt,
      lines: receipt.lines.map((line, index) => (index === 0 ? { ...line, damagedQuantity: '4' } : line)),
    });
    expect(story.exceptions()).toEqual(['DAMAGED 1']);
    expect(effectNames(story.decideOn('DAMAGED', 'claim').effects)).toEqual(['erp note']);
    story.invoice('I-1', { '1': '100', '2': '50' });
    expect(story.badge()).toBe('CLOSED');
    story.receive(receiptOf('R-2', { '1': '-4' }));
    expect(story.state!.lines[0]).toMatchObject({ received: '96', returned: '4', damaged: '4' });
    expect(story.state!.closedAt).toBeUndefined();
    const lines = [{ lineId: '1', quantity: '4' }];
    story.apply({ type: 'creditMatched', id: 'credit', invoiceId: 'C-1', lines });
    expect([story.badge(), story.state!.lines[0]!.invoiced]).toEqual(['CLOSED', '96']);
  });

  test('goods that nobody had confirmed confirm themselves', () => {
    const story = new Story().start([orderLine('1')]);
    story.receive(receiptOf('R-1', { '1': '100' }));
    expect([story.slices(), story.exceptions(), story.deadlines()]).toEqual([['1: 100 CONFIRMED'], [], []]);
    expect(story.badge()).toBe('RECEIVED');
  });

  test('a promise that the goods have kept is not asked for any more', () => {
    const story = confirmed();
    story.receive(receiptOf('R-1', { '1': '100', '2': '50' }));
    expect(story.deadlines()).toEqual([]);
    expect(story.slices()).toEqual([`1: 100 CONFIRMED ${WANTED}`, `2: 50 CONFIRMED ${WANTED}`]);
  });

  test('an answer that comes after the goods is compared with what they confirmed', () => {
    const story = new Story().start([orderLine('1')]);
    story.receive(receiptOf('R-1', { '1': '100' }));
    story.respond(responseOf([answeredLine('1', [{ claim: 'accepted', quantity: '100' }])]));
    expect([story.slices(), story.exceptions()]).toEqual([['1: 100 CONFIRMED'], []]);
  });
});
