import { GatewayError } from '../common/errors.ts';

/** Archived bytes that are not what their name says; `place` tells which store. */
export function damagedArchive(sha256: string, place: string): GatewayError {
  return new GatewayError('STORE_CORRUPT', `The archived bytes of ${sha256} in ${place} are damaged.`, {
    details: { place, sha256 },
  });
}

/** What is to be archived has changed since it was hashed, or is cut off. */
export function otherContent(sha256: string): GatewayError {
  return new GatewayError(
    'STORE_CORRUPT',
    `What was to be archived under ${sha256} has other content: it was changed or cut off meanwhile.`,
    { details: { sha256 } },
  );
}
