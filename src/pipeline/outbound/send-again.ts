import { GatewayError } from '../../common/errors.ts';
import { recordAudit } from '../audit.ts';
import type { PipelineContext } from '../context.ts';
import { versionOf } from './sent-version.ts';
import type { Actor } from '../actor.ts';
import type { Accepted } from '../gateway.ts';
import { applyOrderEvent } from '../orders/order-stream.ts';
import type { DocumentRecord, FileRecord } from '../records.ts';
import { refuseErased } from '../intake/reprocess.ts';
import { UnitOfWork } from '../unit-of-work.ts';
import { retransmissionOf, retransmissionsOf } from './retransmission.ts';
import { enqueue } from '../work/work-queue.ts';

/**
 * Retransmit: the very same bytes with the same control numbers, for a partner who says that they never came. Refused once the
 * partner's acknowledgment has spoken: what is accepted would be a second order, what is rejected has to be mended first.
 */
export async function retransmitFile(
  context: PipelineContext,
  fileId: string,
  reason: string,
  actor: Actor,
): Promise<Accepted> {
  const unit = new UnitOfWork(context.store);
  const file = await unit.get('files', fileId);
  if (file === undefined) throw new GatewayError('NOT_FOUND', `There is no file ${fileId}.`);
  refuseErased(file);
  const documents = await unit.findAll('documents', { fileId }, (document) => document.fileId === fileId);
  const refusal = refuseRetransmission(file, documents) ?? (await earlierUnderWay(unit, fileId));
  if (refusal !== undefined) throw new GatewayError('INVALID_REQUEST', `${file.name}: ${refusal}`);
  const earlier = await unit.findAll(
    'audit',
    { subject: subjectOf(fileId) },
    (entry) => entry.subject === subjectOf(fileId),
  );
  const count = earlier.filter(({ action }) => action === RETRANSMITTED).length + 1;
  unit.add(
    enqueue(context, {
      kind: 'sendFile',
      // A key of its own: a channel that knows the first one would take it for done.
      key: `send/${fileId}/again/${count}`,
      orderingKey: retransmissionsOf(fileId),
      partnerId: file.partnerId,
      payload: { fileId },
    }),
  );
  await recordAudit(unit, context, {
    actor,
    action: RETRANSMITTED,
    subject: subjectOf(fileId),
    details: { reason, name: file.name, sha256: file.sha256, time: count },
  });
  unit.afterCommit(context.wake);
  await unit.commit();
  return { id: fileId, repeated: false };
}

const RETRANSMITTED = 'file.retransmitted';

function subjectOf(fileId: string): string {
  return `file:${fileId}`;
}

function refuseRetransmission(file: FileRecord, documents: readonly DocumentRecord[]): string | undefined {
  if (file.direction === 'inbound') return 'it came in; a file of the partner is reprocessed, not sent.';
  if (file.status === 'queued') return 'it is on its way already.';
  if (file.status === 'awaitingReceipt')
    return 'its receipt is awaited; the channel itself sends it again when that is overdue.';
  if (file.status === 'failed') return 'it was given up before it left; redrive its delivery instead.';
  for (const { acknowledgmentStatus } of documents) {
    if (acknowledgmentStatus === 'accepted' || acknowledgmentStatus === 'acceptedWithErrors')
      return 'the partner has acknowledged it; the same again could become a second order.';
    if (acknowledgmentStatus === 'rejected')
      return 'the partner has rejected it; correct the cause and reissue the document.';
  }
  return undefined;
}

/** Why a retransmission that has not ended keeps another one from being asked for: the partner would get both. */
async function earlierUnderWay(unit: UnitOfWork, fileId: string): Promise<string | undefined> {
  const earlier = await retransmissionOf(unit, fileId);
  if (earlier === undefined) return undefined;
  return earlier.status === 'dead'
    ? `it was to be sent again already, and that was given up; redrive or discard the work item ${earlier.id}.`
    : `it is to be sent again already, and has not left yet (work item ${earlier.id}).`;
}

/**
 * Reissue: the same business document in a new envelope with new control numbers and the maps of today, after the partner has
 * rejected the first, or says that it was lost. Refused where the partner has accepted it, or a newer version has replaced it.
 */
export async function reissueDocument(
  context: PipelineContext,
  documentId: string,
  reason: string,
  actor: Actor,
): Promise<Accepted> {
  const unit = new UnitOfWork(context.store);
  const document = await unit.get('documents', documentId);
  if (document === undefined) throw new GatewayError('NOT_FOUND', `There is no document ${documentId}.`);
  const { documentType, direction } = document;
  if (direction === 'inbound' || (documentType !== 'order' && documentType !== 'orderChange')) {
    throw new GatewayError(
      'INVALID_REQUEST',
      `${document.number}: only an order or order change of ours can be reissued, not ${direction} ${documentType}.`,
    );
  }
  const joins = await unit.findAll(
    'orderDocuments',
    { documentId },
    (join) => join.documentId === documentId,
  );
  for (const { orderId } of joins) {
    const { explanations } = await applyOrderEvent(unit, context, orderId, document.partnerId, {
      type: 'resendRequested',
      id: `reissue/${documentId}/${document.revision}`,
      documentType,
      version: versionOf(document),
      author: { name: actor.name },
      reason,
    });
    const refused = explanations.find(({ code }) => code === 'RESEND_REFUSED');
    if (refused !== undefined)
      throw new GatewayError('INVALID_REQUEST', `${document.number}: ${refused.text}`);
  }
  await recordAudit(unit, context, {
    actor,
    action: 'document.reissued',
    subject: `document:${documentId}`,
    details: { reason, number: document.number, documentType },
  });
  unit.afterCommit(context.wake);
  await unit.commit();
  return { id: documentId, repeated: false };
}
