import { describe, expect, test } from '@jest/globals';
import { packMessage, unpackMessage } from '../../../src/transports/as2/message-security.ts';
import type {
  Cipher,
  PackOptions,
  RefusedMessage,
  UnpackedMessage,
  UnpackOptions,
} from '../../../src/transports/as2/message-security.ts';
import { MemorySource } from '../../../src/transports/as2/bytes/byte-source.ts';
import { Workspace } from '../../../src/transports/as2/bytes/workspace.ts';
import { encryptEnvelope } from '../../../src/transports/as2/cms/enveloped-data.ts';
import { toBer } from '../../support/as2-forge.ts';
import {
  ANY,
  AT,
  CIPHERS,
  accepted,
  bytesOf,
  lowerCase,
  newIdentity,
  unpackOptions,
} from '../../support/as2-message.ts';

const us = newIdentity('us');
const partner = newIdentity('partner');
const PAYLOAD = Buffer.from("UNB+UNOC:3+A+B+260101:1200+1'UNZ+0+1'".repeat(40));
const TYPE = { 'content-type': 'application/pkcs7-mime; smime-type=enveloped-data; name="smime.p7m"' };

async function encrypted(cipher: Cipher, options: Partial<PackOptions> = {}): Promise<Buffer> {
  const { body } = await packMessage([{ content: PAYLOAD, contentType: 'application/edifact' }], {
    compress: 'none',
    encrypt: { recipients: [us.certificate], cipher, keyTransport: 'pkcs1' },
    folder: '/nowhere',
    ...options,
  });
  return bytesOf(body);
}

function unpack(
  body: Uint8Array,
  options: Partial<UnpackOptions> = {},
): Promise<UnpackedMessage | RefusedMessage> {
  return unpackMessage(
    TYPE,
    body,
    { decryption: [us], verification: [partner.certificate] },
    unpackOptions(options),
  );
}

async function refusalOf(body: Uint8Array): Promise<Pick<RefusedMessage, 'modifier' | 'text'>> {
  const outcome = await unpack(body);
  if (outcome.ok) throw new Error('It was accepted');
  return { modifier: outcome.modifier, text: outcome.text };
}

const FAILED = { modifier: 'decryption-failed', text: 'The message could not be decrypted.' };

/** An envelope around bytes that are no MIME entity of ours. */
function envelope(plain: Buffer, cipher: Cipher): Buffer {
  const spool = new Workspace(1 << 20, undefined).spool();
  encryptEnvelope(
    { length: plain.length, blocks: () => new MemorySource(plain).blocks(0, plain.length) },
    { recipients: [us.certificate], cipher, keyTransport: 'pkcs1' },
    spool,
  );
  return bytesOf(spool.finish());
}

