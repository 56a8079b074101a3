import { beforeAll, expect, test } from '@jest/globals';
import fc from 'fast-check';
import {
  packMessage,
  readMdn,
  signMdn,
  unpackMessage,
} from '../../../src/transports/as2/message-security.ts';
import type { PackOptions } from '../../../src/transports/as2/message-security.ts';
import { toBer } from '../../support/as2-forge.ts';
import { ANY, AT, bytesOf, lowerCase, newIdentity, unpackOptions } from '../../support/as2-message.ts';

const us = newIdentity('us');
const partner = newIdentity('partner');
const keyring = { decryption: [us], verification: [partner.certificate] };
const sign = { ...partner, digest: 'sha256', scheme: 'rsa', at: AT } as const;
const PAYLOAD = Buffer.from("UNB+UNOC:3+A+B+260101:1200+1'UNZ+0+1'");

const samples: { headers: Record<string, string>; body: Buffer; signed: boolean }[] = [];

beforeAll(async () => {
  const kinds: Partial<PackOptions>[] = [
    {},
    { sign },
    { compress: 'before' },
    { compress: 'after', sign },
    ...(['aes256', 'aes256-gcm', '3des'] as const).map((cipher) => ({
      encrypt: { recipients: [us.certificate], cipher, keyTransport: 'pkcs1' as const },
      sign,
    })),
    {
      encrypt: { recipients: [us.certificate], cipher: 'aes128', keyTransport: 'pkcs1' },
      compress: 'before',
    },
  ];
  for (const kind of kinds) {
    const packed = await packMessage([{ content: PAYLOAD, contentType: 'application/edifact' }], {
      compress: 'none',
      folder: '/nowhere',
      ...kind,
    });
    const body = bytesOf(packed.body);
    const headers = lowerCase(packed.headers);
    samples.push({ headers, body, signed: kind.sign !== undefined });
    if (body[0] === 0x30) samples.push({ headers, body: toBer(body, 11), signed: kind.sign !== undefined });
  }
});

type Mutation = { kind: 'flip' | 'insert' | 'remove' | 'cut'; at: number; value: number };

function mutate(body: Buffer, mutations: readonly Mutation[]): Buffer {
  let result = Buffer.from(body);
  for (const { kind, at, value } of mutations) {
    const place = at % (result.length + 1);
    if (kind === 'flip' && place < result.length) result[place]! ^= value || 1;
    if (kind === 'insert')
      result = Buffer.concat([
        result.subarray(0, place),
        Buffer.alloc(1 + (value % 40), value),
        result.subarray(place),
      ]);
    if (kind === 'remove')
      result = Buffer.concat([result.subarray(0, place), result.subarray(place + 1 + (value % 40))]);
    if (kind === 'cut') result = result.subarray(0, place);
  }
  return result;
}

const mutations = fc.array(
  fc.record({
    kind: fc.constantFrom('flip', 'insert', 'remove', 'cut'),
    at: fc.nat(100_000),
    value: fc.integer({ min: 0, max: 255 }),
  }),
  { minLength: 1, maxLength: 3 },
) as fc.Arbitrary<Mutation[]>;

test('a changed message is a message or a refusal, never an error, and never another payload under a signature', async () => {
  const policy = { ...ANY, mustBeSigned: true };
  await fc.assert(
    fc.asyncProperty(fc.nat(), mutations, async (which, changes) => {
      const { headers, body, signed } = samples[which % samples.length]!;
      const outcome = await unpackMessage(
        headers,
        mutate(body, changes),
        keyring,
        unpackOptions(signed ? { policy } : {}),
      );
      if (!outcome.ok) expect(outcome.text).not.toBe('');
      // Signed: what is delivered is what was signed.
      else if (signed) expect(outcome.parts.map(({ content }) => bytesOf(content))).toEqual([PAYLOAD]);
    }),
    { numRuns: 1500 },
  );
}, 60_000);

test('any bytes under any type are a message or a refusal', async () => {
  const types = [
    'application/pkcs7-mime',
    'multipart/signed; boundary=b',
    'multipart/mixed; boundary=b',
    'text/plain',
    'multipart/mixed; boundary="',
    '',
  ];
  const bytes = fc.oneof(
    fc.uint8Array({ maxLength: 200 }),
    // Nearly BER: small tags and lengths.
    fc
      .array(fc.constantFrom(0x30, 0x80, 0x06, 0x04, 0x24, 0xa0, 0x31, 0x02, 0x00, 0x01, 0x84, 0xff, 0x2a), {
        maxLength: 200,
      })
      .map((octets) => Uint8Array.from(octets)),
  );
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom(...types),
      fc.constantFrom('binary', 'base64', 'quoted-printable', 'x'),
      bytes,
      async (type, encoding, body) => {
        const headers = { 'content-type': type, 'content-transfer-encoding': encoding };
        expect(typeof (await unpackMessage(headers, body, keyring, unpackOptions())).ok).toBe('boolean');
      },
    ),
    { numRuns: 1500 },
  );
}, 60_000);

test('a changed receipt is valid only with the report that was signed', () => {
  const report = {
    headers: { 'Content-Type': 'multipart/report; boundary=r' },
    body: Buffer.from('--r\r\nContent-Type: text/plain\r\n\r\nprocessed\r\n--r--\r\n'),
  };
  const signed = signMdn(report, sign);
  const headers = lowerCase(signed.headers);
  fc.assert(
    fc.property(mutations, (changes) => {
      const read = readMdn(headers, mutate(Buffer.from(signed.body), changes), {
        verification: [partner.certificate],
      });
      if (read.signature.state === 'valid')
        expect(Buffer.from(read.parts[0]!.body).toString()).toBe('processed');
    }),
    { numRuns: 1000 },
  );
});
