import { toInstant, instantMs } from '../../common/calendar.ts';
import type { Clock, Instant } from '../../common/time.ts';
import type { IdSource } from '../ports/clock.ts';
import type { CommitOptions, Operation } from '../ports/store.ts';
import type { WorkKind, WorkRecord } from '../records.ts';

/** Orders, answers, acknowledgments: what somebody waits for. */
const DEFAULT_LANE = 1;
const MAX_HISTORY = 20;

/** How long a lease outlives its owner's last heartbeat. */
export const LEASE_MS = 30_000;

/** For leases and places in the line. After a power cut that forgets one, the item is simply done again. */
export const RELAXED: CommitOptions = { durability: 'relaxed' };

export interface WorkSpec {
  kind: WorkKind;
  /** Idempotency key of the effect. */
  key: string;
  /** '' for no order. */
  orderingKey: string;
  partnerId: string;
  payload: Record<string, unknown>;
  lane?: number;
  /** Default: a new one. An id of the caller's makes a second enqueue of the same effect a CONFLICT. */
  id?: string;
}

/** The operations that put a work item in the line, for the commit of the decision that wants it done. */
export function enqueue(context: { clock: Clock; ids: IdSource }, spec: WorkSpec): Operation[] {
  const now = context.clock.now();
  const sequence = context.ids.next();
  const lane = spec.lane ?? DEFAULT_LANE;
  const record: WorkRecord = {
    id: spec.id ?? sequence,
    revision: 0,
    kind: spec.kind,
    key: spec.key,
    orderingKey: spec.orderingKey,
    partnerId: spec.partnerId,
    lane,
    sequence,
    position: `${partnerLine(lane, spec.partnerId)}${sequence}`,
    status: 'ready',
    payload: spec.payload,
    createdAt: now,
    notBefore: now,
    attempts: 0,
    owner: '',
    epoch: 0,
    leaseUntil: '',
    history: [],
  };
  return [{ op: 'insert', collection: 'work', record }];
}

/** Positions of a partner's items in a lane begin with this. */
export function partnerLine(lane: number, partnerId: string): string {
  return `${lane}/${partnerId}/`;
}

/** Sorts after every position that begins with the line. */
export function endOfLine(line: string): string {
  return `${line}\uffff`;
}

/** `before`: the item as it is stored. */
export function updateWork(record: WorkRecord, before?: WorkRecord): Operation {
  return { op: 'update', collection: 'work', record, ...(before !== undefined && { before }) };
}

export function leased(item: WorkRecord, owner: string, now: Instant, leaseMs: number): WorkRecord {
  return {
    ...item,
    status: 'leased',
    owner,
    epoch: item.epoch + 1,
    attempts: item.attempts + 1,
    leaseUntil: toInstant(instantMs(now) + leaseMs),
  };
}

export function done(item: WorkRecord, now: Instant, outcome = 'done', message = ''): WorkRecord {
  return { ...unleased(item, now, outcome, message), status: 'done', finishedAt: now };
}

export function dead(item: WorkRecord, now: Instant, message: string): WorkRecord {
  return { ...unleased(item, now, 'dead', message), status: 'dead', finishedAt: now };
}

export function delayed(item: WorkRecord, now: Instant, delayMs: number, message: string): WorkRecord {
  const notBefore = toInstant(instantMs(now) + delayMs);
  return { ...unleased(item, now, 'failed', message), status: 'delayed', notBefore };
}

/** Back in the line as if it had not been taken. */
export function returned(item: WorkRecord, now: Instant, outcome: string, message: string): WorkRecord {
  return { ...unleased(item, now, outcome, message), status: 'ready', notBefore: now };
}

/** Given back unused: on a graceful stop. The attempt does not count. */
export function released(item: WorkRecord, now: Instant): WorkRecord {
  const back = returned(item, now, 'released', 'the gateway stopped');
  return { ...back, attempts: item.attempts - 1 };
}

export function ready(item: WorkRecord): WorkRecord {
  return { ...item, status: 'ready' };
}

/** Behind an older item of its order; a lease of it that was not used has not been one. */
export function blocked(item: WorkRecord): WorkRecord {
  const attempts = item.status === 'leased' ? item.attempts - 1 : item.attempts;
  return { ...item, status: 'blocked', attempts, owner: '', leaseUntil: '' };
}

/** Since when an item that is ready could be done: one that had to wait for its turn, or for another try, since then. */
export function readySince({ createdAt, notBefore }: WorkRecord): Instant {
  return notBefore > createdAt ? notBefore : createdAt;
}

function unleased(item: WorkRecord, at: Instant, outcome: string, message: string): WorkRecord {
  const history = [...item.history, { at, outcome, message }].slice(-MAX_HISTORY);
  return { ...item, owner: '', leaseUntil: '', history };
}
