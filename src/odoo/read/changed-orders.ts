import type { OdooClient, OdooDomain, OdooRow } from '../client/odoo-client.ts';
import { fromInstant, toInstantOfOdoo } from '../odoo-date.ts';
import type { OdooDatetime } from '../odoo-date.ts';
import { sha256Of } from '../../pipeline/unit-of-work.ts';
import type { MasterData } from './master-data.ts';
import { idOf } from './row-values.ts';

/** How far each source was read, by the write dates that Odoo gave: our own clock is not asked. */
export interface ReadCursor {
  /** Orders confirmed before this are not ours. */
  since: OdooDatetime;
  readTo: Record<string, OdooDatetime>;
}

interface Source {
  model: string;
  domain: OdooDomain;
  fields: readonly string[];
  orderIdOf: (row: OdooRow) => number | undefined;
}

/** A line's date moves without the order's write date, and a receipt without both. */
function sourcesOf(client: OdooClient): readonly Source[] {
  const { names } = client;
  return [
    {
      model: 'purchase.order',
      domain: [['state', 'in', ['purchase', 'done', 'cancel']]],
      fields: [
        'name',
        'state',
        'partner_id',
        'date_approve',
        'currency_id',
        'company_id',
        'picking_type_id',
        'dest_address_id',
        'incoterm_id',
        'incoterm_location',
        'payment_term_id',
        'note',
        'notes',
        'order_line',
      ],
      orderIdOf: (row) => row.id,
    },
    {
      model: 'purchase.order.line',
      domain: [['order_id.state', 'in', ['purchase', 'done']]],
      fields: [
        'order_id',
        'product_id',
        'name',
        // Whose note a row of notes is.
        'sequence',
        'product_qty',
        names.lineUnit,
        'price_unit',
        'discount',
        names.lineTaxes,
        'date_planned',
        'qty_received_manual',
      ],
      orderIdOf: (row) => idOf(row['order_id']),
    },
    {
      model: 'stock.move',
      domain: [
        ['purchase_line_id', '!=', false],
        ['state', '=', 'done'],
      ],
      fields: ['purchase_line_id', 'picking_id', names.moveDoneQuantity, 'product_uom', 'to_refund'],
      orderIdOf: () => undefined,
    },
  ];
}

/** Rows in one page; read on from the last one's write date. */
const ROWS_PER_PAGE = 500;

/**
 * Finds orders that have changed: everything written since the cursor and, because a transaction is stamped with its start and
 * seen at its end, for the overlap before it. What was seen with the same content is dropped.
 */
export class ChangedOrders {
  readonly #overlapMs: number;
  readonly #rowsPerPage: number;
  /** `<model>:<id>` → write date and digest of what was seen. */
  readonly #seen = new Map<string, { writtenAt: OdooDatetime; digest: string }>();

  constructor(overlapSeconds: number, rowsPerPage = ROWS_PER_PAGE) {
    this.#overlapMs = overlapSeconds * 1000;
    this.#rowsPerPage = rowsPerPage;
  }

  /** Ids of the orders, the cursor to keep once they have been dealt with, and `done` to be called then. */
  async find(
    client: OdooClient,
    master: MasterData,
    cursor: ReadCursor,
  ): Promise<{ orderIds: number[]; cursor: ReadCursor; done: (failed: ReadonlySet<number>) => void }> {
    const readTo = { ...cursor.readTo };
    const found: { key: string; orderId: number; writtenAt: OdooDatetime; digest: string }[] = [];
    for (const source of sourcesOf(client)) {
      const from = this.#startOf(cursor.readTo[source.model] ?? cursor.since);
      for await (const page of pagesOf(
        client,
        source,
        await fieldsOf(master, source),
        from,
        this.#rowsPerPage,
      )) {
        const orderIds = await ordersOf(client, source, page);
        for (const row of page) {
          const writtenAt = String(row['write_date']);
          const key = `${source.model}:${row.id}`;
          const digest = sha256Of(JSON.stringify({ ...row, write_date: undefined }));
          const orderId = orderIds.get(row.id);
          if (writtenAt > (readTo[source.model] ?? '')) readTo[source.model] = writtenAt;
          if (orderId === undefined || this.#seen.get(key)?.digest === digest) continue;
          found.push({ key, orderId, writtenAt, digest });
        }
      }
    }
    const done = (failed: ReadonlySet<number>) => {
      for (const { key, orderId, writtenAt, digest } of found) {
        if (!failed.has(orderId)) this.#seen.set(key, { writtenAt, digest });
      }
      this.#forget(readTo);
    };
    const orderIds = [...new Set(found.map(({ orderId }) => orderId))].sort((a, b) => a - b);
    return { orderIds, cursor: { ...cursor, readTo }, done };
  }

  #startOf(readTo: OdooDatetime): OdooDatetime {
    return fromInstant(new Date(Date.parse(toInstantOfOdoo(readTo)) - this.#overlapMs).toISOString());
  }

  /** What lies before every overlap comes back only when it is written again. */
  #forget(readTo: Readonly<Record<string, OdooDatetime>>): void {
    for (const [key, { writtenAt }] of this.#seen) {
      const upTo = readTo[key.slice(0, key.lastIndexOf(':'))];
      if (upTo !== undefined && writtenAt < this.#startOf(upTo)) this.#seen.delete(key);
    }
  }
}

async function fieldsOf(master: MasterData, { model, fields }: Source): Promise<string[]> {
  return master.fields.only(model, [...fields, 'write_date']);
}

/**
 * By key and not by offset: a row that is written meanwhile moves to the end, and with it every row behind it one place up.
 * Odoo tells seconds and keeps microseconds, so that the last second is read again without the rows that are known.
 */
async function* pagesOf(
  client: OdooClient,
  { model, domain }: Source,
  fields: readonly string[],
  from: OdooDatetime,
  rowsPerPage: number,
): AsyncGenerator<OdooRow[]> {
  let start = from;
  let known: number[] = [];
  for (;;) {
    const page = await client.searchRead(model, {
      domain: [
        ['write_date', '>=', start],
        ...(known.length === 0 ? [] : [['id', 'not in', known] as const]),
        ...domain,
      ],
      fields,
      order: 'write_date, id',
      limit: rowsPerPage,
    });
    if (page.length > 0) yield page;
    if (page.length < rowsPerPage) return;
    const last = String(page.at(-1)!['write_date']);
    const inLastSecond = page.filter((row) => row['write_date'] === last).map(({ id }) => id);
    known = last === start ? [...known, ...inLastSecond] : inLastSecond;
    start = last;
  }
}

/** Order of each row; of moves by way of their lines, in one further call. */
async function ordersOf(
  client: OdooClient,
  { model, orderIdOf }: Source,
  page: readonly OdooRow[],
): Promise<Map<number, number | undefined>> {
  if (model !== 'stock.move') return new Map(page.map((row) => [row.id, orderIdOf(row)]));
  const lineIds = [...new Set(page.flatMap((row) => idOf(row['purchase_line_id']) ?? []))];
  const lines = await client.searchRead('purchase.order.line', {
    domain: [['id', 'in', lineIds]],
    fields: ['order_id'],
  });
  const orderOf = new Map(lines.map((row) => [row.id, idOf(row['order_id'])]));
  return new Map(page.map((row) => [row.id, orderOf.get(idOf(row['purchase_line_id']) ?? 0)]));
}
