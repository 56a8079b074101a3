import { createCipheriv, createDecipheriv, createSecretKey } from 'node:crypto';
import type { CipherGCM, DecipherGCM } from 'node:crypto';
import type { ByteSource } from '../bytes/byte-source.ts';
import { segmentBlocks } from '../bytes/segment-blocks.ts';
import type { Spool } from '../bytes/spool.ts';
import type { Certificate } from '../certificate.ts';
import type { Content } from '../content.ts';
import type { Cipher, DecryptionKey, EncryptOptions, KeyTransport } from '../message-model.ts';
import { CIPHERS, OID, cipherOfOid } from './algorithms.ts';
import type { CipherKind } from './algorithms.ts';
import { BerError, BerFields } from './ber.ts';
import type { BerElement } from './ber.ts';
import { describeId, identifies } from './certificate-id.ts';
import { contentInfoLevels, derPrefix } from './content-info.ts';
import type { ContentInfo } from './content-info.ts';
import { TAG, contextTag, der, integer, octetString, oid, sequence, setOf } from './der.ts';
import { decryptContentKey, readRecipientInfos, writeRecipientInfo } from './recipient-info.ts';
import type { RecipientInfo } from './recipient-info.ts';
import { randomOctets } from '../random.ts';
import { SecurityFailure } from './security-failure.ts';

const TAG_BYTES = 16;

export interface Decrypted {
  plain: Content;
  cipher: Cipher;
  keyTransport: KeyTransport;
  recipient: Certificate;
}

const failed = (reason: string): SecurityFailure => new SecurityFailure('decryption-failed', reason);

/** EncryptedContentInfo with what authenticates it (RFC 5652 6.1, RFC 5083 2.1). */
interface Envelope {
  recipients: RecipientInfo[];
  cipherOid: string;
  cipherParameters: BerElement;
  encryptedContent: BerElement;
  /** Of AuthEnvelopedData. */
  authenticated?: { attributes: BerElement | undefined; mac: Buffer };
}

function readEnvelope({ kind, content }: ContentInfo): Envelope {
  const fields = new BerFields(content, TAG.sequence);
  fields.take(TAG.integer);
  fields.takeIf(contextTag(0, 'constructed'));
  const recipients = readRecipientInfos(fields.take(TAG.set));
  const encrypted = new BerFields(fields.take(TAG.sequence), TAG.sequence);
  encrypted.take(TAG.oid);
  const algorithm = new BerFields(encrypted.take(TAG.sequence), TAG.sequence);
  const cipherOid = algorithm.take(TAG.oid).oid();
  const cipherParameters = algorithm.takeAny();
  const encryptedContent = encrypted.takeIf(contextTag(0, 'primitive'), contextTag(0, 'constructed'));
  if (encryptedContent === undefined) throw new BerError('Envelope without content');
  const envelope = { recipients, cipherOid, cipherParameters, encryptedContent };
  if (kind !== 'authEnvelopedData') return envelope;
  const attributes = fields.takeIf(contextTag(1, 'constructed'));
  return { ...envelope, authenticated: { attributes, mac: fields.takeAny().octets() } };
}

/** Our key that the first fitting recipient names. Keys are found by that name and never tried by turns. */
function findKey(
  recipients: readonly RecipientInfo[],
  keys: readonly DecryptionKey[],
): { key: DecryptionKey; info: RecipientInfo } {
  for (const info of recipients) {
    const key = keys.find(({ certificate }) => identifies(info.id, certificate));
    if (key !== undefined) return { key, info };
  }
  const named = recipients.slice(0, 5).map(({ id }) => describeId(id));
  throw failed(`Encrypted for none of our keys, but for ${named.join(', ') || 'no key of RSA'}`);
}

