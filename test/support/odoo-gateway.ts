import { dec, formatDecimal } from '../../src/common/decimal.ts';
import type { Clock } from '../../src/common/time.ts';
import type { Order } from '../../src/documents/order.ts';
import { systemTimer } from '../../src/jobs/system-timer.ts';
import { OdooConnection } from '../../src/odoo/client/odoo-connection.ts';
import { OdooErp } from '../../src/odoo/odoo-erp.ts';
import { odooSettingsSchema } from '../../src/odoo/odoo-settings.ts';
import type { OdooSettings } from '../../src/odoo/odoo-settings.ts';
import { saveOrderLink } from '../../src/odoo/order-link.ts';
import type { PipelineContext } from '../../src/pipeline/context.ts';
import { orderTo } from './documents.ts';
import type { PartnerId } from './documents.ts';
import { BUYER, createWorld, TestGateway } from './gateway.ts';
import type { TestGatewayOptions, World } from './gateway.ts';
import type { OdooAddress, OdooServer, PlacedOrder, ProductSpec } from './odoo-server.ts';

export type WriteSettings = OdooSettings['write'];

/** Of all dates that the suites read and write: one zone, or what was read would look changed in some hours of the day. */
export const ZONE = 'UTC';

/** The connection that a gateway has, with the rights of the integration user; `clock` measures how long nothing is tried. */
export function connectTo(
  address: OdooAddress,
  url = address.url,
  clock: Clock = { now: () => new Date().toISOString() },
): OdooConnection {
  const settings = { url, database: address.database, user: address.user, protocol: 'auto' as const };
  return new OdooConnection(
    { ...settings, timeoutSeconds: 60, concurrency: 4 },
    {
      clock,
      timer: systemTimer,
      random: Math.random,
      readKey: () => Promise.resolve(address.apiKey),
    },
  );
}

export function writeSettings(changes: Partial<WriteSettings> = {}): WriteSettings {
  const { write } = odooSettingsSchema.parse({ url: 'http://odoo.test', database: 'edi' });
  return { ...write, bills: 'postApproved', ...changes };
}

export interface OdooGatewayOptions extends Omit<TestGatewayOptions, 'erp'> {
  connection: OdooConnection;
  world?: World;
  settings?: Partial<WriteSettings>;
  refresh?: (context: PipelineContext, odooIds: readonly number[]) => Promise<void>;
}

/** A gateway that writes into the real Odoo; its suppliers are in memory. */
export function startOdooGateway(options: OdooGatewayOptions): Promise<TestGateway> {
  const { connection, settings, refresh, world = createWorld(), ...rest } = options;
  const start: TestGatewayOptions = {
    ...rest,
    erp: (context) =>
      new OdooErp({
        connection,
        store: context.store,
        clock: context.clock,
        zone: ZONE,
        settings: writeSettings(settings),
        consoleUrl: 'http://localhost:8080',
        supplierIdOf: (partnerId) =>
          context.partners.partners.find(({ partner }) => partner === partnerId)?.accounts.supplierId,
        refresh: async (odooIds) => refresh?.(context, odooIds),
      }),
  };
  return TestGateway.start(start, world);
}

/** An order that is confirmed in Odoo, and released here as its reading would release it. */
export interface LinkedOrder {
  placed: PlacedOrder;
  order: Order;
}

export interface LineSpec extends Omit<ProductSpec, 'code'> {
  quantity: number;
  unitPrice: number;
  discount?: number;
  /** Where it is ordered in another unit than stock counts in. */
  orderedUnitId?: number;
}

const WANTED = '2026-03-23';

/** The vendor's price list has other prices and dates than the order: what Odoo fills in by itself shows. */
export async function placeOrder(
  odoo: OdooServer,
  gateway: TestGateway,
  partner: PartnerId,
  lines: readonly LineSpec[],
  values: Record<string, unknown> = {},
): Promise<LinkedOrder> {
  const plain = orderTo(
    partner,
    '',
    lines.map(({ quantity, unitPrice, discount = 0 }) => [
      String(quantity),
      formatDecimal(
        dec(String(unitPrice))
          .times(100 - discount)
          .div(100),
      ),
    ]),
  );
  const vendorId = await odoo.vendor(plain.seller.id!);
  const specs = [];
  for (const [index, { quantity, unitPrice, discount, orderedUnitId, ...product }] of lines.entries()) {
    const code = `I${index + 1}-${odoo.run}`;
    const productId = await odoo.product({ code, vendorId, price: unitPrice + 1, ...product });
    const unit = orderedUnitId === undefined ? {} : { unitId: orderedUnitId };
    specs.push({
      productId,
      quantity,
      price: unitPrice,
      date: `${WANTED} 12:00:00`,
      ...unit,
      ...(discount !== undefined && { discount }),
    });
  }
  const currency = await odoo.search('res.currency', [['name', '=', plain.currency]], ['name']);
  const placed = await odoo.order({
    vendorId,
    lines: specs,
    values: { currency_id: currency[0]!.id, ...values },
  });
  const order = { ...plain, id: placed.name };
  await link(gateway, order, placed, lines);
  await gateway.gateway.releaseOrder(order, BUYER);
  await gateway.settle();
  return { placed, order };
}

async function link(
  gateway: TestGateway,
  order: Order,
  placed: PlacedOrder,
  lines: readonly LineSpec[],
): Promise<void> {
  const { store, clock } = gateway.context;
  await saveOrderLink(store, clock, {
    orderId: order.id,
    odooId: placed.id,
    companyId: 1,
    currency: order.currency!,
    state: 'confirmed',
    content: '',
    intendedSlices: [],
    lines: placed.lineIds.map((odooId, index) => ({
      odooId,
      lineId: String(index + 1),
      slice: false,
      seen: {
        quantity: String(lines[index]!.quantity),
        price: String(lines[index]!.unitPrice),
        date: WANTED,
        discount: String(lines[index]!.discount ?? 0),
      },
    })),
  });
}

/** As many one-line orders to the demo's Northwind, made and confirmed in Odoo in parts, and released here. */
export async function placeOrders(
  odoo: OdooServer,
  gateway: TestGateway,
  count: number,
): Promise<LinkedOrder[]> {
  const vendorId = await odoo.vendor('NORTHWIND');
  const spec: LineSpec = { quantity: 24, unitPrice: 10 };
  const productId = await odoo.product({ code: `B-${odoo.run}`, vendorId, price: 11 });
  const currency = await odoo.search('res.currency', [['name', '=', 'USD']], ['name']);
  const placed: LinkedOrder[] = [];
  while (placed.length < count) {
    const orders = await odoo.orders({
      count: Math.min(100, count - placed.length),
      vendorId,
      lines: [{ productId, quantity: 24, price: 10, date: `${WANTED} 12:00:00` }],
      values: { currency_id: currency[0]!.id },
    });
    for (const each of orders) {
      const order = orderTo('northwind-hardware', each.name, [['24', '10']]);
      await link(gateway, order, each, [spec]);
      await gateway.gateway.releaseOrder(order, BUYER);
      placed.push({ placed: each, order });
    }
    await gateway.settle();
  }
  return placed;
}

/** What Odoo holds of the lines: `80 at 10 on 2026-03-23`. */
export async function heldLines(odoo: OdooServer, { placed }: LinkedOrder): Promise<string[]> {
  const rows = await odoo.lines(placed.id);
  return rows.map(
    (row) =>
      `${String(row['product_qty'])} at ${String(row['price_unit'])} on ${String(row['date_planned']).slice(0, 10)}`,
  );
}
