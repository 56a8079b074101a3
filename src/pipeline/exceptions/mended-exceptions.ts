import type { ExceptionType } from '../../tracking/exception-catalogue.ts';
import type { PipelineContext } from '../context.ts';
import { resolveException } from './exceptions.ts';
import type { FileOutcome } from '../intake/file-outcome.ts';
import type { UnitOfWork } from '../unit-of-work.ts';

/** What a reprocess can mend (5.15: closes when it is reprocessed without error). */
const MENDABLE: ReadonlySet<string> = new Set<ExceptionType>([
  'PARSE_ERROR',
  'UNKNOWN_PARTNER',
  'UNKNOWN_CODE',
  'CHARSET',
  'MAP_ERROR',
]);

/** Closes what was open about a file and its documents, where they are in order now. */
export async function closeMended(
  unit: UnitOfWork,
  context: PipelineContext,
  fileId: string,
  { status, findings }: FileOutcome,
): Promise<void> {
  const isMisread = findings.some(({ code }) => code === 'CHARACTERS_MISDECLARED');
  const exceptions = await unit.findAll('exceptions', { fileId }, (record) => record.fileId === fileId);
  for (const exception of exceptions) {
    if (exception.status === 'resolved' || !MENDABLE.has(exception.type)) continue;
    if (exception.type === 'CHARSET' && isMisread) continue;
    const document =
      exception.documentId === '' ? undefined : await unit.get('documents', exception.documentId);
    const mended = document === undefined ? status === 'processed' : document.status !== 'rejected';
    if (!mended) continue;
    const reason = 'The file was reprocessed without this error.';
    resolveException(unit, context, exception, { by: 'system', action: 'resolved', reason });
  }
}
