import { GatewayError } from '../../../common/errors.ts';
import type { Instant } from '../../../common/time.ts';
import { BerError, BerFields, readBer } from '../cms/ber.ts';
import type { BerElement } from '../cms/ber.ts';
import { TAG, contextTag } from '../cms/der.ts';
import { readTime } from '../cms/read-time.ts';
import { readSignatureAlgorithm } from '../cms/signature-algorithm.ts';
import type { SignatureAlgorithm } from '../cms/signature-algorithm.ts';
import { readExtensionFields, readFullName } from './certificate-extensions.ts';

/** A revocation list (RFC 5280 section 5), as far as it is read ahead: its entries are looked up in its bytes. */
export interface RevocationList {
  /** Where it comes from: a file or an address. */
  source: string;
  der: Uint8Array;
  /** The issuer's Name (DER). */
  issuer: Uint8Array;
  thisUpdate: Instant;
  nextUpdate: Instant;
  /** What is signed, in `der`. */
  signedRange: readonly [start: number, end: number];
  /** The list of entries in `der`; undefined: nothing is revoked. */
  entriesRange?: readonly [start: number, end: number];
  algorithm: SignatureAlgorithm;
  signature: Uint8Array;
  scope: ListScope;
}

/** IssuingDistributionPoint (RFC 5280 5.2.5): which certificates of its issuer it speaks of. */
export interface ListScope {
  of: 'all' | 'users' | 'authorities';
  /** Names (DER) of its part; undefined: it is whole. */
  names?: readonly Uint8Array[];
}

const SCOPE = '2.5.29.28';
/** Number of the list and identifier of the key: they may be there and change nothing. */
const HARMLESS: ReadonlySet<string> = new Set(['2.5.29.20', '2.5.29.35', '2.5.29.18']);
const PEM = /-----BEGIN X509 CRL-----([\s\S]*?)-----END X509 CRL-----/;

/** Reads a list, PEM or DER. Its signature is not looked at yet. Throws GatewayError CERTIFICATE_INVALID. */
export function readRevocationList(bytes: Uint8Array, source: string): RevocationList {
  const match = bytes[0] === 0x30 ? null : PEM.exec(Buffer.from(bytes).toString('latin1'));
  const der = match === null ? bytes : Buffer.from(match[1]!, 'base64');
  try {
    return readList(der, source);
  } catch (error) {
    if (!(error instanceof BerError)) throw error;
    throw new GatewayError(
      'CERTIFICATE_INVALID',
      `The revocation list ${source} cannot be used: ${error.message}.`,
      { cause: error },
    );
  }
}

/** CertificateList ::= SEQUENCE { tbsCertList, signatureAlgorithm, signatureValue } */
function readList(der: Uint8Array, source: string): RevocationList {
  const fields = new BerFields(readBer(der), TAG.sequence);
  const tbs = fields.take(TAG.sequence);
  const algorithm = readSignatureAlgorithm(fields.take(TAG.sequence));
  if (algorithm?.digest === undefined || algorithm.digest === 'sha1')
    throw new BerError('It is signed by an algorithm that is not accepted');
  const signature = fields.take(TAG.bitString).contentOctets().subarray(1);
  const inner = new BerFields(tbs, TAG.sequence);
  inner.takeIf(TAG.integer);
  inner.take(TAG.sequence);
  const issuer = inner.take(TAG.sequence).encoding();
  const thisUpdate = readTime(inner.takeAny());
  const nextUpdate = readTime(inner.takeIf(TAG.utcTime, TAG.generalizedTime));
  if (thisUpdate === undefined || nextUpdate === undefined)
    throw new BerError('It does not say since when, and until when, it counts');
  const entries = inner.takeIf(TAG.sequence);
  const [extensions] = inner.takeIf(contextTag(0, 'constructed'))?.children() ?? [];
  return {
    source,
    der,
    issuer,
    thisUpdate,
    nextUpdate,
    signedRange: [tbs.start, tbs.end],
    ...(entries !== undefined && { entriesRange: [entries.start, entries.end] as const }),
    algorithm,
    signature,
    scope: readScope(extensions),
  };
}

function readScope(extensions: BerElement | undefined): ListScope {
  let scope: ListScope = { of: 'all' };
  for (const extension of extensions?.children() ?? []) {
    const { type, critical, value } = readExtensionFields(extension);
    if (type === SCOPE) scope = readDistributionPoint(value);
    else if (critical && !HARMLESS.has(type))
      throw new BerError(`It has an extension that is not judged here (${type}): delta lists are not used`);
  }
  return scope;
}

/** [0] name, [1] onlyContainsUserCerts, [2] onlyContainsCACerts, [3] onlySomeReasons, [4] indirectCRL, [5] attribute certificates. */
function readDistributionPoint(value: BerElement): ListScope {
  const fields = new BerFields(value, TAG.sequence);
  const name = fields.takeIf(contextTag(0, 'constructed'));
  let of: ListScope['of'] = 'all';
  for (const field of fields.rest()) {
    if (field.contentOctets()[0] === 0) continue;
    if (field.tag === contextTag(1, 'primitive')) of = 'users';
    else if (field.tag === contextTag(2, 'primitive')) of = 'authorities';
    else throw new BerError('It is indirect, or only for some reasons or kinds of certificates');
  }
  return { of, ...(name !== undefined && { names: readFullName(name) }) };
}
