import { describe, expect, test } from '@jest/globals';
import type { DespatchAdvice } from '../../src/documents/despatch-advice.ts';
import {
  adviceOf,
  answeredLine,
  codesOf,
  effectNames,
  orderLine,
  receiptOf,
  responseOf,
  responsePolicy,
  Story,
  written,
} from './support.ts';

/** A person decides about what he was asked, and about nothing else. */

const accepted = responseOf([], { claim: 'accepted' });
const dearer = answeredLine('1', [{ claim: 'priceChanged' }], { price: { amount: '9.90' } });

describe('a decision about something else', () => {
  test.each<[string, string, Partial<DespatchAdvice>]>([
    ['a shipment that goes elsewhere', 'SHIP_TO_MISMATCH', { shipTo: { id: 'DC-2', scheme: 'GLN' } }],
    ['a package number', 'SSCC_INVALID', { packages: [{ id: '1', sscc: '123' }] }],
    ['a shipment of the future', 'ASN_DATE_ODD', { shipDate: '2026-05-01' }],
  ])('%s is accepted: the price that the supplier proposes is not', (_, type, change) => {
    const story = new Story().start();
    story.respond(responseOf([dearer]));
    story.despatch(adviceOf('S', { '1': '100' }, change));
    const { effects } = story.decideOn(type, 'accept');
    expect(story.slices()).toEqual(['1: 100 PROPOSED 2026-03-20']);
    expect(story.exceptions()).toEqual(['CHANGE_PROPOSED 1']);
    expect(effectNames(effects)).toEqual(['erp note']);
  });

  test('a line that the supplier adds is refused: his proposal for another one is not', () => {
    const story = new Story().start();
    story.respond(responseOf([dearer, { item: { buyerId: 'X' }, schedules: [{ claim: 'added' }] }]));
    const { effects } = story.decideOn('LINE_ADDED_BY_SUPPLIER', 'reject');
    expect(story.slices()).toEqual(['1: 100 PROPOSED 2026-03-20']);
    expect(story.exceptions()).toEqual(['CHANGE_PROPOSED 1']);
    expect(effectNames(effects)).toEqual(['erp note']);
  });
});

describe('an order is to be sent again', () => {
  test('and is not, because the partner has accepted it: the exception stays', () => {
    const story = new Story().start();
    story.tick('2026-03-05T18:00:00.000Z');
    const decision = story.decideOn('ACK_OVERDUE', 'resend');
    expect(codesOf(decision)).toEqual(['RESEND_REFUSED']);
    expect(story.exceptions()).toEqual(['ACK_OVERDUE']);
  });

  test('and is, though its syntax was accepted, where the supplier says that he does not know it', () => {
    const story = new Story().start();
    story.respond(responseOf([], { claim: 'orderNotFound' }));
    const decision = story.decideOn('SUPPLIER_UNKNOWN_PO', 'resend');
    expect(effectNames(decision.effects)).toEqual(['send order v1']);
    expect(story.exceptions()).toEqual([]);
    story.deliver();
    expect(story.deadlines()).toContain('responseDue/v1/R2');
  });
});

describe('the goods of a line that was being cancelled are taken', () => {
  test('although nobody had answered it: they confirm it', () => {
    const story = new Story().start();
    story.cancel();
    story.deliver();
    story.despatch(adviceOf('S', { '1': '100' }));
    story.decideOn('CROSSED_IN_FLIGHT', 'accept');
    expect(story.slices()).toEqual(['1: 100 CONFIRMED']);
    expect(written(story, '1')).toBe('100');
  });
});

describe('the supplier cancels', () => {
  const cancels = responseOf([], { claim: 'cancelled' });

  test('and ships before the buyer agrees: what has shipped is kept, and told', () => {
    const story = new Story().start();
    story.respond(accepted);
    story.respond(cancels);
    story.despatch(adviceOf('S', { '1': '40' }));
    story.decideOn('SUPPLIER_CANCELLED', 'accept');
    expect(story.slices()).toEqual(['1: 40 CONFIRMED 2026-03-20', '1: 60 CANCELLED 2026-03-20']);
    expect(story.exceptions()).toEqual(['CROSSED_IN_FLIGHT 1']);
  });

  test('and all has shipped: he is said to have left nothing, and no empty list of lines', () => {
    const story = new Story().start();
    story.respond(accepted);
    story.despatch(adviceOf('S', { '1': '100' }));
    const { exceptions } = story.respond(cancels);
    expect(exceptions).toMatchObject([
      {
        exception: {
          type: 'SUPPLIER_CANCELLED',
          detail: expect.stringContaining('(lines 1) has been announced'),
        },
      },
    ]);
    expect(story.slices()).toEqual(['1: 100 CONFIRMED 2026-03-20']);
  });

  test('a part of a line: the part that has shipped stays, the backorder goes', () => {
    const story = new Story(responsePolicy({ remainder: 'backorder' })).start();
    story.respond(responseOf([answeredLine('1', [{ claim: 'quantityChanged', quantity: '60' }])]));
    story.decideOn('CHANGE_PROPOSED', 'accept');
    story.despatch(adviceOf('S', { '1': '60' }));
    story.respond(cancels);
    expect(story.slices()).toEqual(['1: 60 CONFIRMED_CHANGED 2026-03-20', '1: 40 PROPOSED']);
  });

  test('an order that was cancelled before: nothing is asked', () => {
    const story = new Story().start();
    story.cancel();
    story.deliver();
    story.respond(responseOf([], { claim: 'accepted', orderVersion: 2, answersChange: true }));
    story.respond(cancels);
    expect(story.exceptions()).toEqual([]);
  });
});

test('a change that confirms what was agreed leaves the backorder in the order', () => {
  const story = new Story(responsePolicy({ confirmAccepted: true })).start();
  story.respond(
    responseOf([
      answeredLine('1', [
        { claim: 'accepted', quantity: '60' },
        { claim: 'backordered', quantity: '40', date: '2026-04-20' },
      ]),
    ]),
  );
  const { effects } = story.decideOn('CHANGE_PROPOSED', 'accept');
  expect(effects.find(({ kind }) => kind === 'sendDocument')).toMatchObject({
    document: { purpose: 'confirmProposal', lines: [{ id: '1', quantity: { value: '100' } }] },
  });
});

test('a receipt closes nothing that is still to be decided', () => {
  const story = new Story().start([orderLine('1'), orderLine('2')]);
  story.respond(responseOf([dearer, answeredLine('2', [{ claim: 'accepted' }])]));
  story.receive(receiptOf('R', { '2': '100' }));
  expect(story.exceptions()).toEqual(['CHANGE_PROPOSED 1']);
});
