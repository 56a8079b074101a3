import { describe, expect, test } from '@jest/globals';
import { parseToleranceChange, WhatIfTrial } from '../../../src/tracking/match/what-if.ts';
import { companyPolicy } from '../../../src/tracking/match/policy.ts';
import type { MatchDecision } from '../../../src/tracking/match/model.ts';
import type { MatchPolicy } from '../../../src/tracking/match/policy.ts';
import { decide, invoice, invoiceLine, matchInput, order, orderLine, sha256 } from './fixtures.ts';

function whatIf(records: readonly MatchDecision[], change: (policy: MatchPolicy) => MatchPolicy) {
  const trial = new WhatIfTrial(change, sha256);
  for (const record of records) trial.add(record);
  return trial.result();
}

/** One overpriced line of 1000.00 on an invoice of 11000.00, so that only line limits matter. */
function overpriced(id: string, price: string, payable: string, policy = companyPolicy({ version: 'v4' })) {
  return decide(
    matchInput({
      documentId: id,
      policy,
      orders: [
        order({ lines: [orderLine({ id: '1' }), orderLine({ id: '2', price: { amount: '100.00' } })] }),
      ],
      receipts: ['1', '2'].map((orderLineId) => ({
        id: `R-${orderLineId}`,
        orderId: 'PO-1',
        orderLineId,
        receivedDate: '2026-03-10',
        quantity: '100',
      })),
      document: invoice({
        id,
        lines: [
          invoiceLine({ price: { amount: price } }),
          invoiceLine({ orderLineId: '2', item: { buyerId: 'ITEM-2' }, price: { amount: '100.00' } }),
        ],
        totals: { payable },
      }),
    }),
  );
}

describe('what if', () => {
  const records = [
    overpriced('A', '10.10', '11010.00'),
    overpriced('B', '10.25', '11025.00'),
    overpriced('C', '10.90', '11090.00'),
  ];

  test('tells which invoices and how much money a wider limit would let through', () => {
    const price = parseToleranceChange('price.upperPct=3');
    const total = parseToleranceChange('lineTotal.upperPct=3');
    if (price === undefined || total === undefined) throw new Error('not understood');
    const result = whatIf(records, (policy) => total(price(policy)));
    expect(result).toEqual({
      considered: 3,
      changed: [
        {
          documentId: 'B',
          number: 'B',
          supplierId: 'S-1',
          currency: 'EUR',
          before: { outcome: 'HOLD_PRICE', payable: '0.00' },
          after: { outcome: 'APPROVED_IN_TOLERANCE', payable: '11025.00' },
        },
      ],
      stillHeld: [],
      money: { EUR: '11025.00' },
    });
  });

  test('tells what a narrower limit would stop', () => {
    const change = parseToleranceChange('price.upperPct=0');
    const result = whatIf(records, change ?? ((policy) => policy));
    expect(result.changed).toMatchObject([
      { documentId: 'A', after: { outcome: 'HOLD_PRICE', payable: '0.00' } },
    ]);
    expect(result.money).toEqual({ EUR: '-11010.00' });
  });

  test('tells which invoices another limit still holds', () => {
    const change = parseToleranceChange('price.upperPct=3');
    const { changed, stillHeld } = whatIf(records, change ?? ((policy) => policy));
    expect(changed).toEqual([]);
    expect(stillHeld).toMatchObject([{ number: 'B', codes: ['LINE_TOTAL'] }]);
  });

  test('changes the limit of every level, so that no supplier rule hides it', () => {
    const strict = companyPolicy({
      version: 'v4',
      tolerances: [
        {
          name: 'price',
          level: 'supplier',
          version: 'v2',
          scope: { supplierId: 'S-1' },
          limits: { upperPct: '0' },
        },
      ],
    });
    const record = overpriced('D', '10.10', '11010.00', strict);
    expect(record.outcome).toBe('HOLD_PRICE');
    const change = parseToleranceChange('price.upperPct=3');
    const { changed } = whatIf([record], change ?? ((policy) => policy));
    expect(changed).toMatchObject([{ after: { outcome: 'APPROVED_IN_TOLERANCE' } }]);
  });

  test('leaves the records as they were', () => {
    const before = JSON.stringify(records);
    whatIf(records, parseToleranceChange('price.upperPct=50') ?? ((policy) => policy));
    expect(JSON.stringify(records)).toBe(before);
  });

  test.each([
    'price',
    'price.upperPct',
    'price.upperPct=abc',
    'price.upperPct=-1',
    'prise.upperPct=1',
    'price.up=1',
  ])('does not guess at %s', (text) => {
    expect(parseToleranceChange(text)).toBeUndefined();
  });
});
