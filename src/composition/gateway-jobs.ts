import type { Config } from '../config.ts';
import { Scheduler } from '../jobs/scheduler.ts';
import { systemGauges } from '../jobs/system-gauges.ts';
import { anchorAudit } from '../pipeline/audit.ts';
import { escalateClaims } from '../pipeline/claims/escalate-claims.ts';
import type { PipelineContext } from '../pipeline/context.ts';
import { wakeSnoozed } from '../pipeline/exceptions/exception-actions.ts';
import type { Gateway } from '../pipeline/gateway.ts';
import { publishEvents } from '../pipeline/orders/publish-events.ts';
import { reportUnfetched } from '../pipeline/partner-api/partner-outbox.ts';
import { RETAIN_JOB } from '../pipeline/queries/retention.ts';
import { OperationsWatch } from '../pipeline/work/watch-operations.ts';
import { writeAnchor } from '../store/anchor-folder.ts';

/** Jobs by name: milliseconds from one run to the next, and what to do. */
export type Jobs = Record<string, readonly [intervalMs: number, run: (stopping: AbortSignal) => unknown]>;

const SECOND_MS = 1_000;
const MINUTE_MS = 60 * SECOND_MS;
const HOUR_MS = 60 * MINUTE_MS;

/** What is looked after from time to time, whatever the partners and the ERP are. */
export function gatewayJobs(config: Config, context: PipelineContext, gateway: Gateway): Jobs {
  const operations = new OperationsWatch(context, systemGauges(config.dataFolder));
  const { auditAnchorsFolder, eventWebhook } = config;
  const deliver = eventWebhook !== undefined;
  return {
    'fire-deadlines': [MINUTE_MS, workedOff(async () => (await gateway.fireDeadlines()).orders)],
    'publish-events': [SECOND_MS, workedOff(() => publishEvents(context, { deliver }))],
    'escalate-claims': [MINUTE_MS, () => escalateClaims(context)],
    'watch-operations': [MINUTE_MS, () => operations.look()],
    'wake-snoozed': [MINUTE_MS, () => wakeSnoozed(context)],
    [RETAIN_JOB]: [HOUR_MS, () => gateway.retain()],
    ...(auditAnchorsFolder !== undefined && {
      'anchor-audit': [HOUR_MS, () => anchor(context, auditAnchorsFolder)] as const,
    }),
    'report-unfetched': [MINUTE_MS, () => reportUnfetched(context)],
  };
}

/** Starts the jobs; on a shared store each runs in one process at a time. */
export async function startJobs(
  { store, logger }: PipelineContext,
  { alone, jobs }: { alone: boolean; jobs: Jobs },
): Promise<Scheduler> {
  const scheduler = new Scheduler({ store, logger, alone });
  for (const [name, [intervalMs, run]] of Object.entries(jobs)) {
    scheduler.every(name, intervalMs, async (stopping) => {
      await run(stopping);
    });
  }
  await scheduler.start();
  return scheduler;
}

/** Step after step until nothing is left, or the gateway stops. */
function workedOff(step: () => Promise<number>): (stopping: AbortSignal) => Promise<void> {
  return async (stopping) => {
    while (!stopping.aborted && (await step()) > 0);
  };
}

async function anchor(context: PipelineContext, folder: string): Promise<void> {
  const head = await anchorAudit(context);
  if (head !== undefined) await writeAnchor(folder, head);
}
