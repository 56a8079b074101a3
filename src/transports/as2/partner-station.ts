import { createServer } from 'node:http';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { GatewayError } from '../../common/errors.ts';
import type { Clock } from '../../common/time.ts';
import type { HeaderLine } from '../../pipeline/channels/as2-message-record.ts';
import { formatAs2Id, formatMessageId } from './as2-id.ts';
import type { Certificate } from './certificate.ts';
import { errorDisposition, PROCESSED } from './disposition.ts';
import { toNetworkError } from '../network-error.ts';
import { headerOf, httpDate, toHeaderLines, toHeaderRecord } from './headers.ts';
import { judgeReceipt } from './judge-receipt.ts';
import { packMessage, unpackMessage } from './message-security.ts';
import type { DecryptionKey } from './message-security.ts';
import { micalgName } from './mic.ts';
import { PartnerStationFiles } from './partner-station-files.ts';
import type { KeptFile, UnsentMessage } from './partner-station-files.ts';
import { readReceipt } from './read-receipt.ts';
import { formatReceiptOptions } from './receipt-request.ts';
import { writeMdn } from './write-mdn.ts';

export interface PartnerStationOptions {
  /** The station's own folder: what it has received, sent, and not yet sent. */
  folder: string;
  /** AS2 identifiers of the station and of the gateway. */
  id: string;
  gatewayId: string;
  /** Where the station listens; only the host of this machine. */
  url: URL;
  gatewayUrl: URL;
  /** The station's own key, and the gateway's certificates for signing and encryption. */
  own: DecryptionKey;
  gateway: { sign: Certificate; encrypt: Certificate };
  clock: Clock;
  nextId: () => string;
}

const MAX_BODY_BYTES = 20_000_000;
const POLICY = {
  mustBeSigned: true,
  mustBeEncrypted: true,
  digests: ['sha256', 'sha384', 'sha512'],
  ciphers: ['aes128', 'aes192', 'aes256', 'aes128-gcm', 'aes192-gcm', 'aes256-gcm'],
} as const;

/**
 * A partner's AS2 station on this machine, small but real: for the demo and for trying a gateway without a partner. It signs
 * and encrypts, answers by signed receipts, takes a message once, and repeats the same bytes until the gateway's receipt is
 * there, also after a restart.
 */
export class PartnerStation {
  readonly #options: PartnerStationOptions;
  readonly #files: PartnerStationFiles;
  readonly #server: Server;

