import { sha256Of } from '../../pipeline/unit-of-work.ts';
import type { UnitOfWork } from '../../pipeline/unit-of-work.ts';
import type { Certificate } from './certificate.ts';
import type { As2Station } from './station.ts';

/** PEM texts that this process has seen in the archive: nearly every message names the same three certificates. */
const archived = new WeakMap<As2Station, Map<string, string>>();

/** Keeps the PEM text of a certificate in the archive, for the evidence of a message; returns where it lies. */
export function archiveCertificate(
  unit: UnitOfWork,
  station: As2Station,
  { fingerprint, pem }: Certificate,
): string {
  const known = archived.get(station) ?? new Map<string, string>();
  archived.set(station, known);
  const place = known.get(fingerprint);
  if (place !== undefined) return place;
  const text = Buffer.from(pem, 'latin1');
  unit.archive(text);
  const sha256 = sha256Of(text);
  unit.afterCommit(() => known.set(fingerprint, sha256));
  return sha256;
}
