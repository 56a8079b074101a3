import { createHash, timingSafeEqual } from 'node:crypto';
import { GatewayError } from '../../../common/errors.ts';
import type { Instant } from '../../../common/time.ts';
import type { Certificate } from '../certificate.ts';
import type { Digest, SignatureScheme, Verifiers } from '../message-model.ts';
import { describeCertificate } from '../trust/trust-model.ts';
import type { UnusableCertificate } from '../trust/trust-model.ts';
import { OID, digestOfOid } from './algorithms.ts';
import { BerFields } from './ber.ts';
import type { BerElement } from './ber.ts';
import { describeId, identifies, readCertificateId } from './certificate-id.ts';
import type { CertificateId } from './certificate-id.ts';
import type { ContentInfo } from './content-info.ts';
import { TAG, contextTag, der } from './der.ts';
import { readTime } from './read-time.ts';
import { SecurityFailure } from './security-failure.ts';
import { readSignatureAlgorithm, verifySignature } from './signature-algorithm.ts';
import type { SignatureAlgorithm } from './signature-algorithm.ts';

const MAX_SIGNERS = 20;
const MAX_ATTRIBUTES = 100;
const MAX_CERTIFICATES = 20;

export interface VerifiedSignature {
  digest: Digest;
  /** Of the content, by `digest`. */
  contentDigest: Buffer;
  scheme: SignatureScheme;
  signer: Certificate;
  /** Authorities above a signer whom the settings do not have, the trusted one last. */
  authorities?: readonly Certificate[];
  signedAt?: Instant;
}

interface SignedAttributes {
  /** The SET OF in DER, which is what was signed. */
  encoding: Buffer;
  messageDigest: Buffer;
  signedAt?: Instant;
}

export interface SignerInfo {
  id: CertificateId;
  digestOid: string;
  algorithm: SignatureAlgorithm | undefined;
  attributes: SignedAttributes | undefined;
  signature: Buffer;
}

const notAuthentic = (reason: string): SecurityFailure =>
  new SecurityFailure('authentication-failed', reason);

/** What a detached SignedData holds. */
export interface Signers {
  signers: readonly SignerInfo[];
  /** The certificates (DER) that came with it, whoever put them there. Throws BerError. */
  certificates: () => Uint8Array[];
}

/** SignerInfos of a detached SignedData (RFC 5652 5.1). Throws SecurityFailure, BerError. */
export function readSigners({ kind, content }: ContentInfo): Signers {
  if (kind !== 'signedData') throw notAuthentic(`The signature part is ${kind}`);
  const fields = new BerFields(content, TAG.sequence);
  fields.take(TAG.integer);
  fields.take(TAG.set);
  const encapsulated = new BerFields(fields.take(TAG.sequence), TAG.sequence);
  const type = encapsulated.take(TAG.oid).oid();
  if (type !== OID.data) throw notAuthentic(`The signed content is of type ${type}`);
  // Content inside of it would be what the signature is over, whatever stands beside it.
  if (encapsulated.takeIf(contextTag(0, 'constructed')) !== undefined)
    throw notAuthentic('The signature holds content of its own');
  // Certificates of the message are trusted by the authorities of the settings alone, its revocation lists never.
  const certificates = fields.takeIf(contextTag(0, 'constructed'));
  fields.takeIf(contextTag(1, 'constructed'));
  const signers: SignerInfo[] = [];
  for (const element of fields.take(TAG.set).children()) {
    if (signers.length === MAX_SIGNERS) throw notAuthentic(`More than ${MAX_SIGNERS} signers`);
    signers.push(readSigner(element));
  }
  if (signers.length === 0) throw notAuthentic('Nobody signed: no SignerInfo');
  return { signers, certificates: () => readEmbedded(certificates) };
}

function readEmbedded(set: BerElement | undefined): Uint8Array[] {
  const certificates: Uint8Array[] = [];
  for (const element of set?.children() ?? []) {
    if (certificates.length === MAX_CERTIFICATES) break;
    // Attribute certificates and others that nobody uses have tags of their own.
    if (element.tag === TAG.sequence) certificates.push(element.encoding());
  }
  return certificates;
}

function readSigner(element: BerElement): SignerInfo {
  const fields = new BerFields(element, TAG.sequence);
  fields.take(TAG.integer);
  const id = readCertificateId(fields);
  const digestOid = new BerFields(fields.take(TAG.sequence), TAG.sequence).take(TAG.oid).oid();
  const attributes = fields.takeIf(contextTag(0, 'constructed'));
  const algorithm = readSignatureAlgorithm(fields.take(TAG.sequence));
  const signature = fields.takeAny().octets();
  return { id, digestOid, algorithm, attributes: attributes && readAttributes(attributes), signature };
}

