import type { PipelineContext } from '../context.ts';
import type { Store } from '../ports/store.ts';
import { retryOnConflict } from '../work/retry.ts';
import { RETENTION_CLASSES } from './retention-report.ts';
import type { RetentionHistory, RetentionReport, RetentionRun } from './retention-report.ts';

const ID = 'retention.history';
const MOST_RUNS = 20;

export async function readRetentionHistory(store: Store): Promise<RetentionHistory> {
  const record = await store.get('settings', ID);
  return (record?.value as RetentionHistory | undefined) ?? { erasing: [], erased: {} };
}

/** Adds a run to the history. */
export async function noteRetentionRun(
  { store, clock }: Pick<PipelineContext, 'store' | 'clock'>,
  { classes }: RetentionReport,
): Promise<void> {
  const run: RetentionRun = { at: clock.now(), classes };
  const erasedNow = RETENTION_CLASSES.some((name) => (classes[name]?.erased ?? 0) > 0);
  await retryOnConflict(async () => {
    const record = await store.get('settings', ID);
    const before = (record?.value as RetentionHistory | undefined) ?? { erasing: [], erased: {} };
    const erased = { ...before.erased };
    for (const name of RETENTION_CLASSES) erased[name] = (erased[name] ?? 0) + (classes[name]?.erased ?? 0);
    const value: RetentionHistory = {
      last: run,
      erasing: erasedNow ? [run, ...before.erasing].slice(0, MOST_RUNS) : before.erasing,
      erased,
    };
    const op = record === undefined ? 'insert' : 'update';
    await store.commit([
      { op, collection: 'settings', record: { id: ID, revision: record?.revision ?? 0, value } },
    ]);
  });
}
