import { createSelfSignedCertificate } from '../../src/transports/as2/self-signed-certificate.ts';
import type { Certificate } from '../../src/transports/as2/certificate.ts';
import { createHash } from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import { writeSignedData } from '../../src/transports/as2/cms/signed-data.ts';
import type {
  Cipher,
  Digest,
  RefusedMessage,
  SignOptions,
  SecurityPolicy,
  UnpackOptions,
  UnpackedMessage,
} from '../../src/transports/as2/message-security.ts';

export const AT = '2026-03-04T05:06:07.000Z';
export const DIGESTS: readonly Digest[] = ['sha1', 'sha224', 'sha256', 'sha384', 'sha512'];
export const CIPHERS: readonly Cipher[] = [
  '3des',
  'aes128',
  'aes192',
  'aes256',
  'aes128-gcm',
  'aes192-gcm',
  'aes256-gcm',
];

export interface Identity {
  key: KeyObject;
  certificate: Certificate;
}

export function newIdentity(commonName: string, keyType: 'rsa' | 'ec' = 'rsa'): Identity {
  return createSelfSignedCertificate({ commonName, keyType, from: '2026-01-01T00:00:00.000Z', days: 700 });
}

/** An agreement that takes everything. */
export const ANY: SecurityPolicy = {
  mustBeSigned: false,
  mustBeEncrypted: false,
  digests: DIGESTS,
  ciphers: CIPHERS,
};

/** For messages that fit into memory: a test that writes a file fails. */
export function unpackOptions(options: Partial<UnpackOptions> = {}): UnpackOptions {
  return { policy: ANY, micDigests: [], folder: '/nowhere', ...options };
}

export function lowerCase(headers: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
}

/** The message, or a failure that says why it was refused. */
export function accepted(outcome: UnpackedMessage | RefusedMessage): UnpackedMessage {
  if (!outcome.ok) throw new Error(`${outcome.modifier}: ${outcome.reason}`);
  return outcome;
}

export function bytesOf(content: UnpackedMessage['parts'][number]['content'] | undefined): Buffer {
  if (!(content instanceof Uint8Array)) throw new Error('The content does not lie in memory');
  return Buffer.from(content);
}

/** multipart/signed around a signature made elsewhere. */
export function signedBody(
  entity: Uint8Array,
  signature: Uint8Array,
  boundary = 'b1',
  lineEnd = '\r\n',
): { headers: Record<string, string>; body: Buffer } {
  const base64 = Buffer.from(signature)
    .toString('base64')
    .replaceAll(/.{1,64}/g, `$&${lineEnd}`);
  const head = [
    'Content-Type: application/pkcs7-signature',
    'Content-Transfer-Encoding: base64',
    '',
    base64,
  ].join(lineEnd);
  return {
    headers: {
      'content-type': `multipart/signed; protocol="application/pkcs7-signature"; micalg=sha1; boundary="${boundary}"`,
    },
    body: Buffer.concat([
      Buffer.from(`--${boundary}${lineEnd}`),
      entity,
      Buffer.from(`${lineEnd}--${boundary}${lineEnd}${head}${lineEnd}--${boundary}--${lineEnd}`),
    ]),
  };
}

/** A detached signature over some bytes. */
export function signed(content: Uint8Array, options: SignOptions): Buffer {
  const digest = createHash(options.digest).update(content).digest();
  return writeSignedData({ blocks: () => [content], digest }, options);
}
