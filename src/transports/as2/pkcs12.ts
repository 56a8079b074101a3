import { createPrivateKey } from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import { GatewayError } from '../../common/errors.ts';
import { matchesKey, readCertificate } from './certificate.ts';
import type { Certificate } from './certificate.ts';

/** What a PKCS #12 file (.p12, .pfx) holds for one key. */
export interface KeyBundle {
  key: KeyObject;
  certificate: Certificate;
  /** Further certificates of the file: the issuers. */
  chain: Certificate[];
}

const invalid = (message: string, cause?: unknown): GatewayError =>
  new GatewayError('CERTIFICATE_INVALID', message, cause === undefined ? {} : { cause });

/**
 * Reads a key and its certificate out of a PKCS #12 file (RFC 7292), of the ciphers of today and of old exports (RC2-40,
 * 3DES). Throws GatewayError CERTIFICATE_INVALID.
 */
export async function readPkcs12(bytes: Uint8Array, passphrase: string): Promise<KeyBundle> {
  const { default: forge } = await import('node-forge');
  const { asn1, pkcs12, pki } = forge;
  const toDer = (element: Parameters<typeof asn1.toDer>[0]): Buffer =>
    Buffer.from(asn1.toDer(element).getBytes(), 'latin1');
  let bags;
  try {
    const store = asn1.fromDer(Buffer.from(bytes).toString('latin1'));
    bags = pkcs12.pkcs12FromAsn1(store, passphrase).safeContents.flatMap(({ safeBags }) => safeBags);
  } catch (error) {
    throw invalid('The file is no PKCS #12 file, or its passphrase is another one.', error);
  }
  // A key or certificate that is not RSA has no object of its own there; its DER is always the truth.
  const keys = bags.filter(
    ({ type }) => type === pki.oids['keyBag'] || type === pki.oids['pkcs8ShroudedKeyBag'],
  );
  const certificates = bags
    .filter(({ type }) => type === pki.oids['certBag'])
    .map(({ asn1: element, cert }) => readCertificate(toDer(cert ? pki.certificateToAsn1(cert) : element)));
  if (keys.length !== 1) throw invalid(`The file holds ${keys.length} private keys; one is needed.`);
  const [bag] = keys;
  const key = createPrivateKey({
    key: toDer(bag!.key ? pki.wrapRsaPrivateKey(pki.privateKeyToAsn1(bag!.key)) : bag!.asn1),
    format: 'der',
    type: 'pkcs8',
  });
  const certificate = certificates.find((one) => matchesKey(one, key));
  if (certificate === undefined) throw invalid('The file holds no certificate that belongs to its key.');
  return { key, certificate, chain: certificates.filter((one) => one !== certificate) };
}
