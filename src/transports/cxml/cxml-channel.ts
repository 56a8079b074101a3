import { GatewayError } from '../../common/errors.ts';
import { addSharedSecret, readCxmlStatus } from '../../edi/xml/cxml.ts';
import type { ChannelSettings } from '../../partners/channel-schema.ts';
import { readWhole } from '../../pipeline/ports/file-content.ts';
import type {
  Channel,
  ChannelTestStep,
  DeliveryReceipt,
  OutboundFile,
  PollReport,
} from '../../pipeline/ports/transport.ts';
import type { ChannelContext } from '../channel-context.ts';
import { callTarget, refusal, testTarget } from '../http-target.ts';
import type { HttpAnswer, HttpTarget } from '../http-target.ts';
import { toNetworkError } from '../network-error.ts';

type Settings = Extract<ChannelSettings, { type: 'cxml' }>;

/** A Response is a few hundred bytes. */
const MAX_ANSWER_BYTES = 100_000;

/**
 * POSTs each document and reads the synchronous Response: its Status decides, whatever HTTP says (cXML User's Guide, "Status").
 * The document has its own identity (payloadID), so that a retry is known for what it is. What the partner sends comes by the
 * web server (`/cxml`).
 */
export class CxmlChannel implements Channel {
  readonly kind = 'cxml';
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

  async send({ name, bytes }: OutboundFile): Promise<DeliveryReceipt> {
    const target = this.#target();
    const text = new TextDecoder().decode(await readWhole(bytes));
    const secret = await this.#context.secrets.read(this.#settings.sharedSecret!.secret);
    const body = addSharedSecret(text, secret);
    if (body === undefined) {
      throw new GatewayError(
        'TRANSPORT_REJECTED',
        `${name} is no cXML document with a Sender: it cannot go out by a cxml channel. Choose a map of xml/cxml-1.2, or another channel.`,
      );
    }
    const headers = { 'Content-Type': 'text/xml; charset=UTF-8' };
    const response = await callTarget(target, 'POST', { headers, content: Buffer.from(body) });
    const answer = await readAnswer(response, target);
    const status = readCxmlStatus(answer);
    if (status === undefined) {
      if (!response.ok) throw await refusal(`sending ${name}`, { ...response, body: [answer] });
      // Some answer with nothing at all; what is no cXML either is a page for people, such as a sign-in.
      if (answer.length === 0) return { at: this.#context.clock.now(), reference: `HTTP ${response.status}` };
      throw new GatewayError(
        'TRANSPORT_REJECTED',
        `The server answered ${name} with ${response.status} and something that is no cXML Response. Check the address with the partner.`,
      );
    }
    const said = [status.code, status.text, status.detail].filter((part) => part !== '').join(' ');
    if (status.code >= 200 && status.code < 300) return { at: this.#context.clock.now(), reference: said };
    throw new GatewayError(
      status.code >= 500 ? 'TRANSPORT_UNAVAILABLE' : 'TRANSPORT_REJECTED',
      `The partner's server answered ${name} with the cXML status ${said}.`,
      { details: { status: status.code } },
    );
  }

  /** The partner got its Response when it sent; what is wrong with a document the exception tells. */
  reject(): Promise<void> {
    return Promise.resolve();
  }

  test(): AsyncIterable<ChannelTestStep> {
    const target = this.#target();
    return testTarget(target, () => callTarget(target, 'HEAD', {}));
  }

  close(): Promise<void> {
    return Promise.resolve();
  }

  #target(): HttpTarget {
    const { url, allowHttp, timeoutSeconds } = this.#settings;
    if (url !== undefined) return { url, allowHttp, timeoutSeconds };
    throw new GatewayError('TRANSPORT_REJECTED', `The channel "${this.name}" has no url: it only receives.`);
  }
}

async function readAnswer({ body }: HttpAnswer, { url }: HttpTarget): Promise<Uint8Array> {
  const pieces: Uint8Array[] = [];
  let size = 0;
  try {
    for await (const piece of body) {
      size += piece.length;
      if (size > MAX_ANSWER_BYTES) break;
      pieces.push(piece);
    }
  } catch (error) {
    throw toNetworkError(error, `read the answer of ${new URL(url).host}`);
  }
  return Buffer.concat(pieces);
}
