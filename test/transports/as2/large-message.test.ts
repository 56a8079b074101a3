import { afterAll, describe, expect, test } from '@jest/globals';
import { createHash } from 'node:crypto';
import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { packMessage, unpackMessage } from '../../../src/transports/as2/message-security.ts';
import type { Content } from '../../../src/transports/as2/content.ts';
import type { PackOptions } from '../../../src/transports/as2/message-security.ts';
import { toBer } from '../../support/as2-forge.ts';
import { ANY, AT, accepted, lowerCase, newIdentity } from '../../support/as2-message.ts';

const root = mkdtempSync(path.join(tmpdir(), 'tradelane-as2-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));

const us = newIdentity('us');
const partner = newIdentity('partner');
const keyring = { decryption: [us], verification: [partner.certificate] };
const sign = { ...partner, digest: 'sha256', scheme: 'rsa', at: AT } as const;
const encrypt = { recipients: [us.certificate], cipher: 'aes256', keyTransport: 'pkcs1' } as const;

/** 3 MB that do not compress well, with line ends at the borders of blocks. */
const PAYLOAD = Buffer.alloc(3_000_000);
for (let i = 0; i < PAYLOAD.length; i += 32) createHash('sha256').update(String(i)).digest().copy(PAYLOAD, i);
PAYLOAD.write('\n', 65_535);

let count = 0;
const newFolder = (): string => path.join(root, `message-${count++}`);

function readContent(content: Content | undefined): Buffer {
  if (content === undefined) throw new Error('No content');
  if (content instanceof Uint8Array) return Buffer.from(content);
  return readFileSync(content.path).subarray(content.start, content.end);
}

function inFile(bytes: Buffer): Content {
  const file = path.join(root, `in-${count++}`);
  writeFileSync(file, bytes);
  return { path: file, start: 0, end: bytes.length };
}

async function roundTrip(
  content: Content,
  options: Partial<PackOptions>,
  change = (body: Content): Content => body,
): Promise<Buffer> {
  const folder = newFolder();
  const packed = await packMessage([{ content, contentType: 'application/edifact' }], {
    compress: 'none',
    folder,
    ...options,
  });
  const message = accepted(
    await unpackMessage(lowerCase(packed.headers), change(packed.body), keyring, {
      policy: ANY,
      micDigests: [],
      folder,
    }),
  );
  expect(message.mic).toEqual(packed.mic);
  return readContent(message.parts[0]?.content);
}

describe('a message of more than a megabyte', () => {
  test('comes out byte for byte, from memory and from a file, whatever its layers', async () => {
    for (const content of [PAYLOAD, inFile(PAYLOAD)])
      for (const options of [
        {},
        { sign },
        { sign, encrypt },
        { sign, encrypt: { ...encrypt, cipher: 'aes128-gcm' as const }, compress: 'before' as const },
        { encrypt, compress: 'after' as const, sign, cmsTransferEncoding: 'base64' as const },
      ])
        expect((await roundTrip(content, options)).equals(PAYLOAD)).toBe(true);
  });

  test('is read in BER with small segments', async () => {
    const segmented = (body: Content): Content => inFile(toBer(readContent(body), 1000));
    // Only what is encrypted is a string of segments: here all of it.
    const small = PAYLOAD.subarray(0, 900_000);
    expect((await roundTrip(small, { encrypt }, segmented)).equals(small)).toBe(true);
  });

  test('leaves files that only we can read, in the given folder', async () => {
    const folder = newFolder();
    await packMessage([{ content: PAYLOAD, contentType: 'text/plain' }], {
      compress: 'none',
      encrypt,
      folder,
    });
    expect(statSync(folder).mode & 0o777).toBe(0o700);
    for (const name of readdirSync(folder))
      expect(statSync(path.join(folder, name)).mode & 0o777).toBe(0o600);
  });

  test('leaves the event loop free', async () => {
    const folder = newFolder();
    const large = Buffer.alloc(24_000_000, 'x');
    let turns = 0;
    const timer = setInterval(() => turns++, 1);
    const started = performance.now();
    await packMessage([{ content: large, contentType: 'text/plain' }], {
      compress: 'none',
      encrypt: { ...encrypt, cipher: '3des' },
      folder,
    });
    clearInterval(timer);
    // 3DES on 24 MB takes several hundred milliseconds; on the event loop there would be no turn in between.
    expect(performance.now() - started).toBeGreaterThan(50);
    expect(turns).toBeGreaterThan(10);
  });

  test('that was changed on the way hands nothing out', async () => {
    const folder = newFolder();
    const packed = await packMessage([{ content: PAYLOAD, contentType: 'text/plain' }], {
      compress: 'none',
      encrypt: { ...encrypt, cipher: 'aes256-gcm' },
      folder,
    });
    const bytes = readContent(packed.body);
    bytes[2_000_000]! ^= 1;
    const unpackFolder = newFolder();
    const outcome = await unpackMessage(lowerCase(packed.headers), inFile(bytes), keyring, {
      policy: ANY,
      micDigests: [],
      folder: unpackFolder,
    });
    expect(outcome).toMatchObject({
      ok: false,
      modifier: 'decryption-failed',
      text: 'The message could not be decrypted.',
    });
    expect(readdirSync(unpackFolder)).toEqual([]);
  });
});

test('a small message that grows large by decompression is worked on in a worker, within the limits', async () => {
  const large = Buffer.from(Array.from({ length: 20_000 }, (_, i) => `${i}${' '.repeat(250)}\n`).join(''));
  const packed = await packMessage([{ content: large, contentType: 'text/plain' }], {
    compress: 'before',
    folder: newFolder(),
  });
  const body = readContent(packed.body);
  expect(body.length).toBeLessThan(500_000);
  const unpack = (limits: {
    inflatedBytes?: number;
    inflateRatio?: number;
  }): ReturnType<typeof unpackMessage> =>
    unpackMessage(lowerCase(packed.headers), body, keyring, {
      policy: ANY,
      micDigests: [],
      folder: newFolder(),
      limits,
    });
  expect(readContent(accepted(await unpack({})).parts[0]?.content).equals(large)).toBe(true);
  expect(await unpack({ inflatedBytes: 4_000_000 })).toMatchObject({ modifier: 'decompression-failed' });
  expect(await unpack({ inflateRatio: 10 })).toMatchObject({ modifier: 'decompression-failed' });
});

test('trouble of our own is an error, not a refusal of the partner’s message', async () => {
  const missing = { path: path.join(root, 'nothing-here'), start: 0, end: 10 };
  await expect(
    unpackMessage({}, missing, keyring, { policy: ANY, micDigests: [], folder: newFolder() }),
  ).rejects.toMatchObject({
    code: 'STORE_UNAVAILABLE',
    retryable: 'later',
  });
  const blocked = path.join(root, 'file');
  writeFileSync(blocked, '');
  await expect(
    packMessage([{ content: PAYLOAD, contentType: 'text/plain' }], {
      compress: 'none',
      encrypt,
      folder: path.join(blocked, 'x'),
    }),
  ).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE' });
  expect(existsSync(path.join(blocked, 'x'))).toBe(false);
});

test('many large messages at a time are all worked on', async () => {
  const results = await Promise.all(Array.from({ length: 6 }, () => roundTrip(PAYLOAD, { sign, encrypt })));
  expect(results.every((bytes) => bytes.equals(PAYLOAD))).toBe(true);
});
