import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { GatewayError } from '../../common/errors.ts';
import type { Config } from '../../config.ts';
import { remark } from '../output.ts';

const READY_WITHIN_MS = 60_000;
const LOOK_AGAIN_MS = 200;

/** Gateways beside the demo's own, each a process with ports of its own, on the same MongoDB. */
export class FurtherGateways {
  readonly #processes: ChildProcess[] = [];

  /** Throws CONFIG_INVALID where the store is not one that gateways can share. */
  async start(count: number, config: Config): Promise<void> {
    if (count > 0 && config.mongodbUri === undefined) {
      throw new GatewayError(
        'CONFIG_INVALID',
        'Several gateways share a MongoDB: give it with --mongo, or by TRADELANE_MONGODB_URI.',
      );
    }
    for (let number = 1; number <= count; number += 1) await this.#startOne(config, number);
  }

  /** The last one ends as by kill -9: nothing is finished, nothing is told. */
  async killLast(): Promise<void> {
    const last = this.#processes.pop();
    if (last === undefined) return;
    remark(
      `  Gateway ${this.#processes.length + 2} is killed; ${this.#processes.length + 1} go on with its work.`,
    );
    const ended = once(last, 'exit');
    last.kill('SIGKILL');
    await ended;
  }

  async close(): Promise<void> {
    for (const child of this.#processes.splice(0)) {
      const ended = once(child, 'exit');
      child.kill('SIGTERM');
      await ended;
    }
  }

  async #startOne(config: Config, number: number): Promise<void> {
    const port = config.port + number;
    const child = spawn(process.execPath, [process.argv[1]!, 'start'], {
      env: {
        ...process.env,
        ...(config.mongodbUri !== undefined && { TRADELANE_MONGODB_URI: config.mongodbUri }),
        TRADELANE_PORT: String(port),
        TRADELANE_AS2_PORT: String(config.as2Port + number),
        TRADELANE_SFTP_PORT: String(config.sftpPort + number),
      },
      stdio: ['ignore', 'ignore', 'inherit'],
    });
    this.#processes.push(child);
    const deadline = Date.now() + READY_WITHIN_MS;
    for (;;) {
      const answer = await fetch(`http://127.0.0.1:${port}/readyz`).catch(() => undefined);
      if (answer?.ok === true) return;
      if (child.exitCode !== null || Date.now() > deadline) {
        throw new GatewayError(
          'PORT_IN_USE',
          `Gateway ${number + 1} of the demo did not start on port ${port}.`,
        );
      }
      await new Promise((resolve) => setTimeout(resolve, LOOK_AGAIN_MS));
    }
  }
}
