import { afterAll, describe, expect, test } from '@jest/globals';
import { inflateSync } from 'node:zlib';
import { packMessage, unpackMessage } from '../../../src/transports/as2/message-security.ts';
import type { KeyTransport, SignatureScheme } from '../../../src/transports/as2/message-security.ts';
import { MemorySource } from '../../../src/transports/as2/bytes/byte-source.ts';
import { readEntity } from '../../../src/transports/as2/mime/entity.ts';
import { splitMultipart } from '../../../src/transports/as2/mime/multipart.ts';
import { readParameters } from '../../../src/transports/as2/mime/parameters.ts';
import {
  AT,
  CIPHERS,
  DIGESTS,
  accepted,
  bytesOf,
  lowerCase,
  newIdentity,
  signedBody,
  unpackOptions,
  signed,
} from '../../support/as2-message.ts';
import type { Identity } from '../../support/as2-message.ts';
import { Openssl, hasOpenssl } from '../../support/openssl.ts';

const suite = hasOpenssl ? describe : describe.skip;

const PAYLOAD = Buffer.from("UNB+UNOC:3+A+B+260101:1200+1'\nUNZ+0+1'\n\r\n\0\xff", 'latin1');
const ENTITY = Buffer.concat([Buffer.from('Content-Type: application/edifact\r\n\r\n'), PAYLOAD]);
const SCHEMES: readonly SignatureScheme[] = ['rsa', 'rsa-with-hash', 'rsa-pss', 'ecdsa'];
const TRANSPORTS: readonly KeyTransport[] = ['pkcs1', 'oaep-sha1', 'oaep-sha256'];

