import { afterAll, afterEach, beforeAll, describe } from '@jest/globals';
import type { Page } from 'playwright-core';
import type { Company } from '../../src/partners/company-schema.ts';
import type { WebOptions } from '../../src/web/web.ts';
import { ConsoleBrowser, findChromium } from './browser.ts';
import type { Visit } from './browser.ts';
import { startServer } from './client.ts';
import type { TestServer } from './client.ts';
import { openHarness } from './harness.ts';
import type { Harness } from './harness.ts';
import { START, tellStory } from './story.ts';

export interface SceneOptions {
  /** When it begins; default: where the story does. */
  start?: string;
  company?: Partial<Company>;
  /** What has happened before anybody looks; default: the story. */
  prepare?: (harness: Harness) => Promise<void>;
  web?: (harness: Harness) => Partial<WebOptions>;
}

/** A gateway and its web server. */
export class ConsoleScene {
  readonly harness: Harness;
  readonly server: TestServer;

  private constructor(harness: Harness, server: TestServer) {
    this.harness = harness;
    this.server = server;
  }

  static async open(options: SceneOptions = {}): Promise<ConsoleScene> {
    const { start = START, company, prepare = tellStory, web } = options;
    const harness = await openHarness(start, company);
    await prepare(harness);
    return new ConsoleScene(harness, await startServer(harness, web?.(harness)));
  }

  /** What a list of the API holds: `exceptions?type=CHANGE_PROPOSED`. */
  async list(path: string): Promise<Record<string, string>[]> {
    const answer = await this.server.call('viewer', 'GET', `/api/${path}`);
    return ((await answer.json()) as { records: Record<string, string>[] }).records;
  }

  /** Id of the first of a list that matches, as it stands in addresses. */
  async idOf(
    path: string,
    matches: (record: Record<string, string>) => boolean = () => true,
  ): Promise<string> {
    return encodeURIComponent((await this.list(path)).find(matches)!['id']!);
  }

  async close(): Promise<void> {
    await this.server.close();
    await this.harness.close();
  }
}

/** What a suite of the console works with: there from its first `beforeAll` on. */
export interface ConsoleStage {
  readonly browser: ConsoleBrowser;
  readonly harness: Harness;
  readonly server: TestServer;
  readonly scene: ConsoleScene;
  /** Opens a page of this server. */
  visit(path: string, options?: Visit): Promise<Page>;
}

/** A suite in a real browser; skipped where there is none. After each test nothing of it stays, and nothing went wrong unseen. */
export function describeConsole(
  name: string,
  options: SceneOptions,
  body: (stage: ConsoleStage) => void,
): void {
  const executablePath = findChromium();
  (executablePath === undefined ? describe.skip : describe)(name, () => {
    let browser: ConsoleBrowser;
    let scene: ConsoleScene;

    beforeAll(async () => {
      browser = await ConsoleBrowser.open(executablePath!);
      scene = await ConsoleScene.open(options);
    });

    afterEach(() => browser.leave());

    afterAll(async () => {
      await browser.close();
      await scene.close();
    });

    body({
      get browser() {
        return browser;
      },
      get harness() {
        return scene.harness;
      },
      get server() {
        return scene.server;
      },
      get scene() {
        return scene;
      },
      visit: (path, visit) => browser.visit(scene.server, path, visit),
    });
  });
}
