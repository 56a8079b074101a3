import { writeStory } from '../../src/cli/demo/story.ts';
import { ApiClient } from '../../src/cli/demo/api.ts';
import { play } from '../../src/cli/demo/play.ts';
import { FolderEnd } from '../../src/cli/demo/folder-end.ts';
import { DemoSupplier } from '../../src/cli/demo/supplier.ts';
import { loadPartners } from '../../src/partners/load-partners.ts';
import { readPartnerFiles } from '../../src/partners/read-partner-files.ts';
import { createMapLibrary } from '../../src/pipeline/create-map-library.ts';
import path from 'node:path';
import { readFile } from 'node:fs/promises';

const FIRST_ORDER = 10_001;
const ORDERS_OF_A_PLAY = 5;
/** Longer than the pauses after four attempts that faults struck one after the other (1, 2, 4 and 8 minutes, and a fifth), with what follows. */
const STEP_TIMEOUT_MS = 20 * 60_000;
/** Longer than the worst fault. */
const ANSWER_TIMEOUT_MS = 240_000;
const REQUEST_TIMEOUT_MS = 5_000;
const ASK_AGAIN_MS = 300;

export interface TrafficOptions {
  home: string;
  /** Any of the gateways may be asked; those that do not answer are passed over. */
  urls: readonly string[];
  /** Plays that run at the same time. */
  players: number;
}

/** Buyers, suppliers and warehouse, who keep on doing business whatever happens to the gateway. */
export class Traffic {
  readonly #options: TrafficOptions;
  #stopping = false;
  #plays = 0;
  readonly failures: string[] = [];

  constructor(options: TrafficOptions) {
    this.#options = options;
  }

  /** Orders that were begun. */
  get orders(): number {
    return this.#plays * ORDERS_OF_A_PLAY;
  }

  /** Plays until `stop`; resolves when the last play has been performed to its end. */
  async run(): Promise<void> {
    const { home, players } = this.#options;
    const { set } = loadPartners(await readPartnerFiles(path.join(home, 'partners')));
    const { library } = createMapLibrary(await readPartnerFiles(path.join(home, 'maps')), set!);
    const suppliers = new Map(
      set!.partners.map((partner) => [
        partner.accounts.supplierId ?? partner.partner,
        new DemoSupplier({
          partner,
          set: set!,
          maps: library,
          end: new FolderEnd(home, partner.partner),
          firstNumber: 1_000_000,
        }),
      ]),
    );
    const token = (await readFile(path.join(home, 'data', 'admin-token'), 'utf8')).trim();
    const api = new ApiClient('', token, (route, options) => this.#ask(route, options));
    const perform = async (): Promise<void> => {
      while (!this.#stopping && this.failures.length === 0) {
        const scenes = writeStory(new Date().toISOString().slice(0, 10), this.#numbers());
        try {
          await play(scenes, { suppliers, api, stepTimeoutMs: STEP_TIMEOUT_MS, tell: () => undefined });
        } catch (error) {
          this.failures.push(error instanceof Error ? error.message : String(error));
        }
      }
    };
    await Promise.all(Array.from({ length: players }, perform));
  }

  stop(): void {
    this.#stopping = true;
  }

  #numbers(): string[] {
    const first = FIRST_ORDER + this.#plays * ORDERS_OF_A_PLAY;
    this.#plays += 1;
    return Array.from({ length: ORDERS_OF_A_PLAY }, (_, index) => `PO-${first + index}`);
  }

  /** Asks one gateway after the other until one answers for good: what was asked twice must have been done once. */
  async #ask(route: string, options: RequestInit): Promise<Response> {
    const deadline = Date.now() + ANSWER_TIMEOUT_MS;
    for (let turn = 0; ; turn += 1) {
      const url = this.#options.urls[turn % this.#options.urls.length]!;
      const answer = await fetch(`${url}${route}`, {
        ...options,
        signal: AbortSignal.timeout(REQUEST_TIMEOUT_MS),
      }).catch(() => undefined);
      const settled = answer !== undefined && answer.status < 500 && answer.status !== 429;
      if (settled || Date.now() > deadline) {
        if (answer !== undefined) return answer;
        throw new Error(`No gateway answers ${route}.`);
      }
      // An order that was just released by the node that died may be asked for at another that has not seen it yet.
      await new Promise((resolve) => setTimeout(resolve, ASK_AGAIN_MS));
    }
  }
}
