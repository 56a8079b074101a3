import type { Clock } from '../../src/common/time.ts';
import { GatewayError } from '../../src/common/errors.ts';
import type {
  Channel,
  ChannelTestStep,
  DeliveryReceipt,
  InboundFile,
  OutboundFile,
  PollReport,
} from '../../src/pipeline/ports/transport.ts';
import { inMemory } from './content.ts';

/** A partner's side of a channel, without a disk: what it drops, what it gets, what was rejected. It outlives gateways. */
export class MemoryChannel implements Channel {
  readonly kind = 'memory';
  readonly partnerId: string;
  readonly name: string;
  readonly #clock: Clock;
  readonly #inbox = new Map<string, InboundFile>();
  readonly #sentKeys = new Map<string, string>();
  #drops = 0;
  /** What the partner has received, by name, in the order of arrival. */
  readonly outbox = new Map<string, Uint8Array>();
  /** How often a file arrived at the partner: a repeat under the same key does not. */
  readonly deliveries: { name: string; bytes: Uint8Array }[] = [];
  /** What lies in `error/`, by name, and the text beside it. */
  readonly errors = new Map<string, { bytes: Uint8Array; reason: string }>();
  /** Files stay where they lie when they have been taken, as when they cannot be deleted: the next poll finds them again. */
  keepsFiles = false;
  /** Set to make `send` fail, as when the other side is down. */
  failure: GatewayError | undefined;

  constructor(partnerId: string, clock: Clock, name = 'main') {
    this.partnerId = partnerId;
    this.name = name;
    this.#clock = clock;
  }

  /** The partner puts a file in. */
  drop(name: string, content: Uint8Array | string): void {
    this.#drops += 1;
    const bytes = typeof content === 'string' ? Buffer.from(content, 'latin1') : content;
    const sourceKey = `${name}/${this.#drops}`;
    this.#inbox.set(sourceKey, { name, bytes, sourceKey });
  }

  /** Files that were not taken yet. */
  get waiting(): string[] {
    return [...this.#inbox.values()].map(({ name }) => name);
  }

  /** The newest file to the partner whose name holds the text, as text. */
  sent(part: string): string {
    const found = [...this.outbox].filter(([name]) => name.includes(part)).at(-1);
    if (found === undefined)
      throw new Error(`nothing like "${part}" in ${[...this.outbox.keys()].join(', ')}`);
    return Buffer.from(found[1]).toString('latin1');
  }

  async poll(receive: (file: InboundFile) => Promise<void>): Promise<PollReport> {
    let received = 0;
    for (const file of [...this.#inbox.values()]) {
      await receive(file);
      if (!this.keepsFiles) this.#inbox.delete(file.sourceKey);
      received += 1;
    }
    return { received, waiting: 0, refused: [] };
  }

  send({ name, bytes: content, key }: OutboundFile): Promise<DeliveryReceipt> {
    const bytes = inMemory(content);
    if (this.failure !== undefined) return Promise.reject(this.failure);
    if (!this.#sentKeys.has(key)) {
      this.#sentKeys.set(key, name);
      this.outbox.set(name, bytes);
      this.deliveries.push({ name, bytes });
    }
    return Promise.resolve({ at: this.#clock.now(), reference: `memory/${name}` });
  }

  reject({ name, bytes, reason }: Parameters<Channel['reject']>[0]): Promise<void> {
    this.errors.set(name, { bytes: inMemory(bytes), reason });
    return Promise.resolve();
  }

  // eslint-disable-next-line @typescript-eslint/require-await -- memory answers at once
  async *test(): AsyncIterable<ChannelTestStep> {
    yield this.failure === undefined
      ? { name: 'write', ok: true, text: 'Memory is there.', durationMs: 0 }
      : { name: 'write', ok: false, text: this.failure.message, durationMs: 0 };
  }

  close(): Promise<void> {
    return Promise.resolve();
  }
}
