import { formatDecimal } from '../../common/decimal.ts';
import type { Clock } from '../../common/time.ts';
import { UNFINISHED } from '../../pipeline/collections.ts';
import type { PipelineContext } from '../../pipeline/context.ts';
import { closeException, raiseException } from '../../pipeline/exceptions/exceptions.ts';
import { findInvoicesOfOrder } from '../../pipeline/invoices/invoices-of-order.ts';
import type { ErpDifference, ErpReconciliation } from '../../pipeline/ports/connected-erp.ts';
import { repairErp } from '../../pipeline/erp/repair-erp.ts';
import { retryOnConflict } from '../../pipeline/work/retry.ts';
import { UnitOfWork } from '../../pipeline/unit-of-work.ts';
import { fingerprintOf } from '../../tracking/exceptions.ts';
import { bookedBy } from '../../tracking/match/payment.ts';
import type { OdooClient } from '../client/odoo-client.ts';
import type { OdooConnection } from '../client/odoo-connection.ts';
import { fromOdooNumber } from '../line-values.ts';
import type { OdooSettings } from '../odoo-settings.ts';
import { eachOrderLink } from '../order-link.ts';
import type { OdooOrderLink } from '../order-link.ts';
import { readBillLink } from '../write/bill-link.ts';
import { isForbidden } from '../read/hidden-orders.ts';
import { readOdooOrders } from '../write/odoo-order.ts';
import type { OdooOrder, OdooReading } from '../write/odoo-order.ts';
import { compareOrder } from './compare-order.ts';
import type { BillInOdoo, ComparedBill, Drift } from './compare-order.ts';

export interface ReconcileOptions {
  connection: Pick<OdooConnection, 'client'>;
  context: PipelineContext;
  settings: Pick<OdooSettings, 'write' | 'reconcile'>;
  /** Zone of calendar dates in documents. */
  zone: string;
  /** Reads orders of Odoo again, with their receipts. */
  refresh: (odooIds: readonly number[]) => Promise<unknown>;
}

const ORDERS_PER_READ = 50;

interface Report {
  orders: number;
  busy: number;
  differences: ErpDifference[];
}

/**
 * Compares every open or lately changed order with Odoo: lines, receipts, bills. Each difference is an exception until it is
 * gone. With `repair` what is newer in Odoo is read, and what is ours is put in the line to be written again.
 */
export async function reconcileOdoo(
  options: ReconcileOptions,
  { repair, orderIds }: { repair: boolean; orderIds?: readonly string[] },
): Promise<ErpReconciliation> {
  const report: Report = { orders: 0, busy: 0, differences: [] };
  let batch: OdooOrderLink[] = [];
  for await (const { link } of eachOrderLink(options.context.store)) {
    const wanted = orderIds?.includes(link.orderId) ?? (await isOfInterest(options, link));
    if (!wanted) continue;
    if (await isBusy(options.context, link.orderId)) {
      report.busy += 1;
      continue;
    }
    batch.push(link);
    if (batch.length < ORDERS_PER_READ) continue;
    await reconcileBatch(options, batch, repair, report);
    batch = [];
  }
  await reconcileBatch(options, batch, repair, report);
  return report;
}

async function isOfInterest({ context, settings }: ReconcileOptions, link: OdooOrderLink): Promise<boolean> {
  const order = await context.store.get('orders', link.orderId);
  if (order === undefined) return false;
  return order.open || order.updatedAt >= daysAgo(context.clock, settings.reconcile.days);
}

function daysAgo(clock: Clock, days: number): string {
  return new Date(Date.parse(clock.now()) - days * 86_400_000).toISOString();
}

/** Something is still to be written, or was given up and waits for a person: that is no drift. */
async function isBusy({ store }: PipelineContext, orderId: string): Promise<boolean> {
  const { records } = await store.find('work', {
    where: {
      orderingKey: `writeErp:${orderId}`,
      status: { in: UNFINISHED },
    },
    orderBy: 'sequence',
    limit: 1,
  });
  return records.length > 0;
}

