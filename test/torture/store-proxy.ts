import { connect, createServer } from 'node:net';
import type { Server, Socket } from 'node:net';
import { MessageSplitter, OpenTransactions, requestOf, responseTo } from './wire-messages.ts';

/** How long a server may take to undo what a client that died had begun. */
const UNDO_WITHIN_MS = 10_000;

interface Line {
  gateway: Socket;
  store: Socket;
}

/**
 * Stands between the gateways and a database server: can cut the line, and lose the answers to what was already done. Whole
 * messages pass only, so that what a killed gateway had half written is not a request; and the transactions that it had begun
 * are undone when its line ends, which a server may leave to a timeout of its own.
 */
export class StoreProxy {
  readonly #target: { host: string; port: number };
  readonly #server: Server;
  readonly #lines = new Set<Line>();
  readonly #transactions = new OpenTransactions<Line>();
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
    this.hangUp();
  }

  mend(): void {
    this.#cut = false;
    this.#losingReplies = false;
  }

  /** What is asked arrives and is done; the answers are lost, and after a moment the line with them. */
  async loseReplies(forMs: number): Promise<void> {
    this.#losingReplies = true;
    await new Promise((resolve) => setTimeout(resolve, forMs));
    this.hangUp();
    this.#losingReplies = false;
  }

  async close(): Promise<void> {
    this.hangUp();
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
    const requests = new MessageSplitter();
    gateway.on('data', (bytes: Buffer) => {
      for (const message of requests.push(bytes)) {
        this.#transactions.see(message, line);
        store.write(message);
      }
    });
    store.on('data', (bytes: Buffer) => {
      if (!this.#losingReplies && !gateway.destroyed) gateway.write(bytes);
    });
    gateway.on('error', () => gateway.destroy());
    store.on('error', () => store.destroy());
    gateway.on('close', () => this.#ended(line));
    store.on('close', () => gateway.destroy());
  }

  /** The gateway's side is closed: what it asked for is still done, what it had begun is undone, then the line goes. */
  #ended(line: Line): void {
    this.#lines.delete(line);
    const { store } = line;
    const left = this.#transactions.endOf(line);
    if (left.length === 0 || store.destroyed) {
      store.end();
      return;
    }
    const replies = new MessageSplitter();
    const awaited = new Set(left.map(({ requestId }) => requestId));
    store.on('data', (bytes: Buffer) => {
      for (const message of replies.push(bytes)) awaited.delete(responseTo(message));
      if (awaited.size === 0) store.end();
    });
    for (const undo of left) store.write(requestOf(undo));
    setTimeout(() => store.destroy(), UNDO_WITHIN_MS).unref();
  }

  /** Every line breaks; a new one can be had at once. */
  hangUp(): void {
    for (const { gateway } of this.#lines) gateway.destroy();
  }
}

/** The same database by way of the proxy, and by no other: the addresses that a replica set announces would pass it by. */
export function through(uri: string, port: number): string {
  const url = new URL(uri);
  url.hostname = '127.0.0.1';
  url.port = String(port);
  url.searchParams.delete('replicaSet');
  url.searchParams.set('directConnection', 'true');
  return url.toString();
}
