import type { OrderChange } from '../../documents/order.ts';
import { parseXml } from '../../edi/xml/parse-xml.ts';
import { readCxmlHeader } from '../../edi/xml/cxml.ts';
import type { PipelineContext } from '../context.ts';
import type { DocumentRecord } from '../records.ts';
import type { UnitOfWork } from '../unit-of-work.ts';
import { versionOf } from './sent-version.ts';

/**
 * The change with the payloadID of the OrderRequest that it replaces, which cXML asks for (`DocumentReference`): that of the newest
 * version before it that went out. As it is where none is known any more.
 */
export async function withReplacedPayload(
  unit: UnitOfWork,
  context: PipelineContext,
  partnerId: string,
  change: OrderChange,
): Promise<OrderChange> {
  const replaced = await findReplaced(unit, partnerId, change);
  const file = replaced === undefined ? undefined : await unit.get('files', replaced.fileId);
  const bytes = file === undefined ? undefined : await context.store.readArchive(file.sha256);
  const { root } = bytes === undefined ? { root: undefined } : parseXml(bytes);
  const replacedPayloadId = root === undefined ? undefined : readCxmlHeader(root)?.payloadId;
  if (replacedPayloadId === undefined) return change;
  return { ...change, extensions: { ...change.extensions, replacedPayloadId } };
}

async function findReplaced(
  unit: UnitOfWork,
  partnerId: string,
  { id, version = 1 }: OrderChange,
): Promise<DocumentRecord | undefined> {
  const isSent = (record: DocumentRecord): boolean =>
    record.partnerId === partnerId &&
    record.direction === 'outbound' &&
    record.status !== 'failed' &&
    (record.documentType === 'order' || record.documentType === 'orderChange') &&
    versionOf(record) < version;
  const ofOrder = await unit.findAll('documents', { number: id }, ({ number }) => number === id);
  const isNewer = (a: DocumentRecord, b: DocumentRecord): boolean =>
    versionOf(a) > versionOf(b) || (versionOf(a) === versionOf(b) && a.createdAt > b.createdAt);
  return ofOrder
    .filter(isSent)
    .reduce<DocumentRecord | undefined>(
      (newest, each) => (newest === undefined || isNewer(each, newest) ? each : newest),
      undefined,
    );
}
