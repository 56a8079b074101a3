import { randomUUID } from 'node:crypto';
import type { RequestListener } from 'node:http';
import Router from '@koa/router';
import Koa from 'koa';
import type { Context } from 'koa';
import { GatewayError } from '../common/errors.ts';
import type { Logger } from '../common/log.ts';
import type { Clock } from '../common/time.ts';
import type { Gateway } from '../pipeline/gateway.ts';
import type { CertificateDirectory } from '../pipeline/ports/certificates.ts';
import type { ConnectedErp } from '../pipeline/ports/connected-erp.ts';
import type { Secrets } from '../pipeline/ports/secrets.ts';
import type { Access, Principal } from './auth/access.ts';
import { allows } from './auth/access.ts';
import { endCookieSession, identify, isFromOwnPage, setSessionCookie } from './auth/sign-in.ts';
import { loadConsoleFiles } from './console-files.ts';
import type { ConsoleFiles } from './console-files.ts';
import { addCxml } from './cxml.ts';
import type { Endpoint } from './endpoint.ts';
import { addErpWakeUp } from './erp-wake-up.ts';
import { addHealth } from './health.ts';
import type { Phase } from './health.ts';
import { addMetrics } from './metrics/metrics.ts';
import type { MetricsOptions } from './metrics/metrics.ts';
import { handleEndpoint } from './handle-endpoint.ts';
import type { BodyLimits } from './handle-endpoint.ts';
import { serveOpenApi } from './openapi.ts';
import { addPartnerApi } from './partner-api/partner-api.ts';
import { describeProblem } from './problem.ts';
import type { RateLimit } from '../common/rate-limit.ts';
import { createRateLimit } from '../common/rate-limit.ts';
import { routes } from './routes.ts';
import { parseJson, readBody } from './request-body.ts';
import { securityHeaders } from './security-headers.ts';

export interface WebOptions {
  gateway: Gateway;
  access: Access;
  logger: Logger;
  clock: Clock;
  /** Folder of the built console. */
  consoleDir: string;
  /** Default: `ready`. */
  phase?: () => Phase;
  /** The ERP that the gateway talks to by itself. */
  erp?: ConnectedErp;
  /** Where there is an AS2 station. */
  certificates?: CertificateDirectory;
  /** See MetricsOptions. */
  build: MetricsOptions['build'];
  disk: MetricsOptions['disk'];
  /** See HealthOptions. Default: not looked at. */
  tryToWrite?: () => Promise<unknown>;
  /** For partners who prove by a shared secret who they are: cXML. */
  secrets: Secrets;
  /** So many reverse proxies in front, whose X-Forwarded-* are believed; what a caller has put before them is not. Default: 0. */
  trustedProxies?: number;
  limits?: Partial<BodyLimits>;
  /** Calls a minute of one token or session; and sign-ins of one address. */
  callsPerMinute?: number;
  signInsPerMinute?: number;
}

interface Server extends Required<
  Omit<WebOptions, 'limits' | 'trustedProxies' | 'consoleDir' | 'erp' | 'certificates'>
> {
  erp?: ConnectedErp;
  certificates?: CertificateDirectory;
  limits: BodyLimits;
  calls: RateLimit;
  signIns: RateLimit;
  console: ConsoleFiles;
}

/** The HTTP side: API under /api, health for the machine room, the console everywhere else. */
export async function createWeb(options: WebOptions): Promise<RequestListener> {
  const server: Server = {
    phase: () => 'ready',
    tryToWrite: () => Promise.resolve(),
    callsPerMinute: 1_200,
    signInsPerMinute: 20,
    ...options,
    limits: { jsonBytes: 10_000_000, fileBytes: 100_000_000, ...options.limits },
    calls: createRateLimit(options.callsPerMinute ?? 1_200),
    signIns: createRateLimit(options.signInsPerMinute ?? 20),
    console: await loadConsoleFiles(options.consoleDir),
  };
  const { trustedProxies = 0 } = options;
  const app = new Koa({ proxy: trustedProxies > 0, maxIpsCount: trustedProxies });
  const router = createRouter(server);
  app.use(securityHeaders);
  app.use((context, next) => answerProblems(server, context, next));
  app.use(router.routes());
  app.use((context) => serveConsole(server, context));
  const handle = app.callback();
  return (request, response) => {
    void handle(request, response);
  };
}

function createRouter(server: Server): Router {
  const router = new Router();
  addHealth(router, server);
  addMetrics(router, server);
  if (server.erp !== undefined) addErpWakeUp(router, { erp: server.erp, clock: server.clock });
  serveOpenApi(router, '/api/openapi.json', routes);
  router.post('/api/session', (context) => signIn(server, context));
  router.delete('/api/session', async (context) => {
    await endCookieSession(context, server.access, server.clock.now());
    context.status = 204;
  });
  addPartnerApi(router, server);
  addCxml(router, server);
  for (const endpoint of routes) {
    router[endpoint.method](endpoint.path, (context) => callEndpoint(server, endpoint, context));
  }
  return router;
}

