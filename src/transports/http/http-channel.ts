import type { Clock } from '../../common/time.ts';
import { offerFile } from '../../pipeline/partner-api/partner-outbox.ts';
import { listPartnerTokens } from '../../pipeline/access/partner-tokens.ts';
import type { Secrets } from '../../pipeline/ports/secrets.ts';
import type { Store } from '../../pipeline/ports/store.ts';
import type {
  Channel,
  ChannelTestStep,
  DeliveryReceipt,
  OutboundFile,
  PollReport,
} from '../../pipeline/ports/transport.ts';
import { dnsStep, runSteps, tcpStep, tlsStep } from '../connection-test.ts';
import type { ConnectionStep } from '../connection-test.ts';
import type { HttpSettings, WebhookSettings } from './http-settings.ts';
import { checkTarget } from './post-event.ts';

export interface HttpContext {
  partnerId: string;
  clock: Clock;
  store: Store;
  secrets: Secrets;
}

/**
 * The HTTP API, from the side of the pipeline: what is sent is offered for the partner to fetch, and delivered once the
 * partner has acknowledged it. What the partner posts comes in by the web server, not by a poll; what is rejected the
 * partner reads at its submission.
 */
export class HttpChannel implements Channel {
  readonly kind = 'http';
  readonly partnerId: string;
  readonly name: string;
  readonly #settings: HttpSettings;
  readonly #context: HttpContext;

  constructor(settings: HttpSettings, context: HttpContext) {
    this.partnerId = context.partnerId;
    this.name = settings.name;
    this.#settings = settings;
    this.#context = context;
  }

  poll(): Promise<PollReport> {
    return Promise.resolve({ received: 0, waiting: 0, refused: [] });
  }

  async send(file: OutboundFile): Promise<DeliveryReceipt> {
    const channel = { partnerId: this.partnerId, channelName: this.name };
    const { createdAt, fileId } = await offerFile(this.#context, channel, file);
    return { at: createdAt, reference: `/partner-api/v1/documents/${fileId}`, receiptAwaited: true };
  }

  reject(): Promise<void> {
    return Promise.resolve();
  }

  test(): AsyncIterable<ChannelTestStep> {
    const { webhook } = this.#settings;
    const token: ConnectionStep = {
      name: 'token',
      run: async () => {
        const tokens = await listPartnerTokens(this.#context.store);
        const names = tokens.filter(({ partnerId }) => partnerId === this.partnerId).map(({ name }) => name);
        if (names.length > 0) return `The partner calls with ${names.join(', ')}.`;
        throw new Error(
          `there is no token: make one with \`tradelane partner token create ${this.partnerId} NAME\``,
        );
      },
    };
    return runSteps(webhook === undefined ? [token] : [token, ...this.#webhookSteps(webhook)]);
  }

  close(): Promise<void> {
    return Promise.resolve();
  }

  #webhookSteps(webhook: WebhookSettings): ConnectionStep[] {
    const { hostname, port, protocol } = new URL(webhook.url);
    const host = hostname.replace(/^\[|\]$/g, '');
    const number = Number(port === '' ? (protocol === 'https:' ? 443 : 80) : port);
    const permitted: ConnectionStep = {
      name: 'webhook',
      run: async () => {
        await this.#context.secrets.read(webhook.secret.secret);
        return `Calls to ${(await checkTarget(webhook)).address} are allowed, and can be signed.`;
      },
    };
    const secure = protocol === 'https:' ? [tlsStep({ host, port: number })] : [];
    return [dnsStep(host), permitted, tcpStep(host, number), ...secure];
  }
}
