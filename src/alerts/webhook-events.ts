import type { EventSink } from '../pipeline/ports/events.ts';
import { Webhook } from './webhook.ts';
import type { WebhookOptions } from './webhook.ts';

/** Business events as batches of CloudEvents (JSON batch format), each batch a signed request. */
export class WebhookEvents implements EventSink {
  readonly #webhook: Webhook;

  constructor(options: Omit<WebhookOptions, 'name'>) {
    this.#webhook = new Webhook({ ...options, name: 'event webhook' });
  }

  send({ key, events }: Parameters<EventSink['send']>[0]): Promise<void> {
    return this.#webhook.post(key, JSON.stringify(events), 'application/cloudevents-batch+json');
  }
}
