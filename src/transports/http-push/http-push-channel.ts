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
import { dnsStep, runSteps, tcpStep, tlsStep } from '../connection-test.ts';
import { isSafeName } from '../file-name.ts';
import { toNetworkError } from '../network-error.ts';
import type { ChannelContext } from '../channel-context.ts';

type Settings = Extract<ChannelSettings, { type: 'httpPush' }>;

/** How much of an answer is kept for the person who reads the error. */
const MAX_ANSWER_CHARACTERS = 500;

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
    const response = await this.#call('POST', {
      headers: {
        'Content-Type': this.#settings.contentType,
        'Content-Disposition': `attachment; filename*=UTF-8''${encodeURIComponent(name)}`,
        'Idempotency-Key': key,
      },
      ...bodyOf(bytes),
    });
    if (!response.ok) throw await refusal(`sending ${name}`, response);
    await response.body?.cancel();
    return {
      at: this.#context.clock.now(),
      reference: response.headers.get('location') ?? `${name}: ${response.status}`,
    };
  }

  /** Nothing comes in by this channel, and the partner has no place for what we reject: the exception tells it. */
  reject(): Promise<void> {
    return Promise.resolve();
  }

  test(): AsyncIterable<ChannelTestStep> {
    const { hostname, port, protocol } = new URL(this.#settings.url);
    const host = hostname.replace(/^\[|\]$/g, '');
    const secure = protocol === 'https:';
    const portNumber = Number(port) || (secure ? 443 : 80);
    return runSteps([
      dnsStep(host),
      tcpStep(host, portNumber),
      ...(secure ? [tlsStep({ host, port: portNumber })] : []),
      { name: 'http', run: () => this.#knock() },
    ]);
  }

  close(): Promise<void> {
    return Promise.resolve();
  }

  /** HEAD delivers nothing; that the method is not allowed is an answer too. */
  async #knock(): Promise<string> {
    const response = await this.#call('HEAD', {});
    if (response.ok || response.status === 405 || response.status === 501)
      return `The server answered ${response.status}.`;
    throw await refusal('HEAD', response);
  }

  async #call(
    method: 'POST' | 'HEAD',
    init: Pick<RequestInit, 'body' | 'duplex'> & { headers?: Record<string, string> },
  ): Promise<Response> {
    const { url, token, allowHttp, timeoutSeconds } = this.#settings;
    if (!allowHttp && !url.startsWith('https:')) {
      throw new GatewayError(
        'TRANSPORT_REJECTED',
        `${url} is not https, and allowHttp of the channel is not set.`,
      );
    }
    const authorization =
      token === undefined
        ? {}
        : { Authorization: `Bearer ${await this.#context.secrets.read(token.secret)}` };
    try {
      return await fetch(url, {
        ...init,
        method,
        headers: { ...init.headers, ...authorization },
        // Another address would get the file and the token.
        redirect: 'manual',
        signal: AbortSignal.timeout(timeoutSeconds * 1_000),
      });
    } catch (error) {
      // fetch wraps what the network said.
      const cause = typeof error === 'object' && error !== null && 'cause' in error ? error.cause : error;
      throw toNetworkError(cause, `reach ${new URL(url).host}`);
    }
  }
}

/** What the status says: busy or broken for now, or refused until a person changes something. */
/** Large content goes chunk by chunk, without its length ahead. */
function bodyOf(content: FileContent): Pick<RequestInit, 'body' | 'duplex'> {
  if (content instanceof Uint8Array) return { body: Buffer.from(content) };
  return { body: ReadableStream.from(content.read()), duplex: 'half' };
}

async function refusal(what: string, response: Response): Promise<GatewayError> {
  const { status } = response;
  const passing = status >= 500 || status === 408 || status === 425 || status === 429;
  const retryAfterSeconds = Number(response.headers.get('retry-after') ?? '');
  return new GatewayError(
    passing ? 'TRANSPORT_UNAVAILABLE' : 'TRANSPORT_REJECTED',
    `The server answered ${what} with ${status}: ${await firstWords(response)}`,
    {
      details: {
        status,
        ...(passing && retryAfterSeconds > 0 && { retryAfterMs: retryAfterSeconds * 1_000 }),
      },
    },
  );
}

async function firstWords(response: Response): Promise<string> {
  let text = '';
  const decoder = new TextDecoder();
  try {
    for await (const chunk of (response.body ?? []) as AsyncIterable<Uint8Array>) {
      text += decoder.decode(chunk, { stream: true });
      if (text.length > MAX_ANSWER_CHARACTERS) break;
    }
  } catch {
    // The status has said what matters.
  }
  const words = text.replaceAll(/[\p{Cc}\s]+/gu, ' ').trim();
  return words === '' ? 'no text' : words.slice(0, MAX_ANSWER_CHARACTERS);
}
