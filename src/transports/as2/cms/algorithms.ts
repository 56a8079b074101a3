import type { Cipher, Digest, KeyTransport } from './algorithm-names.ts';
import { oid } from './der.ts';

/** Object identifiers of RFC 5652, 5083, 5084, 3274, 3370, 3560, 4055, 5753, 5754. */
export const OID = {
  data: '1.2.840.113549.1.7.1',
  signedData: '1.2.840.113549.1.7.2',
  envelopedData: '1.2.840.113549.1.7.3',
  compressedData: '1.2.840.113549.1.9.16.1.9',
  authEnvelopedData: '1.2.840.113549.1.9.16.1.23',
  contentType: '1.2.840.113549.1.9.3',
  messageDigest: '1.2.840.113549.1.9.4',
  signingTime: '1.2.840.113549.1.9.5',
  zlib: '1.2.840.113549.1.9.16.3.8',
  rsaEncryption: '1.2.840.113549.1.1.1',
  rsaOaep: '1.2.840.113549.1.1.7',
  mgf1: '1.2.840.113549.1.1.8',
  rsaPss: '1.2.840.113549.1.1.10',
  ecPublicKey: '1.2.840.10045.2.1',
} as const;

export const DIGEST_OIDS: Readonly<Record<Digest, string>> = {
  sha1: '1.3.14.3.2.26',
  sha224: '2.16.840.1.101.3.4.2.4',
  sha256: '2.16.840.1.101.3.4.2.1',
  sha384: '2.16.840.1.101.3.4.2.2',
  sha512: '2.16.840.1.101.3.4.2.3',
};

/** shaXXXWithRSAEncryption. */
export const RSA_WITH_DIGEST_OIDS: Readonly<Record<Digest, string>> = {
  sha1: '1.2.840.113549.1.1.5',
  sha224: '1.2.840.113549.1.1.14',
  sha256: '1.2.840.113549.1.1.11',
  sha384: '1.2.840.113549.1.1.12',
  sha512: '1.2.840.113549.1.1.13',
};

export const ECDSA_WITH_DIGEST_OIDS: Readonly<Record<Digest, string>> = {
  sha1: '1.2.840.10045.4.1',
  sha224: '1.2.840.10045.4.3.1',
  sha256: '1.2.840.10045.4.3.2',
  sha384: '1.2.840.10045.4.3.3',
  sha512: '1.2.840.10045.4.3.4',
};

export interface CipherKind {
  oid: string;
  /** Name of OpenSSL. */
  name:
    | 'des-ede3-cbc'
    | 'aes-128-cbc'
    | 'aes-192-cbc'
    | 'aes-256-cbc'
    | 'aes-128-gcm'
    | 'aes-192-gcm'
    | 'aes-256-gcm';
  mode: 'cbc' | 'gcm';
  keyBytes: number;
  ivBytes: number;
  blockBytes: number;
}

const aes = (
  number: number,
  name: Exclude<CipherKind['name'], 'des-ede3-cbc'>,
  mode: 'cbc' | 'gcm',
  keyBytes: number,
): CipherKind => ({
  oid: `2.16.840.1.101.3.4.1.${number}`,
  name,
  mode,
  keyBytes,
  ivBytes: mode === 'cbc' ? 16 : 12,
  blockBytes: 16,
});

export const CIPHERS: Readonly<Record<Cipher, CipherKind>> = {
  '3des': {
    oid: '1.2.840.113549.3.7',
    name: 'des-ede3-cbc',
    mode: 'cbc',
    keyBytes: 24,
    ivBytes: 8,
    blockBytes: 8,
  },
  aes128: aes(2, 'aes-128-cbc', 'cbc', 16),
  aes192: aes(22, 'aes-192-cbc', 'cbc', 24),
  aes256: aes(42, 'aes-256-cbc', 'cbc', 32),
  'aes128-gcm': aes(6, 'aes-128-gcm', 'gcm', 16),
  'aes192-gcm': aes(26, 'aes-192-gcm', 'gcm', 24),
  'aes256-gcm': aes(46, 'aes-256-gcm', 'gcm', 32),
};

/** Hash of RSAES-OAEP; undefined is RSAES-PKCS1-v1_5. */
export const OAEP_DIGESTS: Readonly<Record<KeyTransport, Digest | undefined>> = {
  pkcs1: undefined,
  'oaep-sha1': 'sha1',
  'oaep-sha256': 'sha256',
};

const entries = <Key extends string, Value>(record: Readonly<Record<Key, Value>>): [Key, Value][] =>
  Object.entries(record) as [Key, Value][];

function byOid<Key extends string>(record: Readonly<Record<Key, string>>): ReadonlyMap<string, Key> {
  return new Map(entries(record).map(([key, dotted]) => [dotted, key]));
}

const DIGESTS = byOid(DIGEST_OIDS);
const RSA_DIGESTS = byOid(RSA_WITH_DIGEST_OIDS);
const ECDSA_DIGESTS = byOid(ECDSA_WITH_DIGEST_OIDS);
const CIPHER_NAMES = new Map(entries(CIPHERS).map(([cipher, kind]) => [kind.oid, cipher]));

export const digestOfOid = (dotted: string): Digest | undefined => DIGESTS.get(dotted);
export const digestOfRsaOid = (dotted: string): Digest | undefined => RSA_DIGESTS.get(dotted);
export const digestOfEcdsaOid = (dotted: string): Digest | undefined => ECDSA_DIGESTS.get(dotted);
export const cipherOfOid = (dotted: string): Cipher | undefined => CIPHER_NAMES.get(dotted);

/** Dotted forms of the identifiers above, by their content octets read as latin1. */
export const KNOWN_OIDS: ReadonlyMap<string, string> = new Map(
  [Object.values(OID), DIGESTS.keys(), RSA_DIGESTS.keys(), ECDSA_DIGESTS.keys(), CIPHER_NAMES.keys()]
    .flatMap((dotted) => [...dotted])
    .map((dotted) => [oid(dotted).toString('latin1', 2), dotted]),
);
