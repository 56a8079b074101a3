import type { Clock } from '../../common/time.ts';
import type { Store } from '../../pipeline/ports/store.ts';
import { retryOnConflict } from '../../pipeline/work/retry.ts';

/** A bill or credit note that we made in Odoo: `bill:<key of the command>`, erpId = account.move id. */
export interface BillLink {
  moveId: number;
  invoiceId: string;
  number: string;
  /** What it has to come to, in its currency. */
  payable: string;
}

const KIND = 'bill';

export async function readBillLink(store: Store, commandKey: string): Promise<BillLink | undefined> {
  const record = await store.get('erpLinks', `${KIND}:${commandKey}`);
  return record?.data as BillLink | undefined;
}

export function saveBillLink(store: Store, clock: Clock, commandKey: string, link: BillLink): Promise<void> {
  return retryOnConflict(async () => {
    const id = `${KIND}:${commandKey}`;
    const known = await store.get('erpLinks', id);
    const record = {
      id,
      revision: known?.revision ?? 0,
      kind: KIND,
      erpId: String(link.moveId),
      updatedAt: clock.now(),
      data: { ...link },
    };
    await store.commit([{ op: known === undefined ? 'insert' : 'update', collection: 'erpLinks', record }]);
  });
}
