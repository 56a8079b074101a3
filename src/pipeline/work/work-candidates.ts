import type { Store } from '../ports/store.ts';
import type { WorkRecord } from '../records.ts';
import { endOfLine, partnerLine } from './work-record.ts';

/** How far to look into the lines at once, so that items which must wait for others are passed over quickly. */
const LOOK_AHEAD = 64;

export interface Candidates {
  /** In the order in which they should be tried: one of each partner, then the second of each … */
  items: WorkRecord[];
  /** Line of the last partner whose first item is among the wanted ones; the next search starts behind it. */
  lastLine: string;
}

/** The next ready items of the most urgent lane, starting behind the partner that was served last. */
export async function chooseCandidates(store: Store, lastLine: string, wanted: number): Promise<Candidates> {
  const first = await firstReady(store, '', '\uffff');
  if (first === undefined) return { items: [], lastLine };
  const laneStart = `${first.lane}/`;
  const from = lastLine.startsWith(laneStart) ? endOfLine(lastLine) : laneStart;
  const heads = await headsBetween(store, from, endOfLine(laneStart), wanted);
  if (heads.length < wanted && from !== laneStart) {
    heads.push(...(await headsBetween(store, laneStart, from, wanted - heads.length)));
  }
  const perPartner = Math.max(1, Math.ceil(LOOK_AHEAD / Math.max(1, heads.length)));
  const lines = await Promise.all(heads.map((head) => lineOf(store, head, perPartner)));
  const last = heads.at(-1);
  return {
    items: Array.from({ length: perPartner }, (_, turn) => lines.flatMap((line) => line[turn] ?? [])).flat(),
    lastLine: last === undefined ? lastLine : partnerLine(last.lane, last.partnerId),
  };
}

/** The oldest ready item of each partner whose line begins in that range. */
async function headsBetween(store: Store, from: string, to: string, wanted: number): Promise<WorkRecord[]> {
  const heads: WorkRecord[] = [];
  let position = from;
  while (heads.length < wanted) {
    const head = await firstReady(store, position, to);
    if (head === undefined) break;
    heads.push(head);
    position = endOfLine(partnerLine(head.lane, head.partnerId));
  }
  return heads;
}

async function firstReady(store: Store, from: string, to: string): Promise<WorkRecord | undefined> {
  const { records } = await store.find('work', {
    where: { status: 'ready', position: { gt: from, lt: to } },
    orderBy: 'position',
    limit: 1,
  });
  return records[0];
}

async function lineOf(store: Store, head: WorkRecord, limit: number): Promise<WorkRecord[]> {
  if (limit === 1) return [head];
  const line = partnerLine(head.lane, head.partnerId);
  const { records } = await store.find('work', {
    where: { status: 'ready', position: { gte: head.position, lt: endOfLine(line) } },
    orderBy: 'position',
    limit,
  });
  return records;
}
