import { createHash } from 'node:crypto';
import type { Certificate } from '../certificate.ts';
import { BerFields } from './ber.ts';
import { TAG, contextTag, der, sequence } from './der.ts';

/** SignerIdentifier and RecipientIdentifier (RFC 5652 5.3, 6.2.1). */
export type CertificateId = { issuer: Buffer; serialNumber: Buffer } | { subjectKeyId: Buffer };

/** Takes the identifier from the fields of a SignerInfo or KeyTransRecipientInfo. */
export function readCertificateId(fields: BerFields): CertificateId {
  const element = fields.takeAny();
  if ((element.tag & ~0x20) === contextTag(0, 'primitive')) return { subjectKeyId: element.octets() };
  const id = new BerFields(element, TAG.sequence);
  return { issuer: id.take(TAG.sequence).encoding(), serialNumber: id.take(TAG.integer).contentOctets() };
}

export function identifies(id: CertificateId, { identity }: Certificate): boolean {
  return 'subjectKeyId' in id
    ? id.subjectKeyId.equals(identity.subjectKeyId)
    : id.issuer.equals(identity.issuer) && id.serialNumber.equals(identity.serialNumber);
}

export function issuerAndSerialNumber({ identity }: Certificate): Buffer {
  return sequence(identity.issuer, der(TAG.integer, identity.serialNumber));
}

/** For our log. */
export function describeId(id: CertificateId): string {
  if ('subjectKeyId' in id) return `subject key id ${id.subjectKeyId.toString('hex')}`;
  return `serial number ${id.serialNumber.toString('hex')} of issuer ${issuerHash(id.issuer)}`;
}

const issuerHash = (issuer: Buffer): string => createHash('sha256').update(issuer).digest('hex').slice(0, 16);
