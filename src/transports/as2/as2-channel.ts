import path from 'node:path';
import { GatewayError } from '../../common/errors.ts';
import type {
  Channel,
  ChannelTestStep,
  DeliveryReceipt,
  OutboundFile,
  PollReport,
} from '../../pipeline/ports/transport.ts';
import { ErrorFolder } from '../error-folder.ts';
import { isSafeName } from '../file-name.ts';
import type { Agreement } from './agreement.ts';
import { sendMessage } from './send-message.ts';
import type { As2Station } from './station.ts';
import { testSteps } from './test-steps.ts';
import { runSteps } from '../connection-test.ts';

/**
 * One partner over AS2 (RFC 4130). What he sends comes in through the listener, so that there is nothing to poll; rejected
 * files are kept on this machine, because AS2 has no place to put them.
 */
export class As2Channel implements Channel {
  readonly kind = 'as2';
  readonly partnerId: string;
  readonly name: string;
  readonly #station: As2Station;
  readonly #agreement: Agreement;
  readonly #errors: ErrorFolder;
  #rejecting: Promise<void> = Promise.resolve();

  constructor(station: As2Station, agreement: Agreement, dataFolder: string) {
    this.#station = station;
    this.#agreement = agreement;
    this.partnerId = agreement.partnerId;
    this.name = agreement.channel;
    this.#errors = new ErrorFolder(path.join(dataFolder, 'as2', agreement.partnerId));
  }

  poll(): Promise<PollReport> {
    return Promise.resolve({ received: 0, waiting: 0, refused: [] });
  }

  async send(file: OutboundFile): Promise<DeliveryReceipt> {
    if (!isSafeName(file.name)) {
      throw new GatewayError(
        'TRANSPORT_REJECTED',
        `${JSON.stringify(file.name)} cannot be the name of a file.`,
      );
    }
    return sendMessage(this.#station, this.#agreement, file);
  }

  reject({ name, bytes, reason }: Parameters<Channel['reject']>[0]): Promise<void> {
    // One after the other: two files of one name are to find each other.
    const put = this.#rejecting.then(() => this.#errors.put(name, bytes, reason));
    this.#rejecting = put.catch(() => undefined);
    return put;
  }

  test(): AsyncIterable<ChannelTestStep> {
    return runSteps(testSteps(this.#station, this.#agreement));
  }

  close(): Promise<void> {
    return Promise.resolve();
  }
}
