import { localDate } from '../../common/calendar.ts';
import type { GatewayError } from '../../common/errors.ts';
import type { PipelineContext } from '../../pipeline/context.ts';
import { KeyedLock } from '../../pipeline/work/keyed-lock.ts';
import type { ErpCompany } from '../../pipeline/ports/connected-erp.ts';
import { retryOnConflict } from '../../pipeline/work/retry.ts';
import { UnitOfWork } from '../../pipeline/unit-of-work.ts';
import { raiseException } from '../../pipeline/exceptions/exceptions.ts';
import type { OdooClient } from '../client/odoo-client.ts';
import type { OdooConnection } from '../client/odoo-connection.ts';
import type { OdooSettings } from '../odoo-settings.ts';
import { fromInstant, toInstantOfOdoo } from '../odoo-date.ts';
import type { OdooDatetime } from '../odoo-date.ts';
import { eachOrderLink, findOrderLink } from '../order-link.ts';
import type { StoredOrderLink } from '../order-link.ts';
import { ChangedOrders } from './changed-orders.ts';
import type { ReadCursor } from './changed-orders.ts';
import { readCursor, saveCursor } from './read-cursor.ts';
import {
  hiddenAmong,
  isForbidden,
  isHidden,
  tellHiddenCompanies,
  tellHiddenOrders,
} from './hidden-orders.ts';
import { knownCompanies } from './known-companies.ts';
import { MasterDataCache } from './master-data.ts';
import type { MasterData } from './master-data.ts';
import { readExchangeRates } from './exchange-rates.ts';
import { saveChangedEntries } from './master-data-entries.ts';
import { isRefusal, ODOO_ACTOR, OrderIntake, orderNameOf, UNSENDABLE } from './order-intake.ts';
import type { IntakeGateway, IntakeResult } from './order-intake.ts';
import { SELECTION_FIELDS, whyIgnored } from './order-selection.ts';
import { readPriceLists } from './price-lists.ts';
import { ORDERS_PER_READ, readOrderRows } from './read-order-rows.ts';
import type { OrderRows } from './read-order-rows.ts';
import { readDoneMoves } from './receipts.ts';
import { idOf, idsOf } from './row-values.ts';

export interface OdooReaderOptions {
  connection: OdooConnection;
  context: PipelineContext;
  gateway: IntakeGateway;
  settings: Pick<OdooSettings, 'companies' | 'warehouses' | 'partners' | 'units' | 'language' | 'read'>;
  /** Zone of calendar dates. */
  zone: string;
}

/** What one reading has found: how many orders came to which end, how many receipts. */
export interface ReadReport {
  orders: Partial<Record<IntakeResult | 'refused', number>>;
  receipts: number;
}

/** An order that changes each time it is read is left to the next reading. */
const MAX_ROUNDS = 3;

/** Reads out of Odoo. Every method may run twice at a time, here or in another process: what is handed over twice counts once. */
export class OdooReader {
  readonly #options: OdooReaderOptions;
  readonly #master: MasterDataCache;
  readonly #changes: ChangedOrders;
  readonly #intake: OrderIntake;
  readonly #lock = new KeyedLock();

