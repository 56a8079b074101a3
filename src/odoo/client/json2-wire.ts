import type { HttpExchange, HttpReply } from './http-exchange.ts';
import type { OdooArguments } from './odoo-client.ts';
import type { OdooCallPlace } from './odoo-error.ts';
import { toGatewayError, toSilence, wordOf } from './odoo-error.ts';
import type { OdooWire } from './odoo-wire.ts';

export interface WireOptions {
  url: string;
  database: string;
  /** Login; '' where the protocol needs none. */
  user: string;
  apiKey: string;
  timeoutMs: number;
  exchange: HttpExchange;
}

/** `POST /json/2/<model>/<method>` with a bearer key: Odoo 19 and later. */
export class Json2Wire implements OdooWire {
  readonly #options: WireOptions;

  constructor(options: WireOptions) {
    this.#options = options;
  }

  async call(model: string, method: string, args: OdooArguments): Promise<unknown> {
    const { url, database, apiKey, timeoutMs, exchange } = this.#options;
    const place: OdooCallPlace = { model, method, ...(args.ids !== undefined && { ids: args.ids }) };
    const reply = await exchange({
      url: `${url}/json/2/${model}/${method}`,
      method: 'POST',
      headers: {
        authorization: `bearer ${apiKey}`,
        'content-type': 'application/json',
        'x-odoo-database': database,
      },
      body: JSON.stringify(args),
      timeoutMs,
      place,
    });
    const content = parseReply(reply, place);
    if (reply.status === 200) return content;
    throw toGatewayError(place, faultOf(content, reply.status));
  }
}

function faultOf(content: unknown, status: number) {
  const { name, message } = (content ?? {}) as { name?: unknown; message?: unknown };
  if (status === 401)
    return { name: 'werkzeug.exceptions.Unauthorized', message: wordOf(message, String(status)) };
  return { name: wordOf(name, `HTTP ${status}`), message: wordOf(message, '') };
}

/** The JSON of an answer. A page of HTML is not Odoo's API: another server, or another path. */
export function parseReply(reply: HttpReply, place: OdooCallPlace): unknown {
  try {
    return JSON.parse(reply.text) as unknown;
  } catch (cause) {
    const kind = reply.contentType === '' ? 'something else' : reply.contentType;
    throw toSilence(
      place,
      `status ${reply.status} with ${kind} where JSON was expected`,
      reply.status === 404 ? 'none' : 'unknown',
      { cause },
    );
  }
}
