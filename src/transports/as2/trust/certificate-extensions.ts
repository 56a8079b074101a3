import type { Certificate } from '../certificate.ts';
import { BerFields, readBer } from '../cms/ber.ts';
import type { BerElement } from '../cms/ber.ts';
import { TAG, contextTag } from '../cms/der.ts';

/** What the extensions of a certificate say of its place in a path (RFC 5280 4.2.1). */
export interface CertificateExtensions {
  /** basicConstraints: it may issue others. */
  isAuthority: boolean;
  /** basicConstraints: authorities that may stand below it. */
  pathLength?: number;
  /** Undefined: any. */
  keyUsage?: ReadonlySet<KeyUsage>;
  /** Names (DER) of the places where its revocation lists lie: never fetched, only compared. */
  listNames: readonly Buffer[];
  /** Object identifiers of extensions that restrict it in ways that are not judged here. */
  notJudged: readonly string[];
}

const KEY_USAGES = [
  'digitalSignature',
  'nonRepudiation',
  'keyEncipherment',
  'dataEncipherment',
  'keyAgreement',
  'keyCertSign',
  'cRLSign',
] as const;
export type KeyUsage = (typeof KEY_USAGES)[number];

const BASIC_CONSTRAINTS = '2.5.29.19';
const KEY_USAGE = '2.5.29.15';
const LIST_NAMES = '2.5.29.31';
const NAME_CONSTRAINTS = '2.5.29.30';
/**
 * May be critical and change nothing here: identifiers, other names, policies (none is demanded), extended key usage (AS2
 * has none of its own; certificates of servers are in use).
 */
const HARMLESS: ReadonlySet<string> = new Set(
  ['14', '17', '18', '32', '33', '35', '37', '54'].map((last) => `2.5.29.${last}`),
);

/** Reads the extensions of a certificate. Throws BerError. */
export function readExtensions({ der }: Pick<Certificate, 'der'>): CertificateExtensions {
  const tbs = new BerFields(new BerFields(readBer(der), TAG.sequence).take(TAG.sequence), TAG.sequence);
  const holder = [...tbs.rest()].find(({ tag }) => tag === contextTag(3, 'constructed'));
  const [list] = holder?.children() ?? [];
  return (list === undefined ? [] : [...list.children()]).reduce<CertificateExtensions>(readExtension, {
    isAuthority: false,
    listNames: [],
    notJudged: [],
  });
}

/** Extension ::= SEQUENCE { extnID, critical BOOLEAN DEFAULT FALSE, extnValue OCTET STRING } */
export function readExtensionFields(extension: BerElement): {
  type: string;
  critical: boolean;
  value: BerElement;
} {
  const fields = new BerFields(extension, TAG.sequence);
  const type = fields.take(TAG.oid).oid();
  const critical = readBoolean(fields);
  return { type, critical, value: readBer(fields.take(TAG.octetString).octets()) };
}

/** BOOLEAN DEFAULT FALSE */
function readBoolean(fields: BerFields): boolean {
  return (fields.takeIf(TAG.boolean)?.contentOctets()[0] ?? 0) !== 0;
}

function readExtension(known: CertificateExtensions, extension: BerElement): CertificateExtensions {
  const { type, critical, value } = readExtensionFields(extension);
  if (type === BASIC_CONSTRAINTS) {
    const fields = new BerFields(value, TAG.sequence);
    const isAuthority = readBoolean(fields);
    const pathLength = fields.takeIf(TAG.integer)?.smallInteger();
    return { ...known, isAuthority, ...(pathLength !== undefined && { pathLength }) };
  }
  if (type === KEY_USAGE) return { ...known, keyUsage: readKeyUsage(value) };
  if (type === LIST_NAMES) return { ...known, listNames: readListNames(value) };
  if (type === NAME_CONSTRAINTS || (critical && !HARMLESS.has(type))) {
    return { ...known, notJudged: [...known.notJudged, type] };
  }
  return known;
}

function readKeyUsage(value: BerElement): ReadonlySet<KeyUsage> {
  const [, first = 0] = value.expect(TAG.bitString).contentOctets();
  return new Set(KEY_USAGES.filter((_usage, bit) => (first & (0x80 >> bit)) !== 0));
}

/** CRLDistributionPoints ::= SEQUENCE OF SEQUENCE { [0] DistributionPointName, … } (RFC 5280 4.2.1.13) */
function readListNames(value: BerElement): Buffer[] {
  return [...value.expect(TAG.sequence).children()].flatMap((point) => {
    const name = new BerFields(point, TAG.sequence).takeIf(contextTag(0, 'constructed'));
    return name === undefined ? [] : readFullName(name);
  });
}

/** The names of DistributionPointName ::= CHOICE { fullName [0] GeneralNames, nameRelativeToCRLIssuer [1] … } */
export function readFullName(name: BerElement): Buffer[] {
  const [choice] = name.children();
  if (choice?.tag !== contextTag(0, 'constructed')) return [];
  return [...choice.children()].map((each) => each.encoding());
}
