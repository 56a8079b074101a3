import type { Instant } from '../../../common/time.ts';
import type { Certificate } from '../certificate.ts';
import { BerFields, readBer } from '../cms/ber.ts';
import { TAG, der } from '../cms/der.ts';
import { readTime } from '../cms/read-time.ts';
import { verifySignature } from '../cms/signature-algorithm.ts';
import { readExtensionFields, readExtensions } from './certificate-extensions.ts';
import type { RevocationList } from './revocation-list.ts';

/** What the lists of a certificate's issuer say of it. */
export type RevocationStatus = { state: 'good' } | { state: 'revoked' | 'unknown'; reason: string };

const REASON = '2.5.29.21';
/** CRLReason (RFC 5280 5.3.1). */
const REASONS: Readonly<Record<number, string>> = {
  1: 'its key was compromised',
  2: 'its authority was compromised',
  3: 'its owner has changed',
  4: 'it was superseded',
  5: 'its owner has ceased to use it',
  6: 'it is on hold',
  9: 'its privilege was withdrawn',
  10: 'its authority was compromised',
};

/** Looks a certificate up in the lists that its issuer has signed. An outdated list still says what it says of revoked ones. */
export function findRevocation(
  certificate: Certificate,
  issuer: Certificate,
  lists: readonly RevocationList[],
  at: Instant,
): RevocationStatus {
  const told = lists.filter((list) => speaksOf(list, certificate) && isGenuine(list, issuer));
  for (const list of told) {
    const entry = findEntry(list, certificate.identity.serialNumber);
    if (entry !== undefined) return { state: 'revoked', reason: `it was revoked ${entry} (${list.source})` };
  }
  if (told.some(({ thisUpdate, nextUpdate }) => thisUpdate <= at && at < nextUpdate))
    return { state: 'good' };
  const [list] = told;
  const reason =
    list === undefined
      ? `there is no revocation list of ${issuer.subject} that speaks of it`
      : list.thisUpdate > at
        ? `the revocation list of ${issuer.subject} counts only from ${list.thisUpdate} on (${list.source})`
        : `the revocation list of ${issuer.subject} was to be renewed by ${list.nextUpdate} (${list.source})`;
  return { state: 'unknown', reason: `whether it was revoked is not known: ${reason}` };
}

function speaksOf({ issuer, scope }: RevocationList, certificate: Certificate): boolean {
  if (!Buffer.from(issuer).equals(certificate.identity.issuer)) return false;
  if (scope.of === 'all' && scope.names === undefined) return true;
  const { isAuthority, listNames } = readExtensions(certificate);
  if (scope.of !== 'all' && isAuthority !== (scope.of === 'authorities')) return false;
  return scope.names?.some((name) => listNames.some((own) => own.equals(name))) ?? true;
}

/** A list does not change, and to hash a large one takes milliseconds. */
const verified = new WeakMap<RevocationList, Map<string, boolean>>();

function isGenuine(list: RevocationList, issuer: Certificate): boolean {
  const known = verified.get(list) ?? new Map<string, boolean>();
  verified.set(list, known);
  const { fingerprint } = issuer;
  const genuine = known.get(fingerprint) ?? verifyList(list, issuer);
  known.set(fingerprint, genuine);
  return genuine;
}

function verifyList(list: RevocationList, issuer: Certificate): boolean {
  if (readExtensions(issuer).keyUsage?.has('cRLSign') === false) return false;
  const { algorithm, signature, signedRange } = list;
  const content = list.der.subarray(...signedRange);
  return verifySignature(content, issuer.publicKey, algorithm, algorithm.digest!, signature);
}

/** When and why a serial number was revoked; undefined where it is not in the list. */
function findEntry(
  { der: bytes, entriesRange }: RevocationList,
  serialNumber: Uint8Array,
): string | undefined {
  if (entriesRange === undefined) return undefined;
  const [start, end] = entriesRange;
  const number = der(TAG.integer, serialNumber);
  // Nearly always it is in none of perhaps a million entries.
  if (!Buffer.from(bytes.buffer, bytes.byteOffset + start, end - start).includes(number)) return undefined;
  for (const entry of readBer(bytes, start, end).children()) {
    const fields = new BerFields(entry, TAG.sequence);
    if (!fields.take(TAG.integer).contentOctets().equals(serialNumber)) continue;
    const since = readTime(fields.takeAny());
    const [code] = [...(fields.takeIf(TAG.sequence)?.children() ?? [])]
      .map(readExtensionFields)
      .filter(({ type }) => type === REASON)
      .map(({ value }) => value.contentOctets()[0]);
    const why = code === undefined ? undefined : REASONS[code];
    return [since === undefined ? '' : `on ${since}`, ...(why === undefined ? [] : [`because ${why}`])].join(
      ' ',
    );
  }
  return undefined;
}
