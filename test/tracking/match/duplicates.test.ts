import { describe, expect, test } from '@jest/globals';
import { findDuplicates, isOneEdit } from '../../../src/tracking/match/duplicates.ts';
import type { DuplicateCandidate } from '../../../src/tracking/match/duplicates.ts';
import { plainInvoiceNumber } from '../../../src/tracking/match/identifiers.ts';
import type { PriorInvoice } from '../../../src/tracking/match/facts.ts';

const RULES = { windowMonths: 24, weakDays: 30 };

const candidate: DuplicateCandidate = {
  documentId: 'doc-1',
  number: 'INV-100',
  supplierId: 'S-1',
  documentType: 'invoice',
  issueDate: '2026-03-15',
  currency: 'EUR',
  amount: '500.00',
  contentHash: 'abc',
  orderIds: ['PO-1'],
  despatchAdviceIds: [],
  quantities: [{ orderId: 'PO-1', orderLineId: '1', quantity: '50' }],
};

function prior(fields: Partial<PriorInvoice>): PriorInvoice {
  return {
    id: 'prior',
    number: 'OTHER',
    supplierId: 'S-1',
    documentType: 'invoice',
    status: 'posted',
    sequence: 1,
    issueDate: '2026-02-01',
    currency: 'EUR',
    amount: '123.00',
    orderIds: [],
    lines: [],
    ...fields,
  };
}

function kinds(fields: Partial<PriorInvoice>): string[] {
  return findDuplicates(candidate, [prior(fields)], RULES).map(({ kind }) => kind);
}

describe('of two documents', () => {
  const repeat = { amount: '500.00', issueDate: '2026-03-15', sequence: 2 };
  const first = { ...candidate, sequence: 1 };
  const kindsOf = (fields: Partial<PriorInvoice>, of: DuplicateCandidate) =>
    findDuplicates(of, [prior({ ...repeat, ...fields })], RULES).map(({ kind }) => kind);

  test.each(['held', 'blocked', 'parked'] as const)(
    'the later one is the repeat while it is %s',
    (status) => {
      expect(kindsOf({ status }, first)).toEqual([]);
      expect(kindsOf({ status, sequence: 0 }, first)).toEqual(['strong']);
    },
  );

  test.each(['approved', 'posted', 'paid'] as const)('the earlier one is once the later is %s', (status) => {
    expect(kindsOf({ status }, first)).toEqual(['strong']);
  });

  test('the earlier one is once a part of the later is paid', () => {
    const paid = { orderId: 'PO-2', orderLineId: '1', quantity: '1', amount: '10', booked: true };
    expect(kindsOf({ status: 'held', lines: [paid] }, first)).toEqual(['strong']);
  });
});

describe('findDuplicates', () => {
  test.each<[string, Partial<PriorInvoice>, string[]]>([
    ['same number and content hash', { number: 'inv100', contentHash: 'abc' }, ['exact']],
    ['same number, other hash', { number: 'INV 100', contentHash: 'xyz' }, ['numberReused']],
    [
      'same number without a hash, same amount and date',
      { number: '00INV-100', amount: '500', issueDate: '2026-03-15' },
      ['exact'],
    ],
    ['same number without a hash, other amount', { number: 'INV-100' }, ['numberReused']],
    ['same number of a credit note', { number: 'INV-100', documentType: 'creditNote' }, []],
    ['same number of another supplier', { number: 'INV-100', supplierId: 'S-2' }, []],
    ['same number, rejected before', { number: 'INV-100', status: 'rejected' }, []],
    ['same number outside the window', { number: 'INV-100', issueDate: '2024-03-14' }, []],
    [
      'same number at the edge of the window',
      { number: 'INV-100', issueDate: '2024-03-15' },
      ['numberReused'],
    ],
    ['same amount and date', { amount: '500.0', issueDate: '2026-03-15' }, ['strong']],
    [
      'same amount and date in another currency',
      { amount: '500.00', issueDate: '2026-03-15', currency: 'USD' },
      [],
    ],
    [
      'same lines and quantities',
      { lines: [{ orderId: 'PO-1', orderLineId: '1', quantity: '50.0', amount: '1' }] },
      ['strong'],
    ],
    [
      'same lines, other quantity',
      { lines: [{ orderId: 'PO-1', orderLineId: '1', quantity: '49', amount: '1' }] },
      [],
    ],
    [
      'one edit and same amount within thirty days',
      { number: 'INV-101', amount: '500.00', issueDate: '2026-03-01' },
      ['weak'],
    ],
    [
      'one edit and same amount two months before',
      { number: 'INV-101', amount: '500.00', issueDate: '2026-01-01' },
      [],
    ],
    ['one edit and other amount', { number: 'INV-101', issueDate: '2026-03-01' }, []],
    ['the document itself', { id: 'doc-1', number: 'INV-100' }, []],
  ])('%s', (_name, fields, expected) => {
    expect(kinds(fields)).toEqual(expected);
  });
});

test.each([
  ['100', '101', true],
  ['100', '1000', true],
  ['12', '21', true],
  ['1234', '1324', true],
  ['1234', '1432', false],
  ['100', '100', false],
  ['100', '10011', false],
  ['', 'A', true],
])('one edit from %s to %s: %s', (left, right, expected) => {
  expect(isOneEdit(left, right)).toBe(expected);
  expect(isOneEdit(right, left)).toBe(expected);
});

test('invoice numbers are compared by letters and digits alone', () => {
  expect(['INV-001/26', 'inv 001 26', '000INV.00126'].map(plainInvoiceNumber)).toEqual([
    'INV00126',
    'INV00126',
    'INV00126',
  ]);
  expect(plainInvoiceNumber('000')).toBe('0');
});
