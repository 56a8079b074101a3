import { describe, expect, test } from '@jest/globals';
import {
  decideHold,
  DEFAULT_HOLD_RULES,
  isPayable,
  placeHold,
  updateHolds,
} from '../../../src/tracking/match/hold.ts';
import type { HoldRequest, HoldState } from '../../../src/tracking/match/hold.ts';
import { decide, invoice, invoiceLine, matchInput } from './fixtures.ts';

const AT = '2026-03-20T12:00:00.000Z';
const overpriced = decide(
  matchInput({
    document: invoice({
      lines: [invoiceLine({ price: { amount: '10.50' } })],
      totals: { payable: '1050.00' },
    }),
  }),
);
const unreceived = decide(matchInput({ receipts: [] }));
const approved = decide(matchInput());

function request(fields: Partial<HoldRequest>): HoldRequest {
  return {
    action: 'accept',
    by: 'ann',
    permissions: ['accept:HOLD_PRICE'],
    at: AT,
    reason: 'agreed by phone',
    ...fields,
  };
}

function priceHold(): HoldState {
  const [hold] = updateHolds([], overpriced);
  if (hold === undefined) throw new Error('no hold');
  return hold;
}

function accepted(hold: HoldState, by = 'ann'): HoldState {
  const answer = decideHold(hold, request({ by, permissions: ['accept:*'] }), DEFAULT_HOLD_RULES);
  if (!('hold' in answer)) throw new Error(answer.text);
  return answer.hold;
}

describe('re-match', () => {
  test('releases a hold by itself once no check asks for it', () => {
    const holds = updateHolds([], unreceived);
    expect(isPayable(holds)).toBe(false);
    const after = updateHolds(holds, approved);
    expect(after).toMatchObject([{ type: 'HOLD_RECEIPT', status: 'released' }]);
    expect(isPayable(after)).toBe(true);
  });

  test('never releases a hold that a person placed', () => {
    const own = placeHold('accountsPayable', {
      by: 'bob',
      at: AT,
      reason: 'quality complaint',
      amount: '1000.00',
    });
    const after = updateHolds([...updateHolds([], unreceived), own], approved);
    expect(isPayable(after)).toBe(false);
    expect(after.filter(({ status }) => status === 'open')).toEqual([own]);
  });

  test('keeps what a person accepted while nothing more is disputed', () => {
    const holds = [accepted(priceHold())];
    expect(updateHolds(holds, overpriced)).toEqual(holds);
    expect(isPayable(updateHolds(holds, overpriced))).toBe(true);
  });

  test('a price stays accepted when more of the goods that it is for have come', () => {
    // 100 ordered at 10.00 and billed at 12.00: 2.00 too much on each, whatever has been received of them.
    const billed = (received: string) =>
      decide(
        matchInput({
          document: invoice({
            lines: [invoiceLine({ price: { amount: '12.00' } })],
            totals: { payable: '1200.00' },
          }),
          receipts: [
            { id: 'R-1', orderId: 'PO-1', orderLineId: '1', receivedDate: '2026-03-10', quantity: received },
          ],
        }),
      );
    const [price, receipt] = updateHolds([], billed('50'));
    expect(price).toMatchObject({ type: 'HOLD_PRICE', amount: '200.00' });
    expect(receipt).toMatchObject({ type: 'HOLD_RECEIPT', amount: '600.00' });
    const after = updateHolds([accepted(price!), receipt!], billed('80'));
    expect(after).toMatchObject([
      { type: 'HOLD_PRICE', status: 'accepted' },
      { type: 'HOLD_RECEIPT', status: 'open', amount: '240.00' },
    ]);
    expect(isPayable(updateHolds(after, billed('100')))).toBe(true);
  });

  test('opens an accepted hold again when more is disputed than was accepted', () => {
    const worse = decide(
      matchInput({
        document: invoice({
          lines: [invoiceLine({ price: { amount: '10.60' } })],
          totals: { payable: '1060.00' },
        }),
      }),
    );
    expect(updateHolds([accepted(priceHold())], worse)).toMatchObject([
      { status: 'open', amount: '60.00', approvals: [] },
    ]);
  });

  test('opens a released hold again when its cause comes back', () => {
    const released = updateHolds(updateHolds([], unreceived), approved);
    const [again] = updateHolds(released, unreceived);
    expect(again).toMatchObject({ status: 'open' });
    expect(again).not.toHaveProperty('closedAt');
  });
});

