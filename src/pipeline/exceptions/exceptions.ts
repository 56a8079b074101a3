import type { ExceptionChange } from '../../tracking/model.ts';
import { EXCEPTION_CATALOGUE } from '../../tracking/exception-catalogue.ts';
import type { CatalogueEntry, ExceptionType } from '../../tracking/exception-catalogue.ts';
import type { TrackedException } from '../../tracking/exception-model.ts';
import type { ExceptionInput } from '../../tracking/exceptions.ts';
import { fingerprintOf, openException } from '../../tracking/exceptions.ts';
import type { PipelineContext } from '../context.ts';
import { tellClosed, tellRaised } from './exception-facts.ts';
import type { ExceptionRecord } from '../orders/order-records.ts';
import { UnitOfWork } from '../unit-of-work.ts';
import { retryOnConflict } from '../work/retry.ts';

/** How much evidence an exception keeps when the same trouble comes again and again. */
const MAX_EVIDENCE = 20;

/**
 * Opens an exception, or counts it when the same trouble is open already: repeats are one exception. Returns its id.
 */
async function recordException(
  unit: UnitOfWork,
  context: PipelineContext,
  exception: TrackedException,
): Promise<string> {
  const now = context.clock.now();
  const open = await findOpen(unit, exception.fingerprint);
  const { subject } = exception;
  const words = {
    severity: exception.severity,
    title: exception.title,
    detail: exception.detail,
    owner: exception.owner,
    valueAtStake: exception.valueAtStake,
    currency: exception.currency,
    priority: exception.priority,
    priorityTerms: exception.priorityTerms,
    suggestedAction: exception.suggestedAction,
    allowedActions: exception.allowedActions,
    lastSeenAt: now,
  };
  if (open !== undefined) {
    const evidence = [...open.evidence, ...exception.evidence].slice(-MAX_EVIDENCE);
    unit.update('exceptions', {
      ...open,
      ...words,
      ...withSubject(open, 'fileIds', open.fileId, subject.fileId),
      ...withSubject(open, 'orderIds', open.orderId, subject.orderId),
      evidence,
      count: open.count + 1,
      status: 'open',
    });
    return open.id;
  }
  const id = context.ids.next();
  const atOnce = EXCEPTION_CATALOGUE[exception.type as ExceptionType] as CatalogueEntry | undefined;
  unit.insert('exceptions', {
    ...words,
    ...(atOnce?.closesAtOnce === true && {
      resolution: {
        at: now,
        by: 'system',
        action: 'resolved',
        reason: 'Nobody has to act: it is recorded only.',
      },
    }),
    id,
    revision: 0,
    type: exception.type,
    family: exception.family,
    status: atOnce?.closesAtOnce === true ? 'resolved' : 'open',
    fingerprint: exception.fingerprint,
    groupKey: exception.groupKey,
    count: 1,
    assignee: '',
    partnerId: subject.partnerId ?? '',
    orderId: subject.orderId ?? '',
    lineId: subject.lineId ?? '',
    invoiceId: subject.invoiceId ?? '',
    fileId: subject.fileId ?? '',
    documentId: subject.documentId ?? '',
    openedAt: exception.openedAt,
    dueAt: exception.dueAt ?? '',
    evidence: exception.evidence.slice(0, MAX_EVIDENCE),
    comments: [],
  });
  return id;
}

/** The list of subjects with this one in it, where it is not the only one. */
function withSubject(
  open: ExceptionRecord,
  list: 'fileIds' | 'orderIds',
  first: string,
  next = '',
): Partial<ExceptionRecord> {
  const known = open[list] ?? [first];
  return next === '' || known.includes(next) ? {} : { [list]: [...known, next] };
}

interface Closing {
  by: string;
  action: string;
  reason: string;
}

/** Closes the open exception of a fingerprint; false where there is none. */
export async function closeException(
  unit: UnitOfWork,
  context: PipelineContext,
  { fingerprint, ...closing }: Closing & { fingerprint: string },
): Promise<boolean> {
  const open = await findOpen(unit, fingerprint);
  if (open !== undefined) resolveException(unit, context, open, closing);
  return open !== undefined;
}

/** Closes an exception, and tells the feed of it. */
export function resolveException(
  unit: UnitOfWork,
  context: PipelineContext,
  record: ExceptionRecord,
  closing: Closing,
): void {
  resolve(unit, context, record, closing);
  tellClosed(unit, context, record, closing);
}

function resolve(
  unit: UnitOfWork,
  context: PipelineContext,
  record: ExceptionRecord,
  closing: Closing,
): void {
  const resolution = { at: context.clock.now(), ...closing };
  unit.update('exceptions', { ...record, status: 'resolved', resolution });
}

/** Carries out what the decision of an order says of exceptions; its facts tell the feed of them. */
export async function applyExceptionChanges(
  unit: UnitOfWork,
  context: PipelineContext,
  orderId: string,
  changes: readonly ExceptionChange[],
): Promise<void> {
  for (const change of changes) {
    if (change.change === 'close') {
      const open = await findOpen(unit, change.fingerprint);
      const { by, action, reason } = change;
      const others = (open?.orderIds ?? []).filter((id) => id !== orderId);
      if (open === undefined) continue;
      if (others.length > 0) unit.update('exceptions', { ...open, orderId: others[0]!, orderIds: others });
      else resolve(unit, context, open, { by, action, reason });
    } else await recordException(unit, context, change.exception);
  }
}

async function findOpen(unit: UnitOfWork, fingerprint: string): Promise<ExceptionRecord | undefined> {
  const found = await unit.find(
    'exceptions',
    { where: { fingerprint, status: { in: ['open', 'snoozed'] } }, limit: 2 },
    (record) => record.fingerprint === fingerprint && record.status !== 'resolved',
  );
  return found[0];
}

/** In a commit of its own, for a tick that meets the same again and again: one that is open already is left as it is. */
export function raiseOnce(context: PipelineContext, input: ExceptionInput): Promise<void> {
  return retryOnConflict(async () => {
    const unit = new UnitOfWork(context.store);
    if ((await findOpen(unit, fingerprintOf(input))) !== undefined) return;
    await raiseException(unit, context, input);
    await unit.commit();
  });
}

/** Opens an exception of the catalogue under the policy of its partner, and tells the feed of it. */
export async function raiseException(
  unit: UnitOfWork,
  context: PipelineContext,
  input: ExceptionInput,
): Promise<string> {
  const policy = context.policyOf(input.subject.partnerId ?? '');
  const id = await recordException(unit, context, openException(input, policy, context.clock.now()));
  const record = await unit.get('exceptions', id);
  if (record?.revision === 0 && record.count === 1) {
    tellRaised(unit, context, record);
    if (record.resolution !== undefined) tellClosed(unit, context, record, record.resolution);
  }
  return id;
}
