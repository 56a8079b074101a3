import { randomBytes } from 'node:crypto';

/** The Odoo that the suites run against: ODOO_URL, ODOO_DATABASE, ODOO_USER, ODOO_API_KEY, ODOO_ADMIN_KEY. */
export interface OdooAddress {
  url: string;
  database: string;
  /** The integration user, with the rights that docs/odoo.md asks for and no others. */
  user: string;
  apiKey: string;
  /** Of a person who sets up vendors and products. */
  adminKey: string;
}

/** Undefined where no Odoo runs: the suites skip. */
export const ODOO: OdooAddress | undefined = addressOf(process.env);

if (ODOO === undefined) {
  process.stderr.write('odoo: skipped, ODOO_URL, ODOO_API_KEY and ODOO_ADMIN_KEY are not set\n');
}

function addressOf(variables: NodeJS.ProcessEnv): OdooAddress | undefined {
  const { ODOO_URL: url, ODOO_API_KEY: apiKey, ODOO_ADMIN_KEY: adminKey } = variables;
  if (url === undefined || apiKey === undefined || adminKey === undefined) return undefined;
  return {
    url: url.replace(/\/+$/, ''),
    database: variables['ODOO_DATABASE'] ?? 'edi',
    user: variables['ODOO_USER'] ?? 'edi',
    apiKey,
    adminKey,
  };
}

export type Row = Record<string, unknown> & { id: number };

export interface ProductSpec {
  code: string;
  vendorCode?: string;
  barcode?: string;
  tracking?: 'none' | 'lot' | 'serial';
  price?: number;
  /** Of the vendor's price list. */
  vendorId?: number;
  unitId?: number;
  /** Percent; a purchase tax of the company has to have it. Default: none. */
  taxRate?: number;
}

export interface OrderSpec {
  vendorId: number;
  lines: readonly {
    productId: number;
    quantity: number;
    price: number;
    date?: string;
    unitId?: number;
    discount?: number;
    taxIds?: readonly number[];
  }[];
  values?: Record<string, unknown>;
}

export interface PlacedOrder {
  id: number;
  name: string;
  lineIds: number[];
}

export interface PlacedCompany {
  id: number;
  name: string;
  /** Kind of operation that receives in its warehouse. */
  receiptTypeId: number;
}

/** What people do in Odoo: set up, order, receive. Talks to it by itself, and not through the client that is tested. */
export class OdooServer {
  readonly address: OdooAddress;
  /** Part of every name, so that a suite can run any number of times on one database. */
  readonly run: string;

  constructor(address: OdooAddress) {
    this.address = address;
    this.run = randomBytes(4).toString('hex').toUpperCase();
  }

  async call<T = unknown>(
    model: string,
    method: string,
    args: Record<string, unknown> = {},
    as: 'admin' | 'integration' = 'admin',
  ): Promise<T> {
    const { url, apiKey, adminKey } = this.address;
    const response = await fetch(`${url}/json/2/${model}/${method}`, {
      method: 'POST',
      headers: {
        authorization: `bearer ${as === 'admin' ? adminKey : apiKey}`,
        'content-type': 'application/json',
      },
      body: JSON.stringify(args),
    });
    const body = (await response.json()) as T & { message?: string };
    if (!response.ok) throw new Error(`${model}.${method}: ${response.status} ${body.message ?? ''}`);
    return body;
  }

  read(model: string, ids: readonly number[], fields: readonly string[]): Promise<Row[]> {
    return this.call<Row[]>(model, 'read', { ids, fields });
  }

  search(model: string, domain: readonly unknown[], fields: readonly string[], order = 'id'): Promise<Row[]> {
    return this.call<Row[]>(model, 'search_read', { domain, fields, order });
  }

  async create(model: string, values: Record<string, unknown>): Promise<number> {
    const [id] = await this.call<number[]>(model, 'create', { vals_list: [values] });
    return id!;
  }

  vendor(ref: string, values: Record<string, unknown> = {}): Promise<number> {
    const name = `${ref} ${this.run}`;
    return this.create('res.partner', { name, ref, is_company: true, supplier_rank: 1, ...values });
  }

  async product(spec: ProductSpec): Promise<number> {
    const { code, vendorCode, barcode, tracking = 'none', price = 1, vendorId, unitId, taxRate } = spec;
    const taxes = taxRate === undefined ? [] : [await this.purchaseTax(taxRate)];
    const sellers =
      vendorId === undefined
        ? []
        : [[0, 0, { partner_id: vendorId, product_code: vendorCode ?? code, price, min_qty: 0 }]];
    return this.create('product.product', {
      name: `Article ${code}`,
      default_code: code,
      is_storable: true,
      tracking,
      ...(barcode !== undefined && { barcode }),
      ...(unitId !== undefined && { uom_id: unitId }),
      supplier_taxes_id: [[6, 0, taxes]],
      seller_ids: sellers,
    });
  }

