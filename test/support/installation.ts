import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';

const execute = promisify(execFile);
const START_TIMEOUT_MS = 60_000;
const REST_TIMEOUT_MS = 300_000;
const LOOK_AGAIN_MS = 200;
const MAX_ATTEMPTS = 100;

/** An installation as its users reach it: command line, API and folders; nothing of its code. */
export class Installation {
  readonly home: string;
  readonly port: number;
  readonly #main: string;
  readonly #variables: Readonly<Record<string, string>>;

  /** `main`: the program; default that of the clone which the installation is. */
  constructor(
    home: string,
    port: number,
    { main, variables = {} }: { main?: string; variables?: Readonly<Record<string, string>> } = {},
  ) {
    this.home = home;
    this.port = port;
    this.#main = main ?? path.join(home, 'src', 'main.ts');
    this.#variables = variables;
  }

  /** What a command of `tradelane … --json` prints; an exit status of 1 ("no") is an answer too. */
  async command(...args: string[]): Promise<unknown> {
    const run = execute(process.execPath, [this.#main, ...args], {
      maxBuffer: 1 << 28,
      env: {
        ...process.env,
        TRADELANE_HOME: this.home,
        TRADELANE_PORT: String(this.port),
        ...this.#variables,
      },
    });
    const { stdout } = await run.catch((error: unknown) => {
      const { code, stdout: printed } = error as { code?: number; stdout?: string };
      if (code === 1 && printed !== undefined) return { stdout: printed };
      throw error;
    });
    return JSON.parse(stdout);
  }

  /** Waits where it asks too often, and a while for a store that is just coming back. */
  async get(route: string, attempt = 1): Promise<unknown> {
    const token = (await readFile(path.join(this.home, 'data', 'admin-token'), 'utf8')).trim();
    const answer = await fetch(`http://127.0.0.1:${this.port}/api${route}`, {
      headers: { authorization: `Bearer ${token}` },
    });
    if (answer.status === 429 || (answer.status === 503 && attempt < MAX_ATTEMPTS)) {
      await new Promise((resolve) => setTimeout(resolve, LOOK_AGAIN_MS));
      return this.get(route, attempt + 1);
    }
    if (!answer.ok) throw new Error(`GET /api${route} answered ${answer.status}: ${await answer.text()}`);
    return answer.json();
  }

  /** All records of a paged list. */
  async list<R>(route: string): Promise<R[]> {
    const all: R[] = [];
    let after: string | undefined;
    do {
      const query = new URLSearchParams({ limit: '200', ...(after !== undefined && { after }) });
      const page = (await this.get(`${route}?${query.toString()}`)) as { records: R[]; next?: string };
      all.push(...page.records);
      after = page.next;
    } while (after !== undefined);
    return all;
  }

  /** Resolves when /healthz answers 200; `exited` tells the status of a gateway that has ended instead. */
  async healthy(exited: () => number | undefined): Promise<void> {
    await this.#until('the gateway is ready', START_TIMEOUT_MS, async () => {
      const status = exited();
      if (status !== undefined)
        throw new Error(`The gateway ended with status ${status} before it was ready.`);
      const answer = await fetch(`http://127.0.0.1:${this.port}/healthz`).catch(() => undefined);
      return answer?.ok === true;
    });
  }

  /** Resolves when every inbox is empty and no work is left that is due. */
  async rest(): Promise<void> {
    let quiet = 0;
    await this.#until('the gateway is at rest', REST_TIMEOUT_MS, async () => {
      const waiting = await Promise.all(
        [
          ...['ready', 'delayed', 'blocked', 'leased'].map((status) => `/work?status=${status}`),
          ...['received', 'queued'].map((status) => `/files?status=${status}`),
        ].map((route) => this.#count(route)),
      );
      const busy = waiting.some((count) => count > 0);
      // Several looks in a row: a poll of the inbox lies between them.
      quiet = busy ? 0 : quiet + 1;
      return quiet * LOOK_AGAIN_MS > 3_000;
    });
  }

  /** Not at rest, too, is a gateway that cannot read its store at the moment. */
  async #count(route: string): Promise<number> {
    const answer = await this.get(route).catch((error: unknown) => {
      if (String(error).includes('STORE_UNAVAILABLE')) return { records: [undefined] };
      throw error;
    });
    return (answer as { records: unknown[] }).records.length;
  }

  async #until(what: string, timeoutMs: number, holds: () => Promise<boolean>): Promise<void> {
    const deadline = Date.now() + timeoutMs;
    while (!(await holds())) {
      if (Date.now() > deadline) throw new Error(`Waited ${timeoutMs / 1000} s in vain until ${what}.`);
      await new Promise((resolve) => setTimeout(resolve, LOOK_AGAIN_MS));
    }
  }
}
