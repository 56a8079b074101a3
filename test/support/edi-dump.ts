import { scanFile } from '../../src/edi/index.ts';
import type {
  EdiEvent,
  Finding,
  FunctionalGroup,
  Interchange,
  ParsedFile,
  ReadOptions,
  Transaction,
} from '../../src/edi/index.ts';

/** Every segment of a transaction with its texts and places. */
function dumpTransaction({ segments, ...transaction }: Transaction): object {
  const rows: unknown[] = [];
  for (let s = 0; s < segments.length; s++) {
    const row: unknown[] = [segments.id(s), ...segments.range(s)];
    for (let e = 1; e <= segments.elementCount(s); e++) {
      row.push(segments.raw(s, e), ...segments.range(s, e));
      for (let r = 1; r <= segments.repetitionCount(s, e); r++)
        for (let c = 1; c <= segments.componentCount(s, e, r); c++)
          row.push(segments.value(s, e, c, r), ...segments.range(s, e, c, r));
    }
    rows.push(row);
  }
  return { ...transaction, rows };
}

function dumpGroup(group: FunctionalGroup): object {
  return { ...group, transactions: undefined };
}

function dumpInterchange(interchange: Interchange): object {
  return { ...interchange, groups: undefined };
}

/** Everything that parsing found, as plain data in the order of the file. */
export function dumpFile(file: ParsedFile): unknown[] {
  return [
    ...file.interchanges.flatMap((interchange) => [
      ...interchange.groups.flatMap((group) => [
        ...group.transactions.map(dumpTransaction),
        dumpGroup(group),
      ]),
      dumpInterchange(interchange),
    ]),
    { findings: file.findings, byteOrderMark: file.byteOrderMark },
  ];
}

/** The same of the events of a reader. */
export function dumpEvents(events: readonly EdiEvent[]): unknown[] {
  return events.flatMap((event): unknown[] => {
    switch (event.type) {
      case 'transaction':
        return [dumpTransaction(event.transaction)];
      case 'groupEnded':
        return [dumpGroup(event.group)];
      case 'interchangeEnded':
        return [dumpInterchange(event.interchange)];
      case 'fileEnded':
        return [{ findings: event.findings, byteOrderMark: event.byteOrderMark }];
      default:
        return [];
    }
  });
}

/** The same of a file that is scanned: each part is written down when it is shown. */
export function dumpScan(bytes: Uint8Array, options?: ReadOptions): unknown[] {
  const parts: unknown[] = [];
  const { findings, byteOrderMark } = scanFile(
    bytes,
    {
      transaction: (_interchange, _group, transaction) => parts.push(dumpTransaction(transaction)),
      groupEnded: (_interchange, group) => parts.push(dumpGroup(group)),
      interchangeEnded: (interchange) => parts.push(dumpInterchange(interchange)),
    },
    options,
  );
  return [...parts, { findings, byteOrderMark }];
}

/** All findings of a file, the envelope's and the transactions'. */
export function findingsOf(file: ParsedFile): Finding[] {
  return [
    ...file.findings,
    ...file.interchanges.flatMap((interchange) => [
      ...interchange.findings,
      ...interchange.groups.flatMap((group) => [
        ...group.findings,
        ...group.transactions.flatMap((transaction) => transaction.findings),
      ]),
    ]),
  ];
}
