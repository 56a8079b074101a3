import type Router from '@koa/router';
import type { Context } from 'koa';
import type { Logger } from '../../common/log.ts';
import { createRateLimit } from '../../common/rate-limit.ts';
import type { Clock } from '../../common/time.ts';
import type { Gateway } from '../../pipeline/gateway.ts';
import type { ConnectedErp } from '../../pipeline/ports/connected-erp.ts';
import { readOperations } from '../../pipeline/queries/operations.ts';
import type { Access } from '../auth/access.ts';
import { identify } from '../auth/sign-in.ts';
import { answersInTime } from '../answers-in-time.ts';
import { seldom } from '../seldom.ts';
import type { GatewayMetrics, Readings } from './gateway-metrics.ts';

export interface MetricsOptions {
  gateway: Pick<Gateway, 'store' | 'listChannels'>;
  access: Access;
  logger: Logger;
  clock: Clock;
  build: Readings['build'];
  /** See Gauges. */
  disk: () => Promise<{ free: number; size: number }>;
  /** The ERP that the gateway talks to by itself. */
  erp?: Pick<ConnectedErp, 'kind' | 'state'>;
}

/** Whoever asks more often, and however many ask, gets what was read then. */
const READ_EVERY_MS = 5_000;
/** Calls a minute of one address, with a right token or a wrong one. */
const CALLS_PER_MINUTE = 120;

/**
 * `GET /metrics` for Prometheus: a bearer token of any role, because it names partners. 200 also while the store is away
 * (`tradelane_store_up 0`); 401 without a token, 429 for whoever asks too often.
 */
export function addMetrics(router: Router, options: MetricsOptions): void {
  const { access, clock } = options;
  const calls = createRateLimit(CALLS_PER_MINUTE);
  let metrics: GatewayMetrics | undefined;
  const text = seldom(READ_EVERY_MS, async () => {
    // Where nobody asks, its library is not loaded.
    metrics ??= new (await import('./gateway-metrics.ts')).GatewayMetrics();
    return { type: metrics.contentType, body: await metrics.write(await read(options)) };
  });
  router.get('/metrics', async (context) => {
    context.set('Cache-Control', 'no-store');
    const now = clock.now();
    const seconds = calls.take(context.ip, Date.parse(now));
    if (seconds > 0) {
      context.set('Retry-After', String(seconds));
      refuse(context, 429, `Too many requests; try again in ${seconds} s.`);
    } else if ((await identify(context, access, now)) === undefined) {
      context.set('WWW-Authenticate', 'Bearer realm="tradelane"');
      refuse(
        context,
        401,
        'Send an API token as "Authorization: Bearer …": tradelane token create NAME --role monitor',
      );
    } else {
      const { type, body } = await text();
      context.set('Content-Type', type);
      context.body = body;
    }
  });
}

async function read({ gateway, logger, clock, build, disk, erp }: MetricsOptions): Promise<Readings> {
  const now = clock.now();
  const { store } = gateway;
  const inTime = <T>(trouble: string, reading: () => Promise<T>) => answersInTime(trouble, logger, reading);
  const [operations, space] = await Promise.all([
    inTime('the store does not answer', () => readOperations(store, now)),
    inTime('the disk cannot be asked', disk),
  ]);
  return {
    now,
    build,
    operations,
    storeReplaced: store.line?.replaced ?? 0,
    channels: gateway.listChannels(),
    erp: erp === undefined ? undefined : { kind: erp.kind, state: erp.state() },
    disk: space,
  };
}

function refuse(context: Context, status: number, text: string): void {
  context.status = status;
  context.type = 'text/plain';
  context.body = `${text}\n`;
}
