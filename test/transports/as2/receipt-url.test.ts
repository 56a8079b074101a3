import { describe, expect, test } from '@jest/globals';
import { checkReceiptUrl, resolveReceiptHost } from '../../../src/transports/as2/receipt-url.ts';

const HOME = { url: 'https://as2.acme.example/as2', theirReceipts: terms() };

function terms({ hosts = [] as string[], privateAddresses = false } = {}) {
  return { hosts, privateAddresses, retryMinutes: [5] };
}

describe('the address that a message names for its receipt', () => {
  test.each([
    ['mailto:edi@acme.example', 'http and https'],
    ['ftp://as2.acme.example/mdn', 'http and https'],
    ['file:///etc/passwd', 'http and https'],
    ['as2.acme.example/mdn', 'http and https'],
    ['https://user:word@as2.acme.example/mdn', 'password'],
    ['https://elsewhere.example/mdn', 'none of as2.acme.example'],
    ['https://as2.acme.example.evil.example/mdn', 'none of as2.acme.example'],
    ['https://as2.acme.example@evil.example/mdn', 'password'],
  ])('%s is not called', (url, reason) => {
    expect(checkReceiptUrl(url, HOME)).toEqual({ ok: false, reason: expect.stringContaining(reason) });
  });

  test('at the host of the partner is called, whatever its case, port and path', () => {
    const url = 'https://AS2.Acme.example:8443/mdn?x=1';
    expect(checkReceiptUrl(url, HOME)).toEqual({ ok: true, url: 'https://as2.acme.example:8443/mdn?x=1' });
  });

  test('is called where the agreement lists its host, and then there alone', () => {
    const listed = { ...HOME, theirReceipts: terms({ hosts: ['mdn.acme.example'] }) };
    expect(checkReceiptUrl('https://mdn.acme.example/', listed).ok).toBe(true);
    expect(checkReceiptUrl('https://as2.acme.example/', listed).ok).toBe(false);
  });

  test.each([
    ...['127.0.0.1', '10.1.2.3', '192.168.0.1', '169.254.169.254', '[::1]', 'localhost'],
    ...['[::ffff:127.0.0.1]', '[::ffff:7f00:1]', '[::127.0.0.1]', '[::]', '[fd00::1]', '[fec0::1]'],
    ...['[64:ff9b::10.1.2.3]', '[64:ff9b::a9fe:a9fe]', '[2002:7f00:1::]', '[2002:c0a8:1::1]'],
  ])('%s is private: called only where the agreement allows it', async (host) => {
    expect(await resolveReceiptHost(host, { theirReceipts: terms() })).toBeUndefined();
    expect(
      await resolveReceiptHost(host, { theirReceipts: terms({ privateAddresses: true }) }),
    ).toBeDefined();
  });

  test.each(['[2606:4700::1]', '[64:ff9b::808:808]', '[2002:808:808::1]', '8.8.8.8'])(
    '%s is on the Internet',
    async (host) => {
      expect(await resolveReceiptHost(host, { theirReceipts: terms() })).toBeDefined();
    },
  );
});