  constructor(options: OdooReaderOptions) {
    const { settings } = options;
    this.#options = options;
    this.#intake = new OrderIntake(options);
    this.#changes = new ChangedOrders(settings.read.overlapSeconds);
    this.#master = new MasterDataCache({
      units: settings.units,
      maxAgeMs: settings.read.masterDataMinutes * 60_000,
      elapsed: () => performance.now(),
    });
  }

  /** The companies that the user sees, as the master data of the last reading has them. */
  async companies(): Promise<ErpCompany[]> {
    const { connection, settings } = this.#options;
    return knownCompanies(await this.#master.get(await connection.client()), settings);
  }

  /** Everything that has changed since the last time. Throws ODOO_*, STORE_*; what was read by then is kept. */
  poll(): Promise<ReadReport> {
    return this.#lock.run('poll', async () => {
      const { connection, context, settings, zone } = this.#options;
      const client = await connection.client();
      const master = await this.#master.get(client);
      const cursor = await readCursor(context, client, { ordersSince: settings.read.ordersSince, zone });
      const changed = await this.#changes.find(client, master, cursor.cursor);
      const report = emptyReport();
      const failed = await this.#read(client, changed.orderIds, cursor.cursor, report);
      if (failed.size === 0) await saveCursor(context, changed.cursor, cursor.record);
      changed.done(failed);
      return report;
    });
  }

  /** These orders now, with their receipts. */
  async refresh(odooIds: readonly number[]): Promise<ReadReport> {
    const { connection, context, settings, zone } = this.#options;
    const client = await connection.client();
    const { cursor } = await readCursor(context, client, { ordersSince: settings.read.ordersSince, zone });
    const report = emptyReport();
    await this.#read(client, odooIds, cursor, report);
    return report;
  }

  /**
   * The full reading: every order that is exchanged and open on either side, so that also what no write date tells is found:
   * deleted orders, master data that was missing, a clock of Odoo that was set back.
   */
  async sweep(): Promise<ReadReport> {
    const { connection, context, settings, zone } = this.#options;
    const client = await connection.client();
    this.#master.forget();
    const { cursor } = await readCursor(context, client, { ordersSince: settings.read.ordersSince, zone });
    const report = emptyReport();
    const master = await this.#master.get(client);
    const open = await this.#openLinks();
    const linked = open.filter((stored) => !isHidden(stored, master));
    await tellHiddenCompanies(
      context,
      open.filter((stored) => isHidden(stored, master)),
    );
    const { there, hidden } = await this.#stillThere(client, linked);
    await tellHiddenOrders(
      context,
      linked.filter(({ link }) => hidden.has(link.odooId)),
    );
    for (const stored of linked) {
      const { odooId } = stored.link;
      if (!there.has(odooId) && !hidden.has(odooId)) count(report, await this.#intake.cancelGone(stored));
    }
    const confirmed = await client.call<number[]>('purchase.order', 'search', {
      domain: [
        ['state', 'in', ['purchase', 'done']],
        ['date_approve', '>=', cursor.since],
        ['write_date', '>=', aDayBefore(cursor.readTo['purchase.order'] ?? cursor.since)],
      ],
    });
    const ids = new Set([...there, ...confirmed, ...(await this.#unsendable(client))]);
    await this.#read(client, [...ids], cursor, report);
    return report;
  }

  /** Exchange rates and vendor price lists; what is known already is passed over. Returns how many entries are new. */
  async readMasterData(): Promise<number> {
    const { connection, context, gateway, zone } = this.#options;
    const client = await connection.client();
    const master = await this.#master.get(client);
    const { company, partners } = context.partners;
    const today = localDate(context.clock.now(), zone);
    const entries = [
      ...(await readExchangeRates(client, master, company.currency, today)),
      ...(await readPriceLists(client, master, partners)),
    ];
    return saveChangedEntries(context, (part) => gateway.saveMasterData(part, ODOO_ACTOR), entries);
  }

  /** Links of orders that Odoo or the gateway still expects something of. */
  async #openLinks(): Promise<StoredOrderLink[]> {
    const { store } = this.#options.context;
    const open: StoredOrderLink[] = [];
    for await (const stored of eachOrderLink(store)) {
      if (stored.link.state !== 'confirmed') continue;
      const record = await store.get('orders', stored.link.orderId);
      if (record?.open !== false) open.push(stored);
    }
    return open;
  }

  /** Ids of the orders that can be read, and of those that are there and hidden: what is not found may be either. */
  async #stillThere(
    client: OdooClient,
    linked: readonly StoredOrderLink[],
  ): Promise<{ there: Set<number>; hidden: Set<number> }> {
    const ids = linked.map(({ link }) => link.odooId);
    const there = new Set<number>();
    for (let start = 0; start < ids.length; start += 1000) {
      const part = await client.call<number[]>('purchase.order', 'search', {
        domain: [['id', 'in', ids.slice(start, start + 1000)]],
      });
      for (const id of part) there.add(id);
    }
    const missing = ids.filter((id) => !there.has(id));
    return { there, hidden: await hiddenAmong(client, missing) };
  }

  /** Orders that could not be sent: what they lacked may have been added elsewhere than in them. */
  async #unsendable(client: OdooClient): Promise<number[]> {
    const { store } = this.#options.context;
    const where = { type: UNSENDABLE, status: { in: ['open', 'snoozed'] } };
    const { records } = await store.find('exceptions', { where, limit: 1000 });
    const names = [...new Set(records.map(({ orderId }) => orderId))];
    if (names.length === 0) return [];
    return client.call<number[]>('purchase.order', 'search', { domain: [['name', 'in', names]] });
  }

  /** Returns the orders that have to be read again. */
  async #read(
    client: OdooClient,
    ids: readonly number[],
    cursor: ReadCursor,
    report: ReadReport,
  ): Promise<Set<number>> {
    let left = [...ids];
    for (let round = 0; round < MAX_ROUNDS && left.length > 0; round += 1) {
      const again: number[] = [];
      for (let start = 0; start < left.length; start += ORDERS_PER_READ) {
        again.push(
          ...(await this.#readBatch(client, left.slice(start, start + ORDERS_PER_READ), cursor, report)),
        );
      }
      left = again;
    }
    return new Set(left);
  }

  async #readBatch(
    client: OdooClient,
    ids: readonly number[],
    { since }: ReadCursor,
    report: ReadReport,
  ): Promise<number[]> {
    const { store } = this.#options.context;
    // First what is known, then Odoo: what we write in between makes the link newer than what was read.
    const before = new Map<number, StoredOrderLink | undefined>();
    for (const id of ids) before.set(id, await findOrderLink(store, id));
    let master = await this.#master.get(client);
    const orders = await this.#readRows(client, master, ids, since);
    if (orders.some((rows) => speaksOfUnknown(rows, client, master))) {
      this.#master.forget();
      master = await this.#master.get(client);
    }
    // What came before an order was cancelled is told before it: the supplier is asked to cancel what has not come.
    const cancelled = orders.filter(({ order }) => order['state'] === 'cancel' && before.get(order.id));
    report.receipts += await this.#readReceipts(client, master, cancelled);
    const again: number[] = [];
    const exchanged: OrderRows[] = [];
    for (const rows of orders) {
      const result = await this.#guarded(rows, () =>
        this.#intake.take(rows, before.get(rows.order.id), client, master, since),
      );
      if (result === 'again') again.push(rows.order.id);
      else count(report, result);
      if (TELLS_RECEIPTS.has(result)) exchanged.push(rows);
    }
    report.receipts += await this.#readReceipts(client, master, exchanged);
    return again;
  }

  /** What Odoo refuses to show of one order must not keep the others from being read: it is looked for by halves. */
  async #readRows(
    client: OdooClient,
    master: MasterData,
    ids: readonly number[],
    since: OdooDatetime,
  ): Promise<OrderRows[]> {
    try {
      return await readOrderRows(client, master, ids, this.#options.settings.language);
    } catch (error) {
      if (!isForbidden(error) || ids.length === 0) throw error;
      if (ids.length === 1) {
        await this.#tellUnreadable(client, master, ids[0]!, since, error);
        return [];
      }
      const half = Math.ceil(ids.length / 2);
      return [
        ...(await this.#readRows(client, master, ids.slice(0, half), since)),
        ...(await this.#readRows(client, master, ids.slice(half), since)),
      ];
    }
  }

  async #tellUnreadable(
    client: OdooClient,
    master: MasterData,
    id: number,
    since: OdooDatetime,
    error: GatewayError,
  ): Promise<void> {
    const { context, settings } = this.#options;
    const [order] = await client.searchRead('purchase.order', {
      domain: [['id', '=', id]],
      fields: await master.fields.only('purchase.order', SELECTION_FIELDS),
    });
    if (order === undefined || whyIgnored(order, master, settings, since) !== undefined) return;
    const orderId = String(order['name']);
    context.logger.warn({ order: orderId, error }, 'An order of Odoo could not be read');
    await this.#raiseUnsendable(
      orderId,
      `Order ${orderId} cannot be read: ${error.message} Give the user of the gateway the right to read what it names (vendor, product, address), as docs/odoo.md says. It is read again with every full reading.`,
    );
  }

  async #readReceipts(client: OdooClient, master: MasterData, orders: readonly OrderRows[]): Promise<number> {
    if (orders.length === 0) return 0;
    const moves = await readDoneMoves(
      client,
      master,
      orders.map(({ order }) => order.id),
    );
    const advices = await this.#despatchAdvicesOf(moves.flatMap((move) => idOf(move['picking_id']) ?? []));
    let receipts = 0;
    for (const rows of orders) {
      const lineIds = new Set(rows.lines.map(({ id }) => id));
      const own = moves.filter((move) => lineIds.has(idOf(move['purchase_line_id']) ?? 0));
      await this.#guarded(rows, async () => {
        receipts += await this.#intake.takeReceipts(rows, own, advices, client, master);
        return 'unchanged';
      });
    }
    return receipts;
  }

  /** The despatch advice that a transfer was prepared from, by the transfer's id. */
  async #despatchAdvicesOf(pickingIds: readonly number[]): Promise<Map<number, string>> {
    const { store } = this.#options.context;
    const found = new Map<number, string>();
    for (const id of new Set(pickingIds)) {
      const { records } = await store.find('erpLinks', {
        where: { kind: 'receipt', erpId: String(id) },
        limit: 1,
      });
      const [, shipmentId] = /^receipt:[^|]*\|(.+)$/.exec(records[0]?.id ?? '') ?? [];
      if (shipmentId !== undefined) found.set(id, shipmentId);
    }
    return found;
  }

  /** One order that is refused must not keep the others from being read: somebody is told. */
  async #guarded(rows: OrderRows, work: () => Promise<IntakeResult>): Promise<IntakeResult | 'refused'> {
    const { context } = this.#options;
    try {
      return await work();
    } catch (error) {
      if (!isRefusal(error)) throw error;
      const orderId = orderNameOf(rows);
      context.logger.warn({ order: orderId, error }, 'An order of Odoo was refused');
      await this.#raiseUnsendable(orderId, error.message);
      return 'refused';
    }
  }

  async #raiseUnsendable(orderId: string, detail: string): Promise<void> {
    const { context } = this.#options;
    await retryOnConflict(async () => {
      const unit = new UnitOfWork(context.store);
      await raiseException(unit, context, { type: UNSENDABLE, subject: { orderId }, detail });
      await unit.commit();
    });
  }
}