async function reconcileBatch(
  options: ReconcileOptions,
  links: readonly OdooOrderLink[],
  repair: boolean,
  report: Report,
): Promise<void> {
  if (links.length === 0) return;
  let found = await compareBatch(options, links);
  const toRead = links.filter(({ orderId }) =>
    found.some((drift) => drift.orderId === orderId && drift.mend === 'read'),
  );
  if (repair && toRead.length > 0) {
    await options.refresh(toRead.map(({ odooId }) => odooId));
    const reread = new Set(toRead.map(({ orderId }) => orderId));
    const before = found.filter(({ orderId, mend }) => reread.has(orderId) && mend === 'read');
    const again = await compareBatch(options, await newest(options, toRead));
    const mended = before.filter((drift) => !again.some((other) => isSame(other, drift)));
    report.differences.push(...mended.map((drift) => toDifference(drift, true)));
    found = [...found.filter(({ orderId }) => !reread.has(orderId)), ...again];
  }
  const owned = repair ? found.filter(({ mend }) => mend === 'write') : [];
  for (const drift of owned) await writeAgain(options.context, drift);
  const left = found.filter((drift) => !owned.includes(drift));
  report.differences.push(...found.map((drift) => toDifference(drift, owned.includes(drift))));
  report.orders += links.length;
  await tell(options.context, links, left);
}

function toDifference({ lineId, invoiceId, ...drift }: Drift, repaired: boolean): ErpDifference {
  return {
    ...drift,
    ...(lineId !== '' && { lineId }),
    ...(invoiceId !== '' && { invoiceId }),
    repaired,
  };
}

function isSame(a: Drift, b: Drift): boolean {
  return a.kind === b.kind && a.orderId === b.orderId && a.lineId === b.lineId && a.text === b.text;
}

/** What was read has changed the links. */
async function newest(
  { context }: ReconcileOptions,
  links: readonly OdooOrderLink[],
): Promise<OdooOrderLink[]> {
  const records = await Promise.all(
    links.map(({ orderId }) => context.store.get('erpLinks', `order:${orderId}`)),
  );
  return records.flatMap((record) => (record === undefined ? [] : [record.data as unknown as OdooOrderLink]));
}

async function compareBatch(
  { connection, context, settings, zone }: ReconcileOptions,
  links: readonly OdooOrderLink[],
): Promise<Drift[]> {
  const client = await connection.client();
  const { store } = context;
  const { orders, hidden } = await readVisibleOrders(
    { client, zone },
    links.map(({ odooId }) => odooId),
  );
  const unit = new UnitOfWork(store);
  const drifts: Drift[] = [];
  for (const link of links) {
    const record = await store.get('orders', link.orderId);
    if (record === undefined) continue;
    const why = hidden.get(link.odooId);
    if (why !== undefined) {
      drifts.push(unreadable(link.orderId, why));
      continue;
    }
    drifts.push(
      ...compareOrder({
        state: record.state,
        link,
        order: orders.find(({ id }) => id === link.odooId),
        bills: await billsOf(unit, context, client, link.orderId),
        settings: settings.write,
      }),
    );
  }
  return drifts;
}

/** Orders that the user may read as a whole; of the others, by id, why not. They are looked for by halves. */
async function readVisibleOrders(
  reading: OdooReading,
  ids: readonly number[],
): Promise<{ orders: OdooOrder[]; hidden: Map<number, string> }> {
  try {
    return { orders: await readOdooOrders(reading, ids), hidden: new Map() };
  } catch (error) {
    if (!isForbidden(error)) throw error;
    if (ids.length === 1) return { orders: [], hidden: new Map([[ids[0]!, error.message]]) };
    const half = Math.ceil(ids.length / 2);
    const first = await readVisibleOrders(reading, ids.slice(0, half));
    const second = await readVisibleOrders(reading, ids.slice(half));
    return {
      orders: [...first.orders, ...second.orders],
      hidden: new Map([...first.hidden, ...second.hidden]),
    };
  }
}