describe('an encrypted message', () => {
  test('is read in BER with segments of any size', async () => {
    for (const cipher of CIPHERS)
      for (const size of [1, 13, 1000]) {
        const message = accepted(await unpack(toBer(await encrypted(cipher), size)));
        expect(bytesOf(message.parts[0]?.content)).toEqual(PAYLOAD);
      }
  });

  test('for somebody else is refused', async () => {
    const body = await encrypted('aes256', {
      encrypt: { recipients: [partner.certificate], cipher: 'aes256', keyTransport: 'pkcs1' },
    });
    expect(await refusalOf(body)).toEqual(FAILED);
  });

  test('is refused with the same answer whatever is wrong: key, padding, tag, structure', async () => {
    for (const cipher of CIPHERS) {
      const body = await encrypted(cipher);
      const flipped = (at: number): Buffer => {
        const copy = Buffer.from(body);
        copy[at]! ^= 0x55;
        return copy;
      };
      const wrappedKey = body.indexOf(us.certificate.identity.serialNumber) + 60;
      expect(await refusalOf(flipped(wrappedKey))).toEqual(FAILED);
      expect(await refusalOf(flipped(body.length - 1))).toEqual(FAILED);
      expect(await unpack(body.subarray(0, -7))).toMatchObject({
        ok: false,
        modifier: 'unexpected-processing-error',
      });
    }
    expect(await refusalOf(envelope(Buffer.from('no header at all'), 'aes256'))).toEqual(FAILED);
  });

  test('with octets appended behind its signed content is refused like one of a wrong padding', async () => {
    const sign = { ...partner, digest: 'sha256', scheme: 'rsa', at: AT } as const;
    const { headers, body } = await packMessage([{ content: PAYLOAD, contentType: 'application/edifact' }], {
      compress: 'none',
      sign,
      folder: '/nowhere',
    });
    const whole = (tail: string): Buffer =>
      Buffer.concat([
        Buffer.from(`Content-Type: ${headers['Content-Type']}\r\n\r\n`),
        bytesOf(body),
        Buffer.from(tail),
      ]);
    accepted(await unpack(envelope(whole(''), 'aes256')));
    expect(await refusalOf(envelope(whole('what an attacker cannot know'), 'aes256'))).toEqual(FAILED);
    // The tag says that the sender meant it: there is nothing to be learned by trying.
    accepted(await unpack(envelope(whole('epilogue'), 'aes256-gcm')));
  });

  test('by a cipher outside of the agreement, or one that we do not know, is refused', async () => {
    const body = await encrypted('3des');
    expect(await unpack(body, { policy: { ...ANY, ciphers: ['aes256'] } })).toMatchObject({
      modifier: 'insufficient-message-security',
    });
    const rc2 = Buffer.from(body);
    rc2.set(Buffer.from('300206', 'hex'), body.indexOf('2a864886f70d0307', 0, 'hex') + 5);
    expect(await refusalOf(rc2)).toEqual(FAILED);
  });

  test('with GCM outside of AuthEnvelopedData is refused', async () => {
    const body = await encrypted('aes256');
    const cbc = Buffer.from('60864801650304012a', 'hex');
    const gcm = Buffer.from(body);
    gcm[body.indexOf(cbc) + cbc.length - 1] = 46;
    expect(await refusalOf(gcm)).toEqual(FAILED);
  });

  test('is found by any of our keys, and never by trying them', async () => {
    const next = newIdentity('us');
    for (const recipient of [us, next]) {
      const body = await encrypted('aes256', {
        encrypt: {
          recipients: [partner.certificate, recipient.certificate],
          cipher: 'aes256',
          keyTransport: 'oaep-sha256',
        },
      });
      const outcome = await unpackMessage(
        TYPE,
        body,
        { decryption: [next, us], verification: [] },
        unpackOptions(),
      );
      expect(accepted(outcome).layers).toMatchObject([
        { recipient: { fingerprint: recipient.certificate.fingerprint } },
      ]);
    }
  });
});

describe('a compressed message', () => {
  test('is refused where it is damaged, compressed twice, or grows without end', async () => {
    const packed = async (payload: Buffer): Promise<{ headers: Record<string, string>; body: Buffer }> => {
      const { headers, body } = await packMessage(
        [{ content: payload, contentType: 'application/edifact' }],
        {
          compress: 'before',
          folder: '/nowhere',
        },
      );
      return { headers: lowerCase(headers), body: bytesOf(body) };
    };
    const { headers, body } = await packed(PAYLOAD);
    const keyring = { decryption: [], verification: [] };
    const damaged = Buffer.from(body);
    damaged.fill(0xff, body.length - 30, body.length - 10);
    const inside = Buffer.concat([Buffer.from('Content-Type: application/pkcs7-mime\r\n\r\n'), body]);
    const { deflateInto, compressedDataPrefix } =
      await import('../../../src/transports/as2/cms/compressed-data.ts');
    const spool = new Workspace(1 << 20, undefined).spool();
    await deflateInto([inside], spool);
    const deflated = bytesOf(spool.finish());
    const twice = Buffer.concat([compressedDataPrefix(deflated.length), deflated]);
    for (const wrong of [damaged, twice])
      expect(await unpackMessage(headers, wrong, keyring, unpackOptions())).toMatchObject({
        ok: false,
        modifier: 'decompression-failed',
      });
    const large = await packed(Buffer.alloc(400_000, 'x'));
    for (const limits of [{ inflatedBytes: 300_000 }])
      expect(
        await unpackMessage(large.headers, large.body, keyring, unpackOptions({ limits })),
      ).toMatchObject({
        ok: false,
        modifier: 'decompression-failed',
      });
  });
});
