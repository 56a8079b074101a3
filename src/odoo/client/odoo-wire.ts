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
  const named: Record<string, unknown> = { ...rest };
  const positional: unknown[] = ids === undefined ? [] : [ids];
  for (const name of BY_POSITION[method] ?? []) {
    if (!(name in named)) break;
    positional.push(named[name]);
    delete named[name];
  }
  return { positional, named };
}
