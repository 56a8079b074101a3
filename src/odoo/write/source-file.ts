import type { Store } from '../../pipeline/ports/store.ts';

/** The supplier's file as it came in. */
export interface SourceFile {
  id: string;
  name: string;
  mimeType: string;
  bytes: Uint8Array;
}

/** A larger file is looked at in the console, by the link. */
const MAX_BYTES = 2 * 1024 * 1024;

const MIME_TYPES: Readonly<Record<string, string>> = {
  x12: 'application/EDI-X12',
  edifact: 'application/EDIFACT',
  xml: 'application/xml',
  json: 'application/json',
  csv: 'text/csv',
};

/** The file that a document came in; undefined where it did not come as a file, or is too large to be copied into Odoo. */
export async function findSourceFile(store: Store, documentId: string): Promise<SourceFile | undefined> {
  const document = await store.get('documents', documentId);
  const file = document === undefined ? undefined : await store.get('files', document.fileId);
  if (file === undefined || file.sizeBytes > MAX_BYTES) return undefined;
  const bytes = await store.readArchive(file.sha256);
  if (bytes === undefined) return undefined;
  const mimeType = MIME_TYPES[file.syntax ?? ''] ?? 'application/octet-stream';
  return { id: file.id, name: file.name, mimeType, bytes };
}
