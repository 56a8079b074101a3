import { toInstant, instantMs } from '../../common/calendar.ts';
import type { Instant } from '../../common/time.ts';
import type { OrderBadge } from '../../tracking/status.ts';
import { UNFINISHED } from '../collections.ts';
import type { Store } from '../ports/store.ts';
import type { FileRecord, WorkKind, WorkRecord } from '../records.ts';
import { readySince } from '../work/work-record.ts';

/** How much of everything there is, for machines that watch: asked for every few seconds, whatever the store holds. */
export interface Operations {
  /** Those with a number, and every status and kind with 0. */
  work: { status: Waiting; kind: WorkKind | Beyond; count: number }[];
  /** Since when the longest waiting item of each status waits; none where nothing does. */
  waitingSince: Partial<Record<Waiting, Instant>>;
  exceptions: Tally<{ type: string; severity: string; owner: string }>[];
  /** Open exceptions whose due time has passed, of those that are looked at. */
  overdueExceptions: number;
  snoozedExceptions: number;
  /** Orders of which something is still expected, by their badge. */
  orders: { badge: OrderBadge; count: number }[];
  /** When the next order is to be looked at for deadlines: long ago where nobody looks. */
  nextDeadlineAt?: Instant;
  /** Files with which something is still to be done. */
  unfinishedFiles: { status: FileRecord['status']; count: number }[];
  /** Files that came in or were written in the last hour. */
  recentFiles: { status: FileRecord['status']; count: number }[];
  /** Those of them that went wrong, by partner. */
  troubledFiles: Tally<{ partnerId: string; status: FileRecord['status'] | Beyond }>[];
}

export type Waiting = (typeof UNFINISHED)[number];

/** Stands for whatever is behind the records that are looked at: sums are always of all. */
const BEYOND = 'beyond';
type Beyond = typeof BEYOND;

type Tally<L> = L & { count: number };

/** Records of one state that are looked at; the others are counted by the index alone. */
const LOOKED_AT = 1_000;
const HOUR_MS = 3_600_000;

const WORK_KINDS: readonly WorkKind[] = Object.keys({
  ...{ processFile: 0, sendFile: 0, sendReceipt: 0, sendEvents: 0, writeErp: 0 },
  ...{ rejectFile: 0, rematchInvoices: 0, notify: 0, tellPartner: 0 },
} satisfies Record<WorkKind, 0>) as WorkKind[];

/** CLOSED and CANCELLED grow for ever, and nobody has to act on them. */
const OPEN_BADGES = Object.keys({
  ...{ PARKED: 0, TRANSPORT_FAILED: 0, SYNTAX_REJECTED: 0, CROSSED_IN_FLIGHT: 0, REJECTED: 0, HOLD: 0 },
  ...{ PROPOSED: 0, OVERDUE: 0, OVER_RECEIVED: 0, BILLING_HOLD: 0, CANCEL_REQUESTED: 0, COUNTERED: 0 },
  ...{ PENDING: 0, BACKORDERED: 0, QUEUED: 0, AWAITING: 0, CONFIRMED: 0, ANNOUNCED: 0 },
  ...{ PART_RECEIVED: 0, RECEIVED: 0, INVOICED: 0 },
} satisfies Record<Exclude<OrderBadge, 'CLOSED' | 'CANCELLED'>, 0>) as OrderBadge[];

const UNFINISHED_FILES = ['received', 'queued', 'awaitingReceipt'] as const;
const TROUBLED_FILES = ['partlyProcessed', 'rejected', 'failed'] as const;
const FILE_STATUSES = [...UNFINISHED_FILES, ...TROUBLED_FILES, 'processed', 'ignored', 'sent'] as const;

