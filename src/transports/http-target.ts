import { request as requestHttp } from 'node:http';
import type { IncomingMessage } from 'node:http';
import { request as requestHttps } from 'node:https';
import { Readable } from 'node:stream';
import { GatewayError } from '../common/errors.ts';
import type { FileContent } from '../pipeline/ports/file-content.ts';
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

export interface HttpAnswer {
  status: number;
  /** 2xx. */
  ok: boolean;
  /** By names in lower case. */
  headers: IncomingMessage['headers'];
  /** Read to its end, or broken off: until then the connection stays open. */
  body: AsyncIterable<Uint8Array> | Iterable<Uint8Array>;
}

/**
 * Calls an address of a partner; large content goes chunk by chunk, without its length ahead. Redirects are not followed:
 * another address would get the file and what proves who we are. Not by fetch, which refuses ports that browsers must not
 * call, such as 6000 and 6666. Throws GatewayError TRANSPORT_*, also where it is not https and need not be so.
 */
export async function callTarget(
  { url, allowHttp, timeoutSeconds }: HttpTarget,
  method: 'POST' | 'HEAD',
  { headers = {}, content }: { headers?: Record<string, string>; content?: FileContent },
): Promise<HttpAnswer> {
  if (!allowHttp && !url.startsWith('https:')) {
    throw new GatewayError(
      'TRANSPORT_REJECTED',
      `${url} is not https, and allowHttp of the channel is not set.`,
    );
  }
  try {
    const signal = AbortSignal.timeout(timeoutSeconds * 1_000);
    const response = await call(url, { method, headers: { ...COMMON_HEADERS, ...headers }, signal }, content);
    const status = response.statusCode ?? 0;
    return { status, ok: status >= 200 && status < 300, headers: response.headers, body: response };
  } catch (error) {
    throw toNetworkError(error, `reach ${new URL(url).host}`);
  }
}

/** Some servers refuse who does not say what he is. */
const COMMON_HEADERS = { Accept: '*/*', 'User-Agent': 'tradelane' };

function call(
  url: string,
  options: { method: string; headers: Record<string, string>; signal: AbortSignal },
  content: FileContent | undefined,
): Promise<IncomingMessage> {
  const request = url.startsWith('https:') ? requestHttps : requestHttp;
  return new Promise((resolve, reject) => {
    const whole = content instanceof Uint8Array ? { 'Content-Length': String(content.length) } : {};
    // What the server says before it has everything counts: what the network says after that changes nothing.
    const sending = request(url, { ...options, headers: { ...options.headers, ...whole } }, resolve);
    sending.once('error', reject).on('error', () => undefined);
    if (content === undefined || content instanceof Uint8Array) sending.end(content);
    else {
      Readable.from(content.read())
        .once('error', (error) => {
          reject(error);
          sending.destroy();
        })
        .pipe(sending);
    }
  });
}

/** Breaks an answer off whose content says nothing more. */
export function discard({ body }: HttpAnswer): void {
  if (body instanceof Readable) body.destroy();
}

/** Name, port, TLS, and an answer to HEAD, which delivers nothing. */
export function testTarget(
  { url }: HttpTarget,
  knock: () => Promise<HttpAnswer>,
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
        const answer = await knock();
        const { status } = answer;
        // That the method is not allowed is an answer too.
        if (!answer.ok && status !== 405 && status !== 501) throw await refusal('HEAD', answer);
        discard(answer);
        return `The server answered ${status}.`;
      },
    },
  ]);
}

/** What the status says: busy or broken for now, or refused until a person changes something. */
export async function refusal(what: string, answer: HttpAnswer): Promise<GatewayError> {
  const { status, headers } = answer;
  const passing = status >= 500 || status === 408 || status === 425 || status === 429;
  const retryAfterSeconds = Number(headers['retry-after'] ?? '');
  return new GatewayError(
    passing ? 'TRANSPORT_UNAVAILABLE' : 'TRANSPORT_REJECTED',
    `The server answered ${what} with ${status}: ${await firstWords(answer)}`,
    {
      details: {
        status,
        ...(passing && retryAfterSeconds > 0 && { retryAfterMs: retryAfterSeconds * 1_000 }),
      },
    },
  );
}

async function firstWords({ body }: HttpAnswer): Promise<string> {
  let text = '';
  const decoder = new TextDecoder();
  try {
    for await (const chunk of body) {
      text += decoder.decode(chunk, { stream: true });
      if (text.length > MAX_ANSWER_CHARACTERS) break;
    }
  } catch {
    // The status has said what matters.
  }
  const words = text.replaceAll(/[\p{Cc}\s]+/gu, ' ').trim();
  return words === '' ? 'no text' : words.slice(0, MAX_ANSWER_CHARACTERS);
}
