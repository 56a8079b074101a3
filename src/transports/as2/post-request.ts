import { request as requestHttp } from 'node:http';
import type { ClientRequest, IncomingMessage, RequestOptions } from 'node:http';
import { request as requestHttps } from 'node:https';
import { isIP } from 'node:net';
import type { Socket } from 'node:net';
import { TLSSocket } from 'node:tls';
import { GatewayError } from '../../common/errors.ts';
import { release } from '../../common/release.ts';
import type { HeaderLine } from '../../pipeline/channels/as2-message-record.ts';
import { contentSize } from '../../pipeline/ports/file-content.ts';
import type { FileContent, LargeContent } from '../../pipeline/ports/file-content.ts';
import { toNetworkError } from '../network-error.ts';
import { toHeaderLines } from './headers.ts';

/** The TLS side of a connection to a partner. */
export interface TlsTerms {
  /** Authorities to trust instead of the system's, PEM. */
  ca?: string;
  /** Our own certificate with its chain, and its key, PEM. */
  cert?: string;
  key?: string;
  /** SHA-256 fingerprints of the only certificates that the server may show; then names and authorities do not matter. */
  fingerprints?: readonly string[];
  checkHostName: boolean;
}

export interface PostTerms {
  connectSeconds: number;
  answerSeconds: number;
  totalSeconds: number;
  chunked: boolean;
  expectContinue: boolean;
  tls: TlsTerms;
  /** Connected to instead of what the host name stands for. */
  address?: string;
}

export interface PostAnswer {
  status: number;
  headers: HeaderLine[];
  body: Uint8Array;
}

/** A receipt has a few thousand bytes; what is larger is none. */
const MAX_ANSWER_BYTES = 10_000_000;

/** How long we wait for 100 Continue. */
const CONTINUE_MS = 3_000;

/**
 * Posts content that lies ready as a whole. Redirects are answers like any other; interim answers (102 Processing) only show that
 * the partner is alive. Throws TRANSPORT_UNAVAILABLE with what went wrong, also for an answer that was cut off.
 */
export function postRequest(
  url: URL,
  headers: readonly HeaderLine[],
  body: FileContent,
  terms: PostTerms,
): Promise<PostAnswer> {
  return new Promise((resolve, reject) => {
    const clock = new Deadlines(terms, (text) => {
      request.destroy(new GatewayError('TRANSPORT_UNAVAILABLE', `Cannot post to ${url.href}: ${text}.`));
    });
    const fail = (error: unknown) => {
      clock.stop();
      reject(toNetworkError(error, `post to ${url.href}`));
    };
    const request = openRequest(url, headers, contentSize(body), terms);
    const send = () => {
      if (body instanceof Uint8Array) request.end(body);
      else
        sendPieces(request, body).catch((error: unknown) => {
          request.destroy(error instanceof Error ? error : new Error(String(error)));
        });
    };
    const begin = () => {
      if (!terms.expectContinue) {
        send();
        return;
      }
      // Servers that do not know the expectation simply wait.
      const patience = setTimeout(send, CONTINUE_MS);
      request.once('continue', () => {
        clearTimeout(patience);
        send();
      });
      request.once('close', () => clearTimeout(patience));
      request.flushHeaders();
    };
    request.once('socket', (socket) => {
      // Nothing is sent before the other side has shown who it is.
      socket.once(url.protocol === 'https:' ? 'secureConnect' : 'connect', () => {
        clock.connected();
        const wrong = wrongCertificate(socket, terms.tls);
        if (wrong === undefined) begin();
        else
          request.destroy(new GatewayError('TRANSPORT_UNAVAILABLE', `Cannot post to ${url.href}: ${wrong}`));
      });
    });
    request.on('finish', () => clock.sent());
    request.on('information', () => clock.sent());
    request.once('response', (response) => {
      clock.answered();
      readAnswer(response).then((answer) => {
        clock.stop();
        resolve(answer);
      }, fail);
    });
    request.once('error', fail);
  });
}

