import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { packMessage, unpackMessage } from '../../../src/transports/as2/message-security.ts';
import type { OutboundPart } from '../../../src/transports/as2/message-security.ts';
import { AT, accepted, bytesOf, lowerCase, newIdentity, unpackOptions } from '../../support/as2-message.ts';

const us = newIdentity('us');
const partner = newIdentity('partner');
const keyring = { decryption: [us], verification: [partner.certificate] };
const sign = { ...partner, digest: 'sha256', scheme: 'rsa-with-hash', at: AT } as const;

async function roundTrip(
  part: OutboundPart,
  layers: { compress: 'none' | 'before' | 'after'; signed: boolean; encrypted: boolean; base64: boolean },
): Promise<{ bytes: Buffer; fileName: string | undefined; kinds: string[] }> {
  const packed = await packMessage([part], {
    compress: layers.compress,
    ...(layers.signed ? { sign } : {}),
    ...(layers.encrypted
      ? { encrypt: { recipients: [us.certificate], cipher: 'aes128', keyTransport: 'pkcs1' } }
      : {}),
    cmsTransferEncoding: layers.base64 ? 'base64' : 'binary',
    folder: '/nowhere',
  });
  const message = accepted(
    await unpackMessage(lowerCase(packed.headers), packed.body, keyring, unpackOptions()),
  );
  const [first] = message.parts;
  return {
    bytes: bytesOf(first?.content),
    fileName: first?.fileName,
    kinds: message.layers.map(({ kind }) => kind),
  };
}

test('payloads come out byte for byte, whatever the layers and the line ends', async () => {
  const text = fc.array(
    fc.constantFrom('\n', '\r\n', '\r', 'UNB+', '--', '\0', '\xff', 'Content-Type: x', '----=_Part_'),
    { maxLength: 12 },
  );
  const payload = fc.oneof(
    text.map((parts) => Buffer.from(parts.join(''), 'latin1')),
    fc.uint8Array({ maxLength: 300 }).map((bytes) => Buffer.from(bytes)),
  );
  await fc.assert(
    fc.asyncProperty(
      payload,
      fc.record({
        compress: fc.constantFrom('none', 'before', 'after'),
        signed: fc.boolean(),
        encrypted: fc.boolean(),
        base64: fc.boolean(),
      }),
      fc.constantFrom('binary', 'base64', '8bit', 'none'),
      async (content, layers, transferEncoding) => {
        const part = { content, contentType: 'application/edifact', transferEncoding } as const;
        // HTTP says how its body is encoded only where that is base64.
        expect((await roundTrip(part, layers)).bytes).toEqual(content);
      },
    ),
    { numRuns: 150 },
  );
});

test('the layers are told from the outside to the inside', async () => {
  const part = { content: Buffer.from('x'), contentType: 'text/plain' };
  const { kinds } = await roundTrip(part, {
    compress: 'before',
    signed: true,
    encrypted: true,
    base64: false,
  });
  expect(kinds).toEqual(['encrypted', 'signed', 'compressed']);
  const after = await roundTrip(part, { compress: 'after', signed: true, encrypted: true, base64: false });
  expect(after.kinds).toEqual(['encrypted', 'compressed', 'signed']);
});

describe('file names', () => {
  test('come through: plain, with quotes and spaces, of any alphabet', async () => {
    for (const fileName of [
      'order 1.edi',
      'a "b" \\ c;d.txt',
      'Rechnung_ü_€.edi',
      '注文.edi',
      "it's (1)*.xml",
    ]) {
      const part = { content: Buffer.from('x'), contentType: 'text/plain', fileName };
      expect(
        (await roundTrip(part, { compress: 'none', signed: true, encrypted: true, base64: false })).fileName,
      ).toBe(fileName);
    }
  });

  test('that would break out of their header line are refused', async () => {
    const part = { content: Buffer.from('x'), contentType: 'text/plain\r\nX-Evil: 1' };
    await expect(
      roundTrip(part, { compress: 'none', signed: true, encrypted: false, base64: false }),
    ).rejects.toMatchObject({ code: 'INVALID_REQUEST' });
  });
});

describe('structures that are none of AS2', () => {
  const refuse = async (headers: Record<string, string>, body: string | Buffer): Promise<string> => {
    const outcome = await unpackMessage(headers, Buffer.from(body), keyring, unpackOptions());
    return outcome.ok ? 'ACCEPTED' : outcome.modifier;
  };

  test('a CMS layer is recognised by its content, under any type, and never delivered as a payload', async () => {
    const { body } = await packMessage([{ content: Buffer.from('x'), contentType: 'text/plain' }], {
      compress: 'none',
      encrypt: { recipients: [us.certificate], cipher: 'aes256', keyTransport: 'pkcs1' },
      folder: '/nowhere',
    });
    for (const type of [
      'application/octet-stream',
      'application/x-pkcs7-mime',
      'application/pkcs7-mime; smime-type=signed-data',
    ])
      for (const [encoding, bytes] of [
        ['binary', bytesOf(body)],
        ['base64', bytesOf(body).toString('base64')],
        ['7bit', bytesOf(body)],
      ] as const) {
        if (type === 'application/octet-stream' && encoding === 'base64') continue;
        const headers = { 'content-type': type, 'content-transfer-encoding': encoding };
        const message = accepted(await unpackMessage(headers, Buffer.from(bytes), keyring, unpackOptions()));
        expect(bytesOf(message.parts[0]?.content).toString()).toBe('x');
      }
    const inside = Buffer.concat([
      Buffer.from('--b\r\nContent-Type: text/plain\r\n\r\n'),
      bytesOf(body),
      Buffer.from('\r\n--b--'),
    ]);
    expect(await refuse({ 'content-type': 'multipart/mixed; boundary=b' }, inside)).toBe(
      'unexpected-processing-error',
    );
  });

  test('multiparts without end, too deep, of too many parts, signed twice', async () => {
    expect(await refuse({ 'content-type': 'multipart/mixed; boundary=b' }, '--b\r\n\r\nx')).toBe(
      'unexpected-processing-error',
    );
    const many = `${'--b\r\n\r\nx\r\n'.repeat(101)}--b--`;
    expect(await refuse({ 'content-type': 'multipart/mixed; boundary=b' }, many)).toBe(
      'unexpected-processing-error',
    );
    let deep = 'Content-Type: text/plain\r\n\r\nx';
    for (let i = 0; i < 10; i++)
      deep = `Content-Type: multipart/mixed; boundary=b${i}\r\n\r\n--b${i}\r\n${deep}\r\n--b${i}--\r\n`;
    expect(await refuse({ 'content-type': 'multipart/mixed; boundary=b' }, `--b\r\n${deep}\r\n--b--`)).toBe(
      'unexpected-processing-error',
    );
    expect(await refuse({ 'content-type': 'application/pkcs7-mime' }, 'garbage'.repeat(50))).toBe(
      'unexpected-processing-error',
    );
    expect(await refuse({ 'content-type': 'application/pkcs7-mime' }, '')).toBe(
      'unexpected-processing-error',
    );
    expect(await refuse({ 'content-type': 'multipart/signed; boundary=b' }, '--b\r\n\r\nx\r\n--b--')).toBe(
      'unexpected-processing-error',
    );
  });
});
