import { createHash } from 'node:crypto';
import { writeSignedData } from './cms/signed-data.ts';
import type { Digest, SignOptions } from './message-model.ts';
import { micalgName } from './mic.ts';
import { randomOctets } from './random.ts';
import { base64Body, bytesBody, multipartBody, wholeEntity } from './mime/write-entity.ts';
import type { Body, OutboundEntity } from './mime/write-entity.ts';

export const newBoundary = (): string => `----=_Part_${randomOctets(16).toString('hex')}`;

/** multipart/signed (RFC 1847, RFC 8551 3.5.3) over exactly the bytes of an entity; `digest` is theirs. */
export function signEntity(entity: Body, digest: Uint8Array, options: SignOptions): OutboundEntity {
  const signature = wholeEntity({
    headers: {
      'Content-Type': 'application/pkcs7-signature; name="smime.p7s"; smime-type=signed-data',
      'Content-Transfer-Encoding': 'base64',
      'Content-Disposition': 'attachment; filename="smime.p7s"',
    },
    body: base64Body(bytesBody(writeSignedData({ blocks: entity.blocks, digest }, options))),
  });
  const boundary = newBoundary();
  const micalg = micalgName(options.digest, options.micalgSpelling ?? 'rfc5751');
  return {
    headers: {
      'Content-Type': `multipart/signed; protocol="application/pkcs7-signature"; micalg="${micalg}"; boundary="${boundary}"`,
    },
    body: multipartBody([entity, signature], boundary),
  };
}

/** The digests of a body by several algorithms, in one go. */
export function digestsOf(body: Body, digests: readonly Digest[]): Buffer[] {
  const hashes = digests.map((digest) => createHash(digest));
  for (const block of body.blocks()) for (const hash of hashes) hash.update(block);
  return hashes.map((hash) => hash.digest());
}
