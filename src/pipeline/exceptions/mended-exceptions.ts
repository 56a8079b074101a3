import type { ExceptionType } from '../../tracking/exception-catalogue.ts';
import type { PipelineContext } from '../context.ts';
import { resolveException } from './exceptions.ts';
import { filesOf, openOver } from './file-exceptions.ts';
import type { FileOutcome } from '../intake/file-outcome.ts';
import type { FileRecord } from '../records.ts';
import type { UnitOfWork } from '../unit-of-work.ts';

/** What a reprocess can mend (5.15: closes when it is reprocessed without error). */
const MENDABLE: ReadonlySet<string> = new Set<ExceptionType>([
  'PARSE_ERROR',
  'UNKNOWN_PARTNER',
  'UNKNOWN_CODE',
  'CHARSET',
  'MAP_ERROR',
]);

/**
 * Closes what was open about a file and its documents, where they are in order now. An exception that speaks of other files
 * too stays open for them.
 */
export async function closeMended(
  unit: UnitOfWork,
  context: PipelineContext,
  file: FileRecord,
  { status, findings }: FileOutcome,
): Promise<void> {
  const { id: fileId } = file;
  const isMisread = findings.some(({ code }) => code === 'CHARACTERS_MISDECLARED');
  for (const exception of await openOver(unit, file)) {
    if (!MENDABLE.has(exception.type)) continue;
    if (exception.type === 'CHARSET' && isMisread) continue;
    const document =
      exception.documentId === '' ? undefined : await unit.get('documents', exception.documentId);
    const own = document?.fileId === fileId ? document : undefined;
    const mended = own === undefined ? status === 'processed' : own.status !== 'rejected';
    if (!mended) continue;
    const left = filesOf(exception).filter((id) => id !== fileId);
    if (left.length === 0) {
      const reason = 'The file was reprocessed without this error.';
      resolveException(unit, context, exception, { by: 'system', action: 'resolved', reason });
    } else {
      const documentId = own === undefined ? exception.documentId : '';
      unit.update('exceptions', { ...exception, fileId: left[0]!, fileIds: left, documentId });
    }
  }
}
