import type { Finding } from '../common/finding.ts';
import type { EnvelopeSink } from './envelope-context.ts';
import { keepReaders } from './kept-readers.ts';
import type { ReadOptions } from './reader.ts';
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

/**
 * Reads a whole file and shows one transaction after the other: the fastest way to read, for those who are done with a
 * transaction when they see the next one. Everything is as parseFile would say it. Never throws on any bytes; what a visitor
 * throws ends the reading.
 */
export function scanFile(bytes: Uint8Array, visitor: EdiVisitor, options: ReadOptions = {}): ScannedFile {
  keepReaders();
  const spare = new SpareTables();
  const reader = new Reader(
    {
      interchangeStarted: (interchange) => visitor.interchangeStarted?.(interchange),
      groupStarted: (interchange, group) => visitor.groupStarted?.(interchange, group),
      transaction: (interchange, group, transaction) => {
        visitor.transaction?.(interchange, group, transaction);
        transaction.segments.release();
        spare.release();
      },
      groupEnded: (interchange, group) => visitor.groupEnded?.(interchange, group),
      interchangeEnded: (interchange) => visitor.interchangeEnded?.(interchange),
    },
    options,
    spare,
  );
  reader.readAll(bytes);
  spare.close();
  return { byteOrderMark: reader.byteOrderMark, findings: reader.findings };
}
