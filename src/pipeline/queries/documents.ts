import type { Page, Store } from '../ports/store.ts';
import type { DocumentRecord, FileRecord, InterchangeRecord } from '../records.ts';
import { asFarAsFile } from './outbound-interchange.ts';
import { getOrThrow, scanPage } from './scan.ts';

export interface DocumentFilter {
  documentType?: DocumentRecord['documentType'] | undefined;
  status?: DocumentRecord['status'] | undefined;
  direction?: DocumentRecord['direction'] | undefined;
  partnerId?: string | undefined;
  number?: string | undefined;
  limit: number;
  after?: string | undefined;
}

/** Newest first; by number: in the order of arrival. */
export function listDocuments(store: Store, filter: DocumentFilter): Promise<Page<DocumentRecord>> {
  const { documentType, status, direction, partnerId, number, limit, after } = filter;
  const keep = (document: DocumentRecord) =>
    (documentType === undefined || document.documentType === documentType) &&
    (status === undefined || document.status === status) &&
    (direction === undefined || document.direction === direction) &&
    (partnerId === undefined || document.partnerId === partnerId);
  if (number !== undefined) return scanPage(store, 'documents', { where: { number }, limit, after }, keep);
  const where =
    partnerId !== undefined
      ? { partnerId }
      : documentType !== undefined
        ? { documentType }
        : status !== undefined
          ? { status }
          : {};
  return scanPage(store, 'documents', { where, orderBy: 'createdAt', descending: true, limit, after }, keep);
}

export interface DocumentView {
  document: DocumentRecord;
  file: FileRecord | undefined;
  interchange: InterchangeRecord | undefined;
  orderIds: string[];
}

export async function showDocument(store: Store, id: string): Promise<DocumentView> {
  const document = await getOrThrow(store, 'documents', id, 'document');
  const [file, interchange, joins] = await Promise.all([
    store.get('files', document.fileId),
    store.get('interchanges', document.interchangeId),
    store.find('orderDocuments', { where: { documentId: id }, limit: 1_000 }),
  ]);
  return {
    document,
    file,
    interchange: interchange && asFarAsFile(interchange, file),
    orderIds: joins.records.map((join) => join.orderId),
  };
}
