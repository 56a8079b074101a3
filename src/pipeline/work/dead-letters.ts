import { GatewayError } from '../../common/errors.ts';
import type { ExceptionInput } from '../../tracking/exceptions.ts';
import { fingerprintOf } from '../../tracking/exceptions.ts';
import type { PipelineContext } from '../context.ts';
import { forEachOrderDocument } from '../outbound/delivery.ts';
import { versionOf } from '../outbound/sent-version.ts';
import { closeException, raiseException } from '../exceptions/exceptions.ts';
import type { ExceptionRecord } from '../orders/order-records.ts';
import { applyOrderEvent } from '../orders/order-stream.ts';
import type { Operation } from '../ports/store.ts';
import type { WorkKind, WorkRecord } from '../records.ts';
import { UnitOfWork } from '../unit-of-work.ts';

const TYPES: Readonly<Record<WorkKind, ExceptionInput['type']>> = {
  sendFile: 'TRANSPORT_FAILED',
  sendReceipt: 'TRANSPORT_FAILED',
  sendEvents: 'TRANSPORT_FAILED',
  rejectFile: 'TRANSPORT_FAILED',
  writeErp: 'ODOO_WRITE_FAILED',
  processFile: 'WORK_FAILED',
  rematchInvoices: 'WORK_FAILED',
  notify: 'WORK_FAILED',
  tellPartner: 'TRANSPORT_FAILED',
};

/** Failures that have a name of their own, which the error tells. */
const NAMED_TYPES = ['MDN_NEGATIVE', 'MDN_MISSING', 'ODOO_CONFLICT'] as const;

/**
 * What has to be told when an item is given up: the order hears that its document did not leave, or somebody is asked. An
 * error whose details hold `exceptionType` names the trouble more closely than the kind of work does.
 */
export async function recordDeadWork(
  context: PipelineContext,
  item: WorkRecord,
  error?: unknown,
): Promise<readonly Operation[]> {
  const unit = new UnitOfWork(context.store);
  const lastError = item.history.at(-1)?.message ?? 'unknown error';
  const told = item.kind === 'sendFile' && (await tellOrders(unit, context, item, lastError));
  if (told) return unit.operations;
  const exceptionId = await raiseException(unit, context, {
    ...identityOf(item, namedType(error)),
    detail: `${await nameOf(unit, item)} was given up after ${item.attempts} attempts: ${lastError}. Redrive it once the cause is mended.`,
  });
  const exception = await unit.get('exceptions', exceptionId);
  unit.update('exceptions', { ...exception!, workId: item.id });
  return unit.operations;
}

/** Once a redriven item is done its exception has nothing to ask any more. */
export async function closeDeadLetter(
  unit: UnitOfWork,
  context: PipelineContext,
  item: WorkRecord,
): Promise<void> {
  if (!item.history.some(({ outcome }) => outcome === 'dead')) return;
  const done = { by: 'system', action: 'resolved', reason: 'It was done after all.' };
  await closeEveryType(unit, context, item, done);
}

async function closeEveryType(
  unit: UnitOfWork,
  context: PipelineContext,
  item: WorkRecord,
  close: { by: string; action: string; reason: string },
): Promise<void> {
  const types =
    item.kind === 'sendFile' || item.kind === 'writeErp'
      ? [TYPES[item.kind], ...NAMED_TYPES]
      : [TYPES[item.kind]];
  for (const type of types) {
    await closeException(unit, context, { fingerprint: fingerprintOf(identityOf(item, type)), ...close });
  }
}

function namedType(error: unknown): ExceptionInput['type'] | undefined {
  if (!(error instanceof GatewayError)) return undefined;
  return NAMED_TYPES.find((type) => type === error.details['exceptionType']);
}

/** A person gives the item up for good. */
export async function closeExceptionOfWork(
  unit: UnitOfWork,
  context: PipelineContext,
  item: WorkRecord,
  { by, reason }: { by: string; reason: string },
): Promise<void> {
  await closeEveryType(unit, context, item, { by, action: 'dismiss', reason });
}

/** The given-up item behind an exception: its own, or the delivery of the document that it is about. */
export async function findDeadWork(
  unit: UnitOfWork,
  exception: ExceptionRecord,
): Promise<string | undefined> {
  if (exception.workId !== undefined) {
    const item = await unit.get('work', exception.workId);
    return item?.status === 'dead' ? item.id : undefined;
  }
  const document =
    exception.documentId === '' ? undefined : await unit.get('documents', exception.documentId);
  if (document?.direction !== 'outbound') return undefined;
  const key = `send/${document.fileId}`;
  const items = await unit.find('work', { where: { key } }, (item) => item.key === key);
  return items.find(({ status }) => status === 'dead')?.id;
}

function identityOf(
  item: WorkRecord,
  type: ExceptionInput['type'] = TYPES[item.kind],
): Pick<ExceptionInput, 'type' | 'subject' | 'discriminator'> {
  const { fileId } = item.payload;
  return {
    type,
    subject: {
      ...(item.partnerId !== '' && { partnerId: item.partnerId }),
      ...(typeof fileId === 'string' && { fileId }),
    },
    discriminator: item.id,
  };
}

async function nameOf(unit: UnitOfWork, item: WorkRecord): Promise<string> {
  const { fileId } = item.payload;
  const file = typeof fileId === 'string' ? await unit.get('files', fileId) : undefined;
  const what = `${item.kind} (work item ${item.id})`;
  return file === undefined ? what : `${what} of ${file.summary ?? file.name}`;
}

/** True when an order has taken note and raised its own exception. */
async function tellOrders(
  unit: UnitOfWork,
  context: PipelineContext,
  item: WorkRecord,
  reason: string,
): Promise<boolean> {
  const fileId = String(item.payload['fileId']);
  const file = await unit.get('files', fileId);
  // A repeat of what has arrived already.
  if (file?.status !== 'queued' && file?.status !== 'awaitingReceipt') return false;
  unit.update('files', { ...file, status: 'failed' });
  let told = false;
  await forEachOrderDocument(unit, fileId, 'failed', async (orderId, document) => {
    const { documentType } = document;
    if (documentType !== 'order' && documentType !== 'orderChange') return;
    const decision = await applyOrderEvent(unit, context, orderId, document.partnerId, {
      type: 'transmissionFailed',
      id: `failed/${document.id}/${item.epoch}`,
      documentId: document.id,
      documentType,
      version: versionOf(document),
      // It becomes a part of sentences.
      reason: reason.replace(/\.$/, ''),
    });
    told ||= decision.exceptions.some(({ change }) => change === 'open' || change === 'update');
  });
  return told;
}
