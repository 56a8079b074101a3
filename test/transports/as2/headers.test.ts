import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { formatAs2Id, formatMessageId, isMessageId, readAs2Id } from '../../../src/transports/as2/as2-id.ts';
import { findAmbiguity, safeHeaderValue, toHeaderLines } from '../../../src/transports/as2/headers.ts';

describe('an AS2 identifier', () => {
  test.each([
    ['AS2TEST', 'AS2TEST'],
    ['AS2 Test', '"AS2 Test"'],
    ['a"b', '"a\\"b"'],
    ['a\\b', '"a\\\\b"'],
    ['a;b,c', 'a;b,c'],
  ])('%s goes over the line as %s', (id, field) => {
    expect(formatAs2Id(id)).toBe(field);
  });

  test('is read as it was written, with inner spaces and in its case; quotes that it does not need change nothing', () => {
    const printable = fc.string({
      unit: fc.integer({ min: 0x20, max: 0x7e }).map((code) => String.fromCharCode(code)),
      minLength: 1,
      maxLength: 128,
    });
    fc.assert(fc.property(printable, (id) => expect(readAs2Id(formatAs2Id(id))).toBe(id)));
    expect(readAs2Id('"GW"')).toBe('GW');
    expect(readAs2Id('Gw')).not.toBe('GW');
  });
});

test('a Message-ID of ours is a valid one of at most 255 characters, whatever our identifier is', () => {
  for (const id of ['GW', 'AS2 Test', '"quoted\\"', '<@>', ' ', 'x'.repeat(128)]) {
    const messageId = formatMessageId('0199c1a2-0000-7000-8000-000000000000', id);
    expect([isMessageId(messageId), messageId.length <= 255]).toEqual([true, true]);
  }
});

describe('a header value', () => {
  test('never leaves its line, and is ASCII', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        expect(safeHeaderValue(text)).toMatch(/^[\x20-\x7e]*$/);
      }),
    );
    expect(safeHeaderValue('order.edi\r\nAS2-To: somebody')).toBe('order.edi AS2-To: somebody');
    expect(safeHeaderValue('Müller.edi')).toBe('=?utf-8?B?TcO8bGxlci5lZGk=?=');
  });

  test('that was folded is unfolded with one space', () => {
    expect(toHeaderLines(['AS2-From', 'AS2\r\n\t  Test'])).toEqual([['AS2-From', 'AS2 Test']]);
  });
});

describe('a request that can be read in two ways is refused:', () => {
  test.each([
    [['AS2-From', 'A', 'as2-from', 'B'], 'as2-from twice'],
    [['AS2-To', 'A', 'AS2-To', 'A'], 'as2-to twice'],
    [['Message-ID', '<1@a>', 'Message-ID', '<2@a>'], 'message-id twice'],
    [['Content-Length', '5', 'Content-Length', '5'], 'content-length twice'],
    [['Content-Length', '5', 'Transfer-Encoding', 'chunked'], 'both Content-Length and Transfer-Encoding'],
    [['Content-Length', '+5'], 'a Content-Length that is no number'],
    [['Transfer-Encoding', 'gzip, chunked'], 'Transfer-Encoding gzip, chunked'],
    [['AS2-From', 'A\nAS2-To: B'], 'control characters in as2-from'],
    [['AS2-From ', 'A'], 'a header name with characters that it may not have'],
  ])('%j', (rawHeaders, told) => {
    expect(findAmbiguity(rawHeaders)).toBe(told);
  });

  test('others are not', () => {
    expect(findAmbiguity(['AS2-From', 'A\r\n B', 'Received', '1', 'Received', '2'])).toBeUndefined();
  });
});
