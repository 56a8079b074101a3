import type { Clock } from '../../common/time.ts';
import type { Store } from '../../pipeline/ports/store.ts';
import type { ErpLinkRecord } from '../../pipeline/records.ts';
import { retryOnConflict } from '../../pipeline/work/retry.ts';

/**
 * The receipt of Odoo that a shipment was announced on: `receipt:<order>|<shipment>`, erpId = stock.picking id. Written before
 * the receipt is touched, so that a second attempt goes on with the same one.
 */
export interface ReceiptLink {
  orderId: string;
  shipmentId: string;
  pickingId: number;
  /** Our text in the note of the receipt; any other text is a person's. '' = none yet. */
  note: string;
  /** False once the shipment was cancelled. */
  live: boolean;
}

const KIND = 'receipt';

function idOfLink(orderId: string, shipmentId: string): string {
  return `${KIND}:${orderId}|${shipmentId}`;
}

export async function readReceiptLink(
  store: Store,
  orderId: string,
  shipmentId: string,
): Promise<ReceiptLink | undefined> {
  const record = await store.get('erpLinks', idOfLink(orderId, shipmentId));
  return record?.data as ReceiptLink | undefined;
}

/** Shipments that stand on these receipts. */
export async function findReceiptLinks(store: Store, pickingIds: readonly number[]): Promise<ReceiptLink[]> {
  const found: ReceiptLink[] = [];
  for (const pickingId of pickingIds) {
    const { records } = await store.find('erpLinks', {
      where: { kind: KIND, erpId: String(pickingId) },
      limit: 100,
    });
    found.push(...records.map(({ data }) => data as unknown as ReceiptLink));
  }
  return found.filter(({ live }) => live);
}

export function saveReceiptLink(store: Store, clock: Clock, link: ReceiptLink): Promise<void> {
  return retryOnConflict(async () => {
    const id = idOfLink(link.orderId, link.shipmentId);
    const known = await store.get('erpLinks', id);
    const record: ErpLinkRecord = {
      id,
      revision: known?.revision ?? 0,
      kind: KIND,
      erpId: String(link.pickingId),
      updatedAt: clock.now(),
      data: { ...link },
    };
    await store.commit([{ op: known === undefined ? 'insert' : 'update', collection: 'erpLinks', record }]);
  });
}
