import { mkdir, rm, writeFile } from 'node:fs/promises';
import { createServer as createHttpServer } from 'node:http';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { createServer as createHttpsServer, Server as HttpsServer } from 'node:https';
import path from 'node:path';
import { TLSSocket } from 'node:tls';
import { instantMs } from '../../common/calendar.ts';
import { GatewayError } from '../../common/errors.ts';
import { releaseEach } from '../../common/release.ts';
import { Admission, Seats } from './admission.ts';
import type { Agreement } from './agreement.ts';
import { chooseActive } from './choose-certificates.ts';
import type { Content } from './content.ts';
import { findAmbiguity, headerOf, toHeaderLines } from './headers.ts';
import type { As2Answer, InboundRequest } from './http-exchange.ts';
import { plainAnswer } from './http-exchange.ts';
import { admittedAgreement, receiveRequest, refuseByHeaders } from './receive-request.ts';
import type { As2Station } from './station.ts';
import { TemporaryFolder } from './temporary-folder.ts';

export interface ListenerOptions {
  host: string;
  /** 0 takes any free one. */
  port: number;
  /** Connections at the same time; more are closed at once. */
  maxConnections?: number;
  /** Requests being worked on at the same time; more get 503 and come again. */
  maxRequests?: number;
  /** A connection on which nothing moves is closed after this, except while its message is worked on. */
  idleMs?: number;
  /** Time for all headers, however slowly they come. */
  headersMs?: number;
  /** Time for a whole request. */
  requestMs?: number;
  /** Time for the body of whoever has no agreement, or comes from an address that his does not list. */
  strangerMs?: number;
}

/** Bodies up to this size stay in memory. */
const IN_MEMORY_BYTES = 1_000_000;
/** Whoever has no agreement may tell us who he is, and no more. */
const MAX_STRANGER_BYTES = 1_000_000;
const STRANGER_MS = 20_000;
const MAX_REQUESTS = 50;
const PASSWORD_FIELDS: ReadonlySet<string> = new Set(['authorization', 'proxy-authorization']);
const HEADERS_MS = 20_000;
/** The largest messages come over slow lines. */
const REQUEST_MS = 30 * 60_000;
const IDLE_MS = 60_000;
/** How often it is looked for connections whose time is up. */
const CHECK_MS = 5_000;
/** How often a renewed TLS certificate is looked for. */
const RENEW_MS = 60_000;

/** The address that partners post messages and receipts to. */
export class As2Listener {
  readonly #station: As2Station;
  readonly #server: Server;
  readonly #seats: Seats;
  readonly #strangerMs: number;
  readonly #admission = new Admission();
  #renewing: NodeJS.Timeout | undefined;

  private constructor(
    station: As2Station,
    server: Server,
    { maxRequests = MAX_REQUESTS, strangerMs = STRANGER_MS }: ListenerOptions,
  ) {
    this.#station = station;
    this.#server = server;
    this.#seats = new Seats(maxRequests);
    this.#strangerMs = strangerMs;
  }

