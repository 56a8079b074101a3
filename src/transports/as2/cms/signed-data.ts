import type { SignOptions } from '../message-model.ts';
import { DIGEST_OIDS, OID } from './algorithms.ts';
import { issuerAndSerialNumber } from './certificate-id.ts';
import { TAG, contextTag, der, integer, octetString, oid, sequence, setOf, sorted, time } from './der.ts';
import { signContent, writeSignatureAlgorithm } from './signature-algorithm.ts';

/** What is signed: its blocks, and their digest by the algorithm of the signature. */
export interface SignedContent {
  blocks: () => Iterable<Uint8Array>;
  digest: Uint8Array;
}

/** Detached SignedData (RFC 5652 5). */
export function writeSignedData(content: SignedContent, options: SignOptions): Buffer {
  const { key, certificate, digest, scheme } = options;
  const digestAlgorithm = sequence(oid(DIGEST_OIDS[digest]));
  const attributes = options.signedAttributes === false ? undefined : signedAttributes(content, options);
  const signature =
    attributes === undefined
      ? signContent(content.blocks(), key, scheme, digest)
      : signContent(der(TAG.set, attributes), key, scheme, digest);
  const signerInfo = sequence(
    integer(1),
    issuerAndSerialNumber(certificate),
    digestAlgorithm,
    // Signed as a SET OF, sent with the tag of its place (RFC 5652 5.4).
    ...(attributes === undefined ? [] : [der(contextTag(0, 'constructed'), attributes)]),
    writeSignatureAlgorithm(scheme, digest),
    octetString(signature),
  );
  const signedData = sequence(
    integer(1),
    setOf(digestAlgorithm),
    sequence(oid(OID.data)),
    ...certificatesOf(options),
    setOf(signerInfo),
  );
  return sequence(oid(OID.signedData), der(contextTag(0, 'constructed'), signedData));
}

function certificatesOf({ certificate, chain = [], include = 'signer' }: SignOptions): Buffer[] {
  if (include === 'none') return [];
  const certificates = include === 'chain' ? [certificate, ...chain] : [certificate];
  return [der(contextTag(0, 'constructed'), ...sorted(certificates.map((one) => one.der)))];
}

/** Content octets of the SET OF attributes, in DER order. */
function signedAttributes(content: SignedContent, { at }: SignOptions): Buffer {
  const attribute = (type: string, value: Uint8Array): Buffer => sequence(oid(type), setOf(value));
  return Buffer.concat(
    sorted([
      attribute(OID.contentType, oid(OID.data)),
      attribute(OID.signingTime, time(at)),
      attribute(OID.messageDigest, octetString(content.digest)),
    ]),
  );
}
