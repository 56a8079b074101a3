import type { Clock, LocalDate } from '../common/time.ts';
import type { Store } from '../pipeline/ports/store.ts';
import type { ErpLinkRecord } from '../pipeline/records.ts';
import { retryOnConflict } from '../pipeline/work/retry.ts';

/** What both sides negotiate of a line: decimals as text, the date a calendar date in the company's zone. */
export interface LineValues {
  quantity: string;
  price: string;
  date: LocalDate;
  /** Percent. */
  discount: string;
}

/** One purchase.order.line. */
export interface OdooLineLink {
  odooId: number;
  /** Line id in documents: 1, 2, 3 … in the order of Odoo's ids, never given out twice. */
  lineId: string;
  /** Made by us for a further confirmed date of the line `lineId`; documents do not show it. */
  slice: boolean;
  /** What was last seen in Odoo. */
  seen: LineValues;
  /** The description and notes that were last seen, as JSON; of the line's own row, and not of orders sent by older releases. */
  words?: string;
  /** What we are about to write, or have written and not seen yet: found in Odoo it is no change by the buyer. */
  intended?: LineValues;
}

/** A line that we are about to create for a further confirmed date of a line. */
export interface IntendedSlice extends LineValues {
  lineId: string;
}

/** Which purchase.order an order is, and what of it is known. */
export interface OdooOrderLink {
  /** Order number in documents. */
  orderId: string;
  odooId: number;
  companyId: number;
  currency: string;
  /** The supplier's order number as we wrote it; another one in Odoo was entered by a person and stays. */
  vendorReference?: string;
  /** `gone`: deleted in Odoo. */
  state: 'confirmed' | 'cancelled' | 'gone';
  /** The notes of the whole order that were last seen, as JSON; not of orders sent by older releases. */
  notes?: string;
  /** SHA-256 of the order document that was handed over last. */
  content: string;
  lines: OdooLineLink[];
  intendedSlices: IntendedSlice[];
}

export interface StoredOrderLink {
  link: OdooOrderLink;
  record: ErpLinkRecord;
}

const KIND = 'order';

function orderLinkId(orderId: string): string {
  return `${KIND}:${orderId}`;
}

export async function readOrderLink(store: Store, orderId: string): Promise<StoredOrderLink | undefined> {
  return opened(await store.get('erpLinks', orderLinkId(orderId)));
}

export async function findOrderLink(store: Store, odooId: number): Promise<StoredOrderLink | undefined> {
  const { records } = await store.find('erpLinks', {
    where: { kind: KIND, erpId: String(odooId) },
    limit: 1,
  });
  return opened(records[0]);
}

/** Every linked order, once: in an order that stays as it is when links are written meanwhile. */
export async function* eachOrderLink(store: Store): AsyncGenerator<StoredOrderLink> {
  let after: string | undefined;
  do {
    const page = await store.find('erpLinks', {
      where: { kind: KIND },
      orderBy: 'erpId',
      limit: 500,
      ...(after !== undefined && { after }),
    });
    for (const record of page.records) yield { link: record.data as unknown as OdooOrderLink, record };
    after = page.next;
  } while (after !== undefined);
}

/** Writes a link over the one that was read; throws CONFLICT when it has changed since. */
export async function saveOrderLink(
  store: Store,
  clock: Clock,
  link: OdooOrderLink,
  known?: ErpLinkRecord,
): Promise<void> {
  const record: ErpLinkRecord = {
    id: orderLinkId(link.orderId),
    revision: known?.revision ?? 0,
    kind: KIND,
    erpId: String(link.odooId),
    updatedAt: clock.now(),
    data: { ...link },
  };
  await store.commit([{ op: known === undefined ? 'insert' : 'update', collection: 'erpLinks', record }]);
}

/** Reads, changes and writes a link, again when somebody else changed it. Undefined when there is none. */
export function changeOrderLink(
  store: Store,
  clock: Clock,
  orderId: string,
  change: (link: OdooOrderLink) => OdooOrderLink,
): Promise<OdooOrderLink | undefined> {
  return retryOnConflict(async () => {
    const known = await readOrderLink(store, orderId);
    if (known === undefined) return undefined;
    const changed = change(known.link);
    await saveOrderLink(store, clock, changed, known.record);
    return changed;
  });
}

/**
 * Notes what is about to be written into Odoo, durably, before it is written: whoever reads it there afterwards knows it as
 * ours, also when the answer to the write is lost.
 */
export function intendLines(
  store: Store,
  clock: Clock,
  orderId: string,
  lines: ReadonlyMap<number, LineValues>,
  slices: readonly IntendedSlice[] = [],
): Promise<OdooOrderLink | undefined> {
  return changeOrderLink(store, clock, orderId, (link) => ({
    ...link,
    intendedSlices: [...link.intendedSlices, ...slices],
    lines: link.lines.map((line) => {
      const intended = lines.get(line.odooId);
      return intended === undefined ? line : { ...line, intended };
    }),
  }));
}

function opened(record: ErpLinkRecord | undefined): StoredOrderLink | undefined {
  return record === undefined ? undefined : { link: record.data as unknown as OdooOrderLink, record };
}
