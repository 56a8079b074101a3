import type { OdooArguments } from './odoo-client.ts';

/** One protocol: carries a call to Odoo and brings its result or its error (GatewayError ODOO_*) back, without repeating it. */
export interface OdooWire {
  call(model: string, method: string, args: OdooArguments): Promise<unknown>;
}

/**
 * Arguments that Odoo's older dispatcher takes by position only: their names changed over the versions, or it looks at the
 * first one itself.
 */
const BY_POSITION: Readonly<Record<string, readonly string[]>> = {
  create: ['vals_list'],
  search: ['domain'],
  search_count: ['domain'],
  search_read: ['domain', 'fields'],
  read: ['fields'],
  write: ['vals'],
  fields_get: ['allfields', 'attributes'],
  load: ['fields', 'data'],
};

/** Named arguments as execute_kw wants them: the records first, then those by position, the rest by name. */
export function toPositional(
  method: string,
  args: OdooArguments,
): { positional: unknown[]; named: Record<string, unknown> } {
  const { ids, ...rest } = args;
  const known = BY_POSITION[method] ?? [];
  const missing = known.findIndex((name) => !(name in rest));
  const taken = missing < 0 ? known : known.slice(0, missing);
  return {
    positional: [...(ids === undefined ? [] : [ids]), ...taken.map((name) => rest[name])],
    named: Object.fromEntries(Object.entries(rest).filter(([name]) => !taken.includes(name))),
  };
}
