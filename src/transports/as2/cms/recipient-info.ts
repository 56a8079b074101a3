import { constants, privateDecrypt, publicEncrypt } from 'node:crypto';
import type { Certificate } from '../certificate.ts';
import type { DecryptionKey, Digest, KeyTransport } from '../message-model.ts';
import { randomOctets } from '../random.ts';
import { DIGEST_OIDS, OAEP_DIGESTS, OID, digestOfOid } from './algorithms.ts';
import { BerError, BerFields } from './ber.ts';
import type { BerElement } from './ber.ts';
import { issuerAndSerialNumber, readCertificateId } from './certificate-id.ts';
import type { CertificateId } from './certificate-id.ts';
import { contextTag, der, derNull, integer, octetString, oid, sequence } from './der.ts';

/** KeyTransRecipientInfo (RFC 5652 6.2.1). */
export interface RecipientInfo {
  id: CertificateId;
  /** Undefined where we know no such key transport. */
  keyTransport: KeyTransport | undefined;
  encryptedKey: Buffer;
}

const MAX_RECIPIENTS = 1000;

function oaepParameters(digest: Digest): Buffer {
  // All fields are at their defaults for SHA-1 (RFC 4055 4.1), and DER leaves defaults out.
  if (digest === 'sha1') return sequence();
  const hash = sequence(oid(DIGEST_OIDS[digest]), derNull());
  return sequence(
    der(contextTag(0, 'constructed'), hash),
    der(contextTag(1, 'constructed'), sequence(oid(OID.mgf1), hash)),
  );
}

export function writeRecipientInfo(
  key: Uint8Array,
  recipient: Certificate,
  keyTransport: KeyTransport,
): Buffer {
  const oaepHash = OAEP_DIGESTS[keyTransport];
  const encryptedKey = publicEncrypt(
    oaepHash === undefined
      ? { key: recipient.publicKey, padding: constants.RSA_PKCS1_PADDING }
      : { key: recipient.publicKey, padding: constants.RSA_PKCS1_OAEP_PADDING, oaepHash },
    key,
  );
  const algorithm =
    oaepHash === undefined
      ? sequence(oid(OID.rsaEncryption), derNull())
      : sequence(oid(OID.rsaOaep), oaepParameters(oaepHash));
  return sequence(integer(0), issuerAndSerialNumber(recipient), algorithm, octetString(encryptedKey));
}

/** Those of key transport; other kinds (key agreement, passwords) are passed over. Throws BerError. */
export function readRecipientInfos(set: BerElement): RecipientInfo[] {
  const infos: RecipientInfo[] = [];
  let count = 0;
  for (const element of set.expect(0x31).children()) {
    if (++count > MAX_RECIPIENTS) throw new BerError(`More than ${MAX_RECIPIENTS} recipients`);
    if (element.tag !== 0x30) continue;
    const fields = new BerFields(element, 0x30);
    fields.take(0x02);
    const id = readCertificateId(fields);
    const keyTransport = readKeyTransport(fields.take(0x30));
    infos.push({ id, keyTransport, encryptedKey: fields.takeAny().octets() });
  }
  return infos;
}

function readKeyTransport(algorithm: BerElement): KeyTransport | undefined {
  const fields = new BerFields(algorithm, 0x30);
  const type = fields.take(0x06).oid();
  if (type === OID.rsaEncryption) return 'pkcs1';
  if (type !== OID.rsaOaep) return undefined;
  const parameters = fields.takeIf(0x30);
  if (parameters === undefined) return 'oaep-sha1';
  const oaep = new BerFields(parameters, 0x30);
  const hash = digestOfAlgorithm(oaep.takeIf(contextTag(0, 'constructed')));
  const mask = maskDigest(oaep.takeIf(contextTag(1, 'constructed')));
  // A label (pSourceAlgorithm) is never used; node:crypto takes one hash for both uses.
  if (hash !== mask || [...oaep.rest()].some((label) => !isEmptyLabel(label))) return undefined;
  return hash === 'sha1' ? 'oaep-sha1' : hash === 'sha256' ? 'oaep-sha256' : undefined;
}

function digestOfAlgorithm(explicit: BerElement | undefined): Digest | undefined {
  if (explicit === undefined) return 'sha1';
  const [algorithm] = explicit.children();
  return algorithm && digestOfOid(new BerFields(algorithm, 0x30).take(0x06).oid());
}

function maskDigest(explicit: BerElement | undefined): Digest | undefined {
  if (explicit === undefined) return 'sha1';
  const [algorithm] = explicit.children();
  if (algorithm === undefined) return undefined;
  const fields = new BerFields(algorithm, 0x30);
  if (fields.take(0x06).oid() !== OID.mgf1) return undefined;
  return digestOfOid(new BerFields(fields.take(0x30), 0x30).take(0x06).oid());
}

function isEmptyLabel(explicit: BerElement): boolean {
  const [algorithm] = explicit.children();
  if (algorithm === undefined) return false;
  const fields = new BerFields(algorithm, 0x30);
  fields.take(0x06);
  return fields.take(0x04).octets().length === 0;
}

/**
 * The content key. A wrong padding or length gives a random key, so that what follows is the same for every failure:
 * PKCS #1 v1.5 that OpenSSL itself rejects implicitly, everything else here.
 */
export function decryptContentKey(
  { key }: DecryptionKey,
  encryptedKey: Uint8Array,
  keyTransport: KeyTransport,
  keyBytes: number,
): Buffer {
  const random = randomOctets(keyBytes);
  const oaepHash = OAEP_DIGESTS[keyTransport];
  const { stackTraceLimit } = Error;
  try {
    // Node finds out by two exceptions of its own that the key is inside of an object: to trace them costs a tenth of the decryption.
    Error.stackTraceLimit = 0;
    const content = privateDecrypt(
      oaepHash === undefined
        ? { key, padding: constants.RSA_PKCS1_PADDING }
        : { key, padding: constants.RSA_PKCS1_OAEP_PADDING, oaepHash },
      encryptedKey,
    );
    return content.length === keyBytes ? content : random;
  } catch (error) {
    // An argument that node:crypto does not take is a fault of this installation, not of the message.
    if (!(error as NodeJS.ErrnoException).code?.startsWith('ERR_OSSL')) throw error;
    return random;
  } finally {
    Error.stackTraceLimit = stackTraceLimit;
  }
}
