import { GatewayError } from '../../common/errors.ts';
import type { CircuitBreaker } from '../../common/circuit-breaker.ts';
import type { Timer } from '../../pipeline/ports/clock.ts';
import type { AdaptiveLimit } from './adaptive-limit.ts';
import { NestedRead } from './nested-read.ts';
import type {
  OdooArguments,
  OdooCallOptions,
  OdooClient,
  OdooClientState,
  OdooProtocol,
  OdooQuery,
  OdooRow,
  OdooSpecification,
} from './odoo-client.ts';
import { odooNames } from './odoo-names.ts';
import type { OdooNames, OdooVersion } from './odoo-names.ts';
import type { OdooWire } from './odoo-wire.ts';
import { isReading } from './reading-methods.ts';

export interface GuardedClientOptions {
  protocol: OdooProtocol;
  version: OdooVersion;
  wire: OdooWire;
  breaker: CircuitBreaker;
  limit: AdaptiveLimit;
  timer: Timer;
  random: () => number;
}

/** Pauses before the second and third attempt, when a transaction was rolled back or a call may be repeated. */
const PAUSES_MS = [200, 1_000];

/** The client over any protocol: limits the calls under way, stops asking an Odoo that is away, repeats what is safe. */
export class GuardedClient implements OdooClient {
  readonly protocol: OdooProtocol;
  readonly version: OdooVersion;
  readonly names: OdooNames;
  readonly #options: GuardedClientOptions;
  readonly #nested: NestedRead | undefined;

  constructor(options: GuardedClientOptions) {
    this.#options = options;
    this.protocol = options.protocol;
    this.version = options.version;
    this.names = odooNames(options.version);
    this.#nested = options.version.major >= 17 ? undefined : new NestedRead(this);
  }

  get state(): OdooClientState {
    const { breaker, limit } = this.#options;
    return { circuit: breaker.state.circuit, ...limit.state };
  }

  async call<T = unknown>(
    model: string,
    method: string,
    args: OdooArguments,
    options: OdooCallOptions = {},
  ): Promise<T> {
    const { breaker, limit, wire } = this.#options;
    // Errors are told apart by their names and, where Odoo has none, by their words: always in one language.
    const inEnglish = { ...args, context: { lang: 'en_US', ...args.context } };
    const repeatable = (options.retry ?? (isReading(method) ? 'always' : 'unsent')) === 'always';
    for (let attempt = 0; ; attempt += 1) {
      try {
        const result = await limit.run(
          () => breaker.run(`${model}.${method}`, () => wire.call(model, method, inEnglish)),
          signOf,
        );
        return result as T;
      } catch (error) {
        const pauseMs = PAUSES_MS[attempt];
        if (pauseMs === undefined || !mayRepeat(error, repeatable)) throw error;
        await this.#pause(pauseMs);
      }
    }
  }

  searchRead(model: string, { domain, fields, ...rest }: OdooQuery): Promise<OdooRow[]> {
    return this.call<OdooRow[]>(model, 'search_read', { domain, fields, ...rest });
  }

  async webRead(
    model: string,
    ids: readonly number[],
    specification: OdooSpecification,
    context?: Readonly<Record<string, unknown>>,
  ): Promise<OdooRow[]> {
    if (ids.length === 0) return [];
    if (this.#nested !== undefined) return this.#nested.read(model, ids, specification, context);
    return this.call<OdooRow[]>(model, 'web_read', { ids, specification, ...(context && { context }) });
  }

  #pause(pauseMs: number): Promise<void> {
    const { timer, random } = this.#options;
    return new Promise((resolve) => {
      timer.after(Math.round(pauseMs * (0.5 + random())), resolve);
    });
  }
}

/** What the breaker itself refuses is not repeated: it says when it will let a call through. */
function mayRepeat(error: unknown, repeatable: boolean): boolean {
  if (!(error instanceof GatewayError) || error.details['circuit'] === 'open') return false;
  if (error.code === 'ODOO_BUSY') return true;
  return error.code === 'ODOO_UNAVAILABLE' && (repeatable || error.details['outcome'] === 'none');
}

function signOf(error: unknown): 'fine' | 'overloaded' {
  const strained =
    error instanceof GatewayError && (error.code === 'ODOO_BUSY' || error.code === 'ODOO_UNAVAILABLE');
  return strained && error.details['circuit'] !== 'open' ? 'overloaded' : 'fine';
}
