import type { Finding } from '../common/finding.ts';
import type { FunctionalGroup, Interchange, Transaction } from './model.ts';
import { keepReaders } from './kept-readers.ts';
import type { ReadOptions } from './read-options.ts';
import { Reader } from './reader.ts';
import { SpareTables } from './spare-tables.ts';

/**
 * What a file holds, in its order. `interchange` and `group` are the same objects from their start to their end; their
 * findings, counts and range are complete at the end. Their lists of groups and transactions stay empty: what is to be
 * kept, the caller keeps.
 */
export type EdiEvent =
  | { type: 'interchangeStarted'; interchange: Interchange }
  | { type: 'groupStarted'; interchange: Interchange; group: FunctionalGroup }
  | { type: 'transaction'; interchange: Interchange; group: FunctionalGroup; transaction: Transaction }
  | { type: 'groupEnded'; interchange: Interchange; group: FunctionalGroup }
  | { type: 'interchangeEnded'; interchange: Interchange }
  /** Last event: what was found outside interchanges. */
  | { type: 'fileEnded'; findings: readonly Finding[]; byteOrderMark: boolean };

/** Reads a file of any size in bounded memory: the largest transaction and the piece at hand. */
export interface EdiReader {
  /** The next piece of the file, of any length. It is copied. Returns what it completed. */
  push(chunk: Uint8Array): EdiEvent[];
  /** The file ends here. */
  end(): EdiEvent[];
}

/** Makes events of what a reader finds. */
export class EventReader implements EdiReader {
  readonly #reader: Reader;
  readonly #spare: SpareTables | undefined;
  #events: EdiEvent[] = [];
  /** Transactions that were given out and are not released. */
  #shown: Transaction[] = [];

  /** `reuses`: the caller tells by `release` that it is done with all transactions so far. */
  constructor(options: ReadOptions, reuses: boolean) {
    keepReaders();
    this.#spare = reuses ? new SpareTables() : undefined;
    this.#reader = new Reader(
      {
        interchangeStarted: (interchange) => this.#add({ type: 'interchangeStarted', interchange }),
        groupStarted: (interchange, group) => this.#add({ type: 'groupStarted', interchange, group }),
        transaction: (interchange, group, transaction) => {
          if (reuses) this.#shown.push(transaction);
          this.#add({ type: 'transaction', interchange, group, transaction });
        },
        groupEnded: (interchange, group) => this.#add({ type: 'groupEnded', interchange, group }),
        interchangeEnded: (interchange) => this.#add({ type: 'interchangeEnded', interchange }),
      },
      options,
      this.#spare,
    );
  }

  #add(event: EdiEvent): void {
    this.#events.push(event);
  }

  #take(): EdiEvent[] {
    const taken = this.#events;
    this.#events = [];
    return taken;
  }

  push(chunk: Uint8Array): EdiEvent[] {
    this.#reader.push(chunk);
    return this.#take();
  }

  end(): EdiEvent[] {
    const reader = this.#reader;
    reader.end();
    this.#add({ type: 'fileEnded', findings: reader.findings, byteOrderMark: reader.byteOrderMark });
    return this.#take();
  }

  /** The segments of all transactions so far cannot be read from here on; what they stood in is used again. */
  release(): void {
    for (const { segments } of this.#shown) segments.release();
    this.#shown = [];
    this.#spare?.release();
  }
}

/**
 * Reads a file piece by piece, for instance in chunks of 64 KB. The events are the same for every way to cut the file. The
 * segments of a transaction stay valid as long as it is referred to. Never throws on any bytes.
 */
export function createEdiReader(options: ReadOptions = {}): EdiReader {
  return new EventReader(options, false);
}

/** The events of a file that arrives as chunks, such as a read stream. */
export async function* readEdi(
  chunks: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
  options: ReadOptions = {},
): AsyncGenerator<EdiEvent, void, undefined> {
  const reader = createEdiReader(options);
  for await (const chunk of chunks) yield* reader.push(chunk);
  yield* reader.end();
}
