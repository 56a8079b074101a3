import type { RequestListener } from 'node:http';
import Router from '@koa/router';
import Koa from 'koa';
import type { Context } from 'koa';
import type { Logger } from '../common/log.ts';
import type { Gateway } from '../pipeline/gateway.ts';
import type { ConnectedErp } from '../pipeline/ports/connected-erp.ts';
import type { Store } from '../pipeline/ports/store.ts';
import { securityHeaders } from './security-headers.ts';

/** `stopping`: what is in hand is finished, nothing new should come. */
export type Phase = 'starting' | 'ready' | 'stopping';

export interface HealthOptions {
  gateway: Pick<Gateway, 'store'>;
  logger: Logger;
  phase: () => Phase;
  /** The ERP that the gateway talks to by itself. */
  erp?: Pick<ConnectedErp, 'kind' | 'state'>;
}

/** Longer than a store that works takes to answer; a probe should not wait for one that does not. */
const STORE_ANSWERS_WITHIN_MS = 3_000;

/**
 * For the machine room. `/healthz`: the process has started and lives; restart it where this fails for long. `/readyz`: it can
 * take requests now, its store answers; send it none where this fails. Both answer 200 or 503 with `{ status }`. `/readyz` also
 * says how the ERP is: a gateway whose ERP is away goes on taking in and sending, and is ready; and how often the client of the
 * store had to be replaced.
 */
export function addHealth(router: Router, { gateway, logger, phase, erp }: HealthOptions): void {
  router.get('/healthz', (context) => {
    answer(context, phase() === 'starting' ? 'starting' : 'ok');
  });
  router.get('/readyz', async (context) => {
    if (phase() !== 'ready') answer(context, phase());
    else {
      const status = (await storeAnswers(gateway, logger)) ? 'ok' : 'storeAway';
      answer(context, status, { ...describeLine(gateway.store), ...describeErp(erp) });
    }
  });
}

/** The web side of a gateway that has no other: health only. */
export function createHealthWeb(options: HealthOptions): RequestListener {
  const app = new Koa();
  const router = new Router();
  addHealth(router, options);
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

async function storeAnswers(gateway: Pick<Gateway, 'store'>, logger: Logger): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error('no answer in time')), STORE_ANSWERS_WITHIN_MS);
  });
  try {
    await Promise.race([gateway.store.get('settings', 'audit.head'), late]);
    return true;
  } catch (error) {
    logger.warn({ err: error }, 'the store does not answer');
    return false;
  } finally {
    clearTimeout(timer);
  }
}
