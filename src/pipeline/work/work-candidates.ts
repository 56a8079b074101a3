import type { Store } from '../ports/store.ts';
import type { WorkRecord } from '../records.ts';
import { endOfLine, partnerLine } from './work-record.ts';

/** How far to look into the lines at once, so that items which must wait for others are passed over quickly. */
const LOOK_AHEAD = 64;
/** So many partners among what was looked at are enough: the next search goes on behind them. */
const ENOUGH_PARTNERS = 8;

export interface Candidates {
  /** In the order in which they should be tried: one of each partner, then the second of each … */
  items: WorkRecord[];
  /** Line of the last partner whose first item is among the wanted ones; the next search starts behind it. */
  lastLine: string;
}

/** The next ready items of the most urgent lane, starting behind the partner that was served last. */
export async function chooseCandidates(store: Store, lastLine: string, wanted: number): Promise<Candidates> {
  const all = await readyBetween(store, '', '\uffff', LOOK_AHEAD);
  const [first] = all;
  if (first === undefined) return { items: [], lastLine };
  const laneStart = `${first.lane}/`;
  const from = lastLine.startsWith(laneStart) ? endOfLine(lastLine) : laneStart;
  const lines =
    all.length < LOOK_AHEAD
      ? linesOf(
          all.filter(({ lane }) => lane === first.lane),
          from,
        ).slice(0, wanted)
      : await searchLines(store, { laneStart, from }, wanted);
  const last = lines.at(-1)?.[0];
  return {
    items: Array.from({ length: LOOK_AHEAD }, (_, turn) => lines.flatMap((line) => line[turn] ?? [])).flat(),
    lastLine: last === undefined ? lastLine : partnerLine(last.lane, last.partnerId),
  };
}

/** The line of each partner, those behind that position first. */
function linesOf(items: readonly WorkRecord[], from: string): WorkRecord[][] {
  const lines = [...Map.groupBy(items, ({ partnerId }) => partnerId).values()];
  const isBehind = ([head]: readonly WorkRecord[]) => head!.position > from;
  return [...lines.filter(isBehind), ...lines.filter((line) => !isBehind(line))];
}

/** The same where more is ready than can be looked at. */
async function searchLines(
  store: Store,
  { laneStart, from }: { laneStart: string; from: string },
  wanted: number,
): Promise<WorkRecord[][]> {
  const near = linesOf(await readyBetween(store, from, endOfLine(laneStart), LOOK_AHEAD), from);
  if (near.length >= Math.min(wanted, ENOUGH_PARTNERS)) return near.slice(0, wanted);
  // Somebody's line is so long that the others are to be looked for behind it.
  const heads = await headsBetween(store, from, endOfLine(laneStart), wanted);
  if (heads.length < wanted && from !== laneStart) {
    heads.push(...(await headsBetween(store, laneStart, from, wanted - heads.length)));
  }
  const perPartner = Math.max(1, Math.ceil(LOOK_AHEAD / Math.max(1, heads.length)));
  return Promise.all(heads.map((head) => lineOf(store, head, perPartner)));
}

/** The oldest ready item of each partner whose line begins in that range. */
async function headsBetween(store: Store, from: string, to: string, wanted: number): Promise<WorkRecord[]> {
  const heads: WorkRecord[] = [];
  let position = from;
  while (heads.length < wanted) {
    const [head] = await readyBetween(store, position, to, 1);
    if (head === undefined) break;
    heads.push(head);
    position = endOfLine(partnerLine(head.lane, head.partnerId));
  }
  return heads;
}

async function readyBetween(store: Store, from: string, to: string, limit: number): Promise<WorkRecord[]> {
  const { records } = await store.find('work', {
    where: { status: 'ready', position: { gt: from, lt: to } },
    orderBy: 'position',
    limit,
  });
  return records;
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
