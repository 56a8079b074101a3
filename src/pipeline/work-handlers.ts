import { GatewayError } from '../common/errors.ts';
import type { PipelineContext } from './context.ts';
import { raiseException } from './exceptions.ts';
import { rematchInvoices } from './match-invoice.ts';
import { applyOrderEvent } from './order-stream.ts';
import type { Alerts } from './ports/alerts.ts';
import type { Erp, ErpCommand } from './ports/erp.ts';
import type { Operation } from './ports/store.ts';
import type { Channel } from './ports/transport.ts';
import { processFile } from './process-file.ts';
import type { DocumentRecord, WorkKind, WorkRecord } from './records.ts';
import { retryOnConflict } from './retry.ts';
import { UnitOfWork } from './unit-of-work.ts';
import type { Lease } from './work-queue.ts';

/** What the handlers reach the outside through. */
export interface Outside {
  channelOf: (partnerId: string) => Channel | undefined;
  erp: Erp;
  alerts: Alerts;
  /** Address of the console, for links in notices. */
  consoleUrl: string;
}

export type WorkHandler = (lease: Lease) => Promise<void>;

/**
 * One handler for each kind of work. The effect happens outside first; its result and the item's completion are one commit.
 * After a crash in between the item is done again: that is safe because every receiver knows the key of the effect.
 */
export function createWorkHandlers(
  context: PipelineContext,
  outside: Outside,
): Record<WorkKind, WorkHandler> {
  return {
    processFile: ({ item, complete }) =>
      processFile(context, { fileId: text(item, 'fileId'), again: 'reason' in item.payload }, complete),
    sendFile: (lease) => sendFile(context, outside, lease),
    rejectFile: (lease) => rejectFile(context, outside, lease),
    writeErp: (lease) => writeErp(context, outside, lease),
    rematchInvoices: ({ item, complete }) =>
      retryOnConflict(async () => {
        const unit = new UnitOfWork(context.store);
        unit.add(complete());
        await rematchInvoices(unit, context, text(item, 'orderId'), text(item, 'trigger'));
        unit.afterCommit(context.wake);
        await unit.commit();
      }),
    notify: (lease) => notify(context, outside, lease),
  };
}

async function sendFile(
  context: PipelineContext,
  outside: Outside,
  { item, complete }: Lease,
): Promise<void> {
  const file = await context.store.get('files', text(item, 'fileId'));
  const bytes = file === undefined ? undefined : await context.store.readArchive(file.sha256);
  if (file === undefined || bytes === undefined) {
    throw new GatewayError(
      'STORE_CORRUPT',
      `Work item ${item.id}: the file ${text(item, 'fileId')} or its bytes are gone.`,
    );
  }
  const channel = outside.channelOf(file.partnerId);
  if (channel === undefined) {
    throw new GatewayError(
      'PARTNER_INVALID',
      `Partner "${file.partnerId}" has no channel to send ${file.name} over.`,
    );
  }
  const receipt = await channel.send({ name: file.name, bytes, key: item.key });
  await retryOnConflict(async () => {
    const unit = new UnitOfWork(context.store);
    unit.add(complete());
    await recordDelivery(unit, context, file.id, receipt.at);
    unit.afterCommit(context.wake);
    await unit.commit();
  });
}

/** The file, its interchange and documents are sent; the orders hear of it, and their clocks start. */
async function recordDelivery(
  unit: UnitOfWork,
  context: PipelineContext,
  fileId: string,
  at: string,
): Promise<void> {
  const file = await unit.get('files', fileId);
  // A repeat of an acknowledgment changes nothing.
  if (file === undefined || file.status === 'sent') return;
  unit.update('files', { ...file, status: 'sent', finishedAt: at });
  const interchanges = await unit.find(
    'interchanges',
    { where: { fileId } },
    (record) => record.fileId === fileId,
  );
  for (const interchange of interchanges) unit.update('interchanges', { ...interchange, status: 'sent' });
  await forEachOrderDocument(unit, fileId, async (orderId, document) => {
    unit.update('documents', { ...document, status: 'sent' });
    const { documentType } = document;
    if (documentType !== 'order' && documentType !== 'orderChange') return;
    await applyOrderEvent(unit, context, orderId, document.partnerId, {
      type: 'transmissionSucceeded',
      id: `sent/${document.id}`,
      documentId: document.id,
      documentType,
      version: versionOf(document),
      transmittedAt: at,
    });
  });
}

