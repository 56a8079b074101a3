import type { OdooClient, OdooRow, OdooSpecification } from './odoo-client.ts';

type Caller = Pick<OdooClient, 'call'>;

/** A field as `fields_get` tells of it. */
export interface FieldInfo {
  type: string;
  relation?: string;
}

/** More ids in one read than this make Odoo slow and its answer large. */
const BATCH = 500;

/**
 * `web_read` for Odoo 14 to 16, which do not have it: one read for each model and level, however many records. A many2one
 * comes back as a record or false, a list as records in Odoo's order; records that are gone or hidden are left out.
 */
export class NestedRead {
  readonly #client: Caller;
  readonly #fields = new Map<string, Promise<Record<string, FieldInfo>>>();

  constructor(client: Caller) {
    this.#client = client;
  }

  async read(
    model: string,
    ids: readonly number[],
    specification: OdooSpecification,
    context: Readonly<Record<string, unknown>> | undefined,
  ): Promise<OdooRow[]> {
    const names = Object.keys(specification);
    const rows = await this.#readFlat(model, [...new Set(ids)], names, context);
    const nested = names.filter((name) => specification[name]?.fields !== undefined);
    if (rows.length === 0 || nested.length === 0) return rows;
    const info = await this.#fieldsOf(model);
    const below = new Map<string, Map<number, OdooRow>>();
    for (const name of nested) {
      const relation = info[name]?.relation;
      if (relation === undefined) continue;
      const wanted = [...new Set(rows.flatMap((row) => idsOf(row[name])))];
      const fields = specification[name]!.fields!;
      const found = wanted.length === 0 ? [] : await this.read(relation, wanted, fields, context);
      below.set(name, new Map(found.map((row) => [row.id, row])));
    }
    return rows.map((row) => ({ ...row, ...replaced(row, below, info) }));
  }

  async #readFlat(
    model: string,
    ids: readonly number[],
    fields: readonly string[],
    context: Readonly<Record<string, unknown>> | undefined,
  ): Promise<OdooRow[]> {
    const rows: OdooRow[] = [];
    for (let start = 0; start < ids.length; start += BATCH) {
      // By search, since a read of one id that is gone fails as a whole.
      const part = await this.#client.call<OdooRow[]>(model, 'search_read', {
        domain: [['id', 'in', ids.slice(start, start + BATCH)]],
        fields,
        context: { ...context, active_test: false },
      });
      rows.push(...part);
    }
    const byId = new Map(rows.map((row) => [row.id, row]));
    return ids.flatMap((id) => byId.get(id) ?? []);
  }

  #fieldsOf(model: string): Promise<Record<string, FieldInfo>> {
    const known = this.#fields.get(model);
    if (known !== undefined) return known;
    const asked = this.#client.call<Record<string, FieldInfo>>(model, 'fields_get', {
      attributes: ['type', 'relation'],
    });
    this.#fields.set(model, asked);
    asked.catch(() => this.#fields.delete(model));
    return asked;
  }
}

function replaced(
  row: OdooRow,
  below: ReadonlyMap<string, ReadonlyMap<number, OdooRow>>,
  info: Readonly<Record<string, FieldInfo>>,
): Record<string, unknown> {
  return Object.fromEntries(
    [...below].map(([name, found]) => {
      const records = idsOf(row[name]).flatMap((id) => found.get(id) ?? []);
      return [name, info[name]?.type === 'many2one' ? (records[0] ?? false) : records];
    }),
  );
}

/** Of `false`, `[7, 'Name']` (a many2one) or `[7, 8]` (a list). */
function idsOf(value: unknown): number[] {
  if (!Array.isArray(value)) return [];
  return value.length === 2 && typeof value[1] === 'string' ? [value[0] as number] : (value as number[]);
}