function createDecipher(
  envelope: Envelope,
  kind: CipherKind,
  octets: Buffer,
): DecipherGCM | ReturnType<typeof createDecipheriv> {
  // Node takes a KeyObject at once; that bytes are none, it finds out by two exceptions.
  const key = createSecretKey(octets);
  const { cipherParameters, authenticated } = envelope;
  if ((kind.mode === 'gcm') !== (authenticated !== undefined))
    throw failed(`${kind.name} in ${authenticated === undefined ? 'EnvelopedData' : 'AuthEnvelopedData'}`);
  if (authenticated === undefined) {
    const iv = cipherParameters.expect(TAG.octetString).octets();
    if (iv.length !== kind.ivBytes) throw failed(`Initialization vector of ${iv.length} bytes`);
    return createDecipheriv(kind.name, key, iv);
  }
  const parameters = new BerFields(cipherParameters, TAG.sequence);
  const nonce = parameters.take(TAG.octetString).octets();
  const macBytes = parameters.takeIf(TAG.integer)?.smallInteger() ?? 12;
  if (nonce.length === 0 || nonce.length > 64) throw failed(`Nonce of ${nonce.length} bytes`);
  if (macBytes < 12 || macBytes > TAG_BYTES || authenticated.mac.length !== macBytes)
    throw failed(`Authentication tag of ${authenticated.mac.length} bytes where ${macBytes} are announced`);
  const decipher = createDecipheriv(kind.name as 'aes-256-gcm', key, nonce, { authTagLength: macBytes });
  decipher.setAuthTag(authenticated.mac);
  // The attributes are authenticated as the SET OF that they are (RFC 5083 2.2).
  if (authenticated.attributes !== undefined)
    decipher.setAAD(der(TAG.set, authenticated.attributes.contentOctets()));
  return decipher;
}

/**
 * Decrypts EnvelopedData or AuthEnvelopedData into a spool. What is authenticated (GCM) is handed out only after its tag
 * has been checked. Throws SecurityFailure, BerError.
 */
export function decryptEnvelope(
  info: ContentInfo,
  source: ByteSource,
  keys: readonly DecryptionKey[],
  allowed: readonly Cipher[],
  spool: Spool,
): Decrypted {
  const envelope = readEnvelope(info);
  const cipher = cipherOfOid(envelope.cipherOid);
  if (cipher === undefined) throw failed(`Content cipher ${envelope.cipherOid} is not supported`);
  if (!allowed.includes(cipher))
    throw new SecurityFailure(
      'insufficient-message-security',
      `Content cipher ${cipher} is not in the agreement`,
    );
  const { key, info: recipient } = findKey(envelope.recipients, keys);
  const { keyTransport } = recipient;
  if (keyTransport === undefined) throw failed('Key transport is not supported');
  const kind = CIPHERS[cipher];
  const contentKey = decryptContentKey(key, recipient.encryptedKey, keyTransport, kind.keyBytes);
  const decipher = createDecipher(envelope, kind, contentKey);
  for (const block of segmentBlocks(source, envelope.encryptedContent)) spool.take(decipher.update(block));
  try {
    const last = decipher.final();
    if (last.length > 0) spool.take(last);
  } catch {
    spool.discard();
    throw failed(kind.mode === 'gcm' ? 'The authentication tag does not fit' : 'The padding is not one');
  }
  return { plain: spool.finish(), cipher, keyTransport, recipient: key.certificate };
}

/** Encrypts content of a known length as EnvelopedData or, with GCM, AuthEnvelopedData: DER, definite lengths. */
export function encryptEnvelope(
  plain: { length: number; blocks: () => Iterable<Uint8Array> },
  { recipients, cipher, keyTransport }: EncryptOptions,
  spool: Spool,
): void {
  const kind = CIPHERS[cipher];
  const key = randomOctets(kind.keyBytes);
  const iv = randomOctets(kind.ivBytes);
  const gcm = kind.mode === 'gcm';
  const encryptedBytes = gcm
    ? plain.length
    : (Math.floor(plain.length / kind.blockBytes) + 1) * kind.blockBytes;
  const parameters = gcm ? sequence(octetString(iv), integer(TAG_BYTES)) : octetString(iv);
  const infos = setOf(...recipients.map((recipient) => writeRecipientInfo(key, recipient, keyTransport)));
  spool.write(
    derPrefix(
      [
        ...contentInfoLevels(gcm ? 'authEnvelopedData' : 'envelopedData'),
        { tag: TAG.sequence, before: [integer(0), infos], afterBytes: gcm ? 2 + TAG_BYTES : 0 },
        { tag: TAG.sequence, before: [oid(OID.data), sequence(oid(kind.oid), parameters)] },
        { tag: contextTag(0, 'primitive') },
      ],
      encryptedBytes,
    ),
  );
  const encipher = createCipheriv(kind.name, key, iv);
  for (const block of plain.blocks()) spool.take(encipher.update(block));
  spool.take(encipher.final());
  if (gcm) spool.write(octetString((encipher as CipherGCM).getAuthTag()));
}
