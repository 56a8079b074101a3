import { GatewayError } from '../../common/errors.ts';
import type { ExceptionAction } from '../../tracking/exception-model.ts';
import { recordAudit } from '../audit.ts';
import { readCounterOffer, requireProposal } from './counter-offer.ts';
import { claimException } from '../claims/claim-sources.ts';
import type { PipelineContext } from '../context.ts';
import { findDeadWork } from '../work/dead-letters.ts';
import { decideInvoice, isHoldAction } from '../invoices/decide-invoice.ts';
import { needOpen } from './exception-actions.ts';
import { filesOf } from './file-exceptions.ts';
import { resolveException } from './exceptions.ts';
import type { Actor } from '../actor.ts';
import type { ExceptionDecision } from '../gateway.ts';
import { acceptReusedNumber } from '../interchange/interchange-claim.ts';
import type { ExceptionRecord } from '../orders/order-records.ts';
import { applyOrderEvent } from '../orders/order-stream.ts';
import { isOpen } from '../../tracking/status.ts';
import { repairErp } from '../erp/repair-erp.ts';
import { assertOnePersonMay } from '../repeat/run-repeat.ts';
import { reprocessInto } from '../intake/reprocess.ts';
import { UnitOfWork } from '../unit-of-work.ts';
import { enqueue } from '../work/work-queue.ts';
import { discardDead, redriveDead } from '../work/dead-work.ts';

/** What a person decides, with everything that the deciding needs. */
interface Case {
  record: ExceptionRecord;
  action: ExceptionAction;
  decision: ExceptionDecision;
  actor: Actor;
}

/** `settled`: the exception closes with it; otherwise it stays, or the order's own decision has closed it. */
type Outcome = { settled: boolean; redrive?: string; discard?: string; refusal?: GatewayError };

/**
 * Carries a person's decision out: a decision about an order or an invoice goes through the same deciding as everything
 * else, and what it changes closes the exception. One commit, with its audit entry. Throws NOT_FOUND, CONFLICT (resolved
 * or changed meanwhile), INVALID_REQUEST, FORBIDDEN.
 */
export async function decideException(
  context: PipelineContext,
  id: string,
  decision: ExceptionDecision,
  actor: Actor,
): Promise<void> {
  const record = await needOpen(context, id);
  const action = record.allowedActions.find((allowed) => allowed === decision.action) as
    ExceptionAction | undefined;
  if (action === undefined) {
    const possible = record.allowedActions.join(', ');
    throw new GatewayError(
      'INVALID_REQUEST',
      `"${decision.action}" is not possible for ${record.type}. Possible: ${possible}.`,
    );
  }
  const { reason } = decision;
  if (reason.trim() === '') {
    throw new GatewayError(
      'INVALID_REQUEST',
      'A decision needs a reason: it is kept with the author for good.',
    );
  }
  if (decision.seenRevision !== undefined && decision.seenRevision !== record.revision) {
    throw new GatewayError(
      'CONFLICT',
      `This exception has changed since you looked at it. It says now: ${record.detail} Look again, then decide.`,
      { retryable: 'never' },
    );
  }
  const unit = new UnitOfWork(context.store);
  const outcome = await carryOut(unit, context, { record, action, decision, actor });
  if (outcome.settled) await resolve(unit, context, { record, action, decision, actor });
  await recordAudit(unit, context, {
    actor,
    action: `exception.${action}${outcome.refusal === undefined ? '' : '.refused'}`,
    subject: `exception:${id}`,
    details: { type: record.type, orderId: record.orderId, invoiceId: record.invoiceId, reason },
  });
  if (outcome.redrive !== undefined) {
    await redriveDead(context, outcome.redrive, { by: actor.name, reason }, unit.operations);
    context.wake();
    return;
  }
  if (outcome.discard !== undefined) {
    await discardDead(context, outcome.discard, { by: actor.name, reason }, unit.operations);
    context.wake();
    return;
  }
  unit.afterCommit(context.wake);
  await unit.commit();
  // What was found on the way is kept; the person has to look again.
  if (outcome.refusal !== undefined) throw outcome.refusal;
}

async function carryOut(unit: UnitOfWork, context: PipelineContext, given: Case): Promise<Outcome> {
  const { record, action, decision, actor } = given;
  if (action === 'dismiss') return dismiss(unit, context, given);
  if (action === 'askSupplier') {
    askSupplier(unit, context, given);
    return { settled: false };
  }
  if (action === 'waitForSupplier') {
    comment(unit, context, given, 'Waits for the supplier');
    for (const orderId of await ordersOf(unit, record)) await decideOrder(unit, context, given, orderId);
    return { settled: false };
  }
  if (action === 'redrive' || action === 'retransmit') {
    const redrive = await findDeadWork(unit, record);
    if (redrive !== undefined) await assertOnePersonMay(context, 'redrive', redrive);
    if (redrive !== undefined) return { settled: record.workId !== undefined, redrive };
    if (record.type === 'DRIFT_DETECTED') await repairErp(unit, context, record, record.id);
  }
  if (record.invoiceId !== '' && isHoldAction(action)) {
    return decideInvoice(unit, context, { exception: record, action, reason: decision.reason, actor });
  }
  const orderIds = await ordersOf(unit, record);
  if (orderIds.length > 0) {
    if (action === 'claim') await claim(unit, context, given);
    for (const orderId of orderIds) await decideOrder(unit, context, given, orderId);
    return { settled: false };
  }
  if (record.type === 'CONTROL_NUMBER_REUSED' && action === 'accept') {
    await acceptReusedNumber(unit, context, record.fileId);
    await reprocessInto(unit, context, record.fileId, decision.reason);
  }
  if (action === 'reprocess' || action === 'correctData') {
    if (record.fileId === '') return { settled: await writeAgain(unit, context, given) };
    for (const fileId of filesOf(record)) await assertOnePersonMay(context, 'reprocess', fileId);
    for (const fileId of filesOf(record)) await reprocessInto(unit, context, fileId, decision.reason);
  }
  return { settled: true };
}

