import type { Finding } from '../common/finding.ts';
import type { EnvelopeSink } from './envelope-context.ts';
import { keepReaders } from './kept-readers.ts';
import type { FunctionalGroup, Interchange, Transaction } from './model.ts';
import type { ReadOptions } from './read-options.ts';
import { Reader } from './reader.ts';
import { SpareTables } from './spare-tables.ts';

/**
 * What is called for the parts of a file, in its order. `interchange` and `group` are the same objects from their start to
 * their end; their findings, counts and range are complete at the end, their lists of groups and transactions stay empty.
 * The segments of a transaction can be read until `transaction` returns, not after that.
 */
export type EdiVisitor = Partial<EnvelopeSink>;

/** What was found outside interchanges. */
export interface ScannedFile {
  byteOrderMark: boolean;
  findings: readonly Finding[];
}

/** Not closures of each reading: the engine would compile those anew for every file. */
class Showing implements EnvelopeSink {
  readonly spare = new SpareTables();
  readonly #visitor: EdiVisitor;

  constructor(visitor: EdiVisitor) {
    this.#visitor = visitor;
  }

  interchangeStarted(interchange: Interchange): void {
    this.#visitor.interchangeStarted?.(interchange);
  }

  groupStarted(interchange: Interchange, group: FunctionalGroup): void {
    this.#visitor.groupStarted?.(interchange, group);
  }

  transaction(interchange: Interchange, group: FunctionalGroup, transaction: Transaction): void {
    this.#visitor.transaction?.(interchange, group, transaction);
    transaction.segments.release();
    this.spare.release();
  }

  groupEnded(interchange: Interchange, group: FunctionalGroup): void {
    this.#visitor.groupEnded?.(interchange, group);
  }

  interchangeEnded(interchange: Interchange): void {
    this.#visitor.interchangeEnded?.(interchange);
  }
}

/**
 * Reads a whole file and shows one transaction after the other: the fastest way to read, for those who are done with a
 * transaction when they see the next one. Everything is as parseFile would say it. Never throws on any bytes; what a visitor
 * throws ends the reading.
 */
export function scanFile(bytes: Uint8Array, visitor: EdiVisitor, options: ReadOptions = {}): ScannedFile {
  keepReaders();
  const showing = new Showing(visitor);
  const reader = new Reader(showing, options, showing.spare);
  reader.readAll(bytes);
  showing.spare.close();
  return { byteOrderMark: reader.byteOrderMark, findings: reader.findings };
}
