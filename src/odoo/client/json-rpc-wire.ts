import { GatewayError } from '../../common/errors.ts';
import { parseReply } from './json2-wire.ts';
import type { WireOptions } from './json2-wire.ts';
import type { OdooArguments } from './odoo-client.ts';
import type { OdooCallPlace, OdooFault } from './odoo-error.ts';
import { toGatewayError, wordOf } from './odoo-error.ts';
import { toPositional } from './odoo-wire.ts';
import type { OdooWire } from './odoo-wire.ts';

/** Calls a method of one of Odoo's services (`common`, `object`), over JSON-RPC or XML-RPC. */
export type ServiceCall = (
  service: 'common' | 'object',
  method: string,
  args: readonly unknown[],
  place: OdooCallPlace,
) => Promise<unknown>;

/** Odoo 14 to 18: `execute_kw` of the service `object`, the API key in the place of the password. */
export class ServiceWire implements OdooWire {
  readonly #options: WireOptions;
  readonly #service: ServiceCall;
  #uid: Promise<number> | undefined;

  constructor(options: WireOptions, service: ServiceCall) {
    this.#options = options;
    this.#service = service;
  }

  async call(model: string, method: string, args: OdooArguments): Promise<unknown> {
    const { database, apiKey } = this.#options;
    const place: OdooCallPlace = { model, method, ...(args.ids !== undefined && { ids: args.ids }) };
    const uid = await this.#signIn();
    const { positional, named } = toPositional(method, args);
    return this.#service(
      'object',
      'execute_kw',
      [database, uid, apiKey, model, method, positional, named],
      place,
    );
  }

  /** The user's number, asked once; again after a failure. */
  #signIn(): Promise<number> {
    this.#uid ??= this.#authenticate().catch((error: unknown) => {
      this.#uid = undefined;
      throw error;
    });
    return this.#uid;
  }

  async #authenticate(): Promise<number> {
    const { database, user, apiKey } = this.#options;
    const place = { model: 'res.users', method: 'authenticate' };
    const uid = await this.#service('common', 'authenticate', [database, user, apiKey, {}], place);
    if (typeof uid === 'number') return uid;
    throw new GatewayError(
      'ODOO_UNAUTHORIZED',
      `Odoo does not accept the API key of the user "${user}" in the database "${database}".`,
      { details: { ...place, outcome: 'none' } },
    );
  }
}

/** `POST /jsonrpc`: every answer has status 200, errors are in the body. */
export function jsonRpcService({
  url,
  timeoutMs,
  exchange,
}: Pick<WireOptions, 'url' | 'timeoutMs' | 'exchange'>): ServiceCall {
  return async (service, method, args, place) => {
    const reply = await exchange({
      url: `${url}/jsonrpc`,
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ jsonrpc: '2.0', method: 'call', id: 1, params: { service, method, args } }),
      timeoutMs,
      place,
    });
    const { result, error } = parseReply(reply, place) as { result?: unknown; error?: RpcError };
    if (error !== undefined) throw toGatewayError(place, faultOf(error));
    return result ?? null;
  };
}

interface RpcError {
  message?: unknown;
  data?: { name?: unknown; message?: unknown };
}

function faultOf({ message, data }: RpcError): OdooFault {
  return { name: wordOf(data?.name, 'unknown'), message: wordOf(data?.message, wordOf(message, '')) };
}