describe('accepting', () => {
  test('needs the permission for the kind of hold, a reason, and an allowed action', () => {
    const hold = priceHold();
    const refusals = [
      request({ permissions: ['accept:HOLD_QTY'] }),
      request({ reason: '  ' }),
      request({ action: 'correctData' }),
    ].map((each) => decideHold(hold, each, DEFAULT_HOLD_RULES));
    expect(refusals).toMatchObject([
      { refusal: 'PERMISSION_MISSING' },
      { refusal: 'REASON_MISSING' },
      { refusal: 'ACTION_NOT_ALLOWED' },
    ]);
    expect(decideHold(hold, request({}), DEFAULT_HOLD_RULES)).toMatchObject({
      hold: { status: 'accepted', approvals: [{ by: 'ann', reason: 'agreed by phone' }] },
      effects: ['pay'],
    });
  });

  test('above the limit needs two different people who want the same', () => {
    const rules = { ...DEFAULT_HOLD_RULES, secondPersonAbove: '49.99' };
    const first = decideHold(priceHold(), request({}), rules);
    expect(first).toMatchObject({ waitsForSecondPerson: true, effects: [], hold: { status: 'open' } });
    if (!('hold' in first)) throw new Error(first.text);
    expect(decideHold(first.hold, request({}), rules)).toMatchObject({ refusal: 'SECOND_PERSON_NEEDED' });
    expect(decideHold(first.hold, request({ by: 'bob', action: 'shortPay' }), rules)).toMatchObject({
      waitsForSecondPerson: true,
    });
    expect(decideHold(first.hold, request({ by: 'bob' }), rules)).toMatchObject({
      hold: { status: 'accepted' },
    });
  });

  test('a fraud block always needs two people', () => {
    const blocked = decide(
      matchInput({
        supplier: { id: 'S-1', accountIds: ['DE1'] },
        document: invoice({
          payeeAccountId: 'GB2',
          lines: [invoiceLine({ quantity: { value: '1' } })],
          totals: { payable: '10.00' },
        }),
      }),
    );
    const [hold] = updateHolds([], blocked);
    expect(hold?.type).toBe('FRAUD_BLOCK');
    if (hold === undefined) return;
    const answer = decideHold(hold, request({ permissions: ['accept:*'] }), DEFAULT_HOLD_RULES);
    expect(answer).toMatchObject({ waitsForSecondPerson: true });
  });

  test('is not for who changed a tolerance within a day', () => {
    const changed = (at: string) =>
      decideHold(priceHold(), request({}), { ...DEFAULT_HOLD_RULES, toleranceChanges: [{ by: 'ann', at }] });
    expect(changed('2026-03-19T12:00:00.000Z')).toMatchObject({
      refusal: 'TOLERANCE_CHANGED_BY_SAME_PERSON',
    });
    expect(changed('2026-03-19T11:59:59.999Z')).toMatchObject({ hold: { status: 'accepted' } });
  });

  test('a decided hold is decided once', () => {
    expect(decideHold(accepted(priceHold()), request({ by: 'bob' }), DEFAULT_HOLD_RULES)).toMatchObject({
      refusal: 'ALREADY_DECIDED',
    });
  });
});

describe('other actions', () => {
  test.each([
    ['shortPay', 'shortPaid', ['pay', 'debitNote']],
    ['requestCredit', 'waiting', ['requestCredit']],
    ['reject', 'rejected', ['rejectToSupplier']],
  ] as const)('%s', (action, status, effects) => {
    expect(decideHold(priceHold(), request({ action }), DEFAULT_HOLD_RULES)).toMatchObject({
      hold: { status },
      effects,
    });
  });

  test('a rejected invoice stays unpaid whatever a later match says', () => {
    const answer = decideHold(priceHold(), request({ action: 'reject' }), DEFAULT_HOLD_RULES);
    if (!('hold' in answer)) throw new Error(answer.text);
    expect(isPayable(updateHolds([answer.hold], approved))).toBe(false);
  });
});
