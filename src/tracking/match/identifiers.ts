import type { Item } from '../../documents/primitives.ts';
import type { SupplierFact } from './facts.ts';

/** Separates the parts of an internal key; no document carries it. */
const SEPARATOR = '\n';

export function lineKey(orderId: string, orderLineId: string): string {
  return `${orderId}${SEPARATOR}${orderLineId}`;
}

/** Trimmed, upper case. */
export function plainId(id: string): string {
  return id.trim().toUpperCase();
}

/** Line ids of partners gain and lose leading zeros: `0010` is `10`. */
export function plainLineId(id: string): string {
  return plainId(id).replace(/^0+(?=.)/, '');
}

/** GTIN-8, -12, -13 and -14 of one article are equal when padded to 14 digits. */
export function plainGtin(gtin: string): string {
  return gtin.trim().padStart(14, '0');
}

/** Our order number out of what the supplier wrote, by the partner's habits (5.7.1). */
export function plainOrderId(id: string, habits: SupplierFact['orderNumber']): string {
  let plain = plainId(id);
  for (const prefix of habits?.prefixes ?? []) {
    const upper = plainId(prefix);
    if (plain.startsWith(upper) && plain.length > upper.length) {
      plain = plain.slice(upper.length).trim();
      break;
    }
  }
  return habits?.stripLeadingZeros === true ? plain.replace(/^0+(?=.)/, '') : plain;
}

/** Invoice numbers for comparison: upper case, only letters and digits, no leading zeros (5.8). */
export function plainInvoiceNumber(number: string): string {
  return number
    .toUpperCase()
    .replace(/[^\p{L}\p{N}]/gu, '')
    .replace(/^0+(?=.)/, '');
}

/** Every id of an article, for item-specific units and rules. */
export function itemIds(...items: readonly Item[]): string[] {
  const ids: string[] = [];
  for (const item of items) {
    if (item.buyerId !== undefined) ids.push(item.buyerId);
    if (item.sellerId !== undefined) ids.push(item.sellerId);
    if (item.gtin !== undefined) ids.push(item.gtin);
  }
  return ids;
}

/** `same` if one id agrees, `different` if ids can be compared and none agrees, `unknown` if none can be compared. */
export function compareItems(left: Item, right: Item): 'same' | 'different' | 'unknown' {
  let compared = false;
  if (left.buyerId !== undefined && right.buyerId !== undefined) {
    if (plainId(left.buyerId) === plainId(right.buyerId)) return 'same';
    compared = true;
  }
  if (left.sellerId !== undefined && right.sellerId !== undefined) {
    if (plainId(left.sellerId) === plainId(right.sellerId)) return 'same';
    compared = true;
  }
  if (left.gtin !== undefined && right.gtin !== undefined) {
    if (plainGtin(left.gtin) === plainGtin(right.gtin)) return 'same';
    compared = true;
  }
  return compared ? 'different' : 'unknown';
}

/** How people call an article: `4711 "Screw M8"`. */
export function itemText(item: Item): string {
  const id = item.buyerId ?? item.sellerId ?? item.gtin;
  const name = item.description === undefined ? undefined : `"${item.description}"`;
  return [id, name].filter((part) => part !== undefined).join(' ') || 'an article without id';
}
