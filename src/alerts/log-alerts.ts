import type { Logger } from '../common/log.ts';
import type { Alerts, Notice } from '../pipeline/ports/alerts.ts';

/** Tells people by the log: for whoever watches it, and as the record of what was told. */
export class LogAlerts implements Alerts {
  readonly #logger: Logger;

  constructor(logger: Logger) {
    this.#logger = logger;
  }

  notify({ key, audience, subject, link }: Notice): Promise<void> {
    this.#logger.warn({ key, audience, link }, subject);
    return Promise.resolve();
  }
}
