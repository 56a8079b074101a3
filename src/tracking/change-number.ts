/** The longest number of a document that every dialect takes: EDIFACT BGM 1004. */
const LONGEST = 35;

/** Number of the change that makes a version of an order: `PO-1-C2`. Of an order number without room for it the end is kept. */
export function changeNumberOf(orderId: string, version: number): string {
  const suffix = `-C${version}`;
  return `${orderId.slice(-(LONGEST - suffix.length))}${suffix}`;
}

/** The order and the version that the number of a change names; undefined where it is no such number. */
export function readChangeNumber(number: string): { orderId: string; version: number } | undefined {
  const [, orderId, version] = /^(.+)-C(\d{1,9})$/i.exec(number) ?? [];
  return orderId === undefined ? undefined : { orderId, version: Number(version) };
}
