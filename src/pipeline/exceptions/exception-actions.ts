import { GatewayError } from '../../common/errors.ts';
import type { Instant } from '../../common/time.ts';
import { recordAudit } from '../audit.ts';
import type { PipelineContext } from '../context.ts';
import { tellRaised } from './exception-facts.ts';
import type { Actor } from '../actor.ts';
import type { ExceptionRecord } from '../orders/order-records.ts';
import { UnitOfWork } from '../unit-of-work.ts';

/** What people do with exceptions beside deciding them. Each is one commit with its audit entry. */

export async function assignException(
  context: PipelineContext,
  id: string,
  assignee: string,
  actor: Actor,
): Promise<void> {
  const record = await needOpen(context, id);
  await change(context, { ...record, assignee }, 'exception.assigned', { assignee }, actor);
}

/** Out of the queue until an instant; new activity brings it back before that. */
export async function snoozeException(
  context: PipelineContext,
  id: string,
  until: Instant,
  actor: Actor,
): Promise<void> {
  const record = await needOpen(context, id);
  if (!(Date.parse(until) > Date.parse(context.clock.now()))) {
    throw new GatewayError('INVALID_REQUEST', `"until" must be an instant in the future, found ${until}.`);
  }
  await change(
    context,
    { ...record, status: 'snoozed', snoozedUntil: until },
    'exception.snoozed',
    { until },
    actor,
  );
}

export async function commentException(
  context: PipelineContext,
  id: string,
  text: string,
  actor: Actor,
): Promise<void> {
  const record = await need(context, id);
  const comment = { at: context.clock.now(), author: actor.name, text };
  await change(
    context,
    { ...record, comments: [...record.comments, comment] },
    'exception.commented',
    { text },
    actor,
  );
}

export async function reopenException(context: PipelineContext, id: string, actor: Actor): Promise<void> {
  const record = await need(context, id);
  if (record.status === 'open') return;
  const reopened: ExceptionRecord = { ...record, status: 'open' };
  delete reopened.resolution;
  delete reopened.snoozedUntil;
  await change(context, reopened, 'exception.reopened', {}, actor, tellRaised);
}

/** Brings back what was snoozed until now; the tick calls it. Returns how many came back. */
export async function wakeSnoozed(context: PipelineContext): Promise<number> {
  const now = context.clock.now();
  const unit = new UnitOfWork(context.store);
  const snoozed = await unit.findAll(
    'exceptions',
    { status: 'snoozed' },
    ({ status }) => status === 'snoozed',
  );
  const due = snoozed.filter((record) => (record.snoozedUntil ?? '') <= now);
  for (const record of due) unit.update('exceptions', { ...record, status: 'open' });
  await unit.commit();
  return due.length;
}

async function change(
  context: PipelineContext,
  record: ExceptionRecord,
  action: string,
  details: Record<string, unknown>,
  actor: Actor,
  tell?: typeof tellRaised,
): Promise<void> {
  const unit = new UnitOfWork(context.store);
  unit.update('exceptions', record);
  tell?.(unit, context, record);
  await recordAudit(unit, context, { actor, action, subject: `exception:${record.id}`, details });
  await unit.commit();
}

async function need(context: PipelineContext, id: string): Promise<ExceptionRecord> {
  const record = await context.store.get('exceptions', id);
  if (record === undefined) throw new GatewayError('NOT_FOUND', `There is no exception ${id}.`);
  return record;
}

/** Throws NOT_FOUND, and CONFLICT when it was resolved meanwhile. */
export async function needOpen(context: PipelineContext, id: string): Promise<ExceptionRecord> {
  const record = await need(context, id);
  if (record.status !== 'resolved') return record;
  const by = record.resolution;
  throw new GatewayError(
    'CONFLICT',
    `Exception ${id} is resolved already${by === undefined ? '' : `: ${by.by} chose ${by.action} at ${by.at} (${by.reason})`}.`,
    { retryable: 'never' },
  );
}
