import { headlineOf } from '../../src/console/words/headline.ts';
import { describe, expect, test } from '@jest/globals';
import { describeReceiving } from '../../src/console/words/channel.ts';
import { statusOfRun } from '../../src/console/words/repeats.ts';
import { findFilterMistake, parseExceptionFilter } from '../../src/console/data/exception-filter.ts';
import {
  formatAmount,
  formatDecimal,
  formatDuration,
  formatMoney,
  formatPrice,
  formatRelative,
  humanise,
} from '../../src/console/words/format.ts';

describe('amounts are shown as they are', () => {
  test.each([
    ['1234567.50', '1,234,567.50'],
    ['-0.005', '−0.005'],
    ['12345678901234567890.12345678901', '12,345,678,901,234,567,890.12345678901'],
    ['12.50 per 100', '12.50 per 100'],
  ])('%s', (value, shown) => {
    expect(formatDecimal(value)).toBe(shown);
  });

  test('no amount is no text', () => {
    expect(formatMoney('0.00', 'EUR')).toBe('');
    expect(formatMoney('', '')).toBe('');
    expect(formatMoney('1240.50', 'EUR')).toBe('1,240.50 EUR');
    expect(formatMoney('1140', 'USD')).toBe('1,140.00 USD');
    expect(formatMoney('-1140.5', 'USD')).toBe('−1,140.50 USD');
    expect(formatMoney('0.0375', 'USD')).toBe('0.0375 USD');
    expect(formatMoney('1140', 'JPY')).toBe('1,140 JPY');
    expect(formatMoney('1140', '')).toBe('1,140');
  });

  test('where an amount is asked for, nothing is an amount', () => {
    expect(formatAmount('0', 'EUR')).toBe('0.00 EUR');
    expect(formatAmount('1240.5', 'EUR')).toBe('1,240.50 EUR');
    expect(formatAmount('28.8', '')).toBe('28.8');
    expect(formatAmount('net 30', 'EUR')).toBe('net 30');
  });

  test('a price has its currency, and what it is for', () => {
    expect(formatPrice('12.5', 'USD')).toBe('12.50 USD');
    expect(formatPrice('1240.5 per 1000', 'USD')).toBe('1,240.50 USD per 1,000');
    expect(formatPrice('0.0375', 'USD')).toBe('0.0375 USD');
  });
});

test('codes become words', () => {
  expect(humanise('CHANGE_PROPOSED')).toBe('Change proposed');
  expect(humanise('partlyProcessed')).toBe('Partly processed');
});

test('times are told by how far they are', () => {
  const now = new Date('2026-03-05T16:20:00.000Z');
  expect(formatRelative('2026-03-05T16:19:30.000Z', now)).toBe('just now');
  expect(formatRelative('2026-03-05T16:40:00.000Z', now)).toBe('in 20 min');
  expect(formatRelative('2026-03-04T10:20:00.000Z', now)).toBe('30 h ago');
  expect(formatDuration(3 * 86_400_000)).toBe('3 d');
});

describe('the search line of the exceptions', () => {
  const now = new Date('2026-03-05T16:20:42.000Z');

  test('tokens and words', () => {
    const line = 'hammer is:snoozed kind:HOLD_PRICE partner:acme assigned:me value:>1000 due:<4h price';
    expect(parseExceptionFilter(line, now)).toEqual({
      status: 'snoozed',
      type: 'HOLD_PRICE',
      partnerId: 'acme',
      assignee: 'me',
      minValue: 1000,
      dueBefore: '2026-03-05T20:20:00.000Z',
      text: 'hammer price',
    });
  });

  test('what means nothing is named; thousands may be grouped', () => {
    expect(parseExceptionFilter('value:>=1,250,000.50', now)['minValue']).toBe(1_250_000.5);
    for (const line of [
      '',
      'hammer 10:30',
      'value:>1,000',
      'value:12.50',
      'due:<30m',
      'is:any',
      'severity:low',
    ])
      expect(findFilterMistake(line)).toBeUndefined();
    for (const token of ['value:<1000', 'value:1.000,50', 'value:ten', 'due:soon', 'is:done', 'severity:bad'])
      expect(findFilterMistake(`hammer ${token}`)).toMatch(`“${token}” is not understood. It can be `);
  });

  test('open is what is meant; what is overdue was due before now', () => {
    expect(parseExceptionFilter('', now)).toEqual({ status: 'open', text: '' });
    expect(parseExceptionFilter('due:overdue', now)['dueBefore']).toBe('2026-03-05T16:20:00.000Z');
  });
});

test('beside the order and the amount a title is its first words', () => {
  const title = 'Supplier proposes other values: order PO-4501, line 1, northwind-hardware, 1140.00 USD';
  expect(headlineOf({ title })).toBe('Supplier proposes other values');
  expect(headlineOf({ title: 'The disk is nearly full' })).toBe('The disk is nearly full');
});

test('what a partner brings is not said to be fetched', () => {
  const channel = { receive: true, pollSeconds: 1 };
  expect(describeReceiving({ ...channel, type: 'sftp', pollSeconds: 300 })).toBe(
    'what we fetch, every 5 minutes',
  );
  expect(describeReceiving({ ...channel, type: 'folder' })).toBe('what we fetch, every 1 second');
  for (const type of ['as2', 'cxml', 'http', 'sftpMailbox'])
    expect(describeReceiving({ ...channel, type })).toMatch(/^what the partner .*, as it comes$/);
  expect(describeReceiving({ ...channel, type: 'httpPush' })).toBe('nothing');
  expect(describeReceiving({ ...channel, type: 'as2', receive: false })).toBe('nothing');
});

test('a run that has come to its end and done nothing does not say Done', () => {
  expect(statusOfRun({ status: 'done', done: 2, count: 2 })).toBe('run:done');
  expect(statusOfRun({ status: 'done', done: 1, count: 2 })).toBe('run:partlyDone');
  expect(statusOfRun({ status: 'done', done: 0, count: 1 })).toBe('run:nothingDone');
  expect(statusOfRun({ status: 'running', done: 0, count: 1 })).toBe('run:running');
});
