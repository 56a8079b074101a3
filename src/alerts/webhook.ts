import { createHmac } from 'node:crypto';
import { instantMs } from '../common/calendar.ts';
import { GatewayError } from '../common/errors.ts';
import type { Clock } from '../common/time.ts';
import { webhookKey } from '../common/webhook-key.ts';

export interface WebhookOptions {
  url: string;
  /** It signs every request, as `webhookKey` reads it; without it requests are not signed. */
  secret?: string;
  clock: Clock;
  timeoutMs?: number;
  /** What answers there, in words: `alert webhook`. */
  name: string;
}

/**
 * POSTs JSON to one address. Signed as the Standard Webhooks specification (standardwebhooks.com) has it: `webhook-id` is the
 * key, the same on every retry; `webhook-timestamp` in seconds; `webhook-signature` is `v1,` and the base64 HMAC-SHA256 of
 * `<id>.<timestamp>.<body>`. Redirects are not followed. The work queue retries.
 */
export class Webhook {
  readonly #options: WebhookOptions;

  constructor(options: WebhookOptions) {
    this.#options = options;
  }

  /** Throws TRANSPORT_UNAVAILABLE where a retry may help, else TRANSPORT_REJECTED. */
  async post(key: string, body: string, contentType = 'application/json'): Promise<void> {
    const { status, statusText } = await this.#post(key, body, contentType);
    if (status >= 200 && status < 300) return;
    const passing = status >= 500 || status === 408 || status === 429;
    throw new GatewayError(
      passing ? 'TRANSPORT_UNAVAILABLE' : 'TRANSPORT_REJECTED',
      `The ${this.#options.name} ${this.#shownUrl()} answered ${status} ${statusText}; expected 2xx.`,
      { details: { status } },
    );
  }

  async #post(key: string, body: string, contentType: string): Promise<Response> {
    const { url, timeoutMs = 10_000, name } = this.#options;
    try {
      const response = await fetch(url, {
        method: 'POST',
        headers: { 'content-type': contentType, ...this.#signature(key, body) },
        body,
        redirect: 'manual',
        signal: AbortSignal.timeout(timeoutMs),
      });
      await response.body?.cancel();
      return response;
    } catch (error) {
      throw new GatewayError(
        'TRANSPORT_UNAVAILABLE',
        `The ${name} ${this.#shownUrl()} does not answer: ${reasonOf(error)}.`,
        { cause: error },
      );
    }
  }

  #signature(key: string, body: string): Record<string, string> {
    const timestamp = String(Math.floor(instantMs(this.#options.clock.now()) / 1000));
    const headers = { 'webhook-id': encodeURIComponent(key), 'webhook-timestamp': timestamp };
    if (this.#options.secret === undefined) return headers;
    const mac = createHmac('sha256', webhookKey(this.#options.secret)).update(
      `${headers['webhook-id']}.${timestamp}.${body}`,
    );
    return { ...headers, 'webhook-signature': `v1,${mac.digest('base64')}` };
  }

  /** Without the query, which may hold a token. */
  #shownUrl(): string {
    const { origin, pathname } = new URL(this.#options.url);
    return `${origin}${pathname}`;
  }
}

/** The code of the network or of TLS, where `fetch` has one: a name that is unknown is mended otherwise than a certificate. */
function reasonOf(error: unknown): string {
  const { name, cause } = error as { name?: unknown; cause?: { code?: unknown } };
  if (typeof cause?.code === 'string') return cause.code;
  return name === 'TimeoutError' ? 'no answer in time' : 'the connection failed';
}
