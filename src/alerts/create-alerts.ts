import type { Logger } from '../common/log.ts';
import type { Clock } from '../common/time.ts';
import type { Alerts } from '../pipeline/ports/alerts.ts';
import { LogAlerts } from './log-alerts.ts';
import { WebhookAlerts } from './webhook-alerts.ts';

/** The log, and the webhook where one is configured. A notice counts as told when every one has taken it. */
export function createAlerts(options: {
  logger: Logger;
  clock: Clock;
  webhook?: { url: string; secret?: string };
}): Alerts {
  const { logger, clock, webhook } = options;
  const log = new LogAlerts(logger);
  if (webhook === undefined) return log;
  const hook = new WebhookAlerts({ ...webhook, clock });
  return {
    async notify(notice) {
      await log.notify(notice);
      await hook.notify(notice);
    },
  };
}
