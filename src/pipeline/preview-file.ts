import type { PipelineContext } from './context.ts';
import { DryRunStore } from './dry-run-store.ts';
import type { FilePreview } from './gateway.ts';
import { processFile } from './process-file.ts';
import { receiveFile } from './receive-file.ts';

/** Runs a file through the real use cases on a store that keeps nothing, and tells what would happen. */
export async function previewFile(
  context: PipelineContext,
  file: { partnerId: string; name: string; bytes: Uint8Array },
): Promise<FilePreview> {
  const store = new DryRunStore(context.store);
  const dry: PipelineContext = { ...context, store, wake: () => undefined };
  const { id } = await receiveFile(dry, { ...file, channel: 'preview' });
  await processFile(dry, { fileId: id, again: false }, () => []);
  const received = await store.get('files', id);
  const documents = store.written('documents').filter((document) => document.direction === 'inbound');
  const answer = store.written('files').find((written) => written.answersFileId === id);
  const bytes = answer === undefined ? undefined : await store.readArchive(answer.sha256);
  return {
    syntax: received?.syntax ?? 'unknown',
    partnerId: received?.partnerId ?? '',
    findings: received?.findings ?? [],
    documents: documents.map(({ transactionType, documentType, number, findings, document }) => ({
      transactionType,
      documentType,
      number,
      findings,
      ...(document !== undefined && { document }),
    })),
    ...(bytes !== undefined && { acknowledgment: new TextDecoder('latin1').decode(bytes) }),
  };
}
