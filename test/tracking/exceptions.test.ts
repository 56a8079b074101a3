import { describe, expect, test } from '@jest/globals';
import { EXCEPTION_CATALOGUE } from '../../src/tracking/exception-catalogue.ts';
import type { CatalogueEntry } from '../../src/tracking/exception-catalogue.ts';
import { fingerprintOf, openException } from '../../src/tracking/exceptions.ts';
import type { ExceptionInput } from '../../src/tracking/exceptions.ts';
import { DEFAULT_POLICY } from '../../src/tracking/policy.ts';
import { START } from './support.ts';

const base = { subject: { partnerId: 'acme', orderId: 'PO-1', lineId: '1' }, detail: 'x' };

describe('the catalogue', () => {
  test.each(Object.entries<CatalogueEntry>(EXCEPTION_CATALOGUE))(
    '%s has a title, words for its end, and an action',
    (type, entry) => {
      expect(type).toMatch(/^[A-Z_]+$/);
      expect([entry.title.length > 5, entry.closesWhen.length > 5, entry.actions.length > 0]).toEqual([
        true,
        true,
        true,
      ]);
      expect(new Set(entry.actions).size).toBe(entry.actions.length);
    },
  );
});

describe('an exception', () => {
  test('is identified by its subject, or by a cause that many share', () => {
    const one = fingerprintOf({ type: 'CHANGE_PROPOSED', subject: base.subject });
    const other = fingerprintOf({ type: 'CHANGE_PROPOSED', subject: { ...base.subject, lineId: '2' } });
    expect(one).not.toBe(other);
    const cause = (lineId: string) =>
      fingerprintOf({ type: 'ITEM_UNKNOWN', subject: { ...base.subject, lineId }, causeKey: '4711' });
    expect(cause('1')).toBe(cause('500'));
  });

  test('has a priority from money, urgency and severity, each shown', () => {
    const exception = openException(
      { ...base, type: 'CHANGE_PROPOSED', valueAtStake: '12400', currency: 'EUR', neededBy: '2026-03-04' },
      DEFAULT_POLICY,
      START,
    );
    expect(exception.priority).toBe(4 * 4 * 2);
    expect(exception.priorityTerms).toEqual([
      { term: 'money', value: 4, text: 'at stake: 12400 EUR' },
      { term: 'urgency', value: 4, text: 'needed in 2 days' },
      { term: 'severity', value: 2, text: 'medium' },
    ]);
  });

  test('is the more urgent the more money and the less time', () => {
    const priority = (valueAtStake: string, neededBy: string) =>
      openException({ ...base, type: 'CHANGE_PROPOSED', valueAtStake, neededBy }, DEFAULT_POLICY, START)
        .priority;
    expect([
      priority('10', '2026-06-01'),
      priority('5000', '2026-06-01'),
      priority('5000', '2026-03-01'),
    ]).toEqual([2, 6, 30]);
  });

  test.each([
    ['FA_REJECTED', '2026-03-02T13:00:00.000Z'],
    ['CHANGE_PROPOSED', '2026-03-03T09:00:00.000Z'],
    ['OVER_SHIP_ANNOUNCED', '2026-03-05T00:00:00.000Z'],
    ['ACK_OVERDUE', undefined],
  ] as const)('%s opened on Monday at nine, goods expected on Thursday, is due %s', (type, dueAt) => {
    expect(openException({ ...base, type, neededBy: '2026-03-05' }, DEFAULT_POLICY, START).dueAt).toBe(dueAt);
  });
});

describe('the title of an exception', () => {
  const open = (input: Omit<ExceptionInput, 'detail' | 'type'>) =>
    openException({ type: 'CHANGE_PROPOSED', detail: '', ...input }, DEFAULT_POLICY, START).title;

  test('tells which order, line and partner, and what is at stake', () => {
    const subject = { orderId: 'PO-1001', lineId: '3', partnerId: 'acme' };
    expect(open({ subject, valueAtStake: '1240.5', currency: 'EUR' })).toBe(
      'Supplier proposes other values: order PO-1001, line 3, acme, 1240.50 EUR',
    );
    expect(open({ subject: { partnerId: 'acme' } })).toBe('Supplier proposes other values: acme');
    expect(open({ subject: {}, valueAtStake: '0', currency: 'EUR' })).toBe('Supplier proposes other values');
  });
});
