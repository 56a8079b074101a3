import { GatewayError } from '../../common/errors.ts';
import type { PipelineContext } from '../context.ts';
import { DryRunStore } from './dry-run-store.ts';
import type { FilePreview } from '../gateway.ts';
import { processFile } from './process-file.ts';
import { receiveFile } from './receive-file.ts';

/** Runs a file through the real use cases on a store that keeps nothing, and tells what would happen. */
export function previewFile(context: PipelineContext, file: PreviewedFile): Promise<FilePreview> {
  return runDry(context, file, new DryRunStore(context.store));
}

/** What if a file of the archive came in today, for the first time. Throws NOT_FOUND, INVALID_REQUEST. */
export async function replayFile(context: PipelineContext, fileId: string): Promise<FilePreview> {
  const file = await context.store.get('files', fileId);
  if (file === undefined) throw new GatewayError('NOT_FOUND', `There is no file ${fileId}.`);
  if (file.direction !== 'inbound')
    throw new GatewayError('INVALID_REQUEST', `${file.name} went out; only what came in can be replayed.`);
  const bytes = await context.store.readArchive(file.sha256);
  if (bytes === undefined)
    throw new GatewayError('NOT_FOUND', `The bytes of ${file.name} are not kept any more.`);
  const { partnerId, name } = file;
  return runDry(context, { partnerId, name, bytes }, new DryRunStore(context.store, { forgetful: true }));
}

interface PreviewedFile {
  partnerId: string;
  name: string;
  bytes: Uint8Array;
}

async function runDry(
  context: PipelineContext,
  file: PreviewedFile,
  store: DryRunStore,
): Promise<FilePreview> {
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
