import type { Partner } from '../../partners/partner-schema.ts';
import type { PartnerEnd } from '../environment.ts';
import type { ApiClient } from './api.ts';

const LOOK_AGAIN_MS = 100;
const PATIENCE_MS = 30_000;

/** The partners who have come for the play, with their ends of the channels. */
export class Cast {
  readonly #ends: PartnerEnd[] = [];
  /** Partners that the gateway calls: what is for them has to be taken while they are here. */
  readonly #called: string[] = [];

  /** Whether somebody has to stay so that the gateway can reach him. */
  get isReachable(): boolean {
    return this.#called.length > 0;
  }

  /** What was tried in vain while nobody was here is tried again, in both directions. */
  async add({ partner, channels }: Partner, end: PartnerEnd, api: ApiClient): Promise<void> {
    this.#ends.push(end);
    const [channel] = channels;
    if (channel?.type !== 'as2') return;
    this.#called.push(partner);
    await api.testChannel(partner, channel.name);
    await end.sendUnsent?.();
  }

  /** Waits until nothing that can go now is on its way to those whom the gateway calls. */
  async takeTheRest(api: ApiClient): Promise<void> {
    const deadline = Date.now() + PATIENCE_MS;
    for (const partner of this.#called) {
      while ((await api.countQueued(partner)) > 0 && Date.now() < deadline)
        await new Promise((resolve) => setTimeout(resolve, LOOK_AGAIN_MS));
    }
  }

  async close(): Promise<void> {
    await Promise.all(this.#ends.splice(0).map((end) => end.close().catch(() => undefined)));
  }
}
