import { instantMs, toInstant } from '../../common/calendar.ts';
import type { Instant } from '../../common/time.ts';
import type { PipelineContext } from '../context.ts';
import type { FileRecord } from '../records.ts';
import { retryOnConflict } from '../work/retry.ts';
import { UnitOfWork } from '../unit-of-work.ts';
import { eraseFile, hasContent, refuseErasure } from './erase-file.ts';
import { listLegalHolds } from './legal-holds.ts';
import type { LegalHoldRecord } from './legal-hold-record.ts';
import { noteRetentionRun } from './retention-history.ts';
import { RETENTION_CLASSES } from './retention-report.ts';
import type { ClassReport, RetentionClass, RetentionReport } from './retention-report.ts';

const DAY_MS = 86_400_000;
const PAGE = 200;
const MAX_TOLD = 100;
const SYSTEM = { name: 'retention', roles: [] };
/** From then on everything is looked at again: what was kept then may go now. */
const LOOK_AGAIN_MS = 7 * DAY_MS;

interface Progress {
  /** Files created until then have been looked at when they grew old. */
  through: Instant;
  /** When the last look at everything again began. */
  since: Instant;
  /** How far that look has come; absent once it has come to the end. */
  again?: Instant;
}

const NOTHING_DONE: Progress = { through: '', since: '' };

/** What company.yaml says under `retention`. */
export function keptDays({ partners }: Pick<PipelineContext, 'partners'>): RetentionReport['keptDays'] {
  const { rawDays, canonicalDays } = partners.company.retention;
  return {
    ...(rawDays !== undefined && { raw: rawDays }),
    ...(canonicalDays !== undefined && { canonical: canonicalDays }),
  };
}

/**
 * Erases what is older than its class is kept, oldest first; a tick calls it, and goes on where the last one ended. With
 * `dryRun` it only tells. `limit`: files looked at for each class.
 */
export async function retain(
  context: PipelineContext,
  { dryRun = false, limit = 2_000 }: { dryRun?: boolean; limit?: number } = {},
): Promise<RetentionReport> {
  const days = keptDays(context);
  const report: RetentionReport = { keptDays: days, classes: {}, kept: [] };
  const holds = await listLegalHolds(context.store);
  for (const name of RETENTION_CLASSES) {
    const kept = days[name];
    if (kept === undefined) continue;
    const before = toInstant(instantMs(context.clock.now()) - kept * DAY_MS);
    report.classes[name] = await retainClass(context, { name, before, dryRun, limit, holds }, report);
  }
  if (!dryRun) await noteRetentionRun(context, report);
  return report;
}

interface ClassRun {
  name: RetentionClass;
  /** Files created earlier are old enough. */
  before: Instant;
  dryRun: boolean;
  limit: number;
  holds: readonly LegalHoldRecord[];
}

async function retainClass(
  context: PipelineContext,
  run: ClassRun,
  report: RetentionReport,
): Promise<ClassReport> {
  const { name, before, dryRun, limit } = run;
  const progress = dryRun ? NOTHING_DONE : await readProgress(context, name);
  const counts: ClassReport = { erased: 0, kept: 0, more: false };
  const each = async (file: FileRecord) => {
    const outcome = await retainOne(context, file, run, report);
    if (outcome !== undefined) counts[outcome] += 1;
  };
  // What has grown old comes first: a look at everything again takes weeks where there are years.
  const front = await walk(context, { from: progress.through, before, limit }, each);
  const { again } = progress;
  const rest =
    again === undefined || front.looked >= limit
      ? undefined
      : await walk(context, { from: again, before: progress.through, limit: limit - front.looked }, each);
  if (!dryRun) await writeProgress(context, name, progressAfter(progress, front, rest));
  return { ...counts, more: front.more || (rest?.more ?? again !== undefined) };
}

interface Walk {
  looked: number;
  /** Files created until then have been looked at. */
  through: Instant;
  more: boolean;
}

/** Files created in that time, the oldest first, up to a limit. */
async function walk(
  { store }: Pick<PipelineContext, 'store'>,
  { from, before, limit }: { from: Instant; before: Instant; limit: number },
  each: (file: FileRecord) => Promise<void>,
): Promise<Walk> {
  let looked = 0;
  let through = from;
  let after: string | undefined;
  do {
    const page = await store.find('files', {
      where: { createdAt: { gte: from, lt: before } },
      orderBy: 'createdAt',
      limit: Math.min(PAGE, limit - looked),
      ...(after !== undefined && { after }),
    });
    for (const file of page.records) await each(file);
    looked += page.records.length;
    after = page.next;
    through = after === undefined ? before : page.records.at(-1)!.createdAt;
  } while (after !== undefined && looked < limit);
  return { looked, through, more: after !== undefined };
}

function progressAfter({ since, again }: Progress, front: Walk, rest: Walk | undefined): Progress {
  const next = rest === undefined ? again : rest.more ? rest.through : undefined;
  return { through: front.through, since, ...(next !== undefined && { again: next }) };
}

/** Undefined where nothing of the class is left. */
async function retainOne(
  context: PipelineContext,
  file: FileRecord,
  { name, dryRun, holds }: ClassRun,
  report: RetentionReport,
): Promise<'erased' | 'kept' | undefined> {
  const unit = new UnitOfWork(context.store);
  if (!(await hasContent(unit, file, name))) return undefined;
  const because = await refuseErasure(unit, file, holds);
  if (because !== undefined) {
    if (report.kept.length < MAX_TOLD) report.kept.push({ fileId: file.id, name: file.name, because });
    return 'kept';
  }
  const reason = `older than ${report.keptDays[name]} days`;
  const erasure = { classes: [name], reason, actor: SYSTEM };
  const gone = dryRun || (await retryOnConflict(() => eraseFile(context, file.id, erasure)));
  return gone ? 'erased' : undefined;
}

async function readProgress(context: PipelineContext, name: RetentionClass): Promise<Progress> {
  const now = context.clock.now();
  const known = (await context.store.get('settings', progressId(name)))?.value as Progress | undefined;
  if (known === undefined) return { ...NOTHING_DONE, since: now };
  const isOver = known.again === undefined && instantMs(now) - instantMs(known.since) > LOOK_AGAIN_MS;
  return isOver ? { ...known, since: now, again: '' } : known;
}

async function writeProgress(context: PipelineContext, name: RetentionClass, value: Progress): Promise<void> {
  await retryOnConflict(async () => {
    const id = progressId(name);
    const known = await context.store.get('settings', id);
    const record = { id, revision: known?.revision ?? 0, value };
    await context.store.commit([
      { op: known === undefined ? 'insert' : 'update', collection: 'settings', record },
    ]);
  });
}

function progressId(name: RetentionClass): string {
  return `retention.${name}`;
}
