import type { PipelineContext } from '../context.ts';
import { applyOrderEvent } from '../orders/order-stream.ts';
import type { DocumentRecord } from '../records.ts';
import { versionOf } from './sent-version.ts';
import type { UnitOfWork } from '../unit-of-work.ts';

/** The partner's side has the bytes; whether it could read them its receipt will tell. Nothing else changes until then. */
export async function recordReceiptAwaited(unit: UnitOfWork, fileId: string): Promise<void> {
  const file = await unit.get('files', fileId);
  if (file?.status === 'queued') unit.update('files', { ...file, status: 'awaitingReceipt' });
}

/** The file and its documents are sent (an interchange is as far as its file); the orders hear of it, and their clocks start. */
export async function recordDelivery(
  unit: UnitOfWork,
  context: PipelineContext,
  fileId: string,
  at: string,
): Promise<void> {
  const file = await unit.get('files', fileId);
  // A repeat of an acknowledgment changes nothing.
  if (file === undefined || file.status === 'sent') return;
  unit.update('files', { ...file, status: 'sent', finishedAt: at });
  await forEachOrderDocument(unit, fileId, 'sent', async (orderId, document) => {
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

/** Notes what became of an outbound file at its documents, and visits each order that they speak of. */
export async function forEachOrderDocument(
  unit: UnitOfWork,
  fileId: string,
  status: 'sent' | 'failed',
  visit: (orderId: string, document: DocumentRecord) => Promise<void>,
): Promise<void> {
  const ofFile = (record: { fileId: string }) => record.fileId === fileId;
  for (const document of await unit.findAll('documents', { fileId }, ofFile)) {
    unit.update('documents', { ...document, status });
    // An acknowledgment speaks of no order.
    if (document.documentType === 'functionalAcknowledgment') continue;
    const documentId = document.id;
    const joins = await unit.findAll(
      'orderDocuments',
      { documentId },
      (join) => join.documentId === documentId,
    );
    for (const { orderId } of joins) await visit(orderId, document);
  }
}
