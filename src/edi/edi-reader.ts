import type { Finding } from '../common/finding.ts';
import type { FunctionalGroup, Interchange, Transaction } from './model.ts';
import { keepReaders } from './kept-readers.ts';
import type { ReadOptions } from './reader.ts';
import { Reader } from './reader.ts';

/**
 * What a file holds, in its order. `interchange` and `group` are the same objects from their start to their end; their
 * findings, counts and range are complete at the end. Their lists of groups and transactions stay empty: what is to be
 * kept, the caller keeps. The segments of a transaction stay valid as long as it is referred to.
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

/**
 * Reads a file piece by piece, for instance in chunks of 64 KB. The events are the same for every way to cut the file.
 * Never throws on any bytes.
 */
export function createEdiReader(options: ReadOptions = {}): EdiReader {
  keepReaders();
  let events: EdiEvent[] = [];
  const reader = new Reader(
    {
      interchangeStarted: (interchange) => events.push({ type: 'interchangeStarted', interchange }),
      groupStarted: (interchange, group) => events.push({ type: 'groupStarted', interchange, group }),
      transaction: (interchange, group, transaction) =>
        events.push({ type: 'transaction', interchange, group, transaction }),
      groupEnded: (interchange, group) => events.push({ type: 'groupEnded', interchange, group }),
      interchangeEnded: (interchange) => events.push({ type: 'interchangeEnded', interchange }),
    },
    options,
  );
  const take = (): EdiEvent[] => {
    const taken = events;
    events = [];
    return taken;
  };
  return {
    push: (chunk) => {
      reader.push(chunk);
      return take();
    },
    end: () => {
      reader.end();
      events.push({ type: 'fileEnded', findings: reader.findings, byteOrderMark: reader.byteOrderMark });
      return take();
    },
  };
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
