import { GatewayError } from '../../common/errors.ts';
import { dec } from '../../common/decimal.ts';
import type { Dec } from '../../common/decimal.ts';
import type { OdooClient, OdooDomain, OdooRow } from '../client/odoo-client.ts';
import { fromOdooNumber } from '../line-values.ts';
import { readAllRows } from './all-rows.ts';
import { KnownFields } from './known-fields.ts';
import { idOf, needId, textOf } from './row-values.ts';
import { UNIT_CODES } from './unit-codes.ts';

export interface OdooUnit {
  name: string;
  /** UN/ECE Rec 20; undefined where nobody has said. */
  code: string | undefined;
  /** How many reference units it is: 12 for a dozen. Units compare within one tree of references. */
  ratio: Dec;
  /** The reference unit: quantities convert between units of the same root only. */
  root: string;
}

export interface OdooCurrency {
  /** ISO 4217 */
  code: string;
  decimals: number;
}

export interface OdooWarehouse {
  code: string;
  name: string;
  companyId: number | undefined;
  partner: OdooRow | undefined;
}

/** What orders refer to and what seldom changes; read together, kept for the interval of the settings. */
export interface MasterData {
  fields: KnownFields;
  units: ReadonlyMap<number, OdooUnit>;
  currencies: ReadonlyMap<number, OdooCurrency>;
  terms: ReadonlyMap<number, OdooRow>;
  termLines: ReadonlyMap<number, OdooRow>;
  taxes: ReadonlyMap<number, OdooRow>;
  /** Code of each incoterm. */
  incoterms: ReadonlyMap<number, string>;
  companies: ReadonlyMap<number, OdooRow>;
  warehouses: ReadonlyMap<number, OdooWarehouse>;
  /** Warehouse of each kind of operation; undefined for drop-shipping. */
  warehouseOfOperation: ReadonlyMap<number, number | undefined>;
  /** `supplier` or `transit`, of the locations that are one. */
  locationUsage: ReadonlyMap<number, string>;
}

/** Of a partner, for a party of a document. */
const PARTY_FIELDS = [
  'name',
  'ref',
  'vat',
  'street',
  'street2',
  'city',
  'zip',
  'state_id',
  'country_id',
  'email',
  'phone',
  'global_location_number',
] as const;

/** Master data with its own refresh; one reading at a time. */
export class MasterDataCache {
  readonly #units: Readonly<Record<string, string>>;
  readonly #maxAgeMs: number;
  readonly #elapsed: () => number;
  #current: { data: Promise<MasterData>; readAt: number; client: OdooClient } | undefined;

  constructor(options: { units: Readonly<Record<string, string>>; maxAgeMs: number; elapsed: () => number }) {
    this.#units = options.units;
    this.#maxAgeMs = options.maxAgeMs;
    this.#elapsed = options.elapsed;
  }

