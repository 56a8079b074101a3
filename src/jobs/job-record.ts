import { datefields, toJobId, type JobParameters } from 'agenda';
import type { JobRecord } from '../pipeline/records.ts';

const DATE_FIELDS: ReadonlySet<string> = new Set(datefields);

/** A `single` job has its name as its id: two of the same name cannot exist, however many processes define it at once. */
export function singleId(name: string): string {
  return `single/${name}`;
}

/** Agenda's job as a record: its dates as instants, and the two that queries need at the top level. */
export function toRecord(id: string, revision: number, job: JobParameters): JobRecord {
  const data: Record<string, unknown> = {};
  for (const [field, value] of Object.entries(job)) {
    if (field !== '_id' && value !== undefined)
      data[field] = value instanceof Date ? value.toISOString() : value;
  }
  return {
    id,
    revision,
    name: job.name,
    nextRunAt: job.nextRunAt?.toISOString() ?? '',
    lockedAt: job.lockedAt?.toISOString() ?? '',
    data,
  };
}

export function fromRecord(record: JobRecord): JobParameters {
  const job: Record<string, unknown> = { nextRunAt: null };
  for (const [field, value] of Object.entries(record.data)) {
    job[field] = DATE_FIELDS.has(field) && typeof value === 'string' ? new Date(value) : value;
  }
  return { ...(job as unknown as JobParameters), _id: toJobId(record.id) };
}