/** Nothing more is to be done about it: neither what was given up, which would hold up what stands behind it. */
async function dismiss(unit: UnitOfWork, context: PipelineContext, given: Case): Promise<Outcome> {
  const discard = await findDeadWork(unit, given.record);
  const orderIds = await ordersOf(unit, given.record);
  for (const orderId of orderIds) await decideOrder(unit, context, given, orderId);
  return { settled: orderIds.length === 0, ...(discard !== undefined && { discard }) };
}

/** The orders that have raised it themselves, and have to decide on it. */
async function ordersOf(
  unit: UnitOfWork,
  { orderId, orderIds = [orderId], fingerprint }: ExceptionRecord,
): Promise<string[]> {
  const raising: string[] = [];
  for (const id of orderIds) {
    const order = id === '' ? undefined : await unit.get('orders', id);
    if (order?.state.exceptions.some((open) => open.fingerprint === fingerprint) === true) raising.push(id);
  }
  return raising;
}

/** What is short, broken or wrong is claimed from the supplier; the order's own decision closes the exception. */
async function claim(
  unit: UnitOfWork,
  context: PipelineContext,
  { record, decision, actor }: Case,
): Promise<void> {
  const order = await unit.get('orders', record.orderId);
  if (order === undefined) return;
  const occasion = { by: actor.name, reason: decision.reason };
  await claimException(unit, context, order.state, record, occasion);
}

async function decideOrder(
  unit: UnitOfWork,
  context: PipelineContext,
  { record, action, decision, actor }: Case,
  orderId: string,
): Promise<void> {
  const counter = action === 'counter' ? readCounterOffer(decision.values ?? {}) : undefined;
  const order = counter === undefined ? undefined : await unit.get('orders', orderId);
  if (order !== undefined) requireProposal(order.state, record.lineId);
  const decided = await applyOrderEvent(unit, context, orderId, record.partnerId, {
    type: 'buyerDecided',
    id: `decided/${record.id}/${record.revision}`,
    action,
    author: { name: actor.name },
    reason: decision.reason,
    fingerprint: record.fingerprint,
    ...(record.lineId !== '' && { lineIds: [record.lineId] }),
    ...(counter !== undefined && { counter }),
  });
  const refusal = decided.explanations.find(({ code }) => code === 'RESEND_REFUSED');
  if (refusal !== undefined) throw new GatewayError('INVALID_REQUEST', refusal.text);
}

/**
 * Documents of orders that could not be written: they are written anew with the maps and the data of today. False where one
 * still cannot be.
 */
async function writeAgain(unit: UnitOfWork, context: PipelineContext, given: Case): Promise<boolean> {
  const { record } = given;
  for (const orderId of record.orderIds ?? [record.orderId]) await writeOrder(unit, context, given, orderId);
  const now = await unit.get('exceptions', record.id);
  return now?.count === record.count;
}

async function writeOrder(
  unit: UnitOfWork,
  context: PipelineContext,
  { record, decision, actor }: Case,
  orderId: string,
): Promise<void> {
  const order = orderId === '' ? undefined : await unit.get('orders', orderId);
  for (const { status, documentId, documentType, version } of order?.state.documents ?? []) {
    if (status !== 'QUEUED' || documentId !== undefined) continue;
    const { state, explanations } = await applyOrderEvent(unit, context, orderId, record.partnerId, {
      type: 'resendRequested',
      id: `written/${record.id}/${record.revision}/${documentType}/v${version}`,
      documentType,
      version,
      author: { name: actor.name },
      reason: decision.reason,
    });
    // What a newer version or a cancellation has overtaken needs not go out; nothing else is left behind in silence.
    const refusal = explanations.find(({ code }) => code === 'RESEND_REFUSED');
    if (refusal !== undefined && state !== undefined && version === state.version && isOpen(state))
      throw new GatewayError('INVALID_REQUEST', `Order ${orderId} version ${version}: ${refusal.text}`);
  }
}

/** The exception stays open; the question goes out, and the answer comes as a comment or a new document. */
function askSupplier(unit: UnitOfWork, context: PipelineContext, given: Case): void {
  const { record, decision, actor } = given;
  const question = decision.reason;
  comment(unit, context, given, 'Asked the supplier');
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

/** What does not close the exception is kept with it, for whoever looks next. */
function comment(
  unit: UnitOfWork,
  context: PipelineContext,
  { record, decision, actor }: Case,
  what: string,
): void {
  const said = { at: context.clock.now(), author: actor.name, text: `${what}: ${decision.reason}` };
  unit.update('exceptions', { ...record, comments: [...record.comments, said] });
}

async function resolve(
  unit: UnitOfWork,
  context: PipelineContext,
  { record, action, decision, actor }: Case,
): Promise<void> {
  const current = (await unit.get('exceptions', record.id)) ?? record;
  if (current.status === 'resolved') return;
  resolveException(unit, context, current, { by: actor.name, action, reason: decision.reason });
}
