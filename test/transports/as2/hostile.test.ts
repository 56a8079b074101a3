import { describe, expect, test } from '@jest/globals';
import { unpackMessage } from '../../../src/transports/as2/message-security.ts';
import { readReceipt } from '../../../src/transports/as2/read-receipt.ts';
import { unpackOptions } from '../../support/as2-message.ts';

/** A megabyte that is made to be expensive is refused before it costs more than this, on a slow machine. */
const MOST_MS = 3000;

async function refuse(
  body: Buffer,
  headers: Record<string, string> = { 'content-type': 'application/pkcs7-mime' },
): Promise<string> {
  const started = performance.now();
  const outcome = await unpackMessage(headers, body, { decryption: [], verification: [] }, unpackOptions());
  expect(performance.now() - started).toBeLessThan(MOST_MS);
  return outcome.ok ? 'accepted' : outcome.reason;
}

const hex = (text: string): Buffer => Buffer.from(text.replaceAll(' ', ''), 'hex');
const MEGABYTE = 1_000_000;
const MULTIPART = { 'content-type': 'multipart/mixed; boundary=b' };

describe('a message that is made to be expensive', () => {
  const compressed = hex('3080 060b2a864886f70d0109100109 a080 3080 020100 300d060b2a864886f70d0109100308');

  test('of countless elements', async () => {
    const content = hex('3080 06092a864886f70d010701 a080 2480');
    const empties = Buffer.alloc(MEGABYTE, hex('0400'));
    expect(await refuse(Buffer.concat([compressed, content, empties]))).toBe('Too many elements');
  });

  test('of elements within elements', async () => {
    const nested = Buffer.alloc(MEGABYTE, hex('3080'));
    expect(await refuse(Buffer.concat([compressed, nested]))).not.toBe('accepted');
    const content = Buffer.concat([
      hex('3080 06092a864886f70d010701 a080'),
      Buffer.alloc(MEGABYTE, hex('2480')),
    ]);
    expect(await refuse(Buffer.concat([compressed, content]))).toBe('Elements are nested too deeply');
  });

  test('of countless recipients', async () => {
    const enveloped = hex('3080 06092a864886f70d010703 a080 3080 020100 3180');
    expect(await refuse(Buffer.concat([enveloped, Buffer.alloc(MEGABYTE, hex('a000'))]))).toBe(
      'More than 1000 recipients',
    );
  });

  test('of lines that nearly are delimiters', async () => {
    expect(await refuse(Buffer.alloc(MEGABYTE, '\n--b-'), MULTIPART)).toBe(
      'Multipart without closing delimiter',
    );
  });

  test('of a header without end', async () => {
    const part = Buffer.concat([
      Buffer.from('--b\r\n'),
      Buffer.alloc(MEGABYTE, 'a: b\r\n'),
      Buffer.from('\r\n--b--'),
    ]);
    expect(await refuse(part, MULTIPART)).toBe('No end of the header within 65536 bytes');
  });

  test('of parameters, escapes and encoded words without end', async () => {
    for (const tail of [
      `name="${'\\'.repeat(16_000)}`,
      `${' '.repeat(16_000)}name`,
      ';'.repeat(16_000),
      'a*0=b;'.repeat(3_000),
      `name="${'=?a?q?'.repeat(2_500)}"`,
    ])
      await refuse(Buffer.from('x'), { 'content-type': `text/plain; ${tail}` });
  });

  test('of white space in quoted-printable', async () => {
    const headers = { 'content-type': 'text/plain', 'content-transfer-encoding': 'quoted-printable' };
    expect(await refuse(Buffer.alloc(MEGABYTE, ' '), headers)).toBe('A line of quoted-printable without end');
    for (const line of [`${' '.repeat(90_000)}x`, `${'\t'.repeat(90_000)}=x`, `${'= '.repeat(45_000)}\r\n`])
      expect(await refuse(Buffer.alloc(MEGABYTE, line), headers)).toBe('accepted');
  });
});

describe('a receipt that is made to be expensive', () => {
  test('of a text for people in which tags begin and never end', () => {
    const report = [
      '--b\r\nContent-Type: message/disposition-notification\r\n\r\nDisposition: a/b; processed\r\n',
      `--b\r\nContent-Type: text/html\r\n\r\nIt was taken <b>over</b>. ${'<'.repeat(MEGABYTE)}\r\n--b--\r\n`,
    ].join('');
    const started = performance.now();
    const read = readReceipt(
      [['Content-Type', 'multipart/report; boundary=b']],
      Buffer.from(report),
      { verification: [] },
      '2026-03-02T08:00:00.000Z',
    );
    expect(performance.now() - started).toBeLessThan(MOST_MS);
    expect(read?.receipt.text).toMatch(/^It was taken over \. </);
  });
});