  /** Listens; with TLS where the station has a certificate of its own for `tls`. Throws PORT_IN_USE. */
  static async start(station: As2Station, options: ListenerOptions): Promise<As2Listener> {
    await rm(station.temporaryFolder, { recursive: true, force: true });
    const tls = await tlsOf(station);
    const { headersMs = HEADERS_MS, requestMs = REQUEST_MS } = options;
    const settings = {
      // Folded headers are legal and in use; what else the lenient parser lets pass is refused by hand (findAmbiguity).
      insecureHTTPParser: true,
      headersTimeout: headersMs,
      requestTimeout: requestMs,
      connectionsCheckingInterval: Math.min(CHECK_MS, headersMs, requestMs),
      keepAliveTimeout: 5_000,
      maxHeaderSize: 32_768,
    };
    const server =
      tls === undefined
        ? createHttpServer(settings)
        : createHttpsServer({
            ...settings,
            minVersion: 'TLSv1.2',
            // Client certificates are pinned by the agreements, not trusted by an authority: refuseUnauthenticated.
            requestCert: station.agreements.some(({ settings: { accept } }) => accept.clientCertificate),
            rejectUnauthorized: false,
            ...tls,
          });
    server.maxConnections = options.maxConnections ?? 500;
    server.timeout = options.idleMs ?? IDLE_MS;
    const listener = new As2Listener(station, server, options);
    server.on('request', (request: IncomingMessage, response: ServerResponse) => {
      void listener.#serve(request, response);
    });
    server.on('clientError', ({ code }: NodeJS.ErrnoException, socket) => {
      const status = code === 'ERR_HTTP_REQUEST_TIMEOUT' ? '408 Request Timeout' : '400 Bad Request';
      if (socket.writable) socket.end(`HTTP/1.1 ${status}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
      else socket.destroy();
    });
    if (server instanceof HttpsServer) listener.#renewing = renewCertificate(server, station, tls?.cert);
    await listen(server, options);
    return listener;
  }

  get port(): number {
    const address = this.#server.address();
    return typeof address === 'object' && address !== null ? address.port : 0;
  }

  /** Takes nothing more, and lets what is being worked on come to its end. */
  close(): Promise<void> {
    clearInterval(this.#renewing);
    return new Promise((resolve) => {
      this.#server.close(() => resolve());
      this.#server.closeIdleConnections();
      setTimeout(() => this.#server.closeAllConnections(), 5_000).unref();
    });
  }

  /** Never rejects. */
  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const folder = new TemporaryFolder(this.#station.temporaryFolder);
    try {
      send(response, request, await this.#answer(request, folder));
    } catch (error) {
      // The partner has gone; he comes again.
      if (request.errored !== null || response.destroyed) return;
      this.#station.context.logger.error(
        { error },
        'An AS2 request could not be worked on; the partner is told to come again',
      );
      send(response, request, plainAnswer(503, 'Try again later.'));
    } finally {
      await folder.remove();
    }
  }

  async #answer(request: IncomingMessage, folder: TemporaryFolder): Promise<As2Answer> {
    if (request.method !== 'POST')
      return plainAnswer(request.method === 'GET' || request.method === 'HEAD' ? 200 : 405, 'AS2');
    const startedMs = performance.now();
    const ambiguity = findAmbiguity(request.rawHeaders);
    if (ambiguity !== undefined)
      return plainAnswer(400, `The request can be read in two ways: ${ambiguity}.`);
    const lines = toHeaderLines(request.rawHeaders);
    const authorization = headerOf(lines, 'Authorization');
    // A password is not kept with the message.
    const headers = lines.filter(([name]) => !PASSWORD_FIELDS.has(name.toLowerCase()));
    const refused = refuseByHeaders(headers);
    if (refused !== undefined) return refused;
    const agreement = admittedAgreement(this.#station, headers, request.socket.remoteAddress ?? '');
    if (!this.#seats.take(agreement)) return plainAnswer(503, 'Too much at once. Try again later.');
    try {
      return await this.#take(request, agreement, { headers, authorization, startedMs, folder });
    } finally {
      this.#seats.leave(agreement);
    }
  }

  async #take(
    request: IncomingMessage,
    agreement: Agreement | undefined,
    {
      authorization,
      ...given
    }: Pick<InboundRequest, 'headers' | 'startedMs' | 'folder'> & {
      authorization: string | undefined;
    },
  ): Promise<As2Answer> {
    const waitSeconds = this.#admission.take(agreement, instantMs(this.#station.context.clock.now()));
    if (waitSeconds > 0) {
      const answer = plainAnswer(429, 'Too many messages. Try again later.');
      return { ...answer, headers: [...answer.headers, ['Retry-After', String(waitSeconds)]] };
    }
    const limit =
      agreement === undefined ? MAX_STRANGER_BYTES : agreement.settings.accept.maxMegabytes * 1_000_000;
    const patience =
      agreement === undefined ? setTimeout(() => request.destroy(), this.#strangerMs) : undefined;
    const body = await readBody(request, limit, given.folder).finally(() => clearTimeout(patience));
    // From here on it is we who are silent: a large message is opened and stored before it is answered.
    request.socket.setTimeout(0);
    if (body === undefined) return plainAnswer(413, 'The message is larger than the agreement allows.');
    return receiveRequest(this.#station, {
      ...given,
      body,
      remoteAddress: request.socket.remoteAddress ?? '',
      ...(authorization !== undefined && { authorization }),
      ...clientFingerprint(request),
    });
  }
}

/** Our certificate for TLS with its chain, and its key; undefined where the station has none. */
async function tlsOf({ keys, context }: As2Station): Promise<{ cert: string; key: string } | undefined> {
  const tls = chooseActive(await keys.ownKeys(), 'tls', context.clock.now());
  if (tls === undefined) return undefined;
  return {
    cert: [tls.certificate, ...tls.chain].map(({ pem }) => pem).join('\n'),
    key: tls.key.export({ type: 'pkcs8', format: 'pem' }).toString(),
  };
}

/** A renewed certificate is shown to new connections without a restart. */
function renewCertificate(
  server: HttpsServer,
  station: As2Station,
  cert: string | undefined,
): NodeJS.Timeout {
  let shown = cert;
  const look = async (): Promise<void> => {
    const tls = await tlsOf(station);
    if (tls === undefined || tls.cert === shown) return;
    server.setSecureContext({ ...tls, minVersion: 'TLSv1.2' });
    shown = tls.cert;
  };
  return setInterval(() => {
    look().catch((error: unknown) => {
      station.context.logger.error({ error }, 'The TLS certificate of the AS2 listener could not be renewed');
    });
  }, RENEW_MS).unref();
}

function clientFingerprint({ socket }: IncomingMessage): { clientFingerprint?: string } {
  if (!(socket instanceof TLSSocket)) return {};
  const { fingerprint256 } = socket.getPeerCertificate() as { fingerprint256?: string };
  return fingerprint256 === undefined ? {} : { clientFingerprint: fingerprint256 };
}

/** The whole body; in a file where it is large. Undefined where it is larger than the limit. Throws when it breaks off. */
async function readBody(
  request: IncomingMessage,
  limit: number,
  folder: TemporaryFolder,
): Promise<Content | undefined> {
  const announced = Number(request.headers['content-length'] ?? 0);
  if (announced > limit) return undefined;
  if (announced > IN_MEMORY_BYTES) return spool(request, [], limit, folder);
  const chunks: Buffer[] = [];
  const ended = await readInMemory(request, chunks, Math.min(limit, IN_MEMORY_BYTES));
  if (ended) return chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks);
  return limit <= IN_MEMORY_BYTES ? undefined : spool(request, chunks, limit, folder);
}

/** False once there is more than may be kept; the rest is left where it is. Rejects when it breaks off. */
function readInMemory(request: IncomingMessage, chunks: Buffer[], limit: number): Promise<boolean> {
  return new Promise((resolve, reject) => {
    let length = 0;
    const settle = (end: () => void): void => {
      request.off('data', take).off('end', finish).off('error', fail);
      end();
    };
    const take = (chunk: Buffer): void => {
      chunks.push(chunk);
      length += chunk.length;
      if (length <= limit) return;
      request.pause();
      settle(() => resolve(false));
    };
    const finish = (): void => settle(() => resolve(true));
    const fail = (error: Error): void => settle(() => reject(error));
    request.on('data', take).on('end', finish).on('error', fail);
  });
}

async function spool(
  rest: AsyncIterable<Buffer>,
  first: readonly Buffer[],
  limit: number,
  folder: TemporaryFolder,
): Promise<Content | undefined> {
  await mkdir(folder.path, { recursive: true, mode: 0o700 });
  const file = path.join(folder.path, 'request');
  let length = 0;
  async function* counted(): AsyncGenerator<Buffer> {
    for (const chunk of first) {
      length += chunk.length;
      yield chunk;
    }
    for await (const chunk of rest) {
      length += chunk.length;
      if (length > limit) return;
      yield chunk;
    }
  }
  await writeFile(file, releaseEach(counted()), { mode: 0o600 });
  return length > limit ? undefined : { path: file, start: 0, end: length };
}

function send(response: ServerResponse, request: IncomingMessage, answer: As2Answer): void {
  if (response.destroyed) return;
  // What was not read must not be taken for the next request.
  const close = !request.complete || answer.status >= 400;
  const headers: string[] = [];
  for (const [name, value] of answer.headers) headers.push(name, value);
  headers.push('Content-Length', String(answer.body.length));
  if (close) headers.push('Connection', 'close');
  response.writeHead(answer.status, headers);
  response.end(request.method === 'HEAD' ? undefined : answer.body, () => {
    if (!request.complete) request.destroy();
  });
}

function listen(server: Server, { host, port }: ListenerOptions): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', (cause: NodeJS.ErrnoException) => {
      const text =
        cause.code === 'EADDRINUSE'
          ? `Port ${port} on ${host}, where partners are to reach us by AS2, is taken by another program. Stop it, or choose another port: TRADELANE_AS2_PORT`
          : `The AS2 listener cannot listen on ${host}:${port}: ${cause.message}`;
      reject(new GatewayError('PORT_IN_USE', text, { cause }));
    });
    server.listen(port, host, () => resolve());
  });
}