async function callEndpoint(
  server: Server,
  endpoint: Endpoint,
  context: Context & { params: Record<string, string> },
) {
  const now = server.clock.now();
  const caller = await identify(context, server.access, now);
  wait(server.calls, caller?.principal.name ?? `address ${context.ip}`, now, context);
  const { name, role } = authorise(endpoint, caller, context);
  const actor = { name, role, roles: [role] };
  const { gateway, erp, certificates } = server;
  const services = {
    ...{ gateway, actor, now },
    ...(erp !== undefined && { erp }),
    ...(certificates !== undefined && { certificates }),
  };
  await handleEndpoint(endpoint, context, context.params, services, server.limits);
}

function authorise(
  endpoint: Endpoint,
  caller: Awaited<ReturnType<typeof identify>>,
  context: Context,
): Principal {
  if (caller === undefined) {
    context.set('WWW-Authenticate', 'Bearer realm="tradelane"');
    throw new GatewayError(
      'UNAUTHORIZED',
      'Sign in to the console, or send an API token as "Authorization: Bearer …".',
    );
  }
  if (caller.by === 'cookie' && endpoint.method !== 'get' && !isFromOwnPage(context)) {
    throw new GatewayError('FORBIDDEN', 'A change by cookie is taken from the pages of this gateway only.');
  }
  const { name, role } = caller.principal;
  if (!allows(role, endpoint.role)) {
    throw new GatewayError(
      'FORBIDDEN',
      `"${name}" is ${role}; this needs ${endpoint.role}. An administrator can give out such a token.`,
    );
  }
  return caller.principal;
}

async function signIn(server: Server, context: Context): Promise<void> {
  const now = server.clock.now();
  wait(server.signIns, context.ip, now, context);
  if (!isFromOwnPage(context)) {
    throw new GatewayError('FORBIDDEN', 'Sign in on the page of this gateway.');
  }
  const body = parseJson(await readBody(context.req, 10_000)) as { token?: unknown };
  const token = typeof body === 'object' && typeof body.token === 'string' ? body.token.trim() : '';
  const principal = await server.access.authenticate(token);
  if (principal === undefined) {
    throw new GatewayError('UNAUTHORIZED', 'This token is not known. It may have been removed or mistyped.');
  }
  if (!allows(principal.role, 'viewer')) {
    throw new GatewayError(
      'FORBIDDEN',
      `"${principal.name}" is ${principal.role}: it reads /metrics and nothing else.`,
    );
  }
  setSessionCookie(context, server.access, principal, now);
  context.status = 204;
}

/** The console's pages; `?token=` of the link that the start prints becomes a cookie and leaves the address bar. */
async function serveConsole(server: Server, context: Context): Promise<void> {
  const isPage = context.method === 'GET' || context.method === 'HEAD';
  if (!isPage || /^\/(partner-)?api(\/|$)/.test(context.path)) {
    throw new GatewayError('NOT_FOUND', `There is nothing at ${context.method} ${context.path}.`);
  }
  const token = new URLSearchParams(context.querystring).get('token');
  if (token !== null) {
    await redirectSignedIn(server, context, token);
    return;
  }
  if (!server.console.serve(context)) {
    throw new GatewayError(
      'NOT_FOUND',
      `There is nothing at ${context.path}; is the console built (npm run build)?`,
    );
  }
}

async function redirectSignedIn(server: Server, context: Context, token: string): Promise<void> {
  const now = server.clock.now();
  wait(server.signIns, context.ip, now, context);
  const principal = await server.access.authenticate(token);
  const isLetIn = principal !== undefined && allows(principal.role, 'viewer');
  if (isLetIn) setSessionCookie(context, server.access, principal, now);
  const rest = new URLSearchParams(context.querystring);
  rest.delete('token');
  if (!isLetIn) rest.set('signIn', 'failed');
  // One slash only: `//elsewhere` would lead to another host.
  const path = `/${context.path.replace(/^\/+/, '')}`;
  context.status = 303;
  context.set('Cache-Control', 'no-store');
  context.set('Location', rest.size === 0 ? path : `${path}?${rest.toString()}`);
}

function wait(limit: RateLimit, key: string, now: string, context: Context): void {
  const seconds = limit.take(key, Date.parse(now));
  if (seconds === 0) return;
  context.set('Retry-After', String(seconds));
  throw new GatewayError('RATE_LIMITED', `Too many requests; try again in ${seconds} s.`);
}

/** The address of a wake-up ends with its secret. */
function withoutSecret(path: string): string {
  return path.replace(/^(\/hooks\/[^/]+\/).+/, '$1…');
}

async function answerProblems(server: Server, context: Context, next: () => Promise<void>): Promise<void> {
  const given = context.get('x-request-id');
  const requestId = /^[\w.-]{8,64}$/.test(given) ? given : randomUUID();
  context.set('X-Request-Id', requestId);
  try {
    await next();
  } catch (error) {
    const problem = describeProblem(error, requestId);
    if (problem.status >= 500) {
      server.logger.error(
        { err: error, requestId, method: context.method, path: withoutSecret(context.path) },
        problem.title,
      );
    }
    context.status = problem.status;
    context.set('Cache-Control', 'no-store');
    context.body = JSON.stringify(problem);
    context.type = 'application/problem+json';
  }
}
