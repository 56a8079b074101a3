import type { Digest, Mic } from './message-model.ts';

export const DIGESTS: readonly Digest[] = ['sha1', 'sha224', 'sha256', 'sha384', 'sha512'];

/** The hash that a micalg means, however it is spelled: `sha256`, `SHA-256`, `sha_256`, `"sha-256"`. */
export function digestOfMicalg(name: string): Digest | undefined {
  const plain = name
    .trim()
    .toLowerCase()
    .replaceAll(/["\s_-]/g, '');
  return DIGESTS.find((digest) => digest === plain);
}

/** `sha-256` as RFC 5751 spells it, or `sha256` as RFC 3851 did. */
export function micalgName(digest: Digest, spelling: 'rfc5751' | 'rfc3851'): string {
  return spelling === 'rfc3851' ? digest : digest.replace('sha', 'sha-');
}

/** A Received-content-MIC field: `base64, algorithm`. Undefined where there is no value in it. */
export function parseMic(field: string): { value: string; algorithm: string } | undefined {
  const [value = '', ...algorithm] = field.split(',');
  const plain = value.replaceAll(/\s/g, '');
  return plain === '' ? undefined : { value: plain, algorithm: algorithm.join(',').trim() };
}

/**
 * Compares a Received-content-MIC with what may come back: white space and the algorithm's spelling do not count, and
 * hashes of different algorithms are never compared.
 */
export function compareMic(
  field: string,
  accepted: readonly Mic[],
): 'equal' | 'different' | 'otherAlgorithm' {
  const received = parseMic(field);
  const digest = received && digestOfMicalg(received.algorithm);
  const comparable = accepted.filter((mic) => mic.digest === digest);
  if (received === undefined || comparable.length === 0) return 'otherAlgorithm';
  return comparable.some((mic) => mic.value === received.value) ? 'equal' : 'different';
}
