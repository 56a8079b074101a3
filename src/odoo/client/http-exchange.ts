import type { GatewayError } from '../../common/errors.ts';
import type { OdooCallPlace } from './odoo-error.ts';
import { toSilence } from './odoo-error.ts';

export interface HttpRequest {
  url: string;
  method: 'GET' | 'POST';
  headers: Readonly<Record<string, string>>;
  body?: string;
  timeoutMs: number;
  place: OdooCallPlace;
}

export interface HttpReply {
  status: number;
  contentType: string;
  text: string;
}

/** How a request reaches Odoo; tests put a network of their own here. */
export type HttpExchange = (request: HttpRequest) => Promise<HttpReply>;

/** Errors of Node's fetch before a byte of the request has left: Odoo has done nothing. */
const NOT_SENT = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'UND_ERR_CONNECT_TIMEOUT',
]);

/** Throws ODOO_UNAVAILABLE where no answer of Odoo itself comes back. */
export const httpExchange: HttpExchange = async (request) => {
  const { url, method, headers, body, timeoutMs, place } = request;
  let reply: HttpReply & { headers: Headers };
  try {
    const response = await fetch(url, {
      method,
      headers,
      // A redirect would take the key to another address.
      redirect: 'manual',
      signal: AbortSignal.timeout(timeoutMs),
      ...(body !== undefined && { body }),
    });
    reply = {
      status: response.status,
      contentType: response.headers.get('content-type') ?? '',
      text: await response.text(),
      headers: response.headers,
    };
  } catch (error) {
    throw silenceOf(error, request);
  }
  if (reply.status >= 300 && reply.status < 400) {
    const where = reply.headers.get('location') ?? 'another address';
    throw toSilence(
      place,
      `${url} answers with a redirect to ${where}; use that address in odoo.yaml`,
      'none',
    );
  }
  // What stands before Odoo (a proxy) answers for it: not in Odoo's form, so not Odoo's word.
  if (reply.status === 429 || reply.status >= 502) {
    const outcome = reply.status === 429 || reply.status === 503 ? 'none' : 'unknown';
    const retryAfterMs = secondsOf(reply.headers.get('retry-after'));
    throw toSilence(place, `the server before it answered ${reply.status}`, outcome, {
      ...(retryAfterMs !== undefined && { retryAfterMs }),
    });
  }
  return reply;
};

/** By names and codes, not by classes: errors of fetch may come from another realm. */
interface FetchError {
  name?: string;
  message?: string;
  code?: unknown;
  cause?: FetchError;
}

function silenceOf(error: unknown, { timeoutMs, place, url }: HttpRequest): GatewayError {
  const { name, cause: inner, ...own } = error as FetchError;
  if (name === 'TimeoutError') {
    return toSilence(place, `nothing came back in ${timeoutMs / 1000} s`, 'unknown', { cause: error });
  }
  const cause: FetchError = inner ?? { ...own, message: (error as FetchError).message ?? '' };
  const code = typeof cause.code === 'string' ? cause.code : '';
  const text = [cause.message, code].find((each) => each !== undefined && each !== '') ?? String(error);
  const tls = /^(CERT_|ERR_TLS|ERR_SSL|DEPTH_ZERO|UNABLE_TO_|SELF_SIGNED)/.test(code);
  const outcome = NOT_SENT.has(code) || tls ? 'none' : 'unknown';
  return toSilence(place, `${new URL(url).origin}: ${text}`, outcome, { cause: error });
}

function secondsOf(header: string | null): number | undefined {
  return header !== null && /^\d{1,5}$/.test(header) ? Number(header) * 1000 : undefined;
}
