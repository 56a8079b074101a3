import { GatewayError } from '../../common/errors.ts';
import { recordAudit } from '../audit.ts';
import type { PipelineContext } from '../context.ts';
import { closeExceptionOfWork } from './dead-letters.ts';
import type { Actor } from '../actor.ts';
import { UnitOfWork } from '../unit-of-work.ts';
import { discardDead, redriveDead } from './dead-work.ts';

/** Takes a dead work item up again. Throws NOT_FOUND, INVALID_REQUEST. */
export async function redriveWork(
  context: PipelineContext,
  id: string,
  reason: string,
  actor: Actor,
): Promise<void> {
  const unit = new UnitOfWork(context.store);
  await recordAudit(unit, context, {
    actor,
    action: 'work.redriven',
    subject: `work:${id}`,
    details: { reason },
  });
  await redriveDead(context, id, { by: actor.name, reason }, unit.operations);
  context.wake();
}

/**
 * Gives a dead work item up for good: what stands behind it in its order goes on, and its exception closes with the reason.
 * Throws NOT_FOUND, INVALID_REQUEST.
 */
export async function discardWork(
  context: PipelineContext,
  id: string,
  reason: string,
  actor: Actor,
): Promise<void> {
  if (reason.trim() === '')
    throw new GatewayError('INVALID_REQUEST', 'Discarding work needs a reason: it is kept with the author.');
  const unit = new UnitOfWork(context.store);
  const item = await unit.get('work', id);
  if (item !== undefined) await closeExceptionOfWork(unit, context, item, { by: actor.name, reason });
  await recordAudit(unit, context, {
    actor,
    action: 'work.discarded',
    subject: `work:${id}`,
    details: { reason },
  });
  await discardDead(context, id, { by: actor.name, reason }, unit.operations);
  context.wake();
}
