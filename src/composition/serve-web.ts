import { createServer } from 'node:http';
import type { Server } from 'node:http';
import path from 'node:path';
import type { Closers } from './closers.ts';
import { GatewayError } from '../common/errors.ts';
import type { OpenedOdoo } from './open-odoo.ts';
import type { Config } from '../config.ts';
import { tryToWrite } from '../folders.ts';
import { systemGauges } from '../jobs/system-gauges.ts';
import { productVersion } from '../product-version.ts';
import type { PipelineContext } from '../pipeline/context.ts';
import type { Gateway } from '../pipeline/gateway.ts';
import type { CertificateDirectory } from '../pipeline/ports/certificates.ts';
import type { Secrets } from '../pipeline/ports/secrets.ts';
import { openAccess } from '../web/auth/open-access.ts';
import { createHealthWeb } from '../web/health.ts';
import type { Phase } from '../web/health.ts';
import type { MetricsOptions } from '../web/metrics/metrics.ts';
import { createWeb } from '../web/web.ts';

export interface WebSide {
  gateway: Gateway;
  secrets: Secrets;
  odoo: OpenedOdoo | undefined;
  /** Where there is an AS2 station. */
  certificates: CertificateDirectory | undefined;
}

/** Opens the web side: console, API, health and metrics, or the latter two alone where this process has no part in the web. */
export async function serveWeb(
  config: Config,
  context: PipelineContext,
  { gateway, secrets, odoo, certificates }: WebSide,
  closers: Closers,
) {
  let now: Phase = 'starting';
  const phase = () => now;
  const { logger } = context;
  const { access, adminToken } = await openAccess(context, config.dataFolder);
  const consoleDir = path.resolve(import.meta.dirname, '../../dist/console');
  const health = {
    gateway,
    logger,
    phase,
    access,
    clock: context.clock,
    build: buildOf(config),
    disk: () => systemGauges(config.dataFolder).disk(),
    tryToWrite: () => tryToWrite(config.dataFolder, `.readyz-${process.pid}.tmp`),
    ...(odoo !== undefined && { erp: odoo.connected }),
  };
  const handler = config.roles.includes('web')
    ? await createWeb({
        ...{ ...health, secrets, consoleDir },
        trustedProxies: config.trustedProxies,
        ...(certificates !== undefined && { certificates }),
      })
    : createHealthWeb(health);
  const server = createServer(handler);
  const port = await listen(server, config);
  closers.add(() => closeServer(server));
  const url = config.port === 0 ? `http://127.0.0.1:${port}` : config.publicUrl;
  const signInUrl = adminToken === undefined ? url : `${url}/?token=${adminToken}`;
  return { addresses: { url, signInUrl }, enter: (next: Phase) => (now = next) };
}

function buildOf({ mongodbUri, roles }: Config): MetricsOptions['build'] {
  return { version: productVersion(), store: mongodbUri === undefined ? 'sqlite' : 'mongodb', roles };
}

function listen(server: Server, { host, port }: Config): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', (cause: NodeJS.ErrnoException) => {
      const text =
        cause.code === 'EADDRINUSE'
          ? `Port ${port} on ${host} is taken by another program. Stop it, or choose another port: TRADELANE_PORT=8081 npm start`
          : `The web server cannot listen on ${host}:${port}: ${cause.message}`;
      reject(new GatewayError('PORT_IN_USE', text, { cause }));
    });
    server.listen(port, host, () => {
      const address = server.address();
      resolve(typeof address === 'object' && address !== null ? address.port : port);
    });
  });
}

function closeServer(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeIdleConnections();
    setTimeout(() => server.closeAllConnections(), 2_000).unref();
  });
}