  private constructor(options: PartnerStationOptions) {
    this.#options = options;
    this.#files = new PartnerStationFiles(options.folder);
    this.#server = createServer((request, response) => {
      this.#answer(request, response).catch(() => response.writeHead(503).end());
    });
  }

  /** Listens. Throws PORT_IN_USE. */
  static async open(options: PartnerStationOptions): Promise<PartnerStation> {
    const station = new PartnerStation(options);
    const { url } = options;
    await new Promise<void>((resolve, reject) => {
      station.#server.once('error', (cause) => {
        const text = `The AS2 station of the partner cannot listen on ${url.host}, the url of its channel in partner.yaml: ${cause.message}. Stop what listens there, or change the url.`;
        reject(new GatewayError('PORT_IN_USE', text, { cause }));
      });
      station.#server.listen(Number(url.port || 80), url.hostname, resolve);
    });
    return station;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  /** The newest file received whose name holds the text. */
  find(text: string): Promise<KeptFile | undefined> {
    return this.#files.findReceived(text);
  }

  /** Resolves when the gateway's receipt says that it has the file. Throws TRANSPORT_*: `sendUnsent` tries again. */
  async send(name: string, bytes: Uint8Array): Promise<void> {
    const message = await this.#pack(name, bytes);
    await this.#files.keepUnsent(message);
    await this.#post(message);
  }

  /** Sends what an earlier run could not, byte for byte. */
  async sendUnsent(): Promise<void> {
    for (const message of await this.#files.listUnsent()) await this.#post(message);
  }

  close(): Promise<void> {
    return new Promise((resolve) => {
      this.#server.close(() => resolve());
      this.#server.closeAllConnections();
    });
  }

  async #pack(name: string, bytes: Uint8Array): Promise<UnsentMessage> {
    const { id, gatewayId, own, gateway, clock, nextId, folder } = this.#options;
    const at = clock.now();
    const packed = await packMessage(
      [{ content: bytes, contentType: 'application/edi-consent', fileName: name }],
      {
        compress: 'none',
        sign: { ...own, digest: 'sha256', scheme: 'rsa', at },
        encrypt: { recipients: [gateway.encrypt], cipher: 'aes256', keyTransport: 'pkcs1' },
        micDigests: ['sha256'],
        folder,
      },
    );
    if (!(packed.body instanceof Uint8Array)) {
      throw new GatewayError('FILE_TOO_LARGE', `${name} is larger than this station sends.`);
    }
    const messageId = formatMessageId(nextId(), id);
    return {
      name,
      messageId,
      mics: packed.acceptedMics,
      body: Buffer.from(packed.body).toString('base64'),
      headers: [
        ['Date', httpDate(at)],
        ['MIME-Version', '1.0'],
        ['Subject', name],
        ['Message-ID', messageId],
        ['AS2-Version', '1.2'],
        ['AS2-From', formatAs2Id(id)],
        ['AS2-To', formatAs2Id(gatewayId)],
        ['Disposition-Notification-To', 'edi@partner.example'],
        ['Disposition-Notification-Options', formatReceiptOptions([micalgName('sha256', 'rfc5751')])],
        ...Object.entries(packed.headers),
      ],
    };
  }

  async #post(message: UnsentMessage): Promise<void> {
    const { id, gatewayId, gatewayUrl, gateway, clock } = this.#options;
    const answer = await fetch(gatewayUrl, {
      method: 'POST',
      headers: message.headers.map(([name, value]): [string, string] => [name, value]),
      body: Buffer.from(message.body, 'base64'),
    }).catch((cause: unknown) => {
      // fetch wraps what the network said.
      const reason = cause instanceof Error && cause.cause !== undefined ? cause.cause : cause;
      throw toNetworkError(reason, `reach ${gatewayUrl.href}`);
    });
    const body = new Uint8Array(await answer.arrayBuffer());
    const read = readReceipt([...answer.headers], body, { verification: [gateway.sign] }, clock.now());
    if (!answer.ok || read === undefined) {
      const text = `${gatewayUrl.href} answered ${message.messageId} by HTTP ${answer.status} and no receipt.`;
      throw new GatewayError('TRANSPORT_UNAVAILABLE', text);
    }
    const mics = message.mics.map(({ digest, value }) => ({ algorithm: digest, value }));
    const judgement = judgeReceipt(
      read,
      { messageId: message.messageId, as2From: id, as2To: gatewayId, mics, attemptCount: 1 },
      { signed: true, unsignedReceipt: false, receiptWithoutMic: false },
    );
    if (judgement.verdict !== 'acknowledged') throw new GatewayError('TRANSPORT_REJECTED', judgement.reason);
    await this.#files.markSent(message);
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const headers = toHeaderLines(request.rawHeaders);
    const messageId = headerOf(headers, 'Message-ID');
    const body = await readBody(request);
    if (request.method !== 'POST' || messageId === undefined || body === undefined) {
      response.writeHead(400, { connection: 'close' }).end();
      return;
    }
    const receipt = await this.#receive(headers, messageId, body);
    response.writeHead(200, [...receipt.headers.flat(), 'Content-Length', String(receipt.body.length)]);
    response.end(receipt.body);
  }

  async #receive(headers: readonly HeaderLine[], messageId: string, body: Uint8Array) {
    const { id, gatewayId, own, gateway, clock, nextId, folder } = this.#options;
    const unpacked = await unpackMessage(
      toHeaderRecord(headers),
      body,
      { decryption: [own], verification: [gateway.sign] },
      { policy: POLICY, micDigests: ['sha256'], folder },
    );
    const [part] = unpacked.ok ? unpacked.parts : [];
    if (part !== undefined && part.content instanceof Uint8Array) {
      await this.#files.keepReceived(messageId, part.fileName ?? 'file', part.content);
    }
    const at = clock.now();
    return writeMdn(
      {
        from: id,
        to: gatewayId,
        originalRecipient: headerOf(headers, 'AS2-To') ?? id,
        originalMessageId: messageId,
        messageId: formatMessageId(nextId(), id),
        at,
        disposition: unpacked.ok ? PROCESSED : errorDisposition(unpacked.modifier),
        text: unpacked.ok ? 'The message was received.' : unpacked.text,
        ...(unpacked.mic !== undefined && {
          mic: { value: unpacked.mic.value, spelling: micalgName(unpacked.mic.digest, 'rfc5751') },
        }),
      },
      { ...own, digest: 'sha256', scheme: 'rsa', at },
    );
  }
}

async function readBody(request: IncomingMessage): Promise<Buffer | undefined> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    length += chunk.length;
    if (length > MAX_BODY_BYTES) return undefined;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}
