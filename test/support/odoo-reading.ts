import { OdooReader } from '../../src/odoo/read/odoo-reader.ts';
import { odooSettingsSchema } from '../../src/odoo/odoo-settings.ts';
import type { OdooConnection } from '../../src/odoo/client/odoo-connection.ts';
import type { Order } from '../../src/documents/order.ts';
import type { OrderState } from '../../src/tracking/model.ts';
import type { TestGateway } from './gateway.ts';
import { ZONE } from './odoo-gateway.ts';

/** A reader that hands over to that gateway; `settings` as in odoo.yaml. */
export function readerOf(
  gateway: TestGateway,
  connection: OdooConnection,
  settings: Record<string, unknown> = {},
): OdooReader {
  const parsed = odooSettingsSchema.parse({ url: 'http://odoo.test', database: 'edi', ...settings });
  return new OdooReader({
    connection,
    context: gateway.context,
    gateway: gateway.gateway,
    settings: parsed,
    zone: ZONE,
  });
}

export async function orderState(gateway: TestGateway, orderId: string): Promise<OrderState | undefined> {
  return (await gateway.context.store.get('orders', orderId))?.state;
}

/** The order as it stands in the gateway; throws where there is none. */
export async function orderOf(gateway: TestGateway, orderId: string): Promise<Order> {
  const order = (await orderState(gateway, orderId))?.order;
  if (order === undefined) throw new Error(`${orderId} is not in the gateway`);
  return order;
}
