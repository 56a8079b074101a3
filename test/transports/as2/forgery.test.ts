import { describe, expect, test } from '@jest/globals';
import { unpackMessage } from '../../../src/transports/as2/message-security.ts';
import type { RefusedMessage, UnpackedMessage } from '../../../src/transports/as2/message-security.ts';
import type { Certificate } from '../../../src/transports/as2/certificate.ts';
import { BerFields, readBer } from '../../../src/transports/as2/cms/ber.ts';
import { forgeAttributes, forgeSignedData, toBer } from '../../support/as2-forge.ts';
import {
  ANY,
  AT,
  accepted,
  newIdentity,
  signedBody,
  unpackOptions,
  signed,
} from '../../support/as2-message.ts';

const partner = newIdentity('partner');
const stranger = newIdentity('stranger');
const GENUINE = Buffer.from('Content-Type: application/edifact\r\n\r\nORDER 10 PIECES');
const EVIL = Buffer.from('Content-Type: application/edifact\r\n\r\nORDER 9999 PIECES');
const SIGN = { digest: 'sha256', scheme: 'rsa', at: AT } as const;
const genuine = signed(GENUINE, { ...partner, ...SIGN });

function unpack(
  entity: Uint8Array,
  signature: Uint8Array,
  verification: readonly Certificate[] = [partner.certificate],
): Promise<UnpackedMessage | RefusedMessage> {
  const { headers, body } = signedBody(entity, signature);
  return unpackMessage(headers, body, { decryption: [], verification }, unpackOptions());
}

async function refusalOf(entity: Uint8Array, signature: Uint8Array): Promise<string> {
  const outcome = await unpack(entity, signature);
  return outcome.ok ? 'ACCEPTED' : outcome.modifier;
}

