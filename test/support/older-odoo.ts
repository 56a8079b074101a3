import { randomBytes } from 'node:crypto';
import type { OdooAddress, PlacedOrder, Row } from './odoo-server.ts';

/** An Odoo of before 19: ODOO_OLDER_URL, _DATABASE, _USER, _API_KEY, _ADMIN_KEY. */
export const OLDER_ODOO: OdooAddress | undefined = addressOf(process.env);

function addressOf(variables: NodeJS.ProcessEnv): OdooAddress | undefined {
  const { ODOO_OLDER_URL: url, ODOO_OLDER_API_KEY: apiKey, ODOO_OLDER_ADMIN_KEY: adminKey } = variables;
  if (url === undefined || apiKey === undefined || adminKey === undefined) return undefined;
  const { ODOO_OLDER_DATABASE: database = 'edi', ODOO_OLDER_USER: user = 'edi' } = variables;
  return { url: url.replace(/\/+$/, ''), database, user, apiKey, adminKey };
}

/** What people do in an Odoo 14, over JSON-RPC, and not through the client that is tested. */
export class OlderOdoo {
  readonly address: OdooAddress;
  readonly run = randomBytes(4).toString('hex').toUpperCase();
  #uid: number | undefined;

  constructor(address: OdooAddress) {
    this.address = address;
  }

  async call<T = unknown>(
    model: string,
    method: string,
    args: readonly unknown[],
    named: Record<string, unknown> = {},
  ): Promise<T> {
    const { database, adminKey } = this.address;
    this.#uid ??= await this.#service<number>('common', 'authenticate', [database, 'admin', adminKey, {}]);
    return this.#service<T>('object', 'execute_kw', [
      database,
      this.#uid,
      adminKey,
      model,
      method,
      args,
      named,
    ]);
  }

  async #service<T>(service: string, method: string, args: readonly unknown[]): Promise<T> {
    const response = await fetch(`${this.address.url}/jsonrpc`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'call', params: { service, method, args } }),
    });
    const { result, error } = (await response.json()) as {
      result?: T;
      error?: { data?: { message?: string } };
    };
    if (error !== undefined) throw new Error(`${method}: ${error.data?.message ?? 'failed'}`);
    return result as T;
  }

  create(model: string, values: Record<string, unknown>): Promise<number> {
    return this.call<number>(model, 'create', [values]);
  }

  search(model: string, domain: readonly unknown[], fields: readonly string[]): Promise<Row[]> {
    return this.call<Row[]>(model, 'search_read', [domain, fields], { order: 'id' });
  }

  vendor(ref: string): Promise<number> {
    const name = `${ref} ${this.run}`;
    return this.create('res.partner', { name, ref, is_company: true, supplier_rank: 1 });
  }

  product(code: string, vendorId: number, vendorCode: string): Promise<number> {
    return this.create('product.product', {
      name: `Article ${code}`,
      default_code: code,
      type: 'product',
      supplier_taxes_id: [[6, 0, []]],
      seller_ids: [[0, 0, { name: vendorId, product_code: vendorCode, price: 99, min_qty: 0 }]],
    });
  }

  /** Ordered and confirmed. */
  async order(
    vendorId: number,
    lines: readonly { productId: number; quantity: number; price: number; date: string }[],
  ): Promise<PlacedOrder> {
    const id = await this.create('purchase.order', {
      partner_id: vendorId,
      order_line: lines.map(({ productId, quantity, price, date }) => [
        0,
        0,
        {
          product_id: productId,
          name: `Article ${productId}`,
          product_qty: quantity,
          product_uom: 1,
          price_unit: price,
          date_planned: date,
        },
      ]),
    });
    await this.call('purchase.order', 'button_confirm', [[id]]);
    const [order] = await this.search('purchase.order', [['id', '=', id]], ['name', 'order_line']);
    return { id, name: String(order!['name']), lineIds: order!['order_line'] as number[] };
  }

  /** Somebody counts so much of the first open transfer of the order; the rest becomes a backorder. */
  async receive(orderId: number, quantity: number): Promise<void> {
    const [move] = await this.search(
      'stock.move',
      [
        ['purchase_line_id.order_id', '=', orderId],
        ['state', 'not in', ['done', 'cancel']],
      ],
      ['picking_id'],
    );
    await this.call('stock.move', 'write', [[move!.id], { quantity_done: quantity }]);
    const [pickingId] = move!['picking_id'] as [number];
    await this.call('stock.picking', 'button_validate', [[pickingId]], {
      context: { skip_backorder: true, picking_ids_not_to_backorder: [] },
    });
    const [picking] = await this.search('stock.picking', [['id', '=', pickingId]], ['state']);
    if (picking?.['state'] !== 'done') throw new Error(`the receipt is ${String(picking?.['state'])}`);
  }
}
