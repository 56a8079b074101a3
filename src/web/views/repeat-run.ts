import type * as z from 'zod';
import type { RepeatRunRecord } from '../../pipeline/repeat/repeat-model.ts';
import type { repeatRunDetail, repeatRunRow } from '../schemas/repeat.ts';

/** A run that is under way is written every second. */
const SILENT_MS = 60_000;

/** `now` tells a run that goes on from one whose gateway has ended. */
export function toRepeatRun(record: RepeatRunRecord, now: string): z.input<typeof repeatRunRow> {
  const { id, verb, reason, requestedBy, agreedBy, startedAt, updatedAt, items } = record;
  const notDone = items.find(({ outcome }) => outcome === 'refused' || outcome === 'failed')?.text;
  const silent = Date.parse(now) - Date.parse(updatedAt) > SILENT_MS;
  return {
    ...{ id, verb, reason, requestedBy, startedAt, updatedAt },
    ...(agreedBy !== undefined && { agreedBy }),
    status: record.status === 'running' && silent ? 'interrupted' : record.status,
    count: items.length,
    done: items.filter(({ outcome }) => outcome === 'done').length,
    ...(notDone !== undefined && { notDone }),
  };
}

export function toRepeatRunDetail(record: RepeatRunRecord, now: string): z.input<typeof repeatRunDetail> {
  return { ...toRepeatRun(record, now), items: record.items };
}
