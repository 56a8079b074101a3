import { X509Certificate, createHash, createPrivateKey } from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import { GatewayError } from '../../common/errors.ts';
import type { Instant } from '../../common/time.ts';
import { OID } from './cms/algorithms.ts';
import { BerError, BerFields, readBer } from './cms/ber.ts';
import type { BerElement } from './cms/ber.ts';
import { contextTag } from './cms/der.ts';

/** How a message names a certificate: slices of its DER, compared octet by octet. */
export interface CertificateIdentity {
  /** The issuer's Name. */
  issuer: Uint8Array;
  /** Content octets of the serial number. */
  serialNumber: Uint8Array;
  /** From the extension; without one, SHA-1 of the public key (RFC 5280 4.2.1.2). */
  subjectKeyId: Uint8Array;
}

/** An X.509 certificate, read once. Plain data, so that it can be handed to a worker. */
export interface Certificate {
  der: Uint8Array;
  pem: string;
  /** `CN=acme, O=Acme Inc., C=US`. */
  subject: string;
  issuer: string;
  /** Hexadecimal, upper case. */
  serialNumber: string;
  /** SHA-256, hexadecimal with colons. */
  fingerprint: string;
  validFrom: Instant;
  validTo: Instant;
  publicKey: KeyObject;
  keyType: string;
  /** RSA modulus or EC field; 0 where there is no such size. */
  keyBits: number;
  /** For a person: what today's cryptography thinks of it. */
  weaknesses: readonly string[];
  /** `MD5` or `SHA-1`, where its authority signed it so. */
  weakSignature?: string;
  identity: CertificateIdentity;
}

const WEAK_SIGNATURES: Readonly<Record<string, string>> = {
  '1.2.840.113549.1.1.4': 'MD5',
  '1.2.840.113549.1.1.5': 'SHA-1',
  '1.2.840.10045.4.1': 'SHA-1',
};

const SUBJECT_KEY_ID = '2.5.29.14';
const PEM_BLOCK = /-----BEGIN ([A-Z0-9 ]+)-----([\s\S]*?)-----END \1-----/g;
const EC_BITS: Readonly<Record<string, number>> = { prime256v1: 256, secp384r1: 384, secp521r1: 521 };

const invalid = (what: string, cause?: unknown): GatewayError =>
  new GatewayError('CERTIFICATE_INVALID', what, cause === undefined ? {} : { cause });

/**
 * Certificates of a file: PEM (one or several), DER, or a PKCS #7 chain in either form. A certificate that issued another
 * of the file comes behind it. Throws GatewayError CERTIFICATE_INVALID.
 */
export function readCertificates(bytes: Uint8Array): Certificate[] {
  const text = Buffer.from(bytes).toString('latin1');
  const blocks = [...text.matchAll(PEM_BLOCK)]
    .filter(([, label]) =>
      ['CERTIFICATE', 'X509 CERTIFICATE', 'TRUSTED CERTIFICATE', 'PKCS7', 'CMS'].includes(label!),
    )
    .map(([, , body]) => Buffer.from(body!, 'base64'));
  const certificates = (blocks.length > 0 ? blocks : [bytes]).flatMap(certificatesOf);
  if (certificates.length === 0) throw invalid('The file holds no certificate.');
  const issued = (one: Certificate): boolean =>
    certificates.some(
      (other) => other !== one && other.issuer === one.subject && other.subject !== one.subject,
    );
  return certificates.sort((a, b) => Number(issued(a)) - Number(issued(b)));
}

function certificatesOf(der: Uint8Array): Certificate[] {
  try {
    const fields = new BerFields(readBer(der), 0x30);
    if (fields.takeIf(0x06)?.oid() !== OID.signedData) return [readCertificate(der)];
    const [signedData] = fields.take(contextTag(0, 'constructed')).children();
    return certificatesOfSignedData(signedData!);
  } catch (error) {
    if (error instanceof BerError)
      throw invalid('The file is neither a certificate (PEM or DER) nor a PKCS #7 chain.', error);
    throw error;
  }
}

function certificatesOfSignedData(signedData: BerElement): Certificate[] {
  const set = [...new BerFields(signedData, 0x30).rest()].find(
    ({ tag }) => tag === contextTag(0, 'constructed'),
  );
  return [...(set?.children() ?? [])].map((element) => readCertificate(element.encoding()));
}

