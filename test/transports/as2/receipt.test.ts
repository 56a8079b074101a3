import { describe, expect, test } from '@jest/globals';
import { formatDisposition, isPositive, readDisposition } from '../../../src/transports/as2/disposition.ts';
import { judgeReceipt } from '../../../src/transports/as2/judge-receipt.ts';
import type { ReceiptTerms } from '../../../src/transports/as2/judge-receipt.ts';
import { readReceipt } from '../../../src/transports/as2/read-receipt.ts';
import type { ReadReceipt } from '../../../src/transports/as2/read-receipt.ts';

const AT = '2026-03-02T08:00:00.000Z';

describe('a disposition', () => {
  test.each<[string, string, boolean]>([
    ['automatic-action/MDN-sent-automatically; processed', 'processed', true],
    ['automatic-action/MDN-sent-automatically;processed', 'processed', true],
    ['Manual-Action/MDN-Sent-Manually; PROCESSED', 'processed', true],
    ['a/b; processed/Warning: duplicate-document', 'processed/warning: duplicate-document', true],
    ['a/b; processed/error: decryption-failed', 'processed/error: decryption-failed', false],
    ['a/b; processed/Error:decryption-failed', 'processed/error: decryption-failed', false],
    ['a/b; processed / error : decompresion-failed', 'processed/error: decompresion-failed', false],
    ['a/b; failed/failure: unsupported format', 'failed/failure: unsupported format', false],
    ['a/b; denied', 'denied', false],
    ['a/b; displayed', 'displayed', false],
    ['a/b; something-new', 'something-new', false],
    ['a/b; processed/error', 'processed/error', false],
  ])('%s', (field, expected, positive) => {
    const read = readDisposition(field)!;
    expect([formatDisposition(read), isPositive(read)]).toEqual([expected, positive]);
  });

  test('is explained by a field of its own, as RFC 3798 has it', () => {
    const fields = new Map([['error', 'Authentication-Failed']]);
    const read = readDisposition('a/b; processed/error', fields)!;
    expect(formatDisposition(read)).toBe('processed/error: authentication-failed');
  });

  test('that is none is not taken for a success', () => {
    expect(readDisposition('')).toBeUndefined();
    expect(readDisposition('a/b; !!')).toBeUndefined();
  });
});

describe('an unsigned receipt', () => {
  const terms: ReceiptTerms = { signed: false, unsignedReceipt: false, receiptWithoutMic: false };
  const sent = {
    messageId: '<1@US>',
    as2From: 'US',
    as2To: 'THEM',
    mics: [{ algorithm: 'sha256', value: 'abc=' }],
    attemptCount: 1,
  };

  function receipt({
    from = 'THEM',
    original = '<1@US>',
    disposition = 'a/b; processed',
    text = ['text/plain', 'Thank you.'],
    mic = 'Received-Content-MIC: abc=, SHA256',
  } = {}): ReadReceipt {
    const body = [
      '--b',
      `Content-Type: ${text[0]}`,
      '',
      text[1],
      '--b',
      'Content-Type: message/disposition-notification',
      '',
      `Original-Message-ID: ${original}`,
      `Disposition: ${disposition}`,
      mic,
      '',
      '--b--',
      '',
    ].join('\r\n');
    return readReceipt(
      [
        ['AS2-From', from],
        ['AS2-To', 'US'],
        ['Content-Type', 'multipart/report; report-type=disposition-notification; boundary=b'],
      ],
      Buffer.from(body),
      { verification: [] },
      AT,
    )!;
  }

  test('names the message with or without brackets', () => {
    for (const original of ['<1@US>', '1@US', ' <1@US> ']) {
      expect(judgeReceipt(receipt({ original }), sent, terms)).toEqual({
        verdict: 'acknowledged',
        warnings: [],
      });
    }
    expect(judgeReceipt(receipt({ original: '<2@US>' }), sent, terms)).toMatchObject({
      verdict: 'untrusted',
    });
    expect(judgeReceipt(receipt({ original: '' }), sent, terms)).toMatchObject({ verdict: 'untrusted' });
  });

  test('of other identifiers than ours and his is a warning', () => {
    expect(judgeReceipt(receipt({ from: 'them' }), sent, terms)).toEqual({
      verdict: 'acknowledged',
      warnings: ['Its AS2-From is them, not THEM.'],
    });
  });

  test('that refuses a repeat as a duplicate says that the first copy arrived; the first time it is a refusal', () => {
    const duplicate = receipt({ disposition: 'a/b; processed/error: duplicate-document' });
    expect(judgeReceipt(duplicate, sent, terms)).toMatchObject({ verdict: 'refused' });
    expect(judgeReceipt(duplicate, { ...sent, attemptCount: 2 }, terms)).toMatchObject({
      verdict: 'acknowledged',
    });
  });

  test('of a duplicate needs no MIC, which many leave out of a refusal', () => {
    const signed = { ...terms, signed: true, unsignedReceipt: true };
    const duplicate = receipt({ disposition: 'a/b; processed/error: duplicate-document', mic: 'X-Other: 1' });
    expect(judgeReceipt(duplicate, { ...sent, attemptCount: 2 }, signed)).toEqual({
      verdict: 'acknowledged',
      warnings: ['It is not signed.', 'It says processed/error: duplicate-document.'],
    });
  });

  test('gives its words for people also from HTML', () => {
    const html = '<html><body><h1>Received</h1>\r\n<p>with   thanks</p></body></html>';
    expect(receipt({ text: ['text/html', html] }).receipt.text).toBe('Received with thanks');
  });
});
