import type { Leniency } from '../edi/leniency.ts';
import type { Standard } from '../edi/model.ts';
import type { ReadOptions } from '../edi/read-options.ts';
import type { Partner } from './partner-schema.ts';

/** How files of a partner are read: what it is forgiven, and its characters where those of the envelope are not meant. */
export function readOptionsOf(
  partner: Partner | undefined,
  standard: Standard,
): ReadOptions & { leniency: Leniency } {
  const charset = partner?.[standard]?.inboundCharset;
  return { leniency: partner?.leniency ?? {}, ...(charset !== undefined && { charset }) };
}