suite('openssl', () => {
  const openssl = new Openssl();
  const us = newIdentity('us');
  const partner = newIdentity('partner');
  const curve = newIdentity('curve', 'ec');
  const files = new Map<Identity, { key: string; certificate: string }>();
  const fileOf = (identity: Identity): { key: string; certificate: string } => {
    const known = files.get(identity) ?? {
      key: openssl.file(identity.key.export({ type: 'pkcs8', format: 'pem' })),
      certificate: openssl.file(identity.certificate.pem),
    };
    files.set(identity, known);
    return known;
  };
  afterAll(() => openssl.close());

  const signerOf = (scheme: SignatureScheme): Identity => (scheme === 'ecdsa' ? curve : partner);

  function verify(signature: Uint8Array, content: Uint8Array, signer: Identity): Buffer {
    return openssl.run(
      'cms',
      ...['-verify', '-binary', '-inform', 'DER', '-in', openssl.file(signature)],
      ...[
        '-content',
        openssl.file(content),
        '-noverify',
        '-nointern',
        '-certfile',
        fileOf(signer).certificate,
      ],
    );
  }

  function decrypt(message: Uint8Array, recipient: Identity): Buffer {
    return openssl.run(
      'cms',
      ...['-decrypt', '-binary', '-inform', 'DER', '-in', openssl.file(message)],
      ...['-recip', fileOf(recipient).certificate, '-inkey', fileOf(recipient).key],
    );
  }

  describe('verifies what we sign', () => {
    for (const digest of DIGESTS)
      for (const scheme of SCHEMES)
        for (const signedAttributes of [true, false])
          test(`${digest} ${scheme}${signedAttributes ? '' : ' without attributes'}`, () => {
            const signer = signerOf(scheme);
            const signature = signed(ENTITY, {
              ...signer,
              digest,
              scheme,
              signedAttributes,
              at: AT,
            });
            expect(verify(signature, ENTITY, signer)).toEqual(ENTITY);
            expect(() => verify(signature, Buffer.from('other'), signer)).toThrow();
          });

    test('with a chain, or with no certificate at all', () => {
      for (const include of ['chain', 'none'] as const) {
        const options = {
          ...partner,
          digest: 'sha256',
          scheme: 'rsa',
          at: AT,
          include,
          chain: [us.certificate],
        } as const;
        expect(verify(signed(ENTITY, options), ENTITY, partner)).toEqual(ENTITY);
      }
    });
  });

  describe('signs what we verify', () => {
    const forms: Record<string, readonly string[]> = {
      plain: [],
      'without attributes': ['-noattr'],
      'without certificates': ['-nocerts'],
      'by subject key id': ['-keyid'],
      'RSA-PSS': ['-keyopt', 'rsa_padding_mode:pss'],
      'RSA-PSS, salt of 20': ['-keyopt', 'rsa_padding_mode:pss', '-keyopt', 'rsa_pss_saltlen:20'],
    };
    for (const digest of DIGESTS)
      for (const [form, args] of Object.entries(forms))
        for (const signer of form.startsWith('RSA') ? [partner] : [partner, curve])
          test(`${digest} ${form}, ${signer.certificate.keyType}`, async () => {
            const signature = openssl.run(
              'cms',
              ...['-sign', '-binary', '-outform', 'DER', '-md', digest, '-in', openssl.file(ENTITY)],
              ...['-signer', fileOf(signer).certificate, '-inkey', fileOf(signer).key, ...args],
            );
            const { headers, body } = signedBody(ENTITY, signature);
            const message = accepted(
              await unpackMessage(
                headers,
                body,
                { decryption: [], verification: [us.certificate, signer.certificate] },
                unpackOptions(),
              ),
            );
            expect(message.layers).toMatchObject([{ kind: 'signed', digest, verifiedOn: 'exact' }]);
            expect(bytesOf(message.parts[0]?.content)).toEqual(PAYLOAD);
          });
  });

  describe('decrypts what we encrypt', () => {
    for (const cipher of CIPHERS)
      for (const keyTransport of TRANSPORTS)
        test(`${cipher} ${keyTransport}`, async () => {
          const { body } = await packMessage(
            [{ content: PAYLOAD, contentType: 'application/edifact', transferEncoding: 'none' }],
            {
              compress: 'none',
              encrypt: { recipients: [us.certificate, partner.certificate], cipher, keyTransport },
              folder: '/nowhere',
            },
          );
          expect(decrypt(bytesOf(body), partner)).toEqual(ENTITY);
          expect(decrypt(bytesOf(body), us)).toEqual(ENTITY);
        });
  });

  describe('encrypts what we decrypt', () => {
    const names: Record<string, string> = {
      '3des': '-des3',
      aes128: '-aes-128-cbc',
      aes192: '-aes-192-cbc',
      aes256: '-aes-256-cbc',
    };
    const forms: Record<string, readonly string[]> = {
      pkcs1: [],
      streamed: ['-stream'],
      'by subject key id': ['-keyid'],
      'oaep-sha1': ['-keyopt', 'rsa_padding_mode:oaep'],
      'oaep-sha256': ['-keyopt', 'rsa_padding_mode:oaep', '-keyopt', 'rsa_oaep_md:sha256'],
    };
    for (const cipher of CIPHERS)
      for (const [form, args] of Object.entries(forms))
        test(`${cipher} ${form}`, async () => {
          const entity = Buffer.concat([ENTITY, Buffer.alloc(20_000, 'x')]);
          const encrypted = openssl.run(
            ...[
              'cms',
              '-encrypt',
              '-binary',
              '-outform',
              'DER',
              names[cipher] ?? `-${cipher.replace('aes', 'aes-')}`,
            ],
            ...['-in', openssl.file(entity), '-recip', fileOf(partner).certificate],
            ...['-recip', fileOf(us).certificate, ...args],
          );
          const message = accepted(
            await unpackMessage(
              { 'content-type': 'application/pkcs7-mime' },
              encrypted,
              { decryption: [us], verification: [] },
              unpackOptions(),
            ),
          );
          const keyTransport = form.startsWith('oaep') && form !== 'streamed' ? form : 'pkcs1';
          // openssl takes -keyopt for the recipient before it: the last one, which is ours.
          expect(message.layers).toMatchObject([{ kind: 'encrypted', cipher, keyTransport }]);
          expect(bytesOf(message.parts[0]?.content)).toEqual(entity.subarray(entity.indexOf('\r\n\r\n') + 4));
        });
  });

  describe('reads every order of layers', () => {
    for (const compress of ['none', 'before', 'after'] as const)
      for (const signed of [true, false])
        for (const cipher of [undefined, 'aes256', 'aes256-gcm'] as const)
          for (const base64 of [true, false])
            test(`compress ${compress}, ${signed ? 'signed' : 'unsigned'}, ${cipher ?? 'open'}${base64 ? ', base64' : ''}`, async () => {
              const packed = await packMessage([{ content: PAYLOAD, contentType: 'application/edifact' }], {
                compress,
                ...(signed ? { sign: { ...partner, digest: 'sha256', scheme: 'rsa', at: AT } } : {}),
                ...(cipher === undefined
                  ? {}
                  : { encrypt: { recipients: [us.certificate], cipher, keyTransport: 'pkcs1' } }),
                cmsTransferEncoding: base64 ? 'base64' : 'binary',
                folder: '/nowhere',
              });
              expect(peel(lowerCase(packed.headers), bytesOf(packed.body))).toEqual(PAYLOAD);
            });
  });

  /** Takes a message apart with openssl alone, but for the cutting of MIME. */
  function peel(headers: Record<string, string>, body: Buffer): Buffer {
    const { value: type, parameters } = readParameters(headers['content-type']);
    if (type === 'application/edifact') return body;
    if (type === 'multipart/signed') {
      const source = new MemorySource(body);
      const [content, signature] = splitMultipart(
        { source, start: 0, end: body.length },
        parameters.get('boundary')!,
        3,
      ).parts;
      const part = readEntity(signature!).body;
      const entity = body.subarray(content!.start, content!.end);
      verify(Buffer.from(body.subarray(part.start, part.end).toString('latin1'), 'base64'), entity, partner);
      return peelEntity(entity);
    }
    const der =
      headers['content-transfer-encoding'] === 'base64'
        ? Buffer.from(body.toString('latin1'), 'base64')
        : body;
    if (parameters.get('smime-type') !== 'compressed-data') return peelEntity(decrypt(der, us));
    return peelEntity(inflated(der));
  }

  function peelEntity(bytes: Buffer): Buffer {
    const { headers, body } = readEntity({ source: new MemorySource(bytes), start: 0, end: bytes.length });
    return peel(Object.fromEntries(headers), bytes.subarray(body.start));
  }

  /** zlib data begins with 78 9c at our level. */
  function inflated(der: Buffer): Buffer {
    return Buffer.from(inflateSync(der.subarray(der.indexOf('789c', 0, 'hex'))));
  }
});