async function forEachOrderDocument(
  unit: UnitOfWork,
  fileId: string,
  visit: (orderId: string, document: DocumentRecord) => Promise<void>,
): Promise<void> {
  const documents = await unit.find('documents', { where: { fileId } }, (record) => record.fileId === fileId);
  for (const document of documents) {
    const joins = await unit.find(
      'orderDocuments',
      { where: { documentId: document.id } },
      (join) => join.documentId === document.id,
    );
    if (joins.length === 0) unit.update('documents', { ...document, status: 'sent' });
    for (const { orderId } of joins) await visit(orderId, document);
  }
}

function versionOf({ document }: DocumentRecord): number {
  if (document?.documentType === 'order' || document?.documentType === 'orderChange')
    return document.version ?? 1;
  return 1;
}

async function rejectFile(
  context: PipelineContext,
  outside: Outside,
  { item, complete }: Lease,
): Promise<void> {
  const file = await context.store.get('files', text(item, 'fileId'));
  const bytes = file === undefined ? undefined : await context.store.readArchive(file.sha256);
  const channel = file === undefined ? undefined : outside.channelOf(file.partnerId);
  if (file !== undefined && bytes !== undefined && channel !== undefined) {
    await channel.reject({ name: file.name, bytes, reason: text(item, 'reason') });
  }
  await context.store.commit(complete());
}

async function writeErp(
  context: PipelineContext,
  outside: Outside,
  { item, complete }: Lease,
): Promise<void> {
  const command = item.payload['command'] as ErpCommand;
  await outside.erp.write(command);
  await context.store.commit(complete());
}

async function notify(context: PipelineContext, outside: Outside, { item, complete }: Lease): Promise<void> {
  const { audience, template, data, orderId } = item.payload as {
    audience: string;
    template: string;
    data: Record<string, string>;
    orderId?: string;
  };
  const details = Object.entries(data).map(([name, value]) => `${name}: ${value}`);
  await outside.alerts.notify({
    key: item.key,
    audience:
      audience === 'supplier' || audience === 'supplierSecondContact'
        ? `${audience} ${item.partnerId}`
        : audience,
    subject: [template, orderId].filter((part) => part !== undefined && part !== '').join(' '),
    text: details.join('\n'),
    link:
      orderId === undefined || orderId === ''
        ? outside.consoleUrl
        : `${outside.consoleUrl}/orders/${encodeURIComponent(orderId)}`,
  });
  await context.store.commit(complete());
}

/** What has to be told when an item is given up: the order hears that its document did not leave, and somebody is asked. */
export async function recordDeadWork(
  context: PipelineContext,
  item: WorkRecord,
): Promise<readonly Operation[]> {
  const unit = new UnitOfWork(context.store);
  const lastError = item.history.at(-1)?.message ?? 'unknown error';
  const subject = { ...(item.partnerId !== '' && { partnerId: item.partnerId }) };
  if (item.kind === 'sendFile') {
    const fileId = text(item, 'fileId');
    const file = await unit.get('files', fileId);
    if (file !== undefined) unit.update('files', { ...file, status: 'failed' });
    await raiseException(unit, context, {
      type: 'TRANSPORT_FAILED',
      subject: { ...subject, fileId },
      discriminator: item.id,
      detail: `${file?.summary ?? fileId} could not be delivered after ${item.attempts} attempts: ${lastError}`,
    });
    await forEachOrderDocument(unit, fileId, async (orderId, document) => {
      unit.update('documents', { ...document, status: 'failed' });
      const { documentType } = document;
      if (documentType !== 'order' && documentType !== 'orderChange') return;
      await applyOrderEvent(unit, context, orderId, document.partnerId, {
        type: 'transmissionFailed',
        id: `failed/${document.id}/${item.epoch}`,
        documentId: document.id,
        documentType,
        version: versionOf(document),
        reason: lastError,
      });
    });
  } else {
    await raiseException(unit, context, {
      type: item.kind === 'writeErp' ? 'ODOO_WRITE_FAILED' : 'QUEUE_BACKLOG',
      subject,
      discriminator: item.id,
      detail: `Work item ${item.id} (${item.kind}) was given up after ${item.attempts} attempts: ${lastError}. Redrive it once the cause is mended.`,
    });
  }
  return unit.operations;
}

function text(item: WorkRecord, name: string): string {
  const value = item.payload[name];
  return typeof value === 'string' ? value : '';
}
