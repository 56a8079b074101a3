import type { Finding } from '../../common/finding.ts';
import { checkDocument, DOCUMENT_SCHEMAS } from '../../documents/document.ts';
import type { PipelineContext } from '../context.ts';
import type { FileOutcome } from './file-outcome.ts';
import { unreadableFile } from './file-outcome.ts';
import type { FileRecord } from '../records.ts';
import { retryOnConflict } from '../work/retry.ts';
import { decideSingleDocument } from './single-document.ts';
import { UnitOfWork } from '../unit-of-work.ts';

/** A canonical document as JSON: one document, no envelope, no map, no functional acknowledgment. One commit. */
export async function processJson(
  context: PipelineContext,
  file: FileRecord,
  bytes: Uint8Array,
  again: boolean,
): Promise<FileOutcome> {
  const parsed = readJson(bytes);
  if ('reason' in parsed) return unreadableFile(file, 'json', notReadable(file, parsed.reason));
  const transactionType = typeOf(parsed.value);
  if (transactionType === undefined) {
    const types = Object.keys(DOCUMENT_SCHEMAS).join(', ');
    const reason = `it is JSON, but its documentType is none of ${types}`;
    return unreadableFile(file, 'json', notReadable(file, reason));
  }
  const partner = context.partners.partners.find((candidate) => candidate.partner === file.partnerId);
  if (partner === undefined) {
    return unreadableFile(
      file,
      'json',
      notReadable(
        file,
        'it came over a channel of no partner, and JSON has no envelope that names its sender',
      ),
    );
  }
  return retryOnConflict(async () => {
    const unit = new UnitOfWork(context.store);
    const outcome = await decideSingleDocument(unit, context, {
      file,
      bytes,
      partner,
      syntax: 'json',
      transactionType,
      read: () => ({ ...checkDocument(parsed.value), trace: [], unconsumed: [] }),
      again,
    });
    unit.afterCommit(context.wake);
    await unit.commit();
    return outcome;
  });
}

/** Strict UTF-8, without or with a byte order mark. */
function readJson(bytes: Uint8Array): { value: unknown } | { reason: string } {
  try {
    return { value: JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes)) as unknown };
  } catch (error) {
    return { reason: error instanceof Error ? error.message : String(error) };
  }
}

function typeOf(value: unknown): string | undefined {
  if (typeof value !== 'object' || value === null || !('documentType' in value)) return undefined;
  const { documentType } = value;
  return typeof documentType === 'string' && Object.hasOwn(DOCUMENT_SCHEMAS, documentType)
    ? documentType
    : undefined;
}

function notReadable(file: FileRecord, reason: string): Finding {
  return {
    code: 'JSON_INVALID',
    severity: 'error',
    message: `${file.name} cannot be read as a canonical JSON document: ${reason}.`,
    place: { file: file.name },
  };
}
