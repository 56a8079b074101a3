import type { Channel } from '../pipeline/ports/transport.ts';
import { wrapChannel } from './wrap-channel.ts';

/** So many at the same time; the others wait in their order. */
export class ConcurrencyLimit {
  readonly #limit: number;
  readonly #queue: (() => void)[] = [];
  #running = 0;

  constructor(limit: number) {
    this.#limit = limit;
  }

  get running(): number {
    return this.#running;
  }

  get waiting(): number {
    return this.#queue.length;
  }

  async run<T>(call: () => Promise<T>): Promise<T> {
    // A slot that becomes free is handed on, so that nobody who comes later takes it away.
    if (this.#running < this.#limit) this.#running += 1;
    else await new Promise<void>((resolve) => this.#queue.push(resolve));
    try {
      return await call();
    } finally {
      const next = this.#queue.shift();
      if (next === undefined) this.#running -= 1;
      else next();
    }
  }
}

/** Deliveries and rejections share the limit. */
export function withConcurrencyLimit(channel: Channel, limit: ConcurrencyLimit): Channel {
  return wrapChannel(channel, {
    send: (file) => limit.run(() => channel.send(file)),
    reject: (file) => limit.run(() => channel.reject(file)),
  });
}