  /** Of the first company; made where there is none of that rate. */
  async purchaseTax(rate: number): Promise<number> {
    const [known] = await this.search(
      'account.tax',
      [
        ['type_tax_use', '=', 'purchase'],
        ['amount', '=', rate],
        ['amount_type', '=', 'percent'],
      ],
      ['name'],
    );
    if (known !== undefined) return known.id;
    return this.create('account.tax', { name: `${rate} %`, amount: rate, type_tax_use: 'purchase' });
  }

  /** A draft, with its lines in the order given. */
  async draft(spec: OrderSpec): Promise<PlacedOrder> {
    const [draft] = await this.#drafts(spec, 1);
    return draft!;
  }

  /** Ordered and confirmed. */
  async order(spec: OrderSpec): Promise<PlacedOrder> {
    const order = await this.draft(spec);
    await this.call('purchase.order', 'button_confirm', { ids: [order.id] });
    return order;
  }

  /** The same order so many times, made and confirmed together. */
  async orders({ count, ...spec }: OrderSpec & { count: number }): Promise<PlacedOrder[]> {
    const orders = await this.#drafts(spec, count);
    await this.call('purchase.order', 'button_confirm', { ids: orders.map(({ id }) => id) });
    return orders;
  }

  async #drafts({ vendorId, lines, values = {} }: OrderSpec, count: number): Promise<PlacedOrder[]> {
    const draft = {
      partner_id: vendorId,
      order_line: lines.map(({ productId, quantity, price, date, unitId, discount = 0, taxIds }) => [
        0,
        0,
        {
          product_id: productId,
          product_qty: quantity,
          price_unit: price,
          discount,
          date_planned: date ?? '2026-12-15 12:00:00',
          ...(unitId !== undefined && { product_uom_id: unitId }),
          ...(taxIds !== undefined && { tax_ids: [[6, 0, taxIds]] }),
        },
      ]),
      ...values,
    };
    const vals = Array.from({ length: count }, () => draft);
    const ids = await this.call<number[]>('purchase.order', 'create', { vals_list: vals });
    const orders = await this.read('purchase.order', ids, ['name', 'order_line']);
    return orders.map(({ id, name, order_line: lineIds }) => ({
      id,
      name: String(name),
      lineIds: (lineIds as number[]).toSorted((a, b) => a - b),
    }));
  }

  /** A company beside the first, with books and a warehouse of its own; made once for each database. */
  secondCompany(): Promise<PlacedCompany> {
    return this.company('Second Distribution', 'WH2');
  }

  /** Without a currency, that of the first company. */
  async company(name: string, warehouse: string, currency?: string): Promise<PlacedCompany> {
    const [known] = await this.search('res.company', [['name', '=', name]], ['name']);
    const [first] = await this.search('res.company', [], ['currency_id', 'country_id']);
    const currencyId =
      currency === undefined ? (first!['currency_id'] as [number])[0] : await this.activeCurrency(currency);
    const values = { name, currency_id: currencyId, country_id: (first!['country_id'] as [number])[0] };
    const id = known?.id ?? (await this.create('res.company', values));
    if (known === undefined) {
      const books = { template_code: 'generic_coa', company: id, install_demo: false };
      await this.call('account.chart.template', 'try_loading', books);
      await this.allow(id, ['admin']);
      await this.call('res.company', 'write', { ids: [id], vals: { currency_id: currencyId } });
      await this.create('stock.warehouse', { name, code: warehouse, company_id: id });
    }
    // Also where a run that was broken off has taken it away.
    await this.allow(id);
    const incoming = [
      ['code', '=', 'incoming'],
      ['warehouse_id.code', '=', warehouse],
    ];
    const [type] = await this.search('stock.picking.type', incoming, ['name']);
    return { id, name, receiptTypeId: type!.id };
  }

  /** Whether people and the integration user may see a company. */
  async allow(companyId: number, logins: readonly string[] = ['admin', this.address.user]): Promise<void> {
    await this.#allowed(logins, [4, companyId]);
  }

  async forbid(companyId: number): Promise<void> {
    await this.#allowed([this.address.user], [3, companyId]);
  }

  async #allowed(logins: readonly string[], command: readonly number[]): Promise<void> {
    const users = await this.search('res.users', [['login', 'in', logins]], ['login']);
    const vals = { company_ids: [command] };
    await this.call('res.users', 'write', { ids: users.map((user) => user.id), vals });
  }

  async activeCurrency(code: string): Promise<number> {
    const [currency] = await this.call<Row[]>('res.currency', 'search_read', {
      domain: [['name', '=', code]],
      fields: ['name'],
      context: { active_test: false },
    });
    await this.call('res.currency', 'write', { ids: [currency!.id], vals: { active: true } });
    return currency!.id;
  }

  async activeLanguage(code: string): Promise<string> {
    const [language] = await this.call<Row[]>('res.lang', 'search_read', {
      domain: [['code', '=', code]],
      fields: ['active'],
      context: { active_test: false },
    });
    await this.call('res.lang', 'write', { ids: [language!.id], vals: { active: true } });
    return code;
  }

  lines(orderId: number): Promise<Row[]> {
    return this.search(
      'purchase.order.line',
      [['order_id', '=', orderId]],
      ['product_id', 'product_qty', 'price_unit', 'date_planned', 'discount', 'qty_received', 'qty_invoiced'],
    );
  }

  receipts(orderId: number): Promise<Row[]> {
    return this.search(
      'stock.picking',
      [['purchase_id', '=', orderId]],
      ['name', 'state', 'note', 'scheduled_date', 'backorder_id', 'move_ids', 'picking_type_code'],
    );
  }

  moves(orderId: number): Promise<Row[]> {
    return this.search(
      'stock.move',
      [['purchase_line_id.order_id', '=', orderId]],
      ['purchase_line_id', 'product_uom_qty', 'quantity', 'picking_id', 'state', 'date_deadline'],
    );
  }

  /** Somebody counts a receipt: all of it, or these quantities by order line; what is missing becomes a backorder. */
  async receive(receiptId: number, quantities?: ReadonlyMap<number, number>): Promise<void> {
    if (quantities !== undefined) {
      const moves = await this.search(
        'stock.move',
        [['picking_id', '=', receiptId]],
        ['purchase_line_id', 'state'],
      );
      for (const move of moves) {
        const [lineId] = move['purchase_line_id'] as [number];
        await this.call('stock.move', 'write', {
          ids: [move.id],
          vals: { quantity: quantities.get(lineId) ?? 0 },
        });
      }
    }
    await this.call('stock.picking', 'button_validate', {
      ids: [receiptId],
      context: { skip_backorder: true },
    });
    const [receipt] = await this.read('stock.picking', [receiptId], ['state']);
    if (receipt?.['state'] !== 'done')
      throw new Error(`receipt ${receiptId} is ${String(receipt?.['state'])}`);
  }

  /** So many of each line of a receipt go back; returns the name of the return. */
  async sendBack(receiptId: number, quantity: number): Promise<unknown> {
    const wizard = await this.create('stock.return.picking', { picking_id: receiptId });
    const [row] = await this.search('stock.return.picking.line', [['wizard_id', '=', wizard]], ['quantity']);
    await this.call('stock.return.picking.line', 'write', { ids: [row!.id], vals: { quantity } });
    const action = await this.call<{ res_id: number }>('stock.return.picking', 'action_create_returns', {
      ids: [wizard],
    });
    await this.call('stock.picking', 'button_validate', {
      ids: [action.res_id],
      context: { skip_sms: true },
    });
    const [picking] = await this.read('stock.picking', [action.res_id], ['name', 'state']);
    if (picking?.['state'] !== 'done') throw new Error(`the return is ${String(picking?.['state'])}`);
    return picking['name'];
  }

  /** As a person does among the apps; what is there already stays. */
  async install(module: string): Promise<void> {
    const [known] = await this.search('ir.module.module', [['name', '=', module]], ['state']);
    if (known?.['state'] === 'installed') return;
    await this.call('ir.module.module', 'button_immediate_install', { ids: [known!.id] });
  }

  bills(orderId: number): Promise<Row[]> {
    return this.search(
      'account.move',
      [['invoice_line_ids.purchase_line_id.order_id', '=', orderId]],
      [
        'name',
        'ref',
        'state',
        'move_type',
        'amount_total',
        'amount_untaxed',
        'invoice_date',
        'currency_id',
        'payment_state',
      ],
    );
  }

  notes(model: string, id: number): Promise<Row[]> {
    return this.search(
      'mail.message',
      [
        ['model', '=', model],
        ['res_id', '=', id],
        ['message_type', '=', 'comment'],
      ],
      ['body', 'attachment_ids'],
    );
  }
}