function unreadable(orderId: string, why: string): Drift {
  return {
    kind: 'order',
    orderId,
    lineId: '',
    invoiceId: '',
    mend: 'person',
    ours: 'open',
    theirs: 'not readable',
    text: `Order ${orderId} cannot be compared: ${why}`,
  };
}

/** What was released of the invoices of an order, each by the order that its lines begin with. */
async function billsOf(
  unit: UnitOfWork,
  { store }: PipelineContext,
  client: OdooClient,
  orderId: string,
): Promise<ComparedBill[]> {
  const invoices = (await findInvoicesOfOrder(unit, orderId)).filter(
    ({ orderIds, status }) => orderIds[0] === orderId && status !== 'REVERSED',
  );
  const payments = invoices.flatMap((invoice) => invoice.payments.map((payment) => ({ invoice, payment })));
  if (payments.length === 0) return [];
  const links = await Promise.all(payments.map(({ payment }) => readBillLink(store, payment.key)));
  const ids = links.flatMap((link) => (link === undefined ? [] : [link.moveId]));
  const rows =
    ids.length === 0
      ? []
      : await client.searchRead('account.move', {
          domain: [['id', 'in', ids]],
          fields: ['state', 'amount_total'],
        });
  return payments.map(({ invoice, payment }, index) => {
    const row = rows.find(({ id }) => id === links[index]?.moveId);
    return {
      invoice,
      payable: formatDecimal(bookedBy([payment])),
      found:
        row === undefined
          ? undefined
          : { state: row['state'] as BillInOdoo['state'], total: fromOdooNumber(row['amount_total']) },
    };
  });
}

function writeAgain(context: PipelineContext, drift: Drift): Promise<void> {
  return retryOnConflict(async () => {
    const unit = new UnitOfWork(context.store);
    await repairErp(unit, context, drift, context.clock.now());
    await unit.commit();
  });
}

/** Each difference is an exception; those of these orders that are gone are closed. */
function tell(
  context: PipelineContext,
  links: readonly OdooOrderLink[],
  drifts: readonly Drift[],
): Promise<void> {
  return retryOnConflict(async () => {
    const unit = new UnitOfWork(context.store);
    const told = new Set<string>();
    for (const drift of drifts) {
      const order = await unit.get('orders', drift.orderId);
      const identity = identityOf(drift, order?.partnerId ?? '');
      told.add(fingerprintOf(identity));
      if (await isOpen(unit, fingerprintOf(identity))) continue;
      await raiseException(unit, context, { ...identity, detail: drift.text });
    }
    for (const { orderId } of links) {
      const open = await unit.findAll(
        'exceptions',
        { orderId, status: 'open' },
        (record) => record.orderId === orderId && record.status === 'open',
      );
      for (const { type, fingerprint } of open) {
        if (type !== 'DRIFT_DETECTED' || told.has(fingerprint)) continue;
        const reason = 'Odoo and Tradelane agree again.';
        await closeException(unit, context, { fingerprint, by: 'system', action: 'resolved', reason });
      }
    }
    await unit.commit();
  });
}

/** A comparison every hour is no new trouble every hour. */
async function isOpen(unit: UnitOfWork, fingerprint: string): Promise<boolean> {
  const where = { fingerprint, status: { in: ['open', 'snoozed'] } };
  const found = await unit.find('exceptions', { where, limit: 1 }, () => true);
  return found.length > 0;
}

function identityOf({ kind, orderId, lineId, invoiceId }: Drift, partnerId: string) {
  return {
    type: 'DRIFT_DETECTED' as const,
    subject: {
      ...(partnerId !== '' && { partnerId }),
      orderId,
      ...(lineId !== '' && { lineId }),
      ...(invoiceId !== '' && { invoiceId }),
    },
    discriminator: invoiceId === '' ? kind : `${kind}/${invoiceId}`,
  };
}
