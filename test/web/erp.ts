import type {
  ConnectedErp,
  ErpCheckStep,
  ErpDifference,
  ErpOverview,
} from '../../src/pipeline/ports/connected-erp.ts';
import { enqueue } from '../../src/pipeline/work/work-record.ts';
import { fingerprintOf } from '../../src/tracking/exceptions.ts';
import type { Harness } from './harness.ts';

const DIFFERENCE: ErpDifference = {
  orderId: 'PO-41001',
  lineId: '2',
  kind: 'written',
  text: 'Line 2 holds 20 at 8.75 on 2026-03-16 in Odoo; 20 at 8.75 on 2026-03-18 is agreed.',
  ours: '20 at 8.75 on 2026-03-18',
  theirs: '20 at 8.75 on 2026-03-16',
  mend: 'write',
  repaired: false,
};

const DECIDED_BY_PEOPLE: ErpDifference = {
  orderId: 'PO-41002',
  invoiceId: 'NW-INV-3102',
  kind: 'bill',
  text: 'The bill of invoice NW-INV-3102 was cancelled in Odoo.',
  ours: '1,240.50 approved',
  theirs: 'cancelled',
  mend: 'person',
  repaired: false,
};

/** An Odoo as the pages and the API see it; what is asked of it is noted. */
export class ErpScene implements ConnectedErp {
  readonly kind = 'odoo';
  readonly secret = 'a-long-random-text';
  readonly asked: string[] = [];
  woken = 0;
  changes: Partial<ErpOverview['state']> = {};

  state(): ErpOverview['state'] {
    return {
      url: 'https://erp.example.com',
      database: 'production',
      circuit: 'closed',
      running: 1,
      waiting: 0,
      limit: 4,
      version: '19.0',
      protocol: 'json2',
      readAt: '2026-03-05T16:19:50.000Z',
      ...this.changes,
    };
  }

  overview(): Promise<ErpOverview> {
    const warehouses = [
      { code: 'CHI', name: 'Chicago distribution centre', exchanged: true },
      { code: 'RET', name: 'Returns', exchanged: false },
    ];
    return Promise.resolve({
      state: this.state(),
      since: '2026-03-01T00:00:00.000Z',
      readTo: [
        { model: 'purchase.order', at: '2026-03-05T16:14:02.000Z' },
        { model: 'purchase.order.line', at: '2026-03-05T16:14:02.000Z' },
        { model: 'stock.move', at: '2026-03-05T12:40:31.000Z' },
      ],
      companies: [
        { id: 1, name: 'Tradelane Demo Distribution', currency: 'USD', exchanged: true, warehouses },
        { id: 2, name: 'Tradelane Services', currency: 'EUR', exchanged: false, warehouses: [] },
      ],
    });
  }

  async *check(partnerId?: string): AsyncGenerator<ErpCheckStep> {
    this.asked.push(`check ${partnerId ?? ''}`.trim());
    yield await Promise.resolve({ name: 'connection', result: 'ok' as const, text: 'Odoo 19.0, by json2' });
    yield { name: 'barcode', result: 'missing', text: '3 without the GTIN as barcode of the product' };
  }

  read({ full = false }: { full?: boolean } = {}) {
    this.asked.push(full ? 'read full' : 'read');
    return Promise.resolve({
      orders: { released: 2, unchanged: 5 },
      receipts: 1,
      ...(full && { masterData: 4 }),
    });
  }

  reconcile({ repair, orderIds }: Parameters<ConnectedErp['reconcile']>[0]) {
    this.asked.push([repair ? 'repair' : 'compare', ...(orderIds ?? [])].join(' '));
    const differences = [DIFFERENCE, DECIDED_BY_PEOPLE]
      .filter(({ orderId }) => orderIds?.includes(orderId) !== false)
      .map((difference) => ({ ...difference, repaired: repair && difference.mend !== 'person' }));
    return Promise.resolve({ orders: orderIds?.length ?? 12, busy: 1, differences });
  }

  wake(secret: string): Promise<boolean> {
    const right = secret === this.secret;
    if (right) this.woken += 1;
    return Promise.resolve(right);
  }
}

/** What the page about the ERP shows: a difference that was found, and writes of one order of which the first was refused. */
export async function tellOfErp({ gateway: { store }, time }: Harness): Promise<void> {
  const { orderId, lineId, text } = DIFFERENCE;
  const subject = { partnerId: 'northwind-hardware', orderId, lineId: lineId! };
  const fingerprint = fingerprintOf({ type: 'DRIFT_DETECTED', subject, discriminator: 'written' });
  const { records } = await store.find('exceptions', { limit: 1 });
  const exception = {
    ...records[0]!,
    ...subject,
    id: 'drift-1',
    revision: 0,
    type: 'DRIFT_DETECTED',
    title: 'ERP and gateway differ',
    detail: text,
    fingerprint,
    groupKey: fingerprint,
    status: 'open' as const,
    openedAt: time.now(),
    allowedActions: ['redrive', 'correctData', 'dismiss'],
  };
  await store.commit([
    { op: 'insert', collection: 'exceptions', record: exception },
    ...refusedWrite(time.now()),
  ]);
}

function refusedWrite(now: string) {
  let count = 0;
  const ids = { next: () => `erp-write-${(count += 1)}` };
  const items = ['confirmations', 'despatchAdvice'].flatMap((kind) =>
    enqueue(
      { clock: { now: () => now }, ids },
      {
        kind: 'writeErp',
        key: `erp/${kind}`,
        orderingKey: 'writeErp:PO-41003',
        partnerId: 'northwind-hardware',
        payload: { command: { kind, orderIds: ['PO-41003'] } },
      },
    ),
  );
  return items.map((item, index) => {
    if (item.op !== 'insert' || item.collection !== 'work') return item;
    const message =
      'Confirmation of order PO-41003: Odoo refused purchase.order.write of 12: The order is locked.';
    const dead = {
      status: 'dead' as const,
      attempts: 1,
      history: [{ at: now, outcome: 'dead' as const, message }],
    };
    const changes = index === 0 ? dead : { status: 'blocked' as const };
    return { ...item, record: { ...item.record, ...changes } };
  });
}
