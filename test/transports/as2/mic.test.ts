import { describe, expect, test } from '@jest/globals';
import { createHash } from 'node:crypto';
import { packMessage, unpackMessage } from '../../../src/transports/as2/message-security.ts';
import type { Mic, PackOptions } from '../../../src/transports/as2/message-security.ts';
import { compareMic, digestOfMicalg, micalgName, parseMic } from '../../../src/transports/as2/mic.ts';
import {
  AT,
  accepted,
  bytesOf,
  lowerCase,
  newIdentity,
  signedBody,
  unpackOptions,
  signed,
} from '../../support/as2-message.ts';

const us = newIdentity('us');
const partner = newIdentity('partner');
const keyring = { decryption: [us], verification: [partner.certificate] };
const SIGN = { ...partner, scheme: 'rsa', at: AT } as const;
const PAYLOAD = Buffer.from("UNB+UNOC:3+A+B+260101:1200+1'\r\nUNZ+0+1'\r\n");
const HEADERS = 'Content-Type: application/edifact\r\nContent-Transfer-Encoding: binary\r\n\r\n';
const ENTITY = Buffer.concat([Buffer.from(HEADERS), PAYLOAD]);

const hash = (digest: string, bytes: Uint8Array): string => createHash(digest).update(bytes).digest('base64');

async function micsOf(
  options: Partial<PackOptions>,
  asked: readonly Mic['digest'][] = [],
): Promise<{ sent: Mic; received: Mic; accepted: readonly Mic[]; body: Buffer }> {
  const packed = await packMessage([{ content: PAYLOAD, contentType: 'application/edifact' }], {
    compress: 'none',
    micDigests: asked,
    folder: '/nowhere',
    ...options,
  });
  const body = bytesOf(packed.body);
  const message = accepted(
    await unpackMessage(lowerCase(packed.headers), body, keyring, unpackOptions({ micDigests: asked })),
  );
  return { sent: packed.mic, received: message.mic, accepted: packed.acceptedMics, body };
}

describe('the MIC is the same for sender and receiver', () => {
  const encrypt = { recipients: [us.certificate], cipher: 'aes256', keyTransport: 'pkcs1' } as const;

  test('signed: over the signed part with its headers, by the hash of the signature, whatever was asked for', async () => {
    const expected = { digest: 'sha512', value: hash('sha512', ENTITY) };
    for (const layers of [{}, { encrypt }, { compress: 'after' }] as const) {
      const {
        sent,
        received,
        accepted: mics,
      } = await micsOf({ sign: { ...SIGN, digest: 'sha512' }, ...layers }, ['sha256', 'sha1']);
      expect([sent, received]).toEqual([expected, expected]);
      expect(mics).toContainEqual({ digest: 'sha256', value: hash('sha256', ENTITY) });
    }
  });

  test('signed over compressed content: over the compressed part', async () => {
    const { sent, received, body } = await micsOf({
      sign: { ...SIGN, digest: 'sha256' },
      compress: 'before',
    });
    const part = body.subarray(
      body.indexOf('Content-Type: application/pkcs7-mime'),
      body.indexOf('\r\n------=_Part', 20),
    );
    expect(sent).toEqual({ digest: 'sha256', value: hash('sha256', part) });
    expect(received).toEqual(sent);
  });

  test('encrypted: over the decrypted, decompressed part with its headers, by the hash asked for first', async () => {
    for (const compress of ['none', 'before'] as const) {
      const { sent, received } = await micsOf({ encrypt, compress }, ['sha384', 'sha1']);
      const expected = { digest: 'sha384', value: hash('sha384', ENTITY) };
      expect([sent, received]).toEqual([expected, expected]);
    }
  });

  test('compressed only: over the part with its headers; without them is accepted too', async () => {
    const { sent, received, accepted: mics } = await micsOf({ compress: 'before' }, ['sha256']);
    expect(sent).toEqual({ digest: 'sha256', value: hash('sha256', ENTITY) });
    expect(received).toEqual(sent);
    expect(mics).toContainEqual({ digest: 'sha256', value: hash('sha256', PAYLOAD) });
  });

  test('plain: over the body alone; SHA-1 where no algorithm was asked for', async () => {
    const { sent, received, accepted: mics } = await micsOf({});
    expect(sent).toEqual({ digest: 'sha1', value: hash('sha1', PAYLOAD) });
    expect(received).toEqual(sent);
    expect(mics).toContainEqual({ digest: 'sha256', value: hash('sha256', PAYLOAD) });
  });

  test('several parts: over the whole multipart', async () => {
    const parts = ['one', 'two'].map((text) => ({
      content: Buffer.from(text),
      contentType: 'text/plain',
      fileName: `${text}.txt`,
    }));
    const packed = await packMessage(parts, {
      compress: 'none',
      sign: { ...SIGN, digest: 'sha256' },
      folder: '/nowhere',
    });
    const message = accepted(
      await unpackMessage(lowerCase(packed.headers), packed.body, keyring, unpackOptions()),
    );
    expect(message.mic).toEqual(packed.mic);
    expect(message.parts.map(({ fileName, content }) => [fileName, bytesOf(content).toString()])).toEqual([
      ['one.txt', 'one'],
      ['two.txt', 'two'],
    ]);
  });
});

test('a signature that verifies only after line feeds became CRLF gives the MIC of that form', async () => {
  const sent = Buffer.from('Content-Type: text/plain\n\nline\nline\n');
  const canonical = Buffer.from(sent.toString().replaceAll('\n', '\r\n'));
  const { headers, body } = signedBody(sent, signed(canonical, { ...SIGN, digest: 'sha256' }), 'b', '\n');
  const message = accepted(await unpackMessage(headers, body, keyring, unpackOptions()));
  expect(message.layers).toMatchObject([{ verifiedOn: 'canonical' }]);
  expect(message.mic.value).toBe(hash('sha256', canonical));
  expect(bytesOf(message.parts[0]?.content).toString()).toBe('line\nline\n');
});

describe('a Received-content-MIC', () => {
  const mics: Mic[] = [
    { digest: 'sha256', value: 'AAAA' },
    { digest: 'sha1', value: 'BBBB' },
  ];

  test('is equal whatever its white space and the spelling of its algorithm', () => {
    for (const spelled of ['sha256', 'SHA256', 'sha-256', 'SHA-256', 'sha_256', ' "sha-256"'])
      expect(compareMic(` AA\tAA ,${spelled}`, mics)).toBe('equal');
    expect(compareMic('BBBB, sha1', mics)).toBe('equal');
  });

  test('is never compared with one of another algorithm', () => {
    expect(compareMic('AAAA, sha1', mics)).toBe('different');
    expect(compareMic('AAAA, md5', mics)).toBe('otherAlgorithm');
    expect(compareMic('AAAA', mics)).toBe('otherAlgorithm');
    expect(compareMic('', mics)).toBe('otherAlgorithm');
  });

  test('and micalg names are read and written', () => {
    expect(parseMic('a b, sha1')).toEqual({ value: 'ab', algorithm: 'sha1' });
    expect(digestOfMicalg('sha3-9')).toBeUndefined();
    expect(micalgName('sha256', 'rfc5751')).toBe('sha-256');
    expect(micalgName('sha1', 'rfc3851')).toBe('sha1');
  });
});
