import { hash } from 'node:crypto';
import type { GatewayError } from '../../common/errors.ts';
import { invariant } from '../../common/invariant.ts';
import type { ArchiveEntry, CollectionName, CommitOptions, Operation } from '../../pipeline/ports/store.ts';
import { conflict } from '../conflict.ts';
import { toStored } from './stored-record.ts';
import type { StoredRecord } from './stored-record.ts';

/** One operation as plain values: what the caller does to its records afterwards changes nothing. */
interface PreparedOperation {
  op: Operation['op'];
  collection: CollectionName;
  id: string;
  /** As it is to be stored; absent on a delete. */
  record?: StoredRecord;
}

export interface PreparedCommit {
  operations: readonly PreparedOperation[];
  archive: readonly ArchiveEntry[];
  erase: readonly string[];
  requires: readonly string[];
  durable: boolean;
}

/** What the commits of a group leave of one record, and what it must be before. */
export interface PlannedWrite {
  collection: CollectionName;
  id: string;
  /** Revision that must be stored; 0: there is no such record; undefined: whatever there is. */
  expected: number | undefined;
  /** Undefined: the record goes. */
  record: StoredRecord | undefined;
}

export interface CommitPlan {
  /** One for each commit: undefined, or why it is refused. */
  outcomes: readonly (GatewayError | undefined)[];
  writes: readonly PlannedWrite[];
  archive: readonly ArchiveEntry[];
  /** Archive entries that go, unless somebody still has them. */
  erase: readonly string[];
  /** Archive entries that have to be there. */
  requires: readonly string[];
  durable: boolean;
}

/** Revisions stored now, by `collection/id`, and 1 by `archive/sha256`; 0 where there is none. */
export type StoredRevisions = ReadonlyMap<string, number>;

export function prepareCommit(
  operations: readonly Operation[],
  archive: readonly ArchiveEntry[],
  { durability = 'durable', erase = [], requires = [] }: CommitOptions = {},
): PreparedCommit {
  for (const { sha256, bytes } of archive)
    invariant(hash('sha256', bytes) === sha256, `The archive entry ${sha256} does not hold those bytes.`);
  const durable = durability === 'durable';
  return { operations: operations.map(prepareOperation), archive, erase, requires, durable };
}

function prepareOperation(operation: Operation): PreparedOperation {
  const { op, collection } = operation;
  if (op === 'delete') return { op, collection, id: operation.id };
  const { record } = operation;
  const stored = toStored(collection, { ...record, revision: record.revision + 1 });
  return { op, collection, id: record.id, record: stored };
}

/**
 * Plays a group of commits, in order, and tells what has to be written for it. With the stored revisions known, it decides
 * every conflict; without, it takes the first operation on each record to be right, and the write itself finds out.
 */
export function planCommits(commits: readonly PreparedCommit[], stored?: StoredRevisions): CommitPlan {
  const records = new Map<string, PlannedWrite>();
  const outcomes: (GatewayError | undefined)[] = [];
  const accepted: PreparedCommit[] = [];
  for (const commit of commits) {
    const changed = new Map<string, PlannedWrite>();
    const refusal = play(commit, (key) => changed.get(key) ?? records.get(key), changed, stored);
    outcomes.push(refusal);
    if (refusal !== undefined) continue;
    for (const [key, write] of changed) records.set(key, write);
    accepted.push(commit);
  }
  return {
    outcomes,
    writes: [...records.values()],
    archive: accepted.flatMap((commit) => commit.archive),
    erase: accepted.flatMap((commit) => commit.erase),
    requires: accepted.flatMap((commit) => commit.requires),
    durable: accepted.some((commit) => commit.durable),
  };
}

function play(
  { operations, requires }: PreparedCommit,
  known: (key: string) => PlannedWrite | undefined,
  changed: Map<string, PlannedWrite>,
  stored: StoredRevisions | undefined,
): GatewayError | undefined {
  const gone = requires.find((sha256) => stored?.get(recordKey('archive', sha256)) === 0);
  if (gone !== undefined) return conflict('archive', gone, 'changed');
  for (const { op, collection, id, record } of operations) {
    const key = recordKey(collection, id);
    const before = known(key);
    // What an insert or update asks for; a delete takes what there is.
    const wanted = op === 'delete' ? undefined : op === 'insert' ? 0 : record!.revision - 1;
    const present = before === undefined ? stored?.get(key) : (before.record?.revision ?? 0);
    if (wanted !== undefined && present !== undefined && wanted !== present)
      return conflict(collection, id, op === 'insert' ? 'exists' : 'changed');
    const expected = before === undefined ? (wanted ?? stored?.get(key)) : before.expected;
    changed.set(key, { collection, id, expected, record });
  }
  return undefined;
}

export function recordKey(collection: CollectionName | 'archive', id: string): string {
  return `${collection}/${id}`;
}
