import { GatewayError } from '../common/errors.ts';
import type { Partner } from '../partners/partner-schema.ts';
import type { ErpCheckStep } from '../pipeline/ports/connected-erp.ts';
import type { OdooClient, OdooRow } from './client/odoo-client.ts';
import type { OdooConnection } from './client/odoo-connection.ts';
import type { OdooSettings } from './odoo-settings.ts';
import type { MasterData, MasterDataCache } from './read/master-data.ts';
import { readAllRows } from './read/all-rows.ts';
import { sellerOf, vendorsOf } from './read/order-header.ts';
import { PARTY_SPECIFICATION } from './read/master-data.ts';
import { idOf, textOf } from './read/row-values.ts';

export interface CheckOptions {
  connection: OdooConnection;
  settings: Pick<OdooSettings, 'companies' | 'warehouses' | 'language' | 'write'>;
  master: MasterDataCache;
  partners: readonly Partner[];
}

/** What each flow does in Odoo, and the group that allows it. */
const RIGHTS: readonly (readonly [
  flow: string,
  group: string,
  needs: readonly (readonly [model: string, operation: 'read' | 'write' | 'create'])[],
])[] = [
  [
    'orders and confirmations',
    'Purchase / User',
    [
      ['purchase.order', 'read'],
      ['purchase.order', 'write'],
      ['purchase.order.line', 'write'],
      ['product.supplierinfo', 'read'],
    ],
  ],
  [
    'receipts and despatch advices',
    'Inventory / User',
    [
      ['stock.picking', 'write'],
      ['stock.move', 'write'],
      ['stock.move.line', 'create'],
    ],
  ],
  [
    'vendor bills',
    'Accounting / Invoicing',
    [
      ['account.move', 'create'],
      ['account.move', 'write'],
    ],
  ],
  [
    'notes and attachments',
    'Internal User',
    [
      ['ir.attachment', 'create'],
      ['mail.message', 'create'],
    ],
  ],
];

const APPS: readonly (readonly [model: string, app: string, use: string])[] = [
  ['purchase.order', 'Purchase', 'orders'],
  ['stock.picking', 'Inventory', 'receipts'],
  ['account.move', 'Invoicing', 'vendor bills'],
];

/** The preflight: each step is told as soon as it is done; what the next ones need and is not there ends it. Never throws. */
export async function* checkOdoo(options: CheckOptions, partnerId?: string): AsyncGenerator<ErpCheckStep> {
  const { connection, settings, master, partners } = options;
  const opened = await attempt('connection', async () => {
    const client = await connection.client();
    return [
      client,
      `Odoo ${client.version.text} at ${connection.settings.url}, by ${client.protocol}`,
    ] as const;
  });
  yield opened.step;
  if (opened.value === undefined) return;
  const client = opened.value;
  const user = await attempt('key', () => checkKey(client));
  yield user.step;
  if (user.value === undefined) return;
  for (const [model, app, use] of APPS) {
    const found = await attempt('app', async () => {
      await client.call(model, 'fields_get', { allfields: ['id'], attributes: ['type'] });
      return [true, `${app} is installed: ${use}`] as const;
    });
    yield found.value === true
      ? found.step
      : { ...found.step, text: `${app} is not installed, or hidden from the user: ${use} need it` };
    if (found.value === undefined) return;
  }
  for (const [flow, group, needs] of RIGHTS) yield await checkRights(client, flow, group, needs);
  const read = await attempt('master data', async () => {
    const data = await master.get(client);
    return [
      data,
      `${data.units.size} units, ${data.companies.size} companies, ${data.warehouses.size} warehouses`,
    ] as const;
  });
  yield read.step;
  if (read.value === undefined) return;
  yield* checkSettings(settings, read.value);
  yield* checkLanguage(settings, client);
  if (partnerId !== undefined) yield* checkPartner(client, read.value, partners, partnerId);
}

async function attempt<T>(
  name: string,
  work: () => Promise<readonly [value: T, text: string]>,
): Promise<{ step: ErpCheckStep; value: T | undefined }> {
  try {
    const [value, text] = await work();
    return { step: { name, result: 'ok', text }, value };
  } catch (error) {
    const text = error instanceof GatewayError || error instanceof Error ? error.message : String(error);
    return { step: { name, result: 'failed', text }, value: undefined };
  }
}