function openRequest(
  url: URL,
  headers: readonly HeaderLine[],
  length: number,
  { chunked, expectContinue, tls, address }: PostTerms,
): ClientRequest {
  const lines = [...headers];
  if (expectContinue) lines.push(['Expect', '100-continue']);
  lines.push(chunked ? ['Transfer-Encoding', 'chunked'] : ['Content-Length', String(length)]);
  lines.unshift(['Host', url.host]);
  const options: RequestOptions = {
    method: 'POST',
    host: address ?? url.hostname.replace(/^\[|\]$/g, ''),
    port: url.port === '' ? (url.protocol === 'https:' ? 443 : 80) : url.port,
    path: `${url.pathname}${url.search}`,
    headers: lines.flat(),
    setDefaultHeaders: false,
    agent: false,
    // Partners fold headers of their answers, which the strict parser takes for an error.
    insecureHTTPParser: true,
  };
  if (url.protocol === 'http:') return requestHttp(options);
  const { ca, cert, key, checkHostName } = tls;
  return requestHttps({
    ...options,
    minVersion: 'TLSv1.2',
    ...(isIP(url.hostname) === 0 && { servername: url.hostname }),
    ...(ca !== undefined && { ca }),
    ...(cert !== undefined && { cert }),
    ...(key !== undefined && { key }),
    // A pinned certificate is compared by its fingerprint instead, before a byte is sent.
    rejectUnauthorized: !isPinned(tls),
    ...(!checkHostName && { checkServerIdentity: () => undefined }),
  });
}

/** Piece by piece, each released when it has left. What breaks off the request itself is told by its own event. */
async function sendPieces(request: ClientRequest, body: LargeContent): Promise<void> {
  for await (const piece of body.read()) {
    if (request.destroyed) return;
    await new Promise<void>((resolve) => {
      request.once('close', resolve);
      request.write(piece, () => {
        request.off('close', resolve);
        resolve();
      });
    });
    release(piece);
  }
  request.end();
}

function isPinned({ fingerprints }: TlsTerms): boolean {
  return fingerprints !== undefined && fingerprints.length > 0;
}

function wrongCertificate(socket: Socket, tls: TlsTerms): string | undefined {
  if (!(socket instanceof TLSSocket) || !isPinned(tls)) return undefined;
  const { fingerprint256 } = socket.getPeerCertificate();
  if (tls.fingerprints!.includes(fingerprint256)) return undefined;
  return `the server shows a certificate (SHA-256 ${fingerprint256}) that is none of those in the partner’s settings.`;
}

/** Reads an answer to its end; one that breaks off is none. */
async function readAnswer(response: IncomingMessage): Promise<PostAnswer> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of response as AsyncIterable<Buffer>) {
    length += chunk.length;
    if (length > MAX_ANSWER_BYTES) {
      response.destroy();
      throw new GatewayError(
        'TRANSPORT_UNAVAILABLE',
        'The answer is larger than 10 MB; it cannot be a receipt.',
      );
    }
    chunks.push(chunk);
  }
  return {
    status: response.statusCode ?? 0,
    headers: toHeaderLines(response.rawHeaders),
    body: Buffer.concat(chunks),
  };
}

/** The three limits of one exchange: until connected, until the partner says something, and as a whole. */
class Deadlines {
  readonly #terms: PostTerms;
  readonly #expire: (text: string) => void;
  readonly #total: NodeJS.Timeout;
  #current: NodeJS.Timeout;

  constructor(terms: PostTerms, expire: (text: string) => void) {
    this.#terms = terms;
    this.#expire = expire;
    this.#total = this.#in(terms.totalSeconds, `it took longer than ${terms.totalSeconds} s as a whole`);
    this.#current = this.#in(
      terms.connectSeconds,
      `no connection within ${terms.connectSeconds} s: check host and port, and whether firewalls let this address through`,
    );
  }

  connected(): void {
    clearTimeout(this.#current);
  }

  /** Everything is sent, or the partner has shown that he is at work. */
  sent(): void {
    clearTimeout(this.#current);
    const { answerSeconds } = this.#terms;
    this.#current = this.#in(answerSeconds, `no answer within ${answerSeconds} s`);
  }

  answered(): void {
    clearTimeout(this.#current);
  }

  stop(): void {
    clearTimeout(this.#current);
    clearTimeout(this.#total);
  }

  #in(seconds: number, text: string): NodeJS.Timeout {
    return setTimeout(() => this.#expire(text), seconds * 1000);
  }
}
