import { CircuitBreaker } from '../../common/circuit-breaker.ts';
import type { BreakerVerdict } from '../../common/circuit-breaker.ts';
import { GatewayError } from '../../common/errors.ts';
import type { Clock } from '../../common/time.ts';
import type { Timer } from '../../pipeline/ports/clock.ts';
import type { Secrets } from '../../pipeline/ports/secrets.ts';
import type { OdooSettings } from '../odoo-settings.ts';
import { AdaptiveLimit } from './adaptive-limit.ts';
import { detectVersion } from './detect-version.ts';
import { GuardedClient } from './guarded-client.ts';
import type { HttpExchange } from './http-exchange.ts';
import { httpExchange } from './http-exchange.ts';
import { jsonRpcService, ServiceWire } from './json-rpc-wire.ts';
import { Json2Wire } from './json2-wire.ts';
import type { WireOptions } from './json2-wire.ts';
import type { OdooClient, OdooProtocol } from './odoo-client.ts';
import { xmlRpcService } from './xml-rpc-wire.ts';

export type ConnectionSettings = Pick<
  OdooSettings,
  'url' | 'database' | 'user' | 'protocol' | 'timeoutSeconds' | 'concurrency'
>;

export interface ConnectionDeps {
  clock: Clock;
  timer: Timer;
  random: () => number;
  /** The API key, read anew for each connection: a new key needs no restart. */
  readKey: () => Promise<string>;
  /** Default: Node's fetch. */
  exchange?: HttpExchange;
}

/** An answer that takes longer is a sign that Odoo has enough to do: ten times a write of an order. */
const SLOW_MS = 5_000;

export interface OdooConnectionState {
  url: string;
  database: string;
  circuit: 'closed' | 'open' | 'halfOpen';
  running: number;
  waiting: number;
  limit: number;
  /** Of the last connection. */
  version?: string;
  protocol?: OdooProtocol;
  /** What the last call that failed for want of an answer said. */
  trouble?: string;
}

/**
 * Odoo's address and what is known of it. The gateway starts also when Odoo is away: version and protocol are asked for with
 * the first call, and again after Odoo was away, because it may have come back newer.
 */
export class OdooConnection {
  readonly settings: ConnectionSettings;
  readonly #deps: ConnectionDeps;
  readonly #breaker: CircuitBreaker;
  readonly #limit: AdaptiveLimit;
  #client: Promise<OdooClient> | undefined;
  /** The client is in use: what it knows of Odoo held when Odoo last answered. */
  #current = false;
  #last: OdooClient | undefined;
  #trouble: string | undefined;

  constructor(settings: ConnectionSettings, deps: ConnectionDeps) {
    this.settings = settings;
    this.#deps = deps;
    this.#breaker = new CircuitBreaker({
      clock: deps.clock,
      pauseMs: 10_000,
      maxPauseMs: 120_000,
      refusal: (what, failures, retryAt) =>
        new GatewayError(
          'ODOO_UNAVAILABLE',
          `Odoo is not asked for ${what}: the last ${failures} calls had no answer. The next one is made after ${retryAt}.`,
          { details: { circuit: 'open', outcome: 'none' } },
        ),
      verdictOf,
    });
    this.#limit = new AdaptiveLimit({
      most: settings.concurrency,
      slowMs: SLOW_MS,
      elapsed: () => performance.now(),
    });
  }

  /** Throws ODOO_UNAVAILABLE, ODOO_UNSUPPORTED, SECRET_*. */
  client(): Promise<OdooClient> {
    if (this.#current && this.#breaker.state.circuit !== 'closed') this.#drop();
    this.#client ??= this.#open().then(
      (client) => {
        this.#current = true;
        return (this.#last = client);
      },
      (error: unknown) => {
        this.#client = undefined;
        this.#note(error);
        throw error;
      },
    );
    return this.#client;
  }

  get state(): OdooConnectionState {
    const { url, database } = this.settings;
    return {
      url,
      database,
      circuit: this.#breaker.state.circuit,
      ...this.#limit.state,
      ...(this.#last && { version: this.#last.version.text, protocol: this.#last.protocol }),
      ...(this.#trouble !== undefined && { trouble: this.#trouble }),
    };
  }

  async #open(): Promise<OdooClient> {
    const { settings } = this;
    const url = settings.url.replace(/\/+$/, '');
    const timeoutMs = settings.timeoutSeconds * 1000;
    const way = { url, timeoutMs, exchange: this.#deps.exchange ?? httpExchange };
    const found = await this.#breaker.run('its version', () => detectVersion(way, settings.protocol));
    if (found.protocol !== 'json2' && settings.user === undefined) {
      throw new GatewayError(
        'CONFIG_INVALID',
        `Odoo ${found.version.text} is reached by ${found.protocol}, which needs the login of the user: set user in odoo.yaml or TRADELANE_ODOO_USER.`,
      );
    }
    const apiKey = await this.#deps.readKey();
    const wire = openWire(found.protocol, {
      ...way,
      database: settings.database,
      user: settings.user ?? '',
      apiKey,
    });
    const { timer, random } = this.#deps;
    return new GuardedClient({
      ...found,
      wire: { call: (...call) => this.#watched(() => wire.call(...call)) },
      breaker: this.#breaker,
      limit: this.#limit,
      timer,
      random,
    });
  }

  async #watched<T>(call: () => Promise<T>): Promise<T> {
    try {
      const result = await call();
      this.#trouble = undefined;
      return result;
    } catch (error) {
      this.#note(error);
      throw error;
    }
  }

  #note(error: unknown): void {
    if (!(error instanceof GatewayError) || !error.code.startsWith('ODOO_')) return;
    const silent = error.code === 'ODOO_UNAVAILABLE';
    const refused = error.code === 'ODOO_UNAUTHORIZED';
    this.#trouble = silent || refused ? error.message : undefined;
    // The next one who wants a client reads the key anew.
    if (refused) this.#drop();
  }

  /** Version and key are asked for again. */
  #drop(): void {
    this.#current = false;
    this.#client = undefined;
  }
}

/** ODOO_FAILED may come from an Odoo that is starting; every other answer is an answer. */
function verdictOf(error: unknown): BreakerVerdict {
  if (!(error instanceof GatewayError)) return 'silence';
  if (error.code === 'ODOO_UNAVAILABLE' || error.code === 'ODOO_FAILED') return 'silence';
  return error.code.startsWith('ODOO_') ? 'answer' : 'neither';
}

function openWire(protocol: OdooProtocol, options: WireOptions) {
  switch (protocol) {
    case 'json2':
      return new Json2Wire(options);
    case 'jsonrpc':
      return new ServiceWire(options, jsonRpcService(options));
    case 'xmlrpc':
      return new ServiceWire(options, xmlRpcService(options));
  }
}

/** Where the API key comes from: the variable lies over the secret that odoo.yaml names. */
export function keyReader(
  settings: Pick<OdooSettings, 'apiKey'>,
  secrets: Secrets,
  variable: string | undefined,
): () => Promise<string> {
  return async () => {
    if (variable !== undefined) return variable;
    if (settings.apiKey !== undefined) return secrets.read(settings.apiKey.secret);
    throw new GatewayError(
      'CONFIG_INVALID',
      'There is no API key for Odoo: set TRADELANE_ODOO_API_KEY, or apiKey: { secret: odoo } in odoo.yaml and `tradelane secret set odoo`.',
    );
  };
}
