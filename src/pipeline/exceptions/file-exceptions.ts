import type { ExceptionRecord } from '../orders/order-records.ts';
import type { FileRecord } from '../records.ts';
import type { UnitOfWork } from '../unit-of-work.ts';

/** Nothing of such a file went wrong that others could share. */
const IN_ORDER: ReadonlySet<FileRecord['status']> = new Set(['processed', 'ignored', 'sent']);

/** Every file with the same cause: one correction mends them all. */
export function filesOf({ fileId, fileIds = [fileId] }: ExceptionRecord): string[] {
  return fileIds.filter((id) => id !== '');
}

/** What is open over a file: alone, or as one of several with the same cause. */
export async function openOver(
  unit: UnitOfWork,
  { id: fileId, partnerId, status: outcome }: Pick<FileRecord, 'id' | 'partnerId' | 'status'>,
): Promise<ExceptionRecord[]> {
  const isOver = (exception: ExceptionRecord) =>
    exception.status !== 'resolved' && filesOf(exception).includes(fileId);
  const found = new Map<string, ExceptionRecord>();
  // The index knows the first of several files only; the others are of the same partner.
  const ofPartner = [
    { partnerId, status: 'open' as const },
    { partnerId, status: 'snoozed' as const },
  ];
  const searches = IN_ORDER.has(outcome) ? [{ fileId }] : [{ fileId }, ...ofPartner];
  for (const where of searches)
    for (const exception of await unit.findAll('exceptions', where, isOver))
      if (isOver(exception)) found.set(exception.id, exception);
  return [...found.values()];
}
