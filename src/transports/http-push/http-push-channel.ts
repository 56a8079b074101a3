import { GatewayError } from '../../common/errors.ts';
import type { ChannelSettings } from '../../partners/channel-schema.ts';
import type { FileContent } from '../../pipeline/ports/file-content.ts';
import type {
  Channel,
  ChannelTestStep,
  DeliveryReceipt,
  OutboundFile,
  PollReport,
} from '../../pipeline/ports/transport.ts';
import { isSafeName } from '../file-name.ts';
import { callTarget, discard, refusal, testTarget } from '../http-target.ts';
import type { HttpAnswer } from '../http-target.ts';
import type { ChannelContext } from '../channel-context.ts';

type Settings = Extract<ChannelSettings, { type: 'httpPush' }>;

/**
 * POSTs each file, with the key of the delivery as `Idempotency-Key`: a receiver that honours it takes a repeated delivery
 * for the one that it is. An answer of 2xx is the receipt.
 */
export class HttpPushChannel implements Channel {
  readonly kind = 'httpPush';
  readonly partnerId: string;
  readonly name: string;
  readonly #settings: Settings;
  readonly #context: Pick<ChannelContext, 'clock' | 'secrets'>;

  constructor(settings: Settings, context: Pick<ChannelContext, 'partnerId' | 'clock' | 'secrets'>) {
    this.partnerId = context.partnerId;
    this.name = settings.name;
    this.#settings = settings;
    this.#context = context;
  }

  poll(): Promise<PollReport> {
    return Promise.resolve({ received: 0, waiting: 0, refused: [] });
  }

  async send({ name, bytes, key }: OutboundFile): Promise<DeliveryReceipt> {
    if (!isSafeName(name))
      throw new GatewayError('TRANSPORT_REJECTED', `"${name}" cannot be used as a file name.`);
    const answer = await this.#call('POST', {
      headers: {
        'Content-Type': this.#settings.contentType,
        'Content-Disposition': `attachment; filename*=UTF-8''${encodeURIComponent(name)}`,
        'Idempotency-Key': key,
      },
      content: bytes,
    });
    if (!answer.ok) throw await refusal(`sending ${name}`, answer);
    discard(answer);
    return {
      at: this.#context.clock.now(),
      reference: answer.headers.location ?? `${name}: ${answer.status}`,
    };
  }

  /** Nothing comes in by this channel, and the partner has no place for what we reject: the exception tells it. */
  reject(): Promise<void> {
    return Promise.resolve();
  }

  test(): AsyncIterable<ChannelTestStep> {
    return testTarget(this.#settings, () => this.#call('HEAD', {}));
  }

  close(): Promise<void> {
    return Promise.resolve();
  }

  async #call(
    method: 'POST' | 'HEAD',
    request: { headers?: Record<string, string>; content?: FileContent },
  ): Promise<HttpAnswer> {
    const { token } = this.#settings;
    const authorization =
      token === undefined
        ? {}
        : { Authorization: `Bearer ${await this.#context.secrets.read(token.secret)}` };
    return callTarget(this.#settings, method, {
      ...request,
      headers: { ...request.headers, ...authorization },
    });
  }
}