function readAttributes(element: BerElement): SignedAttributes {
  const values = new Map<string, BerElement>();
  let count = 0;
  for (const attribute of element.children()) {
    if (++count > MAX_ATTRIBUTES) throw notAuthentic(`More than ${MAX_ATTRIBUTES} attributes`);
    const fields = new BerFields(attribute, TAG.sequence);
    const type = fields.take(TAG.oid).oid();
    if (values.has(type)) throw notAuthentic(`Attribute ${type} occurs twice`);
    const set = fields.take(TAG.set);
    const value = set.childBehind(undefined);
    const single = type === OID.contentType || type === OID.messageDigest || type === OID.signingTime;
    if (value === undefined || (single && set.childBehind(value) !== undefined))
      throw notAuthentic(`Attribute ${type} has ${value === undefined ? 'no value' : 'several values'}`);
    values.set(type, value);
  }
  const contentType = values.get(OID.contentType)?.oid();
  if (contentType !== OID.data) throw notAuthentic(`Attribute contentType is ${contentType ?? 'missing'}`);
  const messageDigest = values.get(OID.messageDigest)?.octets();
  if (messageDigest === undefined) throw notAuthentic('Attribute messageDigest is missing');
  // A time that cannot be read is none: nothing is decided on it.
  const signedAt = readTime(values.get(OID.signingTime));
  return {
    encoding: der(TAG.set, element.contentOctets()),
    messageDigest,
    ...(signedAt === undefined ? {} : { signedAt }),
  };
}

/**
 * Verifies content by one of the signers with one of the certificates that we hold, found by their ids. Throws
 * SecurityFailure: `authentication-failed` where nobody whom we know signed, `integrity-check-failed` where they signed
 * something else. Throws GatewayError TRANSPORT_UNAVAILABLE where it cannot be found out now whether a signer counts.
 */
export function verifyContent(
  signers: readonly SignerInfo[],
  blocks: () => Iterable<Uint8Array>,
  { verification, unusable = [] }: Pick<Verifiers, 'verification' | 'unusable'>,
  allowed: readonly Digest[],
): VerifiedSignature {
  let failure: SecurityFailure | undefined;
  for (const signer of signers)
    for (const certificate of verification.filter((one) => identifies(signer.id, one)))
      try {
        return verifySigner(signer, blocks, certificate, allowed);
      } catch (error) {
        if (!(error instanceof SecurityFailure)) throw error;
        failure ??= error;
      }
  if (failure !== undefined) throw failure;
  const known = unusable.find(({ certificate }) => signers.some(({ id }) => identifies(id, certificate)));
  if (known !== undefined) throw unusableSigner(known);
  const named = signers.map(({ id }) => describeId(id)).join(', ');
  throw notAuthentic(`Signed with none of the partner's certificates, but by ${named}`);
}

/** What we cannot find out is trouble of our own: the partner is told to come again, not that his signature is bad. */
function unusableSigner({ certificate, reason, passing }: UnusableCertificate): Error {
  const text = `Signed with ${describeCertificate(certificate)}: ${reason}`;
  return passing === true ? new GatewayError('TRANSPORT_UNAVAILABLE', `${text}.`) : notAuthentic(text);
}

function verifySigner(
  { digestOid, algorithm, attributes, signature }: SignerInfo,
  blocks: () => Iterable<Uint8Array>,
  signer: Certificate,
  allowed: readonly Digest[],
): VerifiedSignature {
  const digest = digestOfOid(digestOid);
  if (digest === undefined) throw notAuthentic(`Digest algorithm ${digestOid} is not supported`);
  if (algorithm === undefined) throw notAuthentic('Signature algorithm is not supported');
  const signatureDigest = algorithm.digest ?? digest;
  for (const one of [digest, signatureDigest])
    if (!allowed.includes(one))
      throw new SecurityFailure('insufficient-message-security', `Digest ${one} is not in the agreement`);
  const contentDigest = digestOf(blocks(), digest);
  const verified = { digest, contentDigest, scheme: algorithm.scheme, signer };
  if (attributes === undefined) {
    refuseAttributesAsContent(blocks());
    if (!verifySignature(blocks(), signer.publicKey, algorithm, signatureDigest, signature))
      throw new SecurityFailure('integrity-check-failed', 'The signature over the content does not verify');
    return verified;
  }
  if (!verifySignature(attributes.encoding, signer.publicKey, algorithm, signatureDigest, signature))
    throw notAuthentic(`The signature does not verify with certificate ${signer.fingerprint}`);
  const { messageDigest, signedAt } = attributes;
  if (contentDigest.length !== messageDigest.length || !timingSafeEqual(contentDigest, messageDigest))
    throw new SecurityFailure(
      'integrity-check-failed',
      'The content is not what was signed: its digest differs',
    );
  return signedAt === undefined ? verified : { ...verified, signedAt };
}

function digestOf(blocks: Iterable<Uint8Array>, digest: Digest): Buffer {
  const hash = createHash(digest);
  for (const block of blocks) hash.update(block);
  return hash.digest();
}

/** The attributes of a genuine signature, sent as content without attributes, would verify too: they begin as a SET. */
function refuseAttributesAsContent(blocks: Iterable<Uint8Array>): void {
  for (const block of blocks) {
    if (block[0] === TAG.set) throw notAuthentic('The signed content is the attributes of a signature');
    return;
  }
}
