import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { dec, formatDecimal, sum } from '../../../src/common/decimal.ts';
import {
  actionsOn,
  actOnClaim,
  changeClaim,
  coverClaim,
  openClaim,
  withdrawCredit,
} from '../../../src/tracking/claims/claim-life.ts';
import type { CreditPool } from '../../../src/tracking/claims/claim-life.ts';
import type { Claim, ClaimLine } from '../../../src/tracking/claims/claim.ts';

const AT = '2026-03-20T12:00:00.000Z';
const DUE = '2026-04-03T12:00:00.000Z';

function line(lineId: string, amount: string, quantity = '1'): ClaimLine {
  return { orderId: 'PO-1', lineId, quantity, unit: 'EA', amount, credited: '0.00' };
}

function claim(lines: ClaimLine[], fields: Partial<Claim> = {}): Claim {
  const opened = openClaim(
    {
      number: 'CL-000001',
      kind: 'shortage',
      partnerId: 'acme',
      currency: 'EUR',
      lines,
      orderId: 'PO-1',
      receiptId: 'R-1',
      shipmentId: '',
      invoiceId: '',
      evidence: [],
      dueAt: DUE,
    },
    { at: AT, by: 'ann', text: 'twenty are missing' },
  );
  return { ...opened, ...fields };
}

function pool(lines: [string, string][], fields: Partial<CreditPool> = {}): CreditPool {
  return {
    invoiceId: 'acme|C1|creditNote',
    number: 'C-1',
    currency: 'EUR',
    originalInvoiceId: '',
    lines: lines.map(([lineId, left]) => ({ orderId: 'PO-1', lineId, left })),
    rest: '0.00',
    ...fields,
  };
}

const occasion = { at: AT, by: 'gateway' };

describe('a claim', () => {
  test('is worth the sum of its lines, and waits for the supplier until it is due', () => {
    expect(claim([line('1', '12.50'), line('2', '7.50')])).toMatchObject({
      state: 'open',
      value: '20.00',
      credited: '0.00',
      dueAt: DUE,
      history: [{ action: 'opened', by: 'ann' }],
    });
  });

  test('goes from state to state, and nothing is possible once it is over', () => {
    const sent = actOnClaim(claim([line('1', '5.00')]), 'send', { ...occasion, text: '' })!;
    expect(actionsOn(sent)).toEqual(['answer', 'writeOff', 'close']);
    const answered = actOnClaim(sent, 'answer', { ...occasion, text: 'they will credit' })!;
    const written = actOnClaim(answered, 'writeOff', { ...occasion, text: 'too old' })!;
    expect(written).toMatchObject({ state: 'writtenOff', dueAt: '' });
    expect(actionsOn(written)).toEqual([]);
    expect(actOnClaim(written, 'send', { ...occasion, text: '' })).toBeUndefined();
    expect(coverClaim(written, pool([['1', '5.00']]), occasion)).toBeUndefined();
  });

  test('follows the goods: fewer missing is a smaller claim, none missing closes it', () => {
    const opened = claim([line('1', '20.00', '20')]);
    const smaller = changeClaim(opened, [line('1', '8.00', '8')], { ...occasion, text: '12 came' });
    expect(smaller).toMatchObject({ state: 'open', value: '8.00' });
    expect(changeClaim(smaller, [], { ...occasion, text: 'the rest came' })).toMatchObject({
      state: 'closed',
      dueAt: '',
    });
  });
});

describe('a credit note', () => {
  test('covers the lines that it is about, in part and then in whole', () => {
    const opened = claim([line('1', '30.00'), line('2', '10.00')]);
    const first = coverClaim(
      opened,
      pool([
        ['1', '25.00'],
        ['3', '99.00'],
      ]),
      occasion,
    )!;
    expect(first.claim).toMatchObject({ state: 'open', credited: '25.00' });
    expect(first.claim.history.at(-1)!.text).toBe(
      'Credit note C-1 covers 25.00 EUR; 15.00 EUR is still open.',
    );
    const second = coverClaim(
      first.claim,
      pool(
        [
          ['1', '5.00'],
          ['2', '40.00'],
        ],
        { invoiceId: 'acme|C2|creditNote', number: 'C-2' },
      ),
      occasion,
    )!;
    expect(second.claim).toMatchObject({ state: 'credited', credited: '40.00', dueAt: '' });
    expect(second.pool.lines).toMatchObject([{ left: '0.00' }, { left: '30.00' }]);
  });

  test('counts once for a claim, and not in another currency', () => {
    const opened = claim([line('1', '30.00')]);
    const { claim: covered } = coverClaim(opened, pool([['1', '10.00']]), occasion)!;
    expect(coverClaim(covered, pool([['1', '10.00']]), occasion)).toBeUndefined();
    expect(coverClaim(opened, pool([['1', '10.00']], { currency: 'USD' }), occasion)).toBeUndefined();
  });

  test('over the same invoice covers a charge or tax that is on no line', () => {
    const opened = claim([line('', '35.00')], { invoiceId: 'acme|I1|invoice' });
    expect(coverClaim(opened, pool([], { rest: '35.00' }), occasion)).toBeUndefined();
    const credit = pool([], { rest: '40.00', originalInvoiceId: 'acme|I1|invoice' });
    const covered = coverClaim(opened, credit, occasion)!;
    expect(covered.claim.state).toBe('credited');
    expect(covered.pool.rest).toBe('5.00');
  });

  test('never covers more than it is over, nor more than is claimed, however many claims there are', () => {
    const cents = fc.integer({ min: 0, max: 10_000 }).map((value) => formatDecimal(dec(value).div(100), 2));
    const lines = fc.array(fc.tuple(fc.constantFrom('1', '2', ''), cents), { minLength: 1, maxLength: 4 });
    fc.assert(
      fc.property(fc.array(lines, { minLength: 1, maxLength: 4 }), lines, cents, (claims, credit, rest) => {
        let left = pool(
          credit
            .filter(([lineId]) => lineId !== '')
            .map(([lineId, amount]): [string, string] => [lineId, amount]),
          { rest, originalInvoiceId: 'acme|I1|invoice' },
        );
        const whole = sum([...left.lines.map((each) => each.left), left.rest]);
        let used = dec('0');
        for (const wanted of claims) {
          const opened = claim(
            wanted.map(([lineId, amount]) => line(lineId, amount)),
            { invoiceId: 'acme|I1|invoice' },
          );
          const covered = coverClaim(opened, left, occasion);
          if (covered === undefined) continue;
          left = covered.pool;
          used = used.plus(covered.claim.credited);
          expect(dec(covered.claim.credited).lte(covered.claim.value)).toBe(true);
        }
        const remaining = sum([...left.lines.map((each) => each.left), left.rest]);
        expect(formatDecimal(used.plus(remaining), 2)).toBe(formatDecimal(whole, 2));
      }),
    );
  });
});

test('a credit note that is refused covers nothing any more', () => {
  const opened = claim([line('1', '30.00'), line('2', '10.00')]);
  const credit = pool([
    ['1', '30.00'],
    ['2', '10.00'],
  ]);
  const covered = coverClaim(opened, credit, occasion)!.claim;
  expect(covered.state).toBe('credited');
  const again = withdrawCredit(covered, credit.invoiceId, DUE, occasion)!;
  expect(again).toMatchObject({ state: 'sent', credited: '0.00', credits: [], dueAt: DUE });
  expect(withdrawCredit(again, credit.invoiceId, DUE, occasion)).toBeUndefined();
});
