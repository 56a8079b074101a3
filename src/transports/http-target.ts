import { GatewayError } from '../common/errors.ts';
import type { ChannelTestStep } from '../pipeline/ports/transport.ts';
import { dnsStep, runSteps, tcpStep, tlsStep } from './connection-test.ts';
import { toNetworkError } from './network-error.ts';

export interface HttpTarget {
  url: string;
  /** Allow `http:`: what is sent can be read and changed on the way. */
  allowHttp: boolean;
  timeoutSeconds: number;
}

/** How much of an answer is kept for the person who reads the error. */
const MAX_ANSWER_CHARACTERS = 500;

/** Calls an address of a partner. Throws GatewayError TRANSPORT_*, also where it is not https and need not be so. */
export async function callTarget(
  { url, allowHttp, timeoutSeconds }: HttpTarget,
  method: 'POST' | 'HEAD',
  init: Pick<RequestInit, 'body' | 'duplex'> & { headers?: Record<string, string> },
): Promise<Response> {
  if (!allowHttp && !url.startsWith('https:')) {
    throw new GatewayError(
      'TRANSPORT_REJECTED',
      `${url} is not https, and allowHttp of the channel is not set.`,
    );
  }
  try {
    return await fetch(url, {
      ...init,
      method,
      // Another address would get the file and what proves who we are.
      redirect: 'manual',
      signal: AbortSignal.timeout(timeoutSeconds * 1_000),
    });
  } catch (error) {
    // fetch wraps what the network said.
    const cause = typeof error === 'object' && error !== null && 'cause' in error ? error.cause : error;
    throw toNetworkError(cause, `reach ${new URL(url).host}`);
  }
}

/** Name, port, TLS, and an answer to HEAD, which delivers nothing. */
export function testTarget(
  { url }: HttpTarget,
  knock: () => Promise<Response>,
): AsyncIterable<ChannelTestStep> {
  const { hostname, port, protocol } = new URL(url);
  const host = hostname.replace(/^\[|\]$/g, '');
  const secure = protocol === 'https:';
  const portNumber = Number(port) || (secure ? 443 : 80);
  return runSteps([
    dnsStep(host),
    tcpStep(host, portNumber),
    ...(secure ? [tlsStep({ host, port: portNumber })] : []),
    {
      name: 'http',
      run: async () => {
        const response = await knock();
        // That the method is not allowed is an answer too.
        if (response.ok || response.status === 405 || response.status === 501)
          return `The server answered ${response.status}.`;
        throw await refusal('HEAD', response);
      },
    },
  ]);
}

/** What the status says: busy or broken for now, or refused until a person changes something. */
export async function refusal(what: string, response: Response): Promise<GatewayError> {
  const { status } = response;
  const passing = status >= 500 || status === 408 || status === 425 || status === 429;
  const retryAfterSeconds = Number(response.headers.get('retry-after') ?? '');
  return new GatewayError(
    passing ? 'TRANSPORT_UNAVAILABLE' : 'TRANSPORT_REJECTED',
    `The server answered ${what} with ${status}: ${await firstWords(response)}`,
    {
      details: {
        status,
        ...(passing && retryAfterSeconds > 0 && { retryAfterMs: retryAfterSeconds * 1_000 }),
      },
    },
  );
}

async function firstWords(response: Response): Promise<string> {
  let text = '';
  const decoder = new TextDecoder();
  try {
    for await (const chunk of (response.body ?? []) as AsyncIterable<Uint8Array>) {
      text += decoder.decode(chunk, { stream: true });
      if (text.length > MAX_ANSWER_CHARACTERS) break;
    }
  } catch {
    // The status has said what matters.
  }
  const words = text.replaceAll(/[\p{Cc}\s]+/gu, ' ').trim();
  return words === '' ? 'no text' : words.slice(0, MAX_ANSWER_CHARACTERS);
}
