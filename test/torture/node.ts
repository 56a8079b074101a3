import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const MAIN = fileURLToPath(new URL('../../src/main.ts', import.meta.url));
const CLOCK = new URL('shifted-clock.ts', import.meta.url).href;
/** Also on a machine that does much else. */
const READY_WITHIN_MS = 300_000;

export interface NodeOptions {
  /** Installation folder; every node of a run works on the same one. */
  home: string;
  port: number;
  variables: Readonly<Record<string, string>>;
  /** How far its clock is from the true time when it starts; default 0. */
  clockOffsetMs?: number;
  /** Hears of what the process prints on standard error. */
  log: (line: string) => void;
}

/** One gateway process that can be killed, frozen, and have its clock set. */
export class GatewayNode {
  readonly url: string;
  /** How long its last start took. */
  startMs = 0;
  readonly #options: NodeOptions;
  readonly #clockFile: string;
  #process: ChildProcess | undefined;
  #expectedToEnd = false;

  constructor(options: NodeOptions) {
    this.#options = options;
    this.url = `http://127.0.0.1:${options.port}`;
    this.#clockFile = path.join(options.home, `clock-${options.port}`);
  }

  async start(): Promise<void> {
    this.#expectedToEnd = false;
    const began = performance.now();
    await this.setClock(this.#options.clockOffsetMs ?? 0);
    const child = spawn(process.execPath, ['--import', CLOCK, MAIN, 'start'], {
      env: {
        ...process.env,
        NODE_OPTIONS: '',
        TRADELANE_HOME: this.#options.home,
        TRADELANE_PORT: String(this.#options.port),
        TORTURE_CLOCK: this.#clockFile,
        ...this.#options.variables,
      },
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    child.stderr.setEncoding('utf8').on('data', (text: string) => this.#options.log(text));
    child.once('exit', (code, signal) => {
      if (!this.#expectedToEnd)
        this.#options.log(`The gateway on ${this.url} ended by itself: ${code ?? signal}\n`);
    });
    this.#process = child;
    await this.#ready(child);
    this.startMs = performance.now() - began;
  }

  /** SIGKILL: nothing is finished, nothing is told. */
  async kill(): Promise<void> {
    const child = this.#end();
    if (child === undefined) return;
    const ended = once(child, 'exit');
    child.kill('SIGKILL');
    await ended;
  }

  async stop(): Promise<void> {
    const child = this.#end();
    if (child === undefined) return;
    const ended = once(child, 'exit');
    child.kill('SIGTERM');
    await ended;
  }

  freeze(): void {
    this.#process?.kill('SIGSTOP');
  }

  thaw(): void {
    this.#process?.kill('SIGCONT');
  }

  /** Steps the clock that this process sees by so much; 0 = the true time. */
  async setClock(offsetMs: number): Promise<void> {
    await writeFile(this.#clockFile, String(offsetMs));
  }

  get isRunning(): boolean {
    return (
      this.#process !== undefined && this.#process.exitCode === null && this.#process.signalCode === null
    );
  }

  #end(): ChildProcess | undefined {
    this.#expectedToEnd = true;
    const child = this.isRunning ? this.#process : undefined;
    this.#process = undefined;
    return child;
  }

  async #ready(child: ChildProcess): Promise<void> {
    const deadline = Date.now() + READY_WITHIN_MS;
    while (Date.now() < deadline) {
      if (child.exitCode !== null)
        throw new Error(`The gateway on ${this.url} ended with ${child.exitCode}.`);
      const answer = await fetch(`${this.url}/healthz`).catch(() => undefined);
      if (answer?.ok === true) return;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    throw new Error(`The gateway on ${this.url} was not ready within ${READY_WITHIN_MS / 1000} s.`);
  }
}
