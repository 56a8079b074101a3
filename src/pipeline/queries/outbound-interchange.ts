import type { FileRecord, InterchangeRecord } from '../records.ts';

/** What became of an interchange that we sent is written at its file alone. */
export function asFarAsFile(interchange: InterchangeRecord, file: FileRecord | undefined): InterchangeRecord {
  if (interchange.direction === 'inbound' || file === undefined) return interchange;
  const { status } = file;
  return { ...interchange, status: status === 'sent' || status === 'failed' ? status : 'queued' };
}