/** One certificate from its DER. Throws GatewayError CERTIFICATE_INVALID. */
export function readCertificate(der: Uint8Array): Certificate {
  let x509: X509Certificate;
  try {
    x509 = new X509Certificate(der);
    return describe(x509, Buffer.from(x509.raw));
  } catch (error) {
    if (error instanceof GatewayError) throw error;
    throw invalid('The file is neither a certificate (PEM or DER) nor a PKCS #7 chain.', error);
  }
}

function describe(x509: X509Certificate, der: Buffer): Certificate {
  const { publicKey } = x509;
  const keyType = publicKey.asymmetricKeyType ?? 'unknown';
  const details = publicKey.asymmetricKeyDetails;
  const keyBits = details?.modulusLength ?? EC_BITS[details?.namedCurve ?? ''] ?? 0;
  const { identity, signatureOid } = readStructure(der);
  const weakHash = WEAK_SIGNATURES[signatureOid];
  return {
    der,
    pem: x509.toString(),
    subject: x509.subject.replaceAll('\n', ', '),
    issuer: x509.issuer.replaceAll('\n', ', '),
    serialNumber: x509.serialNumber,
    fingerprint: x509.fingerprint256,
    validFrom: x509.validFromDate.toISOString(),
    validTo: x509.validToDate.toISOString(),
    publicKey,
    keyType,
    keyBits,
    weaknesses: [
      ...(keyType.startsWith('rsa') && keyBits < 2048
        ? [`RSA key of ${keyBits} bits; 2048 are the least today`]
        : []),
      ...(weakHash === undefined ? [] : [`signed with ${weakHash}`]),
    ],
    ...(weakHash !== undefined && { weakSignature: weakHash }),
    identity,
  };
}

/** Certificate ::= SEQUENCE { TBSCertificate, signatureAlgorithm, signature } (RFC 5280 4.1). */
function readStructure(der: Buffer): { identity: CertificateIdentity; signatureOid: string } {
  const certificate = new BerFields(readBer(der), 0x30);
  const tbs = new BerFields(certificate.take(0x30), 0x30);
  tbs.takeIf(contextTag(0, 'constructed'));
  const serialNumber = tbs.take(0x02).contentOctets();
  tbs.take(0x30);
  const issuer = tbs.take(0x30).encoding();
  tbs.take(0x30);
  tbs.take(0x30);
  const keyInfo = new BerFields(tbs.take(0x30), 0x30);
  keyInfo.take(0x30);
  const keyBits = keyInfo.take(0x03).contentOctets().subarray(1);
  const extensions = [...tbs.rest()].find(({ tag }) => tag === contextTag(3, 'constructed'));
  const subjectKeyId = subjectKeyIdOf(extensions) ?? createHash('sha1').update(keyBits).digest();
  return {
    identity: { issuer, serialNumber, subjectKeyId },
    signatureOid: new BerFields(certificate.take(0x30), 0x30).take(0x06).oid(),
  };
}

function subjectKeyIdOf(extensions: BerElement | undefined): Buffer | undefined {
  const [list] = extensions?.children() ?? [];
  for (const extension of list?.children() ?? []) {
    const fields = new BerFields(extension, 0x30);
    if (fields.take(0x06).oid() !== SUBJECT_KEY_ID) continue;
    fields.takeIf(0x01);
    return readBer(fields.take(0x04).octets()).expect(0x04).octets();
  }
  return undefined;
}

/** A private key from PEM: PKCS #8, PKCS #1, SEC 1; none with a passphrase. Throws GatewayError CERTIFICATE_INVALID. */
export function readPrivateKey(pem: string): KeyObject {
  try {
    return createPrivateKey(pem);
  } catch (error) {
    const remedy = pem.includes('ENCRYPTED')
      ? ' It has a passphrase: take it off (openssl pkey -in KEY -out NEW); the store of secrets encrypts it.'
      : '';
    throw invalid(`The private key cannot be read.${remedy}`, error);
  }
}

export function matchesKey(certificate: Certificate, key: KeyObject): boolean {
  return new X509Certificate(certificate.der).checkPrivateKey(key);
}

export function isValidAt(certificate: Certificate, at: Instant): boolean {
  return certificate.validFrom <= at && at <= certificate.validTo;
}