/** Every query has an index and reads few records: the whole takes milliseconds on a store of millions. Throws STORE_*. */
export async function readOperations(
  store: Pick<Store, 'find' | 'count'>,
  now: Instant,
): Promise<Operations> {
  const [work, exceptions, orders, timers, unfinishedFiles, files] = await Promise.all([
    Promise.all(UNFINISHED.map((status) => tallyWork(store, status))),
    tallyExceptions(store, now),
    Promise.all(OPEN_BADGES.map(async (badge) => ({ badge, count: await store.count('orders', { badge }) }))),
    store.find('orderTimers', { orderBy: 'dueAt', limit: 1 }),
    Promise.all(
      UNFINISHED_FILES.map(async (status) => ({ status, count: await store.count('files', { status }) })),
    ),
    tallyFiles(store, toInstant(instantMs(now) - HOUR_MS)),
  ]);
  const next = timers.records[0];
  return {
    work: work.flatMap(({ counts }) => counts),
    waitingSince: Object.fromEntries(
      work.flatMap(({ status, since }) => (since === undefined ? [] : [[status, since]])),
    ),
    ...exceptions,
    orders,
    ...(next !== undefined && { nextDeadlineAt: next.dueAt }),
    unfinishedFiles,
    ...files,
  };
}

async function tallyWork(store: Pick<Store, 'find' | 'count'>, status: Waiting) {
  // Leased work is done in seconds: its oldest is not looked for.
  const orderBy = status === 'leased' ? 'leaseUntil' : 'createdAt';
  const { records, beyond } = await lookAt(store, 'work', { where: { status }, orderBy });
  const tally = new Map<WorkKind, number>(WORK_KINDS.map((kind) => [kind, 0]));
  for (const { kind } of records) tally.set(kind, (tally.get(kind) ?? 0) + 1);
  const counts: Operations['work'] = [...tally].map(([kind, count]) => ({ status, kind, count }));
  if (beyond > 0) counts.push({ status, kind: BEYOND, count: beyond });
  return { status, counts, since: status === 'leased' ? undefined : waitsSince(status, records[0]) };
}

function waitsSince(status: Waiting, oldest: WorkRecord | undefined): Instant | undefined {
  if (oldest === undefined) return undefined;
  if (status === 'ready') return readySince(oldest);
  return status === 'dead' ? (oldest.finishedAt ?? oldest.createdAt) : oldest.createdAt;
}

async function tallyExceptions(store: Pick<Store, 'find' | 'count'>, now: Instant) {
  const query = { where: { status: 'open' }, orderBy: 'priority', descending: true } as const;
  const { records, beyond } = await lookAt(store, 'exceptions', query);
  const exceptions: Operations['exceptions'] = tally(records, ({ type, severity, owner }) => ({
    ...{ type, severity, owner },
  }));
  if (beyond > 0) exceptions.push({ type: BEYOND, severity: BEYOND, owner: BEYOND, count: beyond });
  return {
    exceptions,
    overdueExceptions: records.filter(({ dueAt }) => dueAt !== '' && dueAt < now).length,
    snoozedExceptions: await store.count('exceptions', { status: 'snoozed' }),
  };
}

async function tallyFiles(store: Pick<Store, 'find' | 'count'>, since: Instant) {
  const createdAt = { gte: since };
  const recentFiles = await Promise.all(
    FILE_STATUSES.map(async (status) => ({
      status,
      count: await store.count('files', { status, createdAt }),
    })),
  );
  const troubled = await Promise.all(
    TROUBLED_FILES.map(async (status) => {
      const query = { where: { status, createdAt }, orderBy: 'createdAt', descending: true } as const;
      const { records, beyond } = await lookAt(store, 'files', query);
      const counts: Operations['troubledFiles'] = tally(records, ({ partnerId }) => ({ partnerId, status }));
      if (beyond > 0) counts.push({ partnerId: BEYOND, status, count: beyond });
      return counts;
    }),
  );
  return { recentFiles, troubledFiles: troubled.flat() };
}

/** The first records that a query finds, and how many there are beyond them. */
async function lookAt<N extends 'work' | 'exceptions' | 'files'>(
  store: Pick<Store, 'find' | 'count'>,
  collection: N,
  query: Parameters<typeof store.find<N>>[1],
) {
  const { records, next } = await store.find(collection, { ...query, limit: LOOKED_AT });
  const all = next === undefined ? records.length : await store.count(collection, query.where);
  return { records, beyond: Math.max(0, all - records.length) };
}

function tally<R, L extends object>(records: readonly R[], labelsOf: (record: R) => L): Tally<L>[] {
  const tallies = new Map<string, Tally<L>>();
  for (const record of records) {
    const labels = labelsOf(record);
    const key = JSON.stringify(labels);
    const known = tallies.get(key);
    if (known === undefined) tallies.set(key, { ...labels, count: 1 });
    else known.count += 1;
  }
  return [...tallies.values()];
}
