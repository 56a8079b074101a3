import { connect, createServer } from 'node:net';
import type { Server, Socket } from 'node:net';

/** Stands between the gateways and a database server: can cut the line, and lose the answers to what was already done. */
export class StoreProxy {
  readonly #target: { host: string; port: number };
  readonly #server: Server;
  readonly #lines = new Set<{ gateway: Socket; store: Socket }>();
  #cut = false;
  #losingReplies = false;

  constructor(target: { host: string; port: number }) {
    this.#target = target;
    this.#server = createServer((gateway) => this.#open(gateway));
  }

  listen(): Promise<number> {
    return new Promise((resolve, reject) => {
      this.#server.once('error', reject);
      this.#server.listen(0, '127.0.0.1', () => {
        const address = this.#server.address();
        resolve(typeof address === 'object' && address !== null ? address.port : 0);
      });
    });
  }

  /** The store is gone until `mend`. */
  cut(): void {
    this.#cut = true;
    this.#hangUp();
  }

  mend(): void {
    this.#cut = false;
    this.#losingReplies = false;
  }

  /** What is asked arrives and is done; the answers are lost, and after a moment the line with them. */
  async loseReplies(forMs: number): Promise<void> {
    this.#losingReplies = true;
    await new Promise((resolve) => setTimeout(resolve, forMs));
    this.#hangUp();
    this.#losingReplies = false;
  }

  async close(): Promise<void> {
    this.#hangUp();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  #open(gateway: Socket): void {
    if (this.#cut) {
      gateway.destroy();
      return;
    }
    const store = connect(this.#target);
    const line = { gateway, store };
    this.#lines.add(line);
    gateway.pipe(store);
    store.on('data', (bytes: Buffer) => {
      if (!this.#losingReplies) gateway.write(bytes);
    });
    for (const socket of [gateway, store]) {
      socket.on('error', () => socket.destroy());
      socket.on('close', () => {
        gateway.destroy();
        store.destroy();
        this.#lines.delete(line);
      });
    }
  }

  #hangUp(): void {
    for (const { gateway, store } of this.#lines) {
      gateway.destroy();
      store.destroy();
    }
    this.#lines.clear();
  }
}
