import type { MongoClient } from 'mongodb';

/**
 * Time is counted in turns of a timer, not by a clock: a process that was frozen finds its heartbeats overdue when it wakes up,
 * though their answers are there.
 */
const TURN_MS = 1_000;

/** The moments in the life of a client that are looked at; a MongoClient tells them. */
export type WatchedClient = Pick<MongoClient, 'on'>;

export interface ClientLimits {
  /** From the start of a heartbeat to its end. */
  heartbeatMs: number;
  /** From the moment at which an operation has a connection until it gives it back. */
  operationMs: number;
}

/**
 * Notices a client of the driver that waits for ever. mongodb 7.9 and before it waits for the event `drain` of a socket; where
 * the line has ended in the same turn of the event loop that event never comes, nor does a timeout: the operation hangs, and so
 * does a server's monitor, after which the server is taken for gone.
 */
export class ClientWatch {
  readonly #limits: ClientLimits;
  readonly #onSilent: (what: string) => void;
  /** Turns since each began. */
  readonly #heartbeats = new Map<string, number>();
  readonly #operations = new Map<string, number>();
  readonly #timer: NodeJS.Timeout;
  #preparing = false;

  /** `onSilent` is called once at most. */
  constructor(client: WatchedClient, limits: ClientLimits, onSilent: (what: string) => void) {
    this.#limits = limits;
    this.#onSilent = onSilent;
    const ended = ({ connectionId }: { connectionId: string }) => this.#heartbeats.delete(connectionId);
    client.on('serverHeartbeatStarted', ({ connectionId }) => this.#heartbeats.set(connectionId, 0));
    client.on('serverHeartbeatSucceeded', ended);
    client.on('serverHeartbeatFailed', ended);
    client.on('serverClosed', ({ address }) => this.#heartbeats.delete(address));
    const idOf = ({ address, connectionId }: { address: string; connectionId: unknown }) =>
      `${address} ${String(connectionId)}`;
    client.on('connectionCheckedOut', (event) => this.#operations.set(idOf(event), 0));
    client.on('connectionCheckedIn', (event) => this.#operations.delete(idOf(event)));
    this.#timer = setInterval(() => this.#look(), TURN_MS);
    this.#timer.unref();
  }

  /** While indexes are made an operation may take as long as it likes. */
  async whilePreparing<T>(action: () => Promise<T>): Promise<T> {
    this.#preparing = true;
    try {
      return await action();
    } finally {
      this.#preparing = false;
    }
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  #look(): void {
    const silent =
      overdue(this.#heartbeats, this.#limits.heartbeatMs) !== undefined
        ? 'a heartbeat has not ended'
        : !this.#preparing && overdue(this.#operations, this.#limits.operationMs) !== undefined
          ? 'an operation has not ended'
          : undefined;
    if (silent === undefined) return;
    this.stop();
    this.#onSilent(silent);
  }
}

/** Counts one more turn for each; one that has taken longer than it may. */
function overdue(turns: Map<string, number>, limitMs: number): string | undefined {
  let found: string | undefined;
  for (const [id, before] of turns) {
    turns.set(id, before + 1);
    if ((before + 1) * TURN_MS > limitMs) found = id;
  }
  return found;
}
