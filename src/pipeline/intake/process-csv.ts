import type { Finding } from '../../common/finding.ts';
import type { PipelineContext } from '../context.ts';
import type { FileOutcome } from './file-outcome.ts';
import { unreadableFile } from './file-outcome.ts';
import type { FileRecord } from '../records.ts';
import { retryOnConflict } from '../work/retry.ts';
import { decideSingleDocument } from './single-document.ts';
import { UnitOfWork } from '../unit-of-work.ts';

/** True where the partner of the file's channel sends CSV. */
export function expectsCsv({ partners, maps }: PipelineContext, { partnerId }: FileRecord): boolean {
  const partner = partners.partners.find((candidate) => candidate.partner === partnerId);
  return Object.values(partner?.documents ?? {})
    .flatMap((directions) => directions?.in ?? [])
    .some((id) => maps.catalogue.get(id)?.standard === 'csv');
}

/** A CSV file: as many documents as the partner's map finds in it, no envelope, no functional acknowledgment. One commit. */
export async function processCsv(
  context: PipelineContext,
  file: FileRecord,
  bytes: Uint8Array,
  again: boolean,
): Promise<FileOutcome> {
  const partner = context.partners.partners.find((candidate) => candidate.partner === file.partnerId);
  if (partner === undefined) {
    const reason = 'it came over a channel of no partner, and CSV has no envelope that names its sender';
    return unreadableFile(file, 'csv', notReadable(file, reason));
  }
  const { documents, findings } = context.maps.readCsv(partner, bytes);
  const [trouble] = findings;
  if (trouble !== undefined) {
    return unreadableFile(file, 'csv', { ...trouble, place: { file: file.name, ...trouble.place } });
  }
  if (documents.length === 0) return unreadableFile(file, 'csv', notReadable(file, 'it holds no rows'));
  return retryOnConflict(async () => {
    const unit = new UnitOfWork(context.store);
    const outcomes: FileOutcome[] = [];
    for (const [index, mapped] of documents.entries()) {
      const outcome = await decideSingleDocument(unit, context, {
        file,
        bytes,
        partner,
        syntax: 'csv',
        ordinal: index + 1,
        transactionType: mapped.document?.documentType ?? 'csv',
        read: () => mapped,
        again,
      });
      // The same file as before: so are all documents in it.
      if (outcome.status === 'ignored') return outcome;
      outcomes.push(outcome);
    }
    unit.afterCommit(context.wake);
    await unit.commit();
    return combine(outcomes);
  });
}

function combine(outcomes: readonly FileOutcome[]): FileOutcome {
  const rejected = outcomes.filter(({ status }) => status === 'rejected').length;
  return {
    ...outcomes[0]!,
    status: rejected === 0 ? 'processed' : rejected === outcomes.length ? 'rejected' : 'partlyProcessed',
    findings: outcomes.flatMap(({ findings }) => findings),
    summary: outcomes.map(({ summary }) => summary).join('; '),
    exceptions: outcomes.flatMap(({ exceptions }) => exceptions),
  };
}

function notReadable(file: FileRecord, reason: string): Finding {
  return {
    code: 'CSV_INVALID',
    severity: 'error',
    message: `${file.name} cannot be read: ${reason}.`,
    place: { file: file.name },
  };
}
