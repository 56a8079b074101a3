import type { RequestListener } from 'node:http';
import Router from '@koa/router';
import Koa from 'koa';
import type { Context } from 'koa';
import type { Logger } from '../common/log.ts';
import type { Gateway } from '../pipeline/gateway.ts';
import type { ConnectedErp } from '../pipeline/ports/connected-erp.ts';
import type { Store } from '../pipeline/ports/store.ts';
import { answersInTime } from './answers-in-time.ts';
import { addMetrics } from './metrics/metrics.ts';
import type { MetricsOptions } from './metrics/metrics.ts';
import { securityHeaders } from './security-headers.ts';
import { seldom } from './seldom.ts';

/** `stopping`: what is in hand is finished, nothing new should come. */
export type Phase = 'starting' | 'ready' | 'stopping';

export interface HealthOptions {
  gateway: Pick<Gateway, 'store'>;
  logger: Logger;
  phase: () => Phase;
  /** Writes into the data folder and takes it away again; throws where nothing can be written. */
  tryToWrite: () => Promise<unknown>;
  /** The ERP that the gateway talks to by itself. */
  erp?: Pick<ConnectedErp, 'kind' | 'state'>;
}

/** Nobody has signed in here, and every look writes. */
const WRITES_EVERY_MS = 5_000;

/**
 * For the machine room. `/healthz`: the process has started and lives; restart it where this fails for long. `/readyz`: it can
 * take requests now, its store answers and its data folder can be written; send it none where this fails. Both answer 200 or
 * 503 with `{ status }`. `/readyz` also says how the ERP is: a gateway whose ERP is away goes on taking in and sending, and is ready; and how often the client of the
 * store had to be replaced.
 */
export function addHealth(router: Router, options: HealthOptions): void {
  const { gateway, logger, phase, erp, tryToWrite } = options;
  const storeAnswers = () =>
    works('the store does not answer', logger, () => gateway.store.get('settings', 'audit.head'));
  const canWrite = seldom(WRITES_EVERY_MS, () =>
    works('the data folder cannot be written', logger, tryToWrite),
  );
  router.get('/healthz', (context) => {
    answer(context, phase() === 'starting' ? 'starting' : 'ok');
  });
  router.get('/readyz', async (context) => {
    if (phase() !== 'ready') answer(context, phase());
    else {
      const status = !(await storeAnswers()) ? 'storeAway' : (await canWrite()) ? 'ok' : 'cannotWrite';
      answer(context, status, { ...describeLine(gateway.store), ...describeErp(erp) });
    }
  });
}

/** The web side of a gateway that has no other: health and metrics only. */
export function createHealthWeb(options: HealthOptions & MetricsOptions): RequestListener {
  const app = new Koa();
  const router = new Router();
  addHealth(router, options);
  addMetrics(router, options);
  app.use(securityHeaders);
  app.use(router.routes());
  const handle = app.callback();
  return (request, response) => {
    void handle(request, response);
  };
}

/** `{ store: { replaced, replacedAt } }` once the client of the store had to be replaced. */
function describeLine({ line }: Pick<Store, 'line'>): object {
  return line === undefined || line.replaced === 0 ? {} : { store: line };
}

/** `{ odoo: { answers, version?, readAt? } }`; no address, because nobody has signed in here. */
function describeErp(erp: HealthOptions['erp']): object {
  if (erp === undefined) return {};
  const { circuit, trouble, version, readAt } = erp.state();
  const answers = circuit === 'closed' && trouble === undefined;
  return {
    [erp.kind]: {
      answers,
      ...(version !== undefined && { version }),
      ...(readAt !== undefined && { readAt }),
    },
  };
}

function answer(context: Context, status: string, more: object = {}): void {
  context.status = status === 'ok' ? 200 : 503;
  context.set('Cache-Control', 'no-store');
  context.body = { status, ...more };
}

async function works(trouble: string, logger: Logger, attempt: () => Promise<unknown>): Promise<boolean> {
  return (await answersInTime(trouble, logger, async () => [await attempt()])) !== undefined;
}
