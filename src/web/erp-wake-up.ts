import type Router from '@koa/router';
import type { Context } from 'koa';
import { GatewayError } from '../common/errors.ts';
import type { Clock } from '../common/time.ts';
import { createRateLimit } from '../common/rate-limit.ts';
import type { ConnectedErp } from '../pipeline/ports/connected-erp.ts';

export interface WakeUpOptions {
  erp: Pick<ConnectedErp, 'kind' | 'wake'>;
  clock: Clock;
}

/** Of one address: an ERP that changes many orders at once sends one for each. */
const CALLS_PER_MINUTE = 600;

/**
 * `POST /hooks/odoo/<secret>`, or without it in the path as `X-Tradelane-Secret`: something has changed there. It is a
 * wake-up only: what has changed is read, nothing of the body is believed, and the answer comes before the reading, because a
 * person's save in the ERP waits for it. Throws UNAUTHORIZED, RATE_LIMITED.
 */
export function addErpWakeUp(router: Router, { erp, clock }: WakeUpOptions): void {
  const calls = createRateLimit(CALLS_PER_MINUTE);
  const handle = async (context: Context & { params: Record<string, string> }) => {
    const seconds = calls.take(context.ip, Date.parse(clock.now()));
    if (seconds > 0) {
      context.set('Retry-After', String(seconds));
      throw new GatewayError('RATE_LIMITED', `Too many wake-ups; the next one is taken in ${seconds} s.`);
    }
    const secret = context.params['secret'] ?? context.get('x-tradelane-secret');
    // The body is left unread.
    context.req.resume();
    if (secret === '' || !(await erp.wake(secret))) {
      throw new GatewayError('UNAUTHORIZED', 'The secret of this wake-up is not the one of odoo.yaml.');
    }
    context.status = 200;
    context.body = { status: 'ok' };
  };
  router.post(`/hooks/${erp.kind}/:secret`, handle);
  router.post(`/hooks/${erp.kind}`, handle);
}
