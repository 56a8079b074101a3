import { constants, createSign, createVerify, sign, verify } from 'node:crypto';
import type { KeyObject, SignKeyObjectInput } from 'node:crypto';
import {
  DIGEST_OIDS,
  ECDSA_WITH_DIGEST_OIDS,
  OID,
  RSA_WITH_DIGEST_OIDS,
  digestOfEcdsaOid,
  digestOfOid,
  digestOfRsaOid,
} from './algorithms.ts';
import type { Digest, SignatureScheme } from './algorithm-names.ts';
import { BerFields } from './ber.ts';
import type { BerElement } from './ber.ts';
import { contextTag, der, derNull, integer, oid, sequence } from './der.ts';

const DIGEST_BYTES: Readonly<Record<Digest, number>> = {
  sha1: 20,
  sha224: 28,
  sha256: 32,
  sha384: 48,
  sha512: 64,
};

/** signatureAlgorithm of a SignerInfo, as far as it can be verified. */
export interface SignatureAlgorithm {
  scheme: SignatureScheme;
  /** Undefined: the one of digestAlgorithm. */
  digest: Digest | undefined;
  /** Of RSASSA-PSS. */
  saltLength?: number;
}

export function writeSignatureAlgorithm(scheme: SignatureScheme, digest: Digest): Buffer {
  switch (scheme) {
    case 'rsa':
      return sequence(oid(OID.rsaEncryption), derNull());
    case 'rsa-with-hash':
      return sequence(oid(RSA_WITH_DIGEST_OIDS[digest]), derNull());
    case 'ecdsa':
      return sequence(oid(ECDSA_WITH_DIGEST_OIDS[digest]));
    case 'rsa-pss':
      return sequence(oid(OID.rsaPss), pssParameters(digest));
  }
}

/** RSASSA-PSS-params (RFC 4055 3.1); the defaults are those of SHA-1 with a salt of 20 octets. */
function pssParameters(digest: Digest): Buffer {
  if (digest === 'sha1') return sequence();
  const hash = sequence(oid(DIGEST_OIDS[digest]), derNull());
  return sequence(
    der(contextTag(0, 'constructed'), hash),
    der(contextTag(1, 'constructed'), sequence(oid(OID.mgf1), hash)),
    der(contextTag(2, 'constructed'), integer(DIGEST_BYTES[digest])),
  );
}

/** Undefined where it is none that can be verified. Throws BerError. */
export function readSignatureAlgorithm(algorithm: BerElement): SignatureAlgorithm | undefined {
  const fields = new BerFields(algorithm, 0x30);
  const type = fields.take(0x06).oid();
  if (type === OID.rsaEncryption) return { scheme: 'rsa', digest: undefined };
  if (type === OID.ecPublicKey) return { scheme: 'ecdsa', digest: undefined };
  if (type === OID.rsaPss) return readPss(fields.takeIf(0x30));
  const rsa = digestOfRsaOid(type);
  if (rsa !== undefined) return { scheme: 'rsa-with-hash', digest: rsa };
  const ecdsa = digestOfEcdsaOid(type);
  return ecdsa === undefined ? undefined : { scheme: 'ecdsa', digest: ecdsa };
}

function readPss(parameters: BerElement | undefined): SignatureAlgorithm | undefined {
  if (parameters === undefined) return { scheme: 'rsa-pss', digest: 'sha1', saltLength: 20 };
  const fields = new BerFields(parameters, 0x30);
  const [hash] = fields.takeIf(contextTag(0, 'constructed'))?.children() ?? [];
  const [mask] = fields.takeIf(contextTag(1, 'constructed'))?.children() ?? [];
  const [salt] = fields.takeIf(contextTag(2, 'constructed'))?.children() ?? [];
  const digest = hash === undefined ? 'sha1' : digestOfOid(new BerFields(hash, 0x30).take(0x06).oid());
  // node:crypto takes one hash for the message and its mask.
  if (digest === undefined || maskDigest(mask) !== digest) return undefined;
  const saltLength = salt === undefined ? 20 : salt.smallInteger();
  return saltLength < 0 || saltLength > 1024 ? undefined : { scheme: 'rsa-pss', digest, saltLength };
}

function maskDigest(mask: BerElement | undefined): Digest | undefined {
  if (mask === undefined) return 'sha1';
  const fields = new BerFields(mask, 0x30);
  if (fields.take(0x06).oid() !== OID.mgf1) return undefined;
  return digestOfOid(new BerFields(fields.take(0x30), 0x30).take(0x06).oid());
}

/** PKCS #1 v1.5 is what Node does with a key of RSA. A key in an object of its own costs two exceptions inside of Node. */
function keyInput(
  key: KeyObject,
  scheme: SignatureScheme,
  saltLength: number,
): KeyObject | SignKeyObjectInput {
  return scheme === 'rsa-pss' ? { key, padding: constants.RSA_PKCS1_PSS_PADDING, saltLength } : key;
}

/** Signs what is there as a whole, or comes in blocks. */
export function signContent(
  content: Uint8Array | Iterable<Uint8Array>,
  key: KeyObject,
  scheme: SignatureScheme,
  digest: Digest,
): Buffer {
  const input = keyInput(key, scheme, DIGEST_BYTES[digest]);
  if (content instanceof Uint8Array) return sign(digest, content, input);
  const signer = createSign(digest);
  for (const block of content) signer.update(block);
  return signer.sign(input);
}

/** True for schemes that a key can make; a signature of another kind is never tried. */
function fits(key: KeyObject, scheme: SignatureScheme): boolean {
  switch (key.asymmetricKeyType) {
    case 'rsa':
      return scheme !== 'ecdsa';
    case 'rsa-pss':
      return scheme === 'rsa-pss';
    case 'ec':
      return scheme === 'ecdsa';
    default:
      return false;
  }
}

export function verifySignature(
  content: Uint8Array | Iterable<Uint8Array>,
  key: KeyObject,
  { scheme, saltLength = 0 }: SignatureAlgorithm,
  digest: Digest,
  signature: Uint8Array,
): boolean {
  if (!fits(key, scheme)) return false;
  const input = keyInput(key, scheme, saltLength);
  try {
    if (content instanceof Uint8Array) return verify(digest, content, input, signature);
    const verifier = createVerify(digest);
    for (const block of content) verifier.update(block);
    return verifier.verify(input, signature);
  } catch {
    // OpenSSL reports some impossible signatures as errors: they are no signatures.
    return false;
  }
}
