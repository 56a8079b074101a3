import { GatewayError } from '../../common/errors.ts';
import type { PipelineContext } from '../../pipeline/context.ts';
import { closeException, raiseException } from '../../pipeline/exceptions/exceptions.ts';
import type { Actor } from '../../pipeline/actor.ts';
import type { Gateway } from '../../pipeline/gateway.ts';
import { retryOnConflict } from '../../pipeline/work/retry.ts';
import { sha256Of, UnitOfWork } from '../../pipeline/unit-of-work.ts';
import { fingerprintOf } from '../../tracking/exceptions.ts';
import type { OdooClient, OdooRow } from '../client/odoo-client.ts';
import type { OdooSettings } from '../odoo-settings.ts';
import { findOrderLink, readOrderLink, saveOrderLink } from '../order-link.ts';
import type { OdooOrderLink, StoredOrderLink } from '../order-link.ts';
import { currencyOf } from './master-data.ts';
import type { MasterData } from './master-data.ts';
import { orderDocumentOf } from './order-document.ts';
import { sellerOf } from './order-header.ts';
import { readLinesOf } from './order-lines.ts';
import { CONFIRMED, whyIgnored } from './order-selection.ts';
import { whyNoChange } from './sent-order.ts';
import type { OrderRows } from './read-order-rows.ts';
import { newReceipts } from './receipts.ts';
import { needId, rowOf, textOf } from './row-values.ts';

/** Who stands behind what Odoo says, in the audit log. */
export const ODOO_ACTOR: Actor = { name: 'odoo', roles: ['erp'] };

/** An order of Odoo that cannot be taken as it is. */
export const UNSENDABLE = 'ERP_ORDER_UNSENDABLE';

/** Told of an order that has the number of another one. */
const TWIN = 'twin';

export type IntakeGateway = Pick<Gateway, 'releaseOrder' | 'cancelOrder' | 'receiveGoods' | 'saveMasterData'>;

export interface IntakeOptions {
  context: PipelineContext;
  gateway: IntakeGateway;
  settings: Pick<OdooSettings, 'companies' | 'warehouses' | 'partners'>;
  /** Zone of calendar dates. */
  zone: string;
}

/** What became of an order that was read. */
export type IntakeResult =
  | 'released'
  | 'changed'
  | 'cancelled'
  | 'unchanged'
  | 'ignored'
  /** The vendor is no partner of ours. */
  | 'noPartner'
  /** Something is missing in Odoo: an exception says what. */
  | 'incomplete'
  /** Somebody changed what is known of the order while it was read. */
  | 'again';

/** Hands orders and receipts that were read from Odoo to the gateway, each once. */
export class OrderIntake {
  readonly #options: IntakeOptions;

  constructor(options: IntakeOptions) {
    this.#options = options;
  }

  /** `before` is the link as it was before the order was read from Odoo. */
  async take(
    rows: OrderRows,
    before: StoredOrderLink | undefined,
    client: OdooClient,
    master: MasterData,
    since: string,
  ): Promise<IntakeResult> {
    const { context, settings } = this.#options;
    const { order } = rows;
    const stored = await findOrderLink(context.store, order.id);
    // What we have written meanwhile would look like a change by the buyer.
    if (stored?.record.revision !== before?.record.revision) return 'again';
    if (stored === undefined) {
      if (whyIgnored(order, master, settings, since) !== undefined) {
        await this.#closeProblems(orderNameOf(rows), 'The order is not exchanged any more.');
        return 'ignored';
      }
    } else if (!CONFIRMED.includes(order['state'])) {
      return order['state'] === 'cancel'
        ? this.#cancel(stored, 'The order is cancelled in Odoo.')
        : 'ignored';
    }
    return this.#release(rows, stored, client, master);
  }

  /** The order is cancelled, or there is none any more. */
  async cancelGone(stored: StoredOrderLink): Promise<IntakeResult> {
    return this.#cancel(stored, 'The order is deleted in Odoo.', 'gone');
  }

