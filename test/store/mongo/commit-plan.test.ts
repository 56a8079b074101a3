import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { Operation } from '../../../src/pipeline/ports/store.ts';
import { planCommits, prepareCommit, recordKey } from '../../../src/store/mongo/commit-plan.ts';
import type { PlannedWrite } from '../../../src/store/mongo/commit-plan.ts';
import { claimRecord } from '../records.ts';

type Stored = Map<string, number>;

/** What one commit after the other does to the revisions: the rule book that a plan for the whole group must follow. */
function applyOneByOne(stored: Stored, commits: readonly (readonly Operation[])[]): boolean[] {
  return commits.map((operations) => {
    const trial = new Map(stored);
    for (const operation of operations) {
      const id = operation.op === 'delete' ? operation.id : operation.record.id;
      const key = recordKey(operation.collection, id);
      const present = trial.get(key) ?? 0;
      if (operation.op === 'delete') trial.delete(key);
      else {
        if (present !== (operation.op === 'insert' ? 0 : operation.record.revision)) return false;
        trial.set(key, operation.record.revision + 1);
      }
    }
    stored.clear();
    for (const [key, revision] of trial) stored.set(key, revision);
    return true;
  });
}

/** Writes as the server would; undefined where it finds something else than the plan expects. */
function applyWrites(stored: Stored, writes: readonly PlannedWrite[]): Stored | undefined {
  const after = new Map(stored);
  for (const { collection, id, expected, record } of writes) {
    const key = recordKey(collection, id);
    if (expected !== undefined && (stored.get(key) ?? 0) !== expected) return undefined;
    if (record === undefined) after.delete(key);
    else after.set(key, record.revision);
  }
  return after;
}

const operation: fc.Arbitrary<Operation> = fc
  .record({
    op: fc.constantFrom('insert', 'update', 'delete'),
    id: fc.constantFrom('a', 'b'),
    revision: fc.integer({ min: 1, max: 3 }),
  })
  .map(({ op, id, revision }) =>
    op === 'delete'
      ? { op, collection: 'claims' as const, id }
      : {
          op: op,
          collection: 'claims' as const,
          record: { ...claimRecord(id), revision: op === 'insert' ? 0 : revision },
        },
  );
const group = fc.array(fc.array(operation, { minLength: 1, maxLength: 3 }), { minLength: 1, maxLength: 5 });
const before = fc
  .record({ a: fc.integer({ min: 0, max: 3 }), b: fc.integer({ min: 0, max: 3 }) })
  .map(
    (revisions) =>
      new Map(
        Object.entries(revisions).flatMap(([id, revision]) =>
          revision === 0 ? [] : [[recordKey('claims', id), revision] as const],
        ),
      ),
  );

describe('the plan of a group of commits', () => {
  test('that knows what is stored refuses and writes what one commit after the other would', () => {
    fc.assert(
      fc.property(before, group, (stored, commits) => {
        const oneByOne = new Map(stored);
        const accepted = applyOneByOne(oneByOne, commits);
        const known = new Map([recordKey('claims', 'a'), recordKey('claims', 'b')].map((key) => [key, 0]));
        for (const [key, revision] of stored) known.set(key, revision);
        const plan = planCommits(
          commits.map((operations) => prepareCommit(operations, [])),
          known,
        );
        expect(plan.outcomes.map((refusal) => refusal === undefined)).toEqual(accepted);
        expect(applyWrites(stored, plan.writes)).toEqual(oneByOne);
      }),
      { numRuns: 2000 },
    );
  });

  test('that trusts the callers is right whenever the store is as it expects', () => {
    fc.assert(
      fc.property(before, group, (stored, commits) => {
        const plan = planCommits(commits.map((operations) => prepareCommit(operations, [])));
        fc.pre(plan.outcomes.every((refusal) => refusal === undefined));
        const written = applyWrites(stored, plan.writes);
        fc.pre(written !== undefined);
        const oneByOne = new Map(stored);
        expect(applyOneByOne(oneByOne, commits)).not.toContain(false);
        expect(written).toEqual(oneByOne);
      }),
      { numRuns: 2000 },
    );
  });
});