/** Who the key belongs to; also the first call that needs it. */
async function checkKey(client: OdooClient): Promise<readonly [value: true, text: string]> {
  const { uid } = await client.call<{ uid?: number }>('res.users', 'context_get', {});
  const [row] = await client.searchRead('res.users', {
    domain: [['id', '=', uid ?? 0]],
    fields: ['login', 'company_ids'],
  });
  const login = textOf(row?.['login']);
  const companies = Array.isArray(row?.['company_ids']) ? row['company_ids'].length : 0;
  return [true, `the key is accepted${login === undefined ? '' : `: user ${login}, ${companies} companies`}`];
}

async function checkRights(
  client: OdooClient,
  flow: string,
  group: string,
  needs: readonly (readonly [model: string, operation: string])[],
): Promise<ErpCheckStep> {
  const refused: string[] = [];
  try {
    for (const [model, operation] of needs) {
      if (!(await mayDo(client, model, operation))) refused.push(`${operation} ${model}`);
    }
  } catch (error) {
    return { name: 'rights', result: 'failed', text: error instanceof Error ? error.message : String(error) };
  }
  if (refused.length === 0) return { name: 'rights', result: 'ok', text: flow };
  const text = `${flow}: the user may not ${refused.join(', ')}; give it the group ${group}`;
  return { name: 'rights', result: 'failed', text };
}

/** `has_access` came with 18; before it was `check_access_rights`. */
async function mayDo(client: OdooClient, model: string, operation: string): Promise<boolean> {
  return client.version.major >= 18
    ? client.call<boolean>(model, 'has_access', { ids: [], operation })
    : client.call<boolean>(model, 'check_access_rights', { operation, raise_exception: false });
}

function* checkSettings(
  { companies = [], warehouses = [] }: CheckOptions['settings'],
  master: MasterData,
): Generator<ErpCheckStep> {
  for (const wanted of companies) {
    const there = [...master.companies].some(([id, row]) => wanted === id || wanted === row['name']);
    if (!there) {
      const known = [...master.companies.values()].map((row) => String(row['name'])).join(', ');
      yield {
        name: 'settings',
        result: 'failed',
        text: `odoo.yaml names the company ${wanted}; the user sees ${known}`,
      };
    }
  }
  const codes = [...master.warehouses.values()].map(({ code }) => code);
  for (const wanted of warehouses.filter((code) => !codes.includes(code))) {
    yield {
      name: 'settings',
      result: 'failed',
      text: `odoo.yaml names the warehouse ${wanted}; there are ${codes.join(', ')}`,
    };
  }
  for (const [id, row] of master.companies) {
    const partner = row['partner'] as OdooRow | undefined;
    if (textOf(partner?.['global_location_number']) === undefined && textOf(partner?.['ref']) === undefined) {
      yield {
        name: 'company',
        result: 'missing',
        text: `${String(row['name'])} has neither GLN nor reference: suppliers see "company-${id}"`,
      };
    }
  }
}

/** Odoo refuses every reading in a language that is not active in it; English of the States it always has. */
async function* checkLanguage(
  { language }: CheckOptions['settings'],
  client: OdooClient,
): AsyncGenerator<ErpCheckStep> {
  if (language === 'en_US') return;
  const { step, value } = await attempt('settings', async () => {
    const rows = await client.searchRead('res.lang', { domain: [['active', '=', true]], fields: ['code'] });
    return [rows.map(({ code }) => String(code)), ''] as const;
  });
  if (value === undefined) yield step;
  else if (!value.includes(language)) {
    yield {
      name: 'settings',
      result: 'failed',
      text: `odoo.yaml names the language ${language}: no order can be read in it; active in Odoo are ${value.join(', ')}`,
    };
  }
}

/** Products of one vendor that are looked at. */
const MOST_PRODUCTS = 2_000;

