import { GatewayError } from '../../common/errors.ts';
import { stableText } from '../../tracking/stable-text.ts';
import { recordAudit } from '../audit.ts';
import type { PipelineContext } from '../context.ts';
import { openOver } from '../exceptions/file-exceptions.ts';
import { retransmissionOf } from '../outbound/retransmission.ts';
import type { Actor } from '../actor.ts';
import type { DocumentRecord, FileRecord } from '../records.ts';
import { sha256Of, UnitOfWork } from '../unit-of-work.ts';
import { listLegalHolds } from './legal-holds.ts';
import type { LegalHoldRecord } from './legal-hold-record.ts';
import type { RetentionClass } from './retention-report.ts';

/** Somebody may still have to do something with them. */
const UNFINISHED: ReadonlySet<FileRecord['status']> = new Set([
  'received',
  'queued',
  'awaitingReceipt',
  'failed',
]);

export interface Erasure {
  classes: readonly RetentionClass[];
  reason: string;
  actor: Actor;
}

/** Whether something of that class is left to erase. */
export async function hasContent(unit: UnitOfWork, file: FileRecord, name: RetentionClass): Promise<boolean> {
  if (name === 'raw') return file.erased === undefined;
  return (await documentsOf(unit, file.id)).some(isLeft);
}

/** Why a file and its documents have to stay; undefined where they may go. */
export async function refuseErasure(
  unit: UnitOfWork,
  file: FileRecord,
  holds: readonly LegalHoldRecord[],
): Promise<string | undefined> {
  if (UNFINISHED.has(file.status)) return `it is ${file.status}; only what is finished can be erased`;
  const orderIds = new Set<string>();
  for (const { id: documentId } of await documentsOf(unit, file.id)) {
    const joins = await unit.findAll(
      'orderDocuments',
      { documentId },
      (join) => join.documentId === documentId,
    );
    for (const { orderId } of joins) orderIds.add(orderId);
  }
  const hold = holds.find(
    ({ scope, subject }) =>
      scope === 'all' ||
      (scope === 'partner' && subject === file.partnerId) ||
      (scope === 'file' && subject === file.id) ||
      (scope === 'order' && orderIds.has(subject)),
  );
  if (hold !== undefined) return `the legal hold ${hold.id} keeps it: ${hold.reason}`;
  for (const orderId of orderIds)
    if ((await unit.get('orders', orderId))?.open === true) return `order ${orderId} is still open`;
  if ((await retransmissionOf(unit, file.id)) !== undefined)
    return 'it is to be sent again and has not left yet';
  const [exception] = await openOver(unit, file);
  if (exception !== undefined) return `an exception over it is open (${exception.type})`;
  return undefined;
}

/**
 * Erases what a file held, in one commit with its entry in the audit log. Record, hashes, numbers, receipts and decisions
 * stay: they prove what it was to whoever still has the bytes. False when nothing was left to erase. Throws NOT_FOUND,
 * INVALID_REQUEST (it has to stay).
 */
export async function eraseFile(
  context: PipelineContext,
  fileId: string,
  { classes, reason, actor }: Erasure,
): Promise<boolean> {
  const unit = new UnitOfWork(context.store);
  const file = await unit.get('files', fileId);
  if (file === undefined) throw new GatewayError('NOT_FOUND', `There is no file ${fileId}.`);
  const refusal = await refuseErasure(unit, file, await listLegalHolds(context.store));
  if (refusal !== undefined) throw new GatewayError('INVALID_REQUEST', `${file.name} stays: ${refusal}.`);
  const mark = { at: context.clock.now(), by: actor.name, reason };
  const erase = classes.includes('raw') ? await eraseRaw(unit, file, mark) : [];
  const documents = classes.includes('canonical') ? await eraseCanonical(unit, file, mark) : [];
  if (erase.length === 0 && documents.length === 0) return false;
  const { name, sha256, sizeBytes } = file;
  await recordAudit(unit, context, {
    actor,
    action: 'file.erased',
    subject: `file:${fileId}`,
    details: { reason, classes: [...classes], name, sha256, sizeBytes, documents },
  });
  await context.store.commit(unit.operations, [], { erase });
  return true;
}

type Mark = NonNullable<FileRecord['erased']>;

/** Returns the hashes of what goes. The receipts of AS2 stay: they are the proof. */
async function eraseRaw(unit: UnitOfWork, file: FileRecord, erased: Mark): Promise<string[]> {
  if (file.erased !== undefined) return [];
  unit.update('files', { ...file, erased });
  const messages = await unit.findAll('as2Messages', { fileId: file.id }, ({ fileId }) => fileId === file.id);
  return [...new Set([file.sha256, ...messages.map(({ request }) => request.sha256)])];
}

/** Returns id and hash of what each document was. */
async function eraseCanonical(
  unit: UnitOfWork,
  file: FileRecord,
  mark: Mark,
): Promise<{ id: string; sha256: string }[]> {
  const erased: { id: string; sha256: string }[] = [];
  for (const record of await documentsOf(unit, file.id)) {
    if (!isLeft(record)) continue;
    const sha256 = sha256Of(stableText(record.document));
    const rest: DocumentRecord = { ...record, findings: [], erased: { ...mark, sha256 } };
    delete rest.document;
    delete rest.trace;
    delete rest.unconsumed;
    unit.update('documents', rest);
    erased.push({ id: record.id, sha256 });
  }
  return erased;
}

function isLeft({ erased, document }: DocumentRecord): boolean {
  return erased === undefined && document !== undefined;
}

function documentsOf(unit: UnitOfWork, fileId: string): Promise<DocumentRecord[]> {
  return unit.findAll('documents', { fileId }, (document) => document.fileId === fileId);
}
