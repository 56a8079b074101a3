import { createHash, generateKeyPairSync, randomBytes } from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import type { Instant } from '../../common/time.ts';
import { readCertificate } from './certificate.ts';
import type { Certificate } from './certificate.ts';
import {
  TAG,
  contextTag,
  der,
  integer,
  octetString,
  oid,
  sequence,
  setOf,
  time,
  unsignedInteger,
} from './cms/der.ts';
import { signContent, writeSignatureAlgorithm } from './cms/signature-algorithm.ts';

export interface SelfSignedOptions {
  commonName: string;
  organization?: string;
  /** RSA for AS2; `ec` (P-256) signs, but cannot be encrypted for. Default rsa. */
  keyType?: 'rsa' | 'ec';
  /** RSA only. Default 2048. */
  bits?: number;
  from: Instant;
  days: number;
}

const NAME_OIDS = { commonName: '2.5.4.3', organization: '2.5.4.10' } as const;
const EXTENSION_OIDS = {
  subjectKeyId: '2.5.29.14',
  keyUsage: '2.5.29.15',
  basicConstraints: '2.5.29.19',
} as const;

function name(options: SelfSignedOptions): Buffer {
  const attribute = (type: keyof typeof NAME_OIDS): Buffer[] => {
    const value = options[type];
    if (value === undefined) return [];
    return [setOf(sequence(oid(NAME_OIDS[type]), der(TAG.utf8String, Buffer.from(value, 'utf8'))))];
  };
  return sequence(...attribute('organization'), ...attribute('commonName'));
}

function extensions(publicKey: KeyObject): Buffer {
  const critical = der(TAG.boolean, Buffer.of(0xff));
  const keyId = createHash('sha1')
    .update(publicKey.export({ type: 'spki', format: 'der' }))
    .digest();
  // digitalSignature, keyEncipherment, dataEncipherment: bits 0, 2 and 3.
  const keyUsage = der(TAG.bitString, Buffer.of(4, 0b1011_0000));
  return der(
    contextTag(3, 'constructed'),
    sequence(
      sequence(oid(EXTENSION_OIDS.basicConstraints), critical, octetString(sequence())),
      sequence(oid(EXTENSION_OIDS.keyUsage), critical, octetString(keyUsage)),
      sequence(oid(EXTENSION_OIDS.subjectKeyId), octetString(octetString(keyId))),
    ),
  );
}

/** A new key and a certificate of its own (X.509 version 3, SHA-256) for signing and decrypting. */
export function createSelfSignedCertificate(options: SelfSignedOptions): {
  key: KeyObject;
  certificate: Certificate;
} {
  const { keyType = 'rsa', bits = 2048, from, days } = options;
  const { publicKey, privateKey } =
    keyType === 'rsa'
      ? generateKeyPairSync('rsa', { modulusLength: bits })
      : generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const scheme = keyType === 'rsa' ? 'rsa-with-hash' : 'ecdsa';
  const until = new Date(Date.parse(from) + days * 86_400_000).toISOString();
  const serialNumber = randomBytes(16);
  // Positive, and never of a leading zero octet.
  serialNumber[0] = (serialNumber[0]! & 0x7f) | 0x40;
  const algorithm = writeSignatureAlgorithm(scheme, 'sha256');
  const subject = name(options);
  const tbs = sequence(
    der(contextTag(0, 'constructed'), integer(2)),
    unsignedInteger(serialNumber),
    algorithm,
    subject,
    sequence(time(from), time(until)),
    subject,
    publicKey.export({ type: 'spki', format: 'der' }),
    extensions(publicKey),
  );
  const signature = signContent(tbs, privateKey, scheme, 'sha256');
  const certificate = sequence(tbs, algorithm, der(TAG.bitString, Buffer.of(0), signature));
  return { key: privateKey, certificate: readCertificate(certificate) };
}
