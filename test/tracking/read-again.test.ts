import { describe, expect, test } from '@jest/globals';
import {
  adviceOf,
  answeredLine,
  effectNames,
  orderLine,
  policyWith,
  receiptOf,
  responseOf,
  Story,
  WANTED,
} from './support.ts';

const CONVERTED = policyWith({
  version: 'with cartons',
  items: [{ ids: ['SAME'], units: [{ from: 'CT', factor: '10' }] }],
});
const IDS = ['1', '2', '3'];

/** Three lines of one item, which the supplier counts in cartons; nobody has said how many go into one. */
class Cartons extends Story {
  constructor() {
    super();
    this.start(IDS.map((id) => orderLine(id, '100', { item: { buyerId: 'SAME' } })));
  }

  answer(quantity: string): this {
    const schedules = [{ claim: 'accepted' as const, quantity: { value: quantity, unit: 'CT' } }];
    this.respond(responseOf(IDS.map((id) => answeredLine(id, [], { item: { buyerId: 'SAME' }, schedules }))));
    return this;
  }

  confirm(): this {
    const item = { buyerId: 'SAME' };
    this.respond(responseOf(IDS.map((id) => answeredLine(id, [{ claim: 'accepted' }], { item }))));
    return this;
  }

  mend() {
    this.policy = CONVERTED;
    return this.decideOn('UOM_CONVERSION_MISSING', 'correctData');
  }
}

function inCartons<
  D extends { lines: { quantity: { value: string; unit?: string | undefined }; item: object }[] },
>(document: D): D {
  const lines = document.lines.map((line) => ({
    ...line,
    item: { buyerId: 'SAME' },
    quantity: { ...line.quantity, unit: 'CT' },
  }));
  return { ...document, lines };
}

describe('what could not be read for want of a conversion is one exception, and one correction resumes all of it', () => {
  test('an answer', () => {
    const story = new Cartons().answer('10');
    expect([story.exceptions(), story.slices()[0]]).toEqual([['UOM_CONVERSION_MISSING'], '1: 100 AWAITING']);
    expect(effectNames(story.mend().effects)).toEqual(['erp confirmations', 'erp note']);
    expect(story.slices()).toEqual(IDS.map((id) => `${id}: 100 CONFIRMED ${WANTED}`));
    expect([story.exceptions(), story.state!.unread]).toEqual([[], undefined]);
  });

  test('a despatch advice', () => {
    const story = new Cartons().confirm();
    story.despatch(inCartons(adviceOf('D-1', { '1': '10', '2': '10', '3': '4' })));
    expect(story.state!.lines.map(({ announced }) => announced)).toEqual(['0', '0', '0']);
    story.mend();
    expect(story.state!.lines.map(({ announced }) => announced)).toEqual(['100', '100', '40']);
    expect(story.state!.shipments).toMatchObject([
      { status: 'live', lines: [{ quantity: '100' }, {}, { quantity: '40' }] },
    ]);
    expect(story.exceptions()).toEqual([]);
  });

  test('a receipt, which then releases what waits for it', () => {
    const story = new Cartons().confirm();
    story.receive(inCartons(receiptOf('R-1', { '1': '10', '2': '10', '3': '11' })));
    expect(story.state!.lines.map(({ received }) => received)).toEqual(['0', '0', '0']);
    expect(effectNames(story.mend().effects)).toEqual(['rematch', 'erp note']);
    expect(story.state!.lines.map(({ received }) => received)).toEqual(['100', '100', '110']);
    expect([story.state!.receipts.length, story.exceptions()]).toEqual([1, ['OVER_RECEIVED 3']]);
  });
});

test('a correction that does not correct leaves the exception open, and nothing is lost', () => {
  const story = new Cartons().answer('10');
  story.decideOn('UOM_CONVERSION_MISSING', 'correctData');
  expect([story.exceptions(), story.slices()[0]]).toEqual([['UOM_CONVERSION_MISSING'], '1: 100 AWAITING']);
  story.mend();
  expect([story.exceptions(), story.slices()[0]]).toEqual([[], `1: 100 CONFIRMED ${WANTED}`]);
});

test('a newer answer wins over one that waits, and closes the exception', () => {
  const story = new Cartons().answer('9').confirm();
  expect([story.exceptions(), story.state!.unread]).toEqual([[], undefined]);
  expect(story.slices()).toEqual(IDS.map((id) => `${id}: 100 CONFIRMED ${WANTED}`));
});

test('a shipment that is replaced is not announced twice', () => {
  const story = new Cartons().confirm();
  story.despatch(inCartons(adviceOf('D-1', { '1': '10' })));
  story.despatch(inCartons(adviceOf('D-1', { '1': '5' }, { purpose: 'replace' })));
  story.mend();
  expect([story.state!.lines[0]!.announced, story.exceptions()]).toEqual(['50', []]);
});

describe('of several documents that one correction makes readable, each has its events and effects', () => {
  test('two receipts release what waits for either', () => {
    const story = new Cartons().confirm();
    story.receive(inCartons(receiptOf('R-1', { '1': '4' })));
    story.receive(inCartons(receiptOf('R-2', { '1': '6', '2': '10' })));
    const { effects, facts } = story.mend();
    expect(effectNames(effects).filter((name) => name === 'rematch')).toHaveLength(2);
    expect(new Set(effects.map(({ key }) => key)).size).toBe(effects.length);
    const received = facts.filter(({ type }) => type === 'goods.received');
    expect(received).toMatchObject([{ data: { receiptId: 'R-1' } }, { data: { receiptId: 'R-2' } }]);
    expect(new Set(received.map(({ id }) => id)).size).toBe(2);
  });

  test('two answers are told apart', () => {
    const story = new Cartons().answer('10').answer('9');
    const answered = story.mend().facts.filter(({ type }) => type === 'order.acknowledged');
    expect(answered).toHaveLength(2);
    expect(new Set(answered.map(({ id }) => id)).size).toBe(2);
  });
});
