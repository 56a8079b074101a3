import { keptDays } from '../retention/retain.ts';
import { readRetentionHistory } from '../retention/retention-history.ts';
import { RETENTION_CLASSES } from '../retention/retention-report.ts';
import type { RetentionClass, RetentionHistory } from '../retention/retention-report.ts';
import type { PipelineContext } from '../context.ts';

/** Name of the job that erases what is old enough. */
export const RETAIN_JOB = 'retain';

export interface RetentionOverview extends Omit<RetentionHistory, 'erased'> {
  classes: { name: RetentionClass; keptDays?: number; erased: number }[];
  /** When the next run is due; absent where no gateway runs jobs. */
  nextAt?: string;
}

export async function showRetention(
  context: Pick<PipelineContext, 'store' | 'partners'>,
): Promise<RetentionOverview> {
  const { erased, ...history } = await readRetentionHistory(context.store);
  const days = keptDays(context);
  const { records } = await context.store.find('jobs', { where: { name: RETAIN_JOB }, limit: 1 });
  const nextAt = records[0]?.nextRunAt ?? '';
  return {
    ...history,
    classes: RETENTION_CLASSES.map((name) => {
      const kept = days[name];
      return { name, ...(kept !== undefined && { keptDays: kept }), erased: erased[name] ?? 0 };
    }),
    ...(nextAt !== '' && { nextAt }),
  };
}
