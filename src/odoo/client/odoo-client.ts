import type { OdooNames, OdooVersion } from './odoo-names.ts';

/** The endpoints of Odoo: `/json/2` from 19 on, `/jsonrpc` and `/xmlrpc/2` from 14 on. */
export type OdooProtocol = 'json2' | 'jsonrpc' | 'xmlrpc';

/** One record as Odoo returns it: an empty value is `false`, a many2one is `[id, name]`, or nested in webRead. */
export type OdooRow = Readonly<Record<string, unknown>> & { readonly id: number };

/** Odoo's prefix notation: `[['state', '=', 'purchase'], '|', …]`. */
export type OdooDomain = readonly (string | readonly [field: string, operator: string, value: unknown])[];

/** Odoo's specification of a nested read: `{ name: {}, order_line: { fields: { price_unit: {} } } }`. */
export interface OdooSpecification {
  readonly [field: string]: { readonly fields?: OdooSpecification };
}

/** Named arguments of a method, beside the records that it is called on. */
export interface OdooArguments {
  readonly ids?: readonly number[];
  readonly context?: Readonly<Record<string, unknown>>;
  readonly [name: string]: unknown;
}

export interface OdooCallOptions {
  /**
   * `always`: the call may be repeated after a time-out, because it reads, or because doing it twice is doing it once.
   * `unsent`: repeated only where Odoo surely did nothing: not reached, or its transaction was rolled back. Default: `always`
   * for the reading methods of Odoo's models, `unsent` for any other.
   */
  readonly retry?: 'always' | 'unsent';
}

export interface OdooQuery {
  readonly domain: OdooDomain;
  readonly fields: readonly string[];
  readonly order?: string;
  readonly limit?: number;
  readonly offset?: number;
  readonly context?: Readonly<Record<string, unknown>>;
}

/** How the connection is, for health checks. */
export interface OdooClientState {
  readonly circuit: 'closed' | 'open' | 'halfOpen';
  /** Calls under way and waiting for a place; places there are now. */
  readonly running: number;
  readonly waiting: number;
  readonly limit: number;
}

/**
 * Odoo's external API, the same over every protocol. One call is one transaction in Odoo; several cannot be joined.
 *
 * Throws GatewayError ODOO_*, with details `{ model, method, ids, odooName, outcome }`: `odooName` is the name that Odoo gives
 * its error; `outcome` is `none` where Odoo surely did nothing, `unknown` where it may have carried the call out.
 */
export interface OdooClient {
  readonly protocol: OdooProtocol;
  readonly version: OdooVersion;
  /** What fields and models are called in that version. */
  readonly names: OdooNames;
  readonly state: OdooClientState;
  call<T = unknown>(
    model: string,
    method: string,
    args: OdooArguments,
    options?: OdooCallOptions,
  ): Promise<T>;
  searchRead(model: string, query: OdooQuery): Promise<OdooRow[]>;
  /** The records with everything below them, in one call from Odoo 17 on; a missing id is left out. */
  webRead(
    model: string,
    ids: readonly number[],
    specification: OdooSpecification,
    context?: Readonly<Record<string, unknown>>,
  ): Promise<OdooRow[]>;
}
