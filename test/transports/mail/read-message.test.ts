import { describe, expect, test } from '@jest/globals';
import { readMessage } from '../../../src/transports/mail/read-message.ts';

const RULES = { senders: ['@acme.example'], authenticatedBy: 'mx.us.example', patterns: ['*.edi'] };

function mail(results: string, from = 'edi@acme.example'): Uint8Array {
  return Buffer.from(
    [
      `Authentication-Results: ${results}`,
      `From: ${from}`,
      'Subject: invoice',
      'Content-Type: application/octet-stream; name="a.edi"',
      'Content-Disposition: attachment; filename="a.edi"',
      '',
      'ISA*00*',
    ].join('\r\n'),
  );
}

describe('what shows that the partner has written a message', () => {
  test.each([
    'mx.us.example; spf=pass smtp.mailfrom=acme.example; dmarc=pass header.from=acme.example',
    'mx.us.example 1; dmarc = pass (p=reject dis=none) header.from=ACME.example',
    'mx.us.example; dkim=pass header.d=acme.example; dmarc/1=pass',
  ])('is the word of our own server: %s', async (results) => {
    expect(await readMessage(mail(results), RULES)).toMatchObject({ ok: true });
  });

  test.each([
    // The server repeats what the sender has called himself.
    'mx.us.example; spf=pass smtp.mailfrom="x; dmarc=pass"@evil.example; dmarc=fail header.from=acme.example',
    'mx.us.example; spf=none (no policy; dmarc=pass) smtp.mailfrom=evil.example; dmarc=fail',
    'mx.us.example; spf=pass smtp.helo=" dmarc=pass "; dkim=none',
    'mx.us.example; x-note=dmarc=pass; dmarc=fail',
    'mx.us.example; spf=none dmarc=pass; dmarc=none',
    'mx.us.example; dmarc=pass; dmarc=fail header.from=acme.example',
    'mx.us.example; dmarc=pass header.from=evil.example',
    'mx.us.example; dmarc=pass header.from=me.example',
    'mx.us.example; (dmarc=pass',
  ])('is not what the sender has put into it: %s', async (results) => {
    expect(await readMessage(mail(results), RULES)).toMatchObject({ ok: false, stranger: true });
  });
});