  async #release(
    rows: OrderRows,
    stored: StoredOrderLink | undefined,
    client: OdooClient,
    master: MasterData,
  ): Promise<IntakeResult> {
    const { context, gateway, settings, zone } = this.#options;
    const { order: row } = rows;
    const orderId = String(row['name']);
    const record = await context.store.get('orders', orderId);
    const vendor = rowOf(row['partner_id']);
    const found = vendor === undefined ? undefined : sellerOf(vendor, context.partners.partners);
    const { lines, problems } = readLinesOf(rows, client, master, zone);
    const isSent = stored !== undefined && record?.state.order !== undefined;
    if (found === undefined && !isSent) return 'noPartner';
    if (isSent) {
      const { code: currency } = currencyOf(row, master);
      const partnerId = found?.partner.partner;
      problems.push(...whyNoChange({ link: stored.link, record, partnerId, currency, lines }));
    }
    if (found !== undefined && found.others.length > 0) {
      const names = [found.partner, ...found.others].map(({ partner }) => partner).join(', ');
      problems.push(
        `The vendor's number "${found.seller.id}" means several partners: ${names}. Give each an accounts.supplierId of its own in its partner.yaml.`,
      );
    }
    const twin = stored === undefined ? await readOrderLink(context.store, orderId) : undefined;
    if (twin !== undefined) {
      problems.push(
        `Another order of Odoo (id ${twin.link.odooId}, company ${twin.link.companyId}) has the same number: give each company a sequence of its own.`,
      );
    }
    const owner = isSent ? record.partnerId : found!.partner.partner;
    const discriminator = twin === undefined ? '' : TWIN;
    if (await this.#reportProblems(orderId, owner, problems, discriminator)) return 'incomplete';
    if (found === undefined) return 'noPartner';

    const { link } = stored ?? {};
    const document = orderDocumentOf({
      rows,
      lines,
      seller: found.seller,
      references: settings.partners[found.partner.partner]?.references ?? [],
      master,
      zone,
      link,
      state: record?.state,
    });
    const content = document.order === undefined ? '' : sha256Of(JSON.stringify(document.order));
    const next: OdooOrderLink = {
      ...link,
      orderId,
      odooId: row.id,
      companyId: needId(row, 'company_id'),
      currency: currencyOf(row, master).code,
      state: 'confirmed',
      content,
      notes: document.notes,
      lines: document.lines,
      intendedSlices: document.intendedSlices,
    };
    if (link !== undefined && JSON.stringify(next) === JSON.stringify({ ...link })) return 'unchanged';
    let repeated = true;
    if (document.order !== undefined) {
      ({ repeated } = await gateway.releaseOrder(document.order, ODOO_ACTOR));
    } else if (record?.state.order !== undefined) {
      ({ repeated } = await gateway.cancelOrder(
        orderId,
        'Every line of the order has the quantity zero in Odoo.',
        ODOO_ACTOR,
      ));
    }
    await saveOrderLink(context.store, context.clock, next, stored?.record);
    if (repeated) return 'unchanged';
    return record?.state.order === undefined ? 'released' : 'changed';
  }

  async #cancel(
    { link, record }: StoredOrderLink,
    reason: string,
    state: 'cancelled' | 'gone' = 'cancelled',
  ): Promise<IntakeResult> {
    await this.#closeProblems(link.orderId, reason);
    if (link.state !== 'confirmed') return 'unchanged';
    const { context, gateway } = this.#options;
    await gateway.cancelOrder(link.orderId, reason, ODOO_ACTOR);
    await saveOrderLink(context.store, context.clock, { ...link, state }, record);
    return 'cancelled';
  }

  /** Tells somebody what is missing, or that nothing is any more. True where something is. */
  async #reportProblems(
    orderId: string,
    partnerId: string,
    problems: readonly string[],
    discriminator: string,
  ): Promise<boolean> {
    const { context } = this.#options;
    if (problems.length === 0) {
      await this.#closeProblems(orderId, 'The order can be sent now.');
      return false;
    }
    const identity = { type: UNSENDABLE, subject: { partnerId, orderId }, discriminator } as const;
    const fingerprint = fingerprintOf(identity);
    const detail = `${[...new Set(problems)].join(' ')} It is read again as soon as it is changed in Odoo, and with every full reading.`;
    const told = await context.store.find('exceptions', { where: { fingerprint }, limit: 100 });
    // Who has dismissed just this is not told of it again with every reading.
    const isTold = told.records.some(
      (each) =>
        each.detail === detail &&
        (each.status !== 'resolved' || (each.resolution?.by ?? 'system') !== 'system'),
    );
    if (isTold) return true;
    await retryOnConflict(async () => {
      const unit = new UnitOfWork(context.store);
      await raiseException(unit, context, { ...identity, detail });
      await unit.commit();
    });
    return true;
  }

  /** What was told of an order that could not be taken, also by who did not know its partner. */
  async #closeProblems(orderId: string, reason: string): Promise<void> {
    const { context } = this.#options;
    const open = await context.store.find('exceptions', {
      where: { orderId, status: { in: ['open', 'snoozed'] } },
      limit: 100,
    });
    // What is wrong with another order of the same number stays wrong.
    const problems = open.records.filter(
      ({ type, fingerprint }) => type === UNSENDABLE && !fingerprint.endsWith(`|${TWIN}`),
    );
    if (problems.length === 0) return;
    await retryOnConflict(async () => {
      const unit = new UnitOfWork(context.store);
      for (const { fingerprint } of problems) {
        await closeException(unit, context, { fingerprint, by: 'system', action: 'resolved', reason });
      }
      await unit.commit();
    });
  }

  /** Receipts of one order that the gateway does not know yet. Returns how many there were. */
  async takeReceipts(
    rows: OrderRows,
    moves: readonly OdooRow[],
    despatchAdviceOf: ReadonlyMap<number, string>,
    client: OdooClient,
    master: MasterData,
  ): Promise<number> {
    const { context, gateway, zone } = this.#options;
    const stored = await findOrderLink(context.store, rows.order.id);
    const record = stored && (await context.store.get('orders', stored.link.orderId));
    if (stored === undefined || record?.state.order === undefined) return 0;
    const receipts = newReceipts({
      link: stored.link,
      state: record.state,
      moves,
      rows: rows.lines,
      despatchAdviceOf,
      client,
      master,
      zone,
    });
    for (const receipt of receipts) await gateway.receiveGoods(receipt, ODOO_ACTOR);
    return receipts.length;
  }
}

/** Refusals of our own use cases, that no further reading changes: told to people instead of stopping every other order. */
export function isRefusal(error: unknown): error is GatewayError {
  return error instanceof GatewayError && error.retryable === 'never' && !error.code.startsWith('STORE_');
}

/** `P00012`, for messages about an order that could not be taken. */
export function orderNameOf(rows: OrderRows): string {
  return textOf(rows.order['name']) ?? `id ${rows.order.id}`;
}
