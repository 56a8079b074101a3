import type { Alerts, Notice } from '../pipeline/ports/alerts.ts';
import { Webhook } from './webhook.ts';
import type { WebhookOptions } from './webhook.ts';

/** Each notice as a signed request of its own. */
export class WebhookAlerts implements Alerts {
  readonly #webhook: Webhook;

  constructor(options: Omit<WebhookOptions, 'name'>) {
    this.#webhook = new Webhook({ ...options, name: 'alert webhook' });
  }

  notify(notice: Notice): Promise<void> {
    return this.#webhook.post(notice.key, JSON.stringify(notice));
  }
}
