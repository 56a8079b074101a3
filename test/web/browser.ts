import { accessSync, constants } from 'node:fs';
import { AxeBuilder } from '@axe-core/playwright';
import { expect } from '@jest/globals';
import { chromium } from 'playwright-core';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import type { Role, TestServer } from './client.ts';
import { NOW } from './story.ts';

/** Where Chromium is; undefined, and told in one line, where there is none. */
export function findChromium(): string | undefined {
  const path = process.env['CHROMIUM_PATH'] ?? '/usr/bin/chromium';
  try {
    accessSync(path, constants.X_OK);
    return path;
  } catch {
    process.stderr.write('console: skipped, no Chromium (set CHROMIUM_PATH, or install /usr/bin/chromium)\n');
    return undefined;
  }
}

const WCAG = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];

export interface Visit {
  role?: Role | 'nobody';
  scheme?: 'light' | 'dark';
  width?: number;
}

/** The console as somebody looks at it at the end of the story. */
export class ConsoleBrowser {
  readonly #browser: Browser;
  readonly #contexts: BrowserContext[] = [];
  readonly #troubles: string[] = [];

  private constructor(browser: Browser) {
    this.#browser = browser;
  }

  static async open(executablePath: string): Promise<ConsoleBrowser> {
    const quiet = ['--disable-gpu', '--disable-quic', '--no-first-run', '--disable-sync'];
    const args = ['--headless', '--no-sandbox', ...quiet];
    return new ConsoleBrowser(await chromium.launch({ executablePath, args }));
  }

  async visit(server: TestServer, path: string, options: Visit = {}): Promise<Page> {
    const { role = 'operator', scheme = 'light', width = 1440 } = options;
    const context = await this.#browser.newContext({
      viewport: { width, height: 900 },
      colorScheme: scheme,
      reducedMotion: 'reduce',
      timezoneId: 'Europe/Berlin',
    });
    this.#contexts.push(context);
    const page = await context.newPage();
    page.setDefaultTimeout(10_000);
    page.on('pageerror', (error) => this.#troubles.push(`${path}: ${error.message}`));
    page.on('console', (message) => {
      // The browser itself reports answers other than 2xx.
      if (message.type() === 'error' && !message.text().startsWith('Failed to load resource')) {
        this.#troubles.push(`${path}: ${message.text()}`);
      }
    });
    await page.clock.setFixedTime(NOW);
    const signIn = role === 'nobody' ? '' : `${path.includes('?') ? '&' : '?'}token=${server.tokens[role]}`;
    await page.goto(server.url + path + signIn);
    await settle(page);
    return page;
  }

  /** After each test: nothing of it stays, and nothing went wrong unseen. */
  async leave(): Promise<void> {
    await Promise.all(this.#contexts.splice(0).map((context) => context.close()));
    expect(this.#troubles.splice(0)).toEqual([]);
  }

  close(): Promise<void> {
    return this.#browser.close();
  }
}

/** Goes on in the same page: faster than a new one. */
export async function goTo(page: Page, path: string): Promise<void> {
  await page.goto(new URL(path, page.url()).href);
  await settle(page);
}

/** The page shows its data, or why it has none. */
async function settle(page: Page): Promise<void> {
  await page.locator('h1').first().waitFor({ state: 'attached' });
  await page.locator('[aria-busy="true"]').first().waitFor({ state: 'detached' });
}

export async function expectAccessible(page: Page): Promise<void> {
  // There are no frames: in one step, without a page of its own to put the results together.
  const axe = new AxeBuilder({ page }).setLegacyMode().options({ resultTypes: ['violations'] });
  const dark = await page.evaluate<boolean>("matchMedia('(prefers-color-scheme: dark)').matches");
  // The dark pages are the light ones in other colours.
  const { violations } = await (dark ? axe.withRules('color-contrast') : axe.withTags(WCAG)).analyze();
  const told = violations.map(
    ({ id, help, nodes }) => `${id}: ${help}: ${nodes.map((node) => node.html).join(' | ')}`,
  );
  expect(told).toEqual([]);
}

/** Nothing has to be scrolled sideways to be seen, but for tables in their own frames. */
export async function expectNothingCutOff(page: Page, name: string): Promise<void> {
  const over = await page.evaluate(
    'document.documentElement.scrollWidth - document.documentElement.clientWidth',
  );
  expect({ name, over }).toEqual({ name, over: 0 });
}
