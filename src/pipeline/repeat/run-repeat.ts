import { GatewayError } from '../../common/errors.ts';
import { recordAudit } from '../audit.ts';
import type { PipelineContext } from '../context.ts';
import type { Actor } from '../actor.ts';
import { retryOnConflict } from '../work/retry.ts';
import { UnitOfWork } from '../unit-of-work.ts';
import { carryOut } from './carry-out.ts';
import type { RepeatOne } from './carry-out.ts';
import { previewRepeat } from './preview-repeat.ts';
import type { ApprovalRecord, RepeatItem, RepeatRequest, RepeatResult, RepeatVerb } from './repeat-model.ts';
import { repeatRules, secondPersonFor } from './repeat-rules.ts';

/** What would happen: nothing is kept and nothing leaves. Throws INVALID_REQUEST where it is too many. */
export async function planRepeat(context: PipelineContext, request: RepeatRequest): Promise<RepeatResult> {
  const { verb, ids } = request;
  checkRequest(context, request);
  const items: RepeatItem[] = [];
  for (const id of ids) items.push(await previewRepeat(context, verb, id));
  const secondPerson = secondPersonFor(context.partners.company, items);
  return { verb, items, ...(secondPerson !== undefined && { secondPerson }) };
}

/**
 * Does it, one after the other, and stops at the first that goes otherwise than foreseen. Where two people have to agree,
 * nothing happens yet: the answer names the approval that a second one can give.
 */
export async function runRepeat(
  context: PipelineContext,
  one: RepeatOne,
  request: RepeatRequest,
  actor: Actor,
): Promise<RepeatResult> {
  if (request.reason.trim() === '')
    throw new GatewayError(
      'INVALID_REQUEST',
      'To do something again needs a reason: it is kept with the author.',
    );
  const plan = await planRepeat(context, request);
  if (plan.secondPerson === undefined) return carryOut(context, one, { request, plan, actor });
  const approvalId = await askSecondPerson(context, request, plan.secondPerson, actor);
  return { ...plan, approvalId };
}

/** Throws FORBIDDEN for what one person may not do alone. */
export async function assertOnePersonMay(
  context: PipelineContext,
  verb: RepeatVerb,
  id: string,
): Promise<void> {
  const { company } = context.partners;
  if (repeatRules(company).secondPersonAbove === undefined) return;
  const because = secondPersonFor(company, [await previewRepeat(context, verb, id)]);
  if (because === undefined) return;
  throw new GatewayError(
    'FORBIDDEN',
    `${because}. Ask for it: tradelane repeat ${verb} ${id}, or POST /api/repeats.`,
    { details: { verb, id } },
  );
}

/** The second person agrees, and it is done, or refuses, and it is not. Throws NOT_FOUND, CONFLICT, FORBIDDEN. */
export async function decideApproval(
  context: PipelineContext,
  one: RepeatOne,
  id: string,
  { approve, reason }: { approve: boolean; reason: string },
  actor: Actor,
): Promise<RepeatResult> {
  const asked = await context.store.get('approvals', id);
  // Planned first: what cannot be done any more is not agreed to, and no agreement is without its run for long.
  const plan =
    approve && asked?.status === 'waiting' && asked.requestedBy !== actor.name
      ? await planRepeat(context, asked)
      : undefined;
  const record = await retryOnConflict(() => closeApproval(context, id, { approve, reason }, actor));
  const { verb, ids, requestedBy } = record;
  if (plan === undefined) return { verb, items: [] };
  const request = {
    verb,
    ids,
    reason: `${record.reason} (asked for by ${requestedBy}, agreed by ${actor.name}: ${reason})`,
  };
  return carryOut(context, one, { request, plan, actor, requestedBy });
}

function checkRequest({ partners }: PipelineContext, { ids }: RepeatRequest): void {
  const { atMost } = repeatRules(partners.company);
  if (ids.length === 0)
    throw new GatewayError('INVALID_REQUEST', 'Nothing is named that should be done again.');
  if (new Set(ids).size < ids.length)
    throw new GatewayError('INVALID_REQUEST', 'One of them is named twice.');
  if (ids.length > atMost) {
    throw new GatewayError(
      'INVALID_REQUEST',
      `${ids.length} at once are too many; at most ${atMost} (company.yaml, repeat.atMost). Do them in parts and look in between.`,
    );
  }
}

/** The same asked for again by the same person is the same approval. */
async function askSecondPerson(
  context: PipelineContext,
  { verb, ids, reason }: RepeatRequest,
  because: string,
  actor: Actor,
): Promise<string> {
  const waiting = await context.store.find('approvals', {
    where: { status: 'waiting' },
    orderBy: 'requestedAt',
    limit: 1_000,
  });
  const known = waiting.records.find(
    (record) =>
      record.verb === verb && record.requestedBy === actor.name && record.ids.join('\n') === ids.join('\n'),
  );
  if (known !== undefined) return known.id;
  const id = context.ids.next();
  await retryOnConflict(async () => {
    const unit = new UnitOfWork(context.store);
    unit.insert('approvals', {
      id,
      revision: 0,
      verb,
      ids,
      reason,
      because,
      requestedBy: actor.name,
      requestedAt: context.clock.now(),
      status: 'waiting',
    });
    await recordAudit(unit, context, {
      actor,
      action: 'approval.requested',
      subject: `approval:${id}`,
      details: { verb, ids: [...ids], reason, because },
    });
    await unit.commit();
  });
  return id;
}

async function closeApproval(
  context: PipelineContext,
  id: string,
  { approve, reason }: { approve: boolean; reason: string },
  actor: Actor,
): Promise<ApprovalRecord> {
  const unit = new UnitOfWork(context.store);
  const record = await unit.get('approvals', id);
  if (record === undefined) throw new GatewayError('NOT_FOUND', `There is no approval ${id}.`);
  if (record.status !== 'waiting') {
    throw new GatewayError('CONFLICT', `It is ${record.status} already, by ${record.decidedBy ?? ''}.`, {
      retryable: 'never',
    });
  }
  // Whoever asked may take it back, but not agree with himself.
  if (approve && record.requestedBy === actor.name)
    throw new GatewayError('FORBIDDEN', `${actor.name} has asked for it; somebody else has to agree.`);
  const status = approve ? 'approved' : 'refused';
  const decidedAt = context.clock.now();
  unit.update('approvals', { ...record, status, decidedBy: actor.name, decidedAt, decisionReason: reason });
  await recordAudit(unit, context, {
    actor,
    action: `approval.${status}`,
    subject: `approval:${id}`,
    details: { verb: record.verb, ids: [...record.ids], requestedBy: record.requestedBy, reason },
  });
  await unit.commit();
  return record;
}
