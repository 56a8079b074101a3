import type { EnvelopeSink } from './envelope-context.ts';
import type { Interchange, ParsedFile } from './model.ts';
import { keepReaders } from './kept-readers.ts';
import type { ReadOptions } from './reader.ts';
import { Reader } from './reader.ts';

/**
 * Reads a whole file: every interchange, group and transaction in it, each with random access to its elements and with
 * the findings of its envelope. Never throws: bytes that are no EDI at all give a file without interchanges and a
 * finding that says why. `bytes` must not change while the result is in use. For files that do not fit into memory see
 * createEdiReader.
 */
export function parseFile(bytes: Uint8Array, options: ReadOptions = {}): ParsedFile {
  keepReaders();
  const interchanges: Interchange[] = [];
  const sink: EnvelopeSink = {
    interchangeStarted: (interchange) => interchanges.push(interchange),
    groupStarted: (interchange, group) => interchange.groups.push(group),
    transaction: (_interchange, group, transaction) => group.transactions.push(transaction),
    groupEnded: () => undefined,
    interchangeEnded: () => undefined,
  };
  const reader = new Reader(sink, options);
  reader.readAll(bytes);
  return { bytes, byteOrderMark: reader.byteOrderMark, interchanges, findings: reader.findings };
}
