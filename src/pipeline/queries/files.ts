import { GatewayError } from '../../common/errors.ts';
import { readContent } from '../intake/archived-content.ts';
import { IN_MEMORY_BYTES } from '../ports/file-content.ts';
import type { FileContent } from '../ports/file-content.ts';
import type { Page, Store } from '../ports/store.ts';
import type { DocumentRecord, FileRecord, InterchangeRecord } from '../records.ts';
import { asFarAsFile } from './outbound-interchange.ts';
import { getOrThrow, scanAll, scanPage } from './scan.ts';

export interface FileFilter {
  direction?: FileRecord['direction'] | undefined;
  status?: FileRecord['status'] | undefined;
  partnerId?: string | undefined;
  limit: number;
  after?: string | undefined;
}

/** Newest first. */
export function listFiles(store: Store, filter: FileFilter): Promise<Page<FileRecord>> {
  const { direction, status, partnerId, limit, after } = filter;
  // One index serves the most selective filter; the others are applied to what it finds.
  const where =
    partnerId !== undefined
      ? { partnerId }
      : status !== undefined
        ? { status }
        : direction !== undefined
          ? { direction }
          : {};
  return scanPage(
    store,
    'files',
    { where, orderBy: 'createdAt', descending: true, limit, after },
    (file) =>
      (direction === undefined || file.direction === direction) &&
      (status === undefined || file.status === status),
  );
}

export interface FileView {
  file: FileRecord;
  interchanges: InterchangeRecord[];
  documents: DocumentRecord[];
  /** The files that acknowledge this one, or that this one acknowledges. */
  acknowledgments: FileRecord[];
}

export async function showFile(store: Store, id: string): Promise<FileView> {
  const file = await getOrThrow(store, 'files', id, 'file');
  const interchanges = await scanAll(store, 'interchanges', { where: { fileId: id } }, 1_000);
  const documents = await scanAll(store, 'documents', { where: { fileId: id } }, 1_000);
  const related = new Set(interchanges.flatMap((interchange) => interchange.acknowledgmentFileIds));
  if (file.answersFileId !== undefined && file.answersFileId !== '') related.add(file.answersFileId);
  const acknowledgments = await Promise.all([...related].map((fileId) => store.get('files', fileId)));
  return {
    file,
    interchanges: interchanges.map((interchange) => asFarAsFile(interchange, file)),
    documents: documents.sort(byPlace),
    acknowledgments: acknowledgments.filter((found) => found !== undefined),
  };
}

/** Throws GatewayError NOT_FOUND, FILE_TOO_LARGE, or STORE_CORRUPT when the record's bytes are gone. */
export async function readFileBytes(
  store: Store,
  id: string,
): Promise<{ file: FileRecord; bytes: Uint8Array }> {
  const { file, content } = await readFileContent(store, id);
  if (content instanceof Uint8Array) return { file, bytes: content };
  throw new GatewayError(
    'FILE_TOO_LARGE',
    `${file.name} has ${file.sizeBytes} bytes; only files up to ${IN_MEMORY_BYTES} are shown part by part. Download it instead.`,
  );
}

/** As `readFileBytes`, of any size. */
export async function readFileContent(
  store: Store,
  id: string,
): Promise<{ file: FileRecord; content: FileContent }> {
  const file = await getOrThrow(store, 'files', id, 'file');
  if (file.erased !== undefined)
    throw new GatewayError('NOT_FOUND', `The bytes of ${file.name} were erased at ${file.erased.at}.`);
  const content = await readContent(store, file);
  if (content === undefined) {
    throw new GatewayError(
      'STORE_CORRUPT',
      `The archive does not hold ${file.sha256}, the bytes of file "${id}".`,
    );
  }
  return { file, content };
}

function byPlace(a: DocumentRecord, b: DocumentRecord): number {
  const [left, right] = [a.ordinal, b.ordinal];
  if (left === undefined || right === undefined) return 0;
  return (
    left.interchange - right.interchange || left.group - right.group || left.transaction - right.transaction
  );
}
