import type { ExceptionRecord } from '../orders/order-records.ts';
import type { Page, Store } from '../ports/store.ts';
import { getOrThrow, scanAll, scanPage } from './scan.ts';

export interface ExceptionFilter {
  status?: ExceptionRecord['status'] | 'any' | undefined;
  /** Exception types, any of them. */
  types?: readonly string[] | undefined;
  /** Role that owns it: `buyer`, `ediOps` … */
  owner?: string | undefined;
  /** A person's name; `''` = unassigned. */
  assignee?: string | undefined;
  partnerId?: string | undefined;
  orderId?: string | undefined;
  severity?: ExceptionRecord['severity'] | undefined;
  /** Due before this instant. */
  dueBefore?: string | undefined;
  /** At least this much money, in whole units of whatever currency the exception has. */
  minValue?: number | undefined;
  /** Every word occurs in title, detail, type, or an id. */
  text?: string | undefined;
}

/** Open exceptions held for counting and filtering at most. */
const MAX_OPEN = 5_000;

/** Open and snoozed: the most urgent first. Resolved: the newest first. */
export async function listExceptions(
  store: Store,
  filter: ExceptionFilter & { limit: number; after?: string | undefined },
): Promise<Page<ExceptionRecord>> {
  const page = await findExceptions(store, filter);
  return { ...page, records: page.records.map(withPossibleActions) };
}

async function findExceptions(
  store: Store,
  filter: ExceptionFilter & { limit: number; after?: string | undefined },
): Promise<Page<ExceptionRecord>> {
  const { status = 'open', limit, after } = filter;
  const keep = (exception: ExceptionRecord) => matchesException(exception, filter);
  if (filter.orderId !== undefined) {
    return scanPage(
      store,
      'exceptions',
      { where: { orderId: filter.orderId, ...statusIs(status) }, limit, after },
      keep,
    );
  }
  if (status === 'any') {
    return scanPage(store, 'exceptions', { orderBy: 'openedAt', descending: true, limit, after }, keep);
  }
  const orderBy = status === 'resolved' ? 'openedAt' : 'priority';
  return scanPage(store, 'exceptions', { where: { status }, orderBy, descending: true, limit, after }, keep);
}

function statusIs(status: ExceptionRecord['status'] | 'any') {
  return status === 'any' ? {} : { status };
}

/** Whether a filter keeps an exception; the status is not looked at. */
function matchesException(exception: ExceptionRecord, filter: ExceptionFilter): boolean {
  const { types, owner, assignee, partnerId, severity, dueBefore, minValue, text } = filter;
  if (types !== undefined && !types.includes(exception.type)) return false;
  if (owner !== undefined && exception.owner !== owner) return false;
  if (assignee !== undefined && exception.assignee !== assignee) return false;
  if (partnerId !== undefined && exception.partnerId !== partnerId) return false;
  if (severity !== undefined && exception.severity !== severity) return false;
  if (dueBefore !== undefined && (exception.dueAt === '' || exception.dueAt >= dueBefore)) return false;
  // For a filter by size only: whether 1,000.00 is reached does not need exact arithmetic.
  if (minValue !== undefined && Number(exception.valueAtStake || '0') < minValue) return false;
  return text === undefined || containsWords(exception, text);
}

function containsWords(exception: ExceptionRecord, text: string): boolean {
  const { title, detail, type, partnerId, orderId, invoiceId, id } = exception;
  const content = [title, detail, type, partnerId, orderId, invoiceId, id].join('\n').toLowerCase();
  return text
    .toLowerCase()
    .split(/\s+/)
    .every((word) => content.includes(word));
}

export interface ExceptionCounts {
  open: number;
  snoozed: number;
  /** False where more are open than are looked at: every number below is then of the most urgent ones alone, and too small. */
  complete: boolean;
  unassigned: number;
  mine: number;
  dueToday: number;
  overdue: number;
  byType: { type: string; count: number }[];
  byPartner: { partnerId: string; count: number }[];
  byOwner: { owner: string; count: number }[];
}

/** What the saved views of the console's first page count. `endOfDay` is the end of the caller's day. */
export async function countExceptions(
  store: Store,
  caller: { name: string; now: string; endOfDay: string },
): Promise<ExceptionCounts> {
  const open = await scanAll(
    store,
    'exceptions',
    { where: { status: 'open' }, orderBy: 'priority', descending: true },
    MAX_OPEN,
  );
  const count = (keep: (exception: ExceptionRecord) => boolean) => open.filter(keep).length;
  const all = open.length < MAX_OPEN ? open.length : await store.count('exceptions', { status: 'open' });
  return {
    open: all,
    complete: all <= open.length,
    snoozed: await store.count('exceptions', { status: 'snoozed' }),
    unassigned: count((exception) => exception.assignee === ''),
    mine: count((exception) => exception.assignee === caller.name),
    dueToday: count((exception) => exception.dueAt !== '' && exception.dueAt < caller.endOfDay),
    overdue: count((exception) => exception.dueAt !== '' && exception.dueAt < caller.now),
    byType: tally(open, (exception) => exception.type).map(([type, n]) => ({ type, count: n })),
    byPartner: tally(open, (exception) => exception.partnerId).map(([partnerId, n]) => ({
      partnerId,
      count: n,
    })),
    byOwner: tally(open, (exception) => exception.owner).map(([owner, n]) => ({ owner, count: n })),
  };
}

/** The most frequent first. */
function tally(exceptions: readonly ExceptionRecord[], keyOf: (exception: ExceptionRecord) => string) {
  const counts = new Map<string, number>();
  for (const exception of exceptions) {
    const key = keyOf(exception);
    if (key !== '') counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  return [...counts].sort((a, b) => b[1] - a[1] || a[0].localeCompare(b[0]));
}

export async function showException(store: Store, id: string): Promise<ExceptionRecord> {
  return withPossibleActions(await getOrThrow(store, 'exceptions', id, 'exception'));
}

/** A line that is refused, and a change that is: the supplier proposes nothing that other values could answer. */
const NOTHING_PROPOSED = new Set(['LINE_REJECTED', 'CHANGE_REJECTED']);

/**
 * Without a counter-offer where it is refused in any case (`requireProposal`). It stays in what is recorded: orders are
 * folded again from their events, with the actions that these allowed.
 */
function withPossibleActions(record: ExceptionRecord): ExceptionRecord {
  if (!NOTHING_PROPOSED.has(record.type)) return record;
  return { ...record, allowedActions: record.allowedActions.filter((action) => action !== 'counter') };
}
