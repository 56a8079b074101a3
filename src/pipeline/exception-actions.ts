import { GatewayError } from '../common/errors.ts';
import type { Instant } from '../common/time.ts';
import type { ExceptionAction } from '../tracking/exception-model.ts';
import { recordAudit } from './audit.ts';
import type { PipelineContext } from './context.ts';
import type { Actor, ExceptionDecision } from './gateway.ts';
import { decideInvoice } from './match-invoice.ts';
import type { ExceptionRecord } from './order-records.ts';
import { applyOrderEvent } from './order-stream.ts';
import { reprocessInto } from './reprocess.ts';
import { UnitOfWork } from './unit-of-work.ts';
import { enqueue } from './work-queue.ts';

/** What people do with exceptions. Each is one commit with its audit entry. */

/**
 * Carries a person's decision out: a decision about an order or an invoice goes through the same deciding as everything
 * else, and what it changes closes the exception. Throws NOT_FOUND, CONFLICT (resolved meanwhile), INVALID_REQUEST.
 */
export async function decideException(
  context: PipelineContext,
  id: string,
  decision: ExceptionDecision,
  actor: Actor,
): Promise<void> {
  const record = await needOpen(context, id);
  const action = record.allowedActions.find((allowed) => allowed === decision.action) as ExceptionAction | undefined;
  if (action === undefined) {
    throw new GatewayError(
      'INVALID_REQUEST',
      `"${decision.action}" is not possible for ${record.type}. Possible: ${record.allowedActions.join(', ')}.`,
    );
  }
  if (decision.reason.trim() === '') {
    throw new GatewayError('INVALID_REQUEST', 'A decision needs a reason: it is kept with the author for good.');
  }
  const unit = new UnitOfWork(context.store);
  await carryOut(unit, context, record, action, decision, actor);
  await recordAudit(unit, context, {
    actor,
    action: `exception.${action}`,
    subject: `exception:${id}`,
    details: { type: record.type, orderId: record.orderId, invoiceId: record.invoiceId, reason: decision.reason },
  });
  unit.afterCommit(context.wake);
  await unit.commit();
}

async function carryOut(
  unit: UnitOfWork,
  context: PipelineContext,
  record: ExceptionRecord,
  action: ExceptionAction,
  decision: ExceptionDecision,
  actor: Actor,
): Promise<void> {
  const { reason } = decision;
  if (action === 'dismiss') return resolve(unit, context, record, action, reason, actor);
  if (action === 'askSupplier') return askSupplier(unit, context, record, reason, actor);
  if (action === 'reprocess' && record.fileId !== '') {
    await reprocessInto(unit, context, record.fileId, reason);
    return resolve(unit, context, record, action, reason, actor);
  }
  if (record.invoiceId !== '') {
    const settled = await decideInvoice(unit, context, { exception: record, action, reason, actor });
    return settled ? resolve(unit, context, record, action, reason, actor) : undefined;
  }
  if (record.orderId !== '') {
    const { quantity, date, priceAmount } = decision.values ?? {};
    const counter = {
      ...(quantity !== undefined && { quantity }),
      ...(date !== undefined && { date }),
      ...(priceAmount !== undefined && { priceAmount }),
    };
    await applyOrderEvent(unit, context, record.orderId, record.partnerId, {
      type: 'buyerDecided',
      id: `decided/${record.id}/${record.revision}`,
      action,
      author: { name: actor.name },
      reason,
      fingerprint: record.fingerprint,
      ...(record.lineId !== '' && { lineIds: [record.lineId] }),
      ...(Object.keys(counter).length > 0 && { counter }),
    });
    return;
  }
  await resolve(unit, context, record, action, reason, actor);
}

/** The exception stays open; the question goes out, and the answer comes as a comment or a new document. */
async function askSupplier(
  unit: UnitOfWork,
  context: PipelineContext,
  record: ExceptionRecord,
  question: string,
  actor: Actor,
): Promise<void> {
  const now = context.clock.now();
  const comment = { at: now, author: actor.name, text: `Asked the supplier: ${question}` };
  unit.update('exceptions', { ...record, comments: [...record.comments, comment] });
  unit.add(
    enqueue(context, {
      kind: 'notify',
      key: `ask/${record.id}/${record.revision}`,
      orderingKey: '',
      partnerId: record.partnerId,
      payload: {
        audience: 'supplier',
        template: 'question',
        data: { title: record.title, question, author: actor.name },
        orderId: record.orderId,
      },
    }),
  );
}

async function resolve(
  unit: UnitOfWork,
  context: PipelineContext,
  record: ExceptionRecord,
  action: string,
  reason: string,
  actor: Actor,
): Promise<void> {
  const current = (await unit.get('exceptions', record.id)) ?? record;
  if (current.status === 'resolved') return;
  const resolution = { at: context.clock.now(), by: actor.name, action, reason };
  unit.update('exceptions', { ...current, status: 'resolved', resolution });
}

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
  await change(context, { ...record, status: 'snoozed', snoozedUntil: until }, 'exception.snoozed', { until }, actor);
}

export async function commentException(
  context: PipelineContext,
  id: string,
  text: string,
  actor: Actor,
): Promise<void> {
  const record = await need(context, id);
  const comment = { at: context.clock.now(), author: actor.name, text };
  await change(context, { ...record, comments: [...record.comments, comment] }, 'exception.commented', { text }, actor);
}

export async function reopenException(context: PipelineContext, id: string, actor: Actor): Promise<void> {
  const record = await need(context, id);
  if (record.status === 'open') return;
  const { resolution: _resolution, snoozedUntil: _snoozedUntil, ...rest } = record;
  await change(context, { ...rest, status: 'open' }, 'exception.reopened', {}, actor);
}

/** Brings back what was snoozed until now; the tick calls it. Returns how many came back. */
export async function wakeSnoozed(context: PipelineContext): Promise<number> {
  const now = context.clock.now();
  const { records } = await context.store.find('exceptions', { where: { status: 'snoozed' }, limit: 1_000 });
  const due = records.filter((record) => (record.snoozedUntil ?? '') <= now);
  const unit = new UnitOfWork(context.store);
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
): Promise<void> {
  const unit = new UnitOfWork(context.store);
  unit.update('exceptions', record);
  await recordAudit(unit, context, { actor, action, subject: `exception:${record.id}`, details });
  await unit.commit();
}

async function need(context: PipelineContext, id: string): Promise<ExceptionRecord> {
  const record = await context.store.get('exceptions', id);
  if (record === undefined) throw new GatewayError('NOT_FOUND', `There is no exception ${id}.`);
  return record;
}

async function needOpen(context: PipelineContext, id: string): Promise<ExceptionRecord> {
  const record = await need(context, id);
  if (record.status !== 'resolved') return record;
  const by = record.resolution;
  throw new GatewayError(
    'CONFLICT',
    `Exception ${id} is resolved already${by === undefined ? '' : `: ${by.by} chose ${by.action} at ${by.at} (${by.reason})`}.`,
    { retryable: 'never' },
  );
}
