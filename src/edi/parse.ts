import type { EnvelopeSink } from './envelope-context.ts';
import type { FunctionalGroup, Interchange, ParsedFile, Transaction } from './model.ts';
import { keepReaders } from './kept-readers.ts';
import type { ReadOptions } from './read-options.ts';
import { Reader } from './reader.ts';

/** Not closures of each reading: the engine would compile those anew for every file. */
class Keeping implements EnvelopeSink {
  readonly interchanges: Interchange[] = [];

  interchangeStarted(interchange: Interchange): void {
    this.interchanges.push(interchange);
  }

  groupStarted(interchange: Interchange, group: FunctionalGroup): void {
    interchange.groups.push(group);
  }

  transaction(_interchange: Interchange, group: FunctionalGroup, transaction: Transaction): void {
    group.transactions.push(transaction);
  }

  groupEnded(): void {
    // Nothing is left to be kept.
  }

  interchangeEnded(): void {
    // Nothing is left to be kept.
  }
}

/**
 * Reads a whole file: every interchange, group and transaction in it, each with random access to its elements and with
 * the findings of its envelope. Never throws: bytes that are no EDI at all give a file without interchanges and a
 * finding that says why. `bytes` must not change while the result is in use. For files that do not fit into memory see
 * createEdiReader.
 */
export function parseFile(bytes: Uint8Array, options: ReadOptions = {}): ParsedFile {
  keepReaders();
  const keeping = new Keeping();
  const reader = new Reader(keeping, options);
  reader.readAll(bytes);
  const { interchanges } = keeping;
  return { bytes, byteOrderMark: reader.byteOrderMark, interchanges, findings: reader.findings };
}