async function* checkPartner(
  client: OdooClient,
  master: MasterData,
  partners: readonly Partner[],
  partnerId: string,
): AsyncGenerator<ErpCheckStep> {
  const partner = partners.find((each) => each.partner === partnerId);
  if (partner === undefined) {
    yield { name: 'partner', result: 'failed', text: `There is no partner ${partnerId} in partners/` };
    return;
  }
  const found = await attempt('vendor', () => findVendors(client, master, partner));
  yield found.step;
  const vendorIds = found.value ?? [];
  if (vendorIds.length === 0) return;
  const products = await attempt('products', () => checkProducts(client, master, vendorIds));
  yield products.step;
  yield* products.value ?? [];
}

async function findVendors(
  client: OdooClient,
  master: MasterData,
  partner: Partner,
): Promise<readonly [value: number[], text: string]> {
  const rows = await readAllRows(client, 'res.partner', {
    domain: vendorsOf([partner]),
    fields: await master.fields.only('res.partner', [
      ...Object.keys(PARTY_SPECIFICATION).filter((name) => !name.endsWith('_id')),
    ]),
  });
  const vendors = rows.filter((row) => sellerOf(row, [partner]) !== undefined);
  if (vendors.length > 0) {
    const names = vendors.slice(0, 3).map((row) => `${String(row['name'])} (id ${row.id})`);
    return [
      vendors.map(({ id }) => id),
      `${vendors.length} vendors of Odoo are ${partner.partner}: ${names.join(', ')}`,
    ];
  }
  const wanted = partner.accounts.supplierId ?? partner.partner;
  throw new GatewayError(
    'ODOO_NOT_FOUND',
    `No vendor has the reference "${wanted}", nor a GLN or VAT number that is an identity of ${partner.partner}: set Reference of the vendor in Odoo, or accounts.supplierId in partner.yaml to "odoo:<id>"`,
  );
}

async function checkProducts(
  client: OdooClient,
  master: MasterData,
  vendorIds: readonly number[],
): Promise<readonly [value: ErpCheckStep[], text: string]> {
  const vendorField =
    'partner_id' in (await master.fields.of('product.supplierinfo')) ? 'partner_id' : 'name';
  const prices = await client.searchRead('product.supplierinfo', {
    domain: [[vendorField, 'in', [...vendorIds]]],
    fields: ['product_id', 'product_tmpl_id', 'product_code'],
    limit: MOST_PRODUCTS,
  });
  const templates = [...new Set(prices.flatMap((row) => idOf(row['product_tmpl_id']) ?? []))];
  const products = await client.searchRead('product.product', {
    domain: [['product_tmpl_id', 'in', templates]],
    fields: ['display_name', 'default_code', 'barcode', 'uom_id'],
    limit: MOST_PRODUCTS,
  });
  const noCode = prices.filter((row) => textOf(row['product_code']) === undefined);
  const noBarcode = products.filter((row) => textOf(row['barcode']) === undefined);
  const unitIds = new Set(products.flatMap((row) => idOf(row['uom_id']) ?? []));
  const noUnit = [...unitIds].flatMap((id) => {
    const unit = master.units.get(id);
    return unit?.code === undefined ? [unit?.name ?? `id ${id}`] : [];
  });
  const missing: ErpCheckStep[] = [
    ...said(
      'vendor code',
      noCode.map((row) => nameOf(row['product_tmpl_id'])),
      'product_code on the vendor price list',
    ),
    ...said(
      'barcode',
      noBarcode.map((row) => String(row['display_name'])),
      'the GTIN as barcode of the product',
    ),
  ];
  if (noUnit.length > 0) {
    missing.push({
      name: 'unit',
      result: 'failed',
      text: `no UN/ECE code for ${noUnit.join(', ')}: orders in it are not sent; add it to units in odoo.yaml`,
    });
  }
  return [missing, `${products.length} products are bought from it`];
}

function said(name: string, of: readonly string[], what: string): ErpCheckStep[] {
  if (of.length === 0) return [];
  const shown = of.slice(0, 5).join(', ');
  const more = of.length > 5 ? ` and ${of.length - 5} more` : '';
  return [{ name, result: 'missing', text: `${of.length} without ${what}: ${shown}${more}` }];
}

function nameOf(value: unknown): string {
  return Array.isArray(value) ? String(value[1]) : String(value);
}
