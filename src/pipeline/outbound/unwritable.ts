import type { Finding } from '../../common/finding.ts';
import type { ExceptionType } from '../../tracking/exception-catalogue.ts';

/** Places of a document whose values come from our master data. */
const MASTER_DATA: readonly (readonly [place: RegExp, type: ExceptionType])[] = [
  [/^lines\[\d+\]\.item\b/, 'ITEM_UNKNOWN'],
  [/^(shipTo|billTo)\b/, 'LOCATION_UNKNOWN'],
  [/^(deliveryTerms|paymentTerms)\b/, 'TERMS_UNKNOWN'],
];

/**
 * What keeps a document from being written: our own data, where its dialect has no word for one of our values, else the map. The
 * same value in the same place is one cause, whichever orders and lines have it.
 */
export function causeOf(error: Finding | undefined): { type: ExceptionType; causeKey?: string } {
  const path = error?.place.path ?? '';
  const type = MASTER_DATA.find(([place]) => place.test(path))?.[1];
  if (error === undefined || type === undefined) return { type: 'MAP_ERROR' };
  return { type, causeKey: error.message.replace(/\[\d+\]/g, '') };
}