/** Of orders that are exchanged, or were. */
const TELLS_RECEIPTS: ReadonlySet<IntakeResult | 'refused'> = new Set([
  'released',
  'changed',
  'unchanged',
  'cancelled',
  'incomplete',
]);

/** Units, taxes, currencies and companies that came into being after the master data was read. */
function speaksOfUnknown({ order, lines }: OrderRows, client: OdooClient, master: MasterData): boolean {
  const missing = (ids: ReadonlyMap<number, unknown>, value: unknown) => {
    const id = idOf(value);
    return id !== undefined && !ids.has(id);
  };
  return (
    missing(master.currencies, order['currency_id']) ||
    missing(master.companies, order['company_id']) ||
    missing(master.terms, order['payment_term_id']) ||
    missing(master.incoterms, order['incoterm_id']) ||
    missing(master.warehouseOfOperation, order['picking_type_id']) ||
    lines.some(
      (line) =>
        missing(master.units, line[client.names.lineUnit]) ||
        idsOf(line[client.names.lineTaxes]).some((id) => missing(master.taxes, id)),
    )
  );
}

/** Further back than any clock of a server is set. */
function aDayBefore(datetime: OdooDatetime): OdooDatetime {
  return fromInstant(new Date(Date.parse(toInstantOfOdoo(datetime)) - 86_400_000).toISOString());
}

function emptyReport(): ReadReport {
  return { orders: {}, receipts: 0 };
}

function count(report: ReadReport, result: IntakeResult | 'refused'): void {
  report.orders[result] = (report.orders[result] ?? 0) + 1;
}