describe('a signature', () => {
  test('is accepted from the partner, also in BER with segments of any size', async () => {
    accepted(await unpack(GENUINE, genuine));
    for (const size of [1, 7, 1000]) accepted(await unpack(GENUINE, toBer(genuine, size)));
  });

  test('names who signed, when, and which hash the receipt has to come back with', async () => {
    const message = accepted(await unpack(GENUINE, genuine));
    expect(message.layers).toMatchObject([
      { kind: 'signed', digest: 'sha256', scheme: 'rsa', verifiedOn: 'exact', signedAt: AT },
    ]);
    expect(message.mic.digest).toBe('sha256');
  });

  test('by a stranger is refused, although the certificate comes with it', async () => {
    expect(await refusalOf(EVIL, signed(EVIL, { ...stranger, ...SIGN }))).toBe('authentication-failed');
  });

  test('by a look-alike certificate of the same issuer and serial number is refused', async () => {
    const certificate = { ...stranger.certificate, identity: partner.certificate.identity };
    const forged = signed(EVIL, { ...SIGN, key: stranger.key, certificate });
    expect(await refusalOf(EVIL, forged)).toBe('authentication-failed');
    const withoutAttributes = signed(EVIL, {
      ...SIGN,
      key: stranger.key,
      certificate,
      signedAttributes: false,
    });
    expect(await refusalOf(EVIL, withoutAttributes)).toBe('integrity-check-failed');
  });

  test('that is genuine does not fit other content', async () => {
    expect(await refusalOf(EVIL, genuine)).toBe('integrity-check-failed');
  });

  test('that is genuine and carries its own content does not fit other content, nor its own', async () => {
    const carrying = forgeSignedData(genuine, { content: GENUINE });
    expect(await refusalOf(EVIL, carrying)).toBe('authentication-failed');
    expect(await refusalOf(GENUINE, carrying)).toBe('authentication-failed');
    const { body } = signedBody(GENUINE, carrying);
    expect(body.includes('ORDER 10')).toBe(true);
    const opaque = await unpackMessage(
      { 'content-type': 'application/pkcs7-mime; smime-type=signed-data' },
      carrying,
      { decryption: [], verification: [partner.certificate] },
      unpackOptions(),
    );
    expect(opaque).toMatchObject({ ok: false, modifier: 'authentication-failed' });
  });

  test('without any signer is refused', async () => {
    const nobody = forgeSignedData(genuine, { signerInfos: () => Buffer.alloc(0) });
    expect(await refusalOf(GENUINE, nobody)).toBe('authentication-failed');
  });

  test('counts by the signer whom we know, wherever that one stands', async () => {
    const other = signed(GENUINE, { ...stranger, ...SIGN });
    const signersOf = (signature: Uint8Array): Buffer => {
      let signers = Buffer.alloc(0);
      forgeSignedData(signature, { signerInfos: (one) => (signers = Buffer.from(one)) });
      return signers;
    };
    const both = forgeSignedData(genuine, { signerInfos: (one) => Buffer.concat([signersOf(other), one]) });
    expect(accepted(await unpack(GENUINE, both)).layers).toMatchObject([
      { signer: { fingerprint: partner.certificate.fingerprint } },
    ]);
  });

  test('with an attribute twice, or none of those that it must have, is refused', async () => {
    const attributesOf = (change: (attributes: Buffer[]) => Buffer[]): Buffer =>
      forgeSignedData(genuine, {
        signerInfos: (one) =>
          forgeAttributes(one, (content) => {
            const all = [
              ...new BerFields(
                readBer(Buffer.concat([Buffer.of(0x31, 0x81, content.length), content])),
                0x31,
              ).rest(),
            ];
            return Buffer.concat(change(all.map((attribute) => attribute.encoding())));
          }),
      });
    const isDigest = (attribute: Buffer): boolean =>
      attribute.includes(Buffer.from('2a864886f70d010904', 'hex'));
    accepted(
      await unpack(
        GENUINE,
        attributesOf((all) => all),
      ),
    );
    for (const change of [
      (all: Buffer[]) => [...all, ...all.filter(isDigest)],
      (all: Buffer[]) => all.filter((one) => !isDigest(one)),
      (all: Buffer[]) => all.filter((one) => !one.includes(Buffer.from('2a864886f70d010903', 'hex'))),
      () => [],
    ])
      expect(await refusalOf(GENUINE, attributesOf(change))).toBe('authentication-failed');
  });

  test('over attributes does not pass as one over content that is those attributes', async () => {
    let attributes = Buffer.alloc(0);
    const stripped = forgeSignedData(genuine, {
      signerInfos: (one) => forgeAttributes(one, (content) => void (attributes = Buffer.from(content))),
    });
    const content = Buffer.concat([Buffer.of(0x31, attributes.length), attributes]);
    expect(await refusalOf(content, stripped)).toBe('authentication-failed');
  });

  test('with a hash outside of the agreement is refused', async () => {
    const old = signed(GENUINE, { ...partner, ...SIGN, digest: 'sha1' });
    const { headers, body } = signedBody(GENUINE, old);
    const outcome = await unpackMessage(
      headers,
      body,
      { decryption: [], verification: [partner.certificate] },
      unpackOptions({ policy: { ...ANY, digests: ['sha256'] } }),
    );
    expect(outcome).toMatchObject({ ok: false, modifier: 'insufficient-message-security' });
  });

  test('verifies by each of several certificates of the partner', async () => {
    const next = newIdentity('partner');
    accepted(await unpack(GENUINE, genuine, [next.certificate, partner.certificate]));
    accepted(
      await unpack(GENUINE, signed(GENUINE, { ...next, ...SIGN }), [partner.certificate, next.certificate]),
    );
  });
});

describe('a message without what the agreement asks for', () => {
  const policy = { ...ANY, mustBeSigned: true, mustBeEncrypted: true };
  const keyring = { decryption: [], verification: [partner.certificate] };

  test('is refused: unsigned, or open', async () => {
    const plain = await unpackMessage(
      { 'content-type': 'application/edifact' },
      GENUINE,
      keyring,
      unpackOptions({ policy }),
    );
    expect(plain).toMatchObject({ ok: false, modifier: 'insufficient-message-security' });
    const { headers, body } = signedBody(GENUINE, genuine);
    const open = await unpackMessage(headers, body, keyring, unpackOptions({ policy }));
    // The signature was good: the receipt may tell the MIC.
    expect(open).toMatchObject({
      ok: false,
      modifier: 'insufficient-message-security',
      mic: { digest: 'sha256' },
    });
  });
});
