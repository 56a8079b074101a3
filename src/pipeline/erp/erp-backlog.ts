import type { Instant } from '../../common/time.ts';
import type { Store } from '../ports/store.ts';
import type { WorkRecord } from '../records.ts';

/** What is still to be written to the ERP. */
export interface ErpBacklog {
  /** To be written, in its turn or later; behind another one of the same order counts too. */
  waiting: number;
  /** Being written now. */
  running: number;
  /** Given up: a person decides. */
  dead: number;
  /** There is more than was counted. */
  more: boolean;
  /** When what waits longest came in. */
  oldestAt?: Instant;
}

/** Items of one status that are looked at; a page that is asked for every few seconds must not read a whole line of work. */
const MOST = 5_000;
const PAGE = 1_000;

export async function readErpBacklog(store: Pick<Store, 'find'>): Promise<ErpBacklog> {
  const [ready, delayed, blocked, leased, dead] = await Promise.all(
    (['ready', 'delayed', 'blocked', 'leased', 'dead'] as const).map((status) => countWrites(store, status)),
  );
  const waiting = [ready!, delayed!, blocked!];
  const oldestAt = waiting.flatMap((each) => each.oldestAt ?? []).sort()[0];
  return {
    waiting: waiting.reduce((sum, { count }) => sum + count, 0),
    running: leased!.count,
    dead: dead!.count,
    more: [...waiting, leased!, dead!].some((each) => each.more),
    ...(oldestAt !== undefined && { oldestAt }),
  };
}

async function countWrites(store: Pick<Store, 'find'>, status: WorkRecord['status']) {
  let [count, seen] = [0, 0];
  let oldestAt: Instant | undefined;
  let after: string | undefined;
  do {
    const { records, next } = await store.find('work', {
      where: { status },
      orderBy: status === 'leased' ? 'leaseUntil' : 'createdAt',
      limit: PAGE,
      ...(after !== undefined && { after }),
    });
    const writes = records.filter(({ kind }) => kind === 'writeErp');
    oldestAt ??= writes[0]?.createdAt;
    count += writes.length;
    seen += records.length;
    after = next;
  } while (after !== undefined && seen < MOST);
  return { count, oldestAt, more: after !== undefined };
}
