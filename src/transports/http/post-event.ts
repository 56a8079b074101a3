import { createHmac } from 'node:crypto';
import { request as requestHttp } from 'node:http';
import { request as requestHttps } from 'node:https';
import { instantMs } from '../../common/calendar.ts';
import { GatewayError } from '../../common/errors.ts';
import type { Clock } from '../../common/time.ts';
import { webhookKey } from '../../common/webhook-key.ts';
import type { PartnerEvent } from '../../pipeline/partner-api/partner-events.ts';
import { toNetworkError } from '../network-error.ts';
import { findAddress, lookupOf } from '../pinned-address.ts';
import type { WebhookSettings } from './http-settings.ts';

/**
 * POSTs an event to a partner's webhook, signed as the Standard Webhooks specification (standardwebhooks.com) has it:
 * `webhook-id` is the event's id, the same on every attempt; `webhook-signature` is `v1,` and the Base64 HMAC-SHA256 of
 * `<id>.<timestamp>.<body>`. Redirects are not followed. Throws TRANSPORT_*; the work queue tries again.
 */
export async function postEvent(
  webhook: WebhookSettings,
  secret: string,
  event: PartnerEvent,
  clock: Clock,
): Promise<void> {
  const { address } = await checkTarget(webhook);
  const body = JSON.stringify(event);
  const timestamp = String(Math.floor(instantMs(clock.now()) / 1_000));
  const signature = createHmac('sha256', webhookKey(secret)).update(`${event.id}.${timestamp}.${body}`);
  const headers = {
    'content-type': 'application/cloudevents+json; charset=utf-8',
    'content-length': String(Buffer.byteLength(body)),
    'webhook-id': event.id,
    'webhook-timestamp': timestamp,
    'webhook-signature': `v1,${signature.digest('base64')}`,
  };
  const status = await post(webhook, address, headers, body);
  if (status >= 200 && status < 300) return;
  const passing = status >= 500 || status === 408 || status === 425 || status === 429;
  throw new GatewayError(
    passing ? 'TRANSPORT_UNAVAILABLE' : 'TRANSPORT_REJECTED',
    `The webhook ${shown(webhook)} answered ${status}; expected 2xx.`,
    { details: { status } },
  );
}

/** The address that may be called at this moment. Throws TRANSPORT_REJECTED where the settings do not allow it. */
export async function checkTarget(webhook: WebhookSettings): Promise<{ address: string }> {
  const url = new URL(webhook.url);
  if (url.protocol !== 'https:' && !webhook.allowHttp) {
    throw refused(`${shown(webhook)} is not https; allowHttp of the webhook is not set`);
  }
  const host = url.hostname.replace(/^\[|\]$/g, '');
  const address = await findAddress(host, webhook.allowPrivateAddresses);
  if (address === undefined) {
    throw refused(
      `${host} is an address of a private network; allowPrivateAddresses of the webhook is not set`,
    );
  }
  return { address };
}

function post(
  webhook: WebhookSettings,
  address: string,
  headers: Record<string, string>,
  body: string,
): Promise<number> {
  const url = new URL(webhook.url);
  const request = url.protocol === 'https:' ? requestHttps : requestHttp;
  return new Promise((resolved, reject) => {
    const fail = (error: unknown) => {
      reject(toNetworkError(error, `call the webhook ${shown(webhook)}`));
    };
    const call = request(
      url,
      {
        method: 'POST',
        headers,
        agent: false,
        signal: AbortSignal.timeout(webhook.timeoutSeconds * 1_000),
        lookup: lookupOf(address),
      },
      (response) => {
        // Whatever it says: the status is the answer.
        response.destroy();
        resolved(response.statusCode ?? 0);
      },
    );
    call.once('error', fail);
    call.end(body);
  });
}

function refused(reason: string): GatewayError {
  return new GatewayError('TRANSPORT_REJECTED', `The webhook is not called: ${reason}.`);
}

/** Without the query, which may hold a token. */
function shown({ url }: WebhookSettings): string {
  const { origin, pathname } = new URL(url);
  return `${origin}${pathname}`;
}