  get(client: OdooClient): Promise<MasterData> {
    const current = this.#current;
    const fresh =
      current?.client === client && this.#elapsed() - current.readAt < this.#maxAgeMs ? current : undefined;
    if (fresh !== undefined) return fresh.data;
    const data = readMasterData(client, this.#units);
    this.#current = { data, readAt: this.#elapsed(), client };
    data.catch(() => this.forget());
    return data;
  }

  /** The next one who asks reads anew: an order speaks of something that was not there. */
  forget(): void {
    this.#current = undefined;
  }
}

async function readMasterData(
  client: OdooClient,
  unitNames: Readonly<Record<string, string>>,
): Promise<MasterData> {
  const fields = new KnownFields(client);
  const list = async (model: string, names: readonly string[], domain: OdooDomain = []) =>
    readAllRows(client, model, {
      domain,
      fields: await fields.only(model, names),
      context: { active_test: false },
    });
  const [
    units,
    currencies,
    terms,
    termLines,
    taxes,
    incoterms,
    companies,
    warehouses,
    operations,
    locations,
  ] = await Promise.all([
    readUnits(client, fields, unitNames),
    list('res.currency', ['name', 'decimal_places']),
    list('account.payment.term', [
      'name',
      'line_ids',
      'early_discount',
      'discount_percentage',
      'discount_days',
    ]),
    list('account.payment.term.line', ['value', 'value_amount', 'nb_days', 'days', 'delay_type', 'option']),
    list('account.tax', ['name', 'amount', 'amount_type', 'price_include']),
    list('account.incoterms', ['code']),
    list('res.company', ['name', 'partner_id', 'currency_id']),
    list('stock.warehouse', ['code', 'name', 'partner_id', 'company_id']),
    list('stock.picking.type', ['warehouse_id', 'code']),
    // A warehouse may have tens of thousands of bins; who delivers stands outside of it.
    list('stock.location', ['usage'], [['usage', 'in', ['supplier', 'transit']]]),
  ]);
  const partners = await readPartners(client, fields, [...companies, ...warehouses]);
  const partnerOf = (row: OdooRow) => partners.get(idOf(row['partner_id']) ?? 0);
  return {
    fields,
    units,
    currencies: byId(currencies, (row) => ({
      code: String(row['name']),
      decimals: Number(row['decimal_places'] ?? 2),
    })),
    terms: byId(terms, (row) => row),
    termLines: byId(termLines, (row) => row),
    taxes: byId(taxes, (row) => row),
    incoterms: byId(incoterms, (row) => String(row['code'])),
    companies: byId(companies, (row) => ({ ...row, partner: partnerOf(row) })),
    warehouses: byId(warehouses, (row) => ({
      code: String(row['code']),
      name: String(row['name']),
      companyId: idOf(row['company_id']),
      partner: partnerOf(row),
    })),
    warehouseOfOperation: byId(operations, (row) => idOf(row['warehouse_id'])),
    locationUsage: byId(locations, (row) => String(row['usage'])),
  };
}

async function readPartners(
  client: OdooClient,
  fields: KnownFields,
  owners: readonly OdooRow[],
): Promise<Map<number, OdooRow>> {
  const ids = [...new Set(owners.flatMap((row) => idOf(row['partner_id']) ?? []))];
  const specification = await fields.within('res.partner', PARTY_SPECIFICATION);
  return byId(await client.webRead('res.partner', ids, specification), (row) => row);
}

/** A party's fields, with the codes of state and country. */
export const PARTY_SPECIFICATION = {
  ...Object.fromEntries(PARTY_FIELDS.map((name) => [name, {}])),
  state_id: { fields: { code: {} } },
  country_id: { fields: { code: {} } },
};

async function readUnits(
  client: OdooClient,
  fields: KnownFields,
  names: Readonly<Record<string, string>>,
): Promise<Map<number, OdooUnit>> {
  const rows = await readAllRows(client, 'uom.uom', {
    domain: [],
    fields: await fields.only('uom.uom', ['name', 'factor', 'factor_inv', 'parent_path', 'category_id']),
    // Units are told apart by their names in odoo.yaml: always in one language.
    context: { active_test: false, lang: 'en_US' },
  });
  const metadata = await client.call<OdooRow[]>('uom.uom', 'get_metadata', { ids: rows.map(({ id }) => id) });
  const externalIds = new Map(metadata.map((row) => [row.id, textOf(row['xmlid']) ?? '']));
  return byId(rows, (row) => {
    const name = String(row['name']);
    return {
      name,
      code: names[name] ?? UNIT_CODES[externalIds.get(row.id) ?? ''],
      ratio: ratioOf(row),
      root: rootOf(row),
    };
  });
}

/** 19 keeps the ratio itself; before, `factor` was its reciprocal, and `factor_inv` the ratio. */
function ratioOf(row: OdooRow): Dec {
  return dec(fromOdooNumber(row['factor_inv'] ?? row['factor']));
}

/** The first unit of the path in 19, the category before. */
function rootOf(row: OdooRow): string {
  const path = textOf(row['parent_path']);
  return path === undefined ? `category ${idOf(row['category_id']) ?? 0}` : (path.split('/')[0] ?? '');
}

function byId<T>(rows: readonly OdooRow[], valueOf: (row: OdooRow) => T): Map<number, T> {
  return new Map(rows.map((row) => [row.id, valueOf(row)]));
}

/** The currency of an order. Throws ODOO_FAILED where it is none of Odoo's. */
export function currencyOf(row: OdooRow, master: MasterData): OdooCurrency {
  const currency = master.currencies.get(needId(row, 'currency_id'));
  if (currency !== undefined) return currency;
  throw new GatewayError('ODOO_FAILED', `Odoo gave no currency for id ${row.id}.`);
}
