import { setTimeout as pause } from 'node:timers/promises';
import { MongoClient, MongoNetworkError } from 'mongodb';
import type { Db } from 'mongodb';
import { GatewayError } from '../../common/errors.ts';
import type { Logger } from '../../common/log.ts';
import type { StoreLine } from '../../pipeline/ports/store.ts';
import { ClientWatch } from './client-watch.ts';
import { CommitLane } from './commit-lane.ts';
import { ReadLanes } from './read-lanes.ts';

/** Where the connection string does not say otherwise. */
const TIMEOUTS = { serverSelectionTimeoutMS: 10_000, connectTimeoutMS: 10_000 };
const DEFAULT_DATABASE = 'tradelane';
const OPERATION_LIMIT_MS = 60_000;
/** Where 0 lets an attempt to connect take as long as the system likes. */
const UNLIMITED_CONNECT_MS = 150_000;
/** A client that waits for ever also closes for ever. */
const CLOSE_WITHIN_MS = 5_000;

export interface MongoConnectionOptions {
  /** Connection string of a replica set; its path names the database, `tradelane` unless given. */
  uri: string;
  logger?: Pick<Logger, 'warn'>;
  /** How long one operation may hold a connection until the client is replaced; default: a minute. */
  operationLimitMs?: number;
}

/** One client of the driver, and what belongs to it. */
export interface MongoLine {
  client: MongoClient;
  db: Db;
  lane: CommitLane;
  reads: ReadLanes;
}

interface Line extends MongoLine {
  watch: ClientWatch;
  /** Gives up what is under way. */
  running: Set<(error: Error) => void>;
  isConnected: boolean;
}

/**
 * The way to the server: a client of the driver, and a new one as soon as that one waits for ever (see ClientWatch). What is
 * under way then fails as it does when a line breaks: whether it was done is unknown.
 */
export class MongoConnection {
  readonly #options: MongoConnectionOptions;
  #current: Line;
  #state: StoreLine = { replaced: 0 };

  /** Throws CONFIG_INVALID. Connects with the first operation. */
  constructor(options: MongoConnectionOptions) {
    this.#options = options;
    this.#current = this.#open();
  }

  get databaseName(): string {
    return this.#current.db.databaseName;
  }

  get state(): StoreLine {
    return this.#state;
  }

  run<T>(action: (line: MongoLine) => Promise<T>): Promise<T> {
    const line = this.#current;
    return unlessReplaced(line, () =>
      line.isConnected ? action(line) : connect(line).then(() => action(line)),
    );
  }

  /** As `run`, for what may take long: making indexes. */
  prepare(action: (client: MongoClient, db: Db) => Promise<void>): Promise<void> {
    const { watch } = this.#current;
    return this.run(({ client, db }) => watch.whilePreparing(() => action(client, db)));
  }

  /** Finishes the commits that wait, then closes. */
  async close(): Promise<void> {
    const line = this.#current;
    await unlessReplaced(line, () => line.lane.drain()).catch(() => undefined);
    await closeLine(this.#current);
  }

  #open(): Line {
    const { uri, operationLimitMs = OPERATION_LIMIT_MS } = this.#options;
    const client = createClient(uri);
    const db = client.db(databaseOf(uri));
    const { heartbeatFrequencyMS, connectTimeoutMS } = client.options;
    // A heartbeat makes a connection, says hello, and on MongoDB then waits for news as long as its frequency.
    const limits = {
      heartbeatMs: heartbeatFrequencyMS + 2 * (connectTimeoutMS || UNLIMITED_CONNECT_MS),
      operationMs: operationLimitMs,
    };
    return {
      client,
      db,
      lane: new CommitLane(client, db),
      reads: new ReadLanes(db),
      watch: new ClientWatch(client, limits, (what) => this.#replace(what)),
      running: new Set(),
      isConnected: false,
    };
  }

  #replace(what: string): void {
    const silent = this.#current;
    this.#current = this.#open();
    this.#state = { replaced: this.#state.replaced + 1, replacedAt: new Date().toISOString() };
    const store = this.databaseName;
    this.#options.logger?.warn(
      { store, what },
      'the client of the store waited for ever and has been replaced',
    );
    const error = new MongoNetworkError(`the driver waits for ever: ${what}`);
    for (const giveUp of silent.running) giveUp(error);
    void closeLine(silent);
  }
}

function unlessReplaced<T>({ running }: Line, action: () => Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    running.add(reject);
    void action()
      .then(resolve, reject)
      .finally(() => running.delete(reject));
  });
}

/**
 * Operations connect a client by themselves, once: where the server was away at that moment they all find a closed topology from then
 * on, though it is back (mongodb 7.9). Connecting is tried anew here for as long as it takes.
 */
async function connect(line: Line): Promise<void> {
  await line.client.connect();
  line.isConnected = true;
}

async function closeLine({ client, watch }: Line): Promise<void> {
  watch.stop();
  const closed = client.close().then(
    () => true,
    () => true,
  );
  if (await Promise.race([closed, pause(CLOSE_WITHIN_MS, false, { ref: false })])) return;
  // It says goodbye over a line that is no more; its timers and its monitor would go on, and keep the process alive.
  (client as unknown as DriverInternals).topology?.close();
}

/** Not in the types of the driver. */
interface DriverInternals {
  topology?: { close: () => void };
}

function createClient(uri: string): MongoClient {
  try {
    return new MongoClient(uri, {
      appName: 'tradelane',
      retryWrites: true,
      retryReads: true,
      readPreference: 'primary',
      ...unlessGiven(uri),
    });
  } catch (cause) {
    const text = cause instanceof Error ? cause.message : String(cause);
    throw new GatewayError('CONFIG_INVALID', `The connection string of MongoDB cannot be used: ${text}.`, {
      cause,
    });
  }
}

/** To the driver, options count for more than the connection string: here it is the other way round. */
function unlessGiven(uri: string): Partial<typeof TIMEOUTS> {
  const [, query = ''] = uri.split('?');
  const given = new Set([...new URLSearchParams(query).keys()].map((name) => name.toLowerCase()));
  return Object.fromEntries(Object.entries(TIMEOUTS).filter(([name]) => !given.has(name.toLowerCase())));
}

function databaseOf(uri: string): string {
  const [, path = ''] = /^[^:]+:\/\/[^/]+\/([^?]*)/.exec(uri) ?? [];
  return path === '' ? DEFAULT_DATABASE : decodeURIComponent(path);
}
