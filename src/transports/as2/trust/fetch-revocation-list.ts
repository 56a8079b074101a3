import { request as requestHttp } from 'node:http';
import type { IncomingMessage } from 'node:http';
import { request as requestHttps } from 'node:https';
import { GatewayError } from '../../../common/errors.ts';
import { toNetworkError } from '../../network-error.ts';
import { findAddress, lookupOf } from '../../pinned-address.ts';
import { PRODUCT } from '../product.ts';

export interface ListAddress {
  url: string;
  /** Also in a private network. */
  privateAddresses: boolean;
}

const MAX_BYTES = 50_000_000;
/** Of the whole: what is larger than a few MB takes some time. */
const TIMEOUT_MS = 30_000;
/** A server that is not reached, or says nothing: whoever waits for the list has waited long enough. */
const SILENCE_MS = 5_000;

/**
 * Fetches a revocation list from the address that the settings name, and from no other: redirects are not followed, and the
 * host must not stand for a private network unless that is allowed. http is enough, a list is signed. Throws TRANSPORT_*.
 */
export async function fetchRevocationList({ url, privateAddresses }: ListAddress): Promise<Uint8Array> {
  const target = new URL(url);
  const host = target.hostname.replace(/^\[|\]$/g, '');
  const address = await findAddress(host, privateAddresses);
  if (address === undefined) {
    throw new GatewayError(
      'TRANSPORT_REJECTED',
      `${host} is inside of a private network, which privateAddresses of the list does not allow.`,
    );
  }
  const request = target.protocol === 'https:' ? requestHttps : requestHttp;
  return new Promise((resolved, reject) => {
    const fail = (error: unknown): void => reject(toNetworkError(error, `fetch ${url}`));
    const call = request(
      target,
      {
        headers: { 'user-agent': PRODUCT.userAgent, accept: 'application/pkix-crl, */*' },
        agent: false,
        signal: AbortSignal.timeout(TIMEOUT_MS),
        timeout: SILENCE_MS,
        lookup: lookupOf(address),
      },
      (response) => {
        readAnswer(response).then(resolved, fail);
      },
    );
    call.once('timeout', () => call.destroy(Object.assign(new Error('silence'), { code: 'ETIMEDOUT' })));
    call.once('error', fail);
    call.end();
  });
}

async function readAnswer(response: IncomingMessage): Promise<Uint8Array> {
  if (response.statusCode !== 200) {
    response.destroy();
    throw new GatewayError('TRANSPORT_REJECTED', `the server answered ${response.statusCode ?? '?'}.`);
  }
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of response as AsyncIterable<Buffer>) {
    length += chunk.length;
    if (length > MAX_BYTES) throw new GatewayError('TRANSPORT_REJECTED', 'the list is larger than 50 MB.');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}
