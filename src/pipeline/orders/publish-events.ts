import { GatewayError } from '../../common/errors.ts';
import { toCloudEvent } from '../../tracking/cloud-event.ts';
import type { CloudEvent } from '../../tracking/cloud-event.ts';
import type { PipelineContext } from '../context.ts';
import type { Store } from '../ports/store.ts';
import type { PublishedEventRecord } from '../records.ts';
import { UnitOfWork } from '../unit-of-work.ts';
import { enqueue } from '../work/work-queue.ts';

/** Order events published in one commit. */
const BATCH = 200;

/** The counter behind PublishedEventRecord.number. */
const COUNTER = 'events';

/**
 * Puts what has happened since into the feed of business events: numbered 1, 2, 3 … without a gap, the events of one
 * order in their order, each once. The number is given here, one commit after the other, and not by the deciding commits:
 * these would all wait for one counter, and a reader could pass a number that becomes durable after a higher one. Returns how
 * many order events were taken; fewer than there are only when more than one commit is needed.
 */
export async function publishEvents(
  context: PipelineContext,
  { deliver }: { deliver: boolean },
): Promise<number> {
  const { store, clock } = context;
  const { records: waiting } = await store.find('eventOutbox', { limit: BATCH });
  if (waiting.length === 0) return 0;
  const unit = new UnitOfWork(store);
  const counter = await unit.get('counters', COUNTER);
  const before = counter?.value ?? 0;
  const now = clock.now();
  const published: PublishedEventRecord[] = [];
  const read = await Promise.all(
    waiting.map(async ({ id, facts }) => facts ?? (await store.get('orderEvents', id))?.facts ?? []),
  );
  for (const [index, { id }] of waiting.entries()) {
    const facts = read[index]!;
    for (const event of facts.map(toCloudEvent)) {
      const number = before + published.length + 1;
      published.push({
        id: String(number).padStart(15, '0'),
        revision: 0,
        number,
        type: event.type,
        orderId: orderIdOf(event),
        publishedAt: now,
        event,
      });
    }
    unit.add([{ op: 'delete', collection: 'eventOutbox', id }]);
  }
  for (const record of published) unit.insert('events', record);
  const upTo = before + published.length;
  const count = { id: COUNTER, revision: counter?.revision ?? 0, value: upTo };
  if (counter === undefined) unit.insert('counters', count);
  else unit.update('counters', count);
  if (deliver && published.length > 0) {
    const key = `events/${before + 1}-${upTo}`;
    const payload = { after: before, upTo };
    const orderingKey = 'events';
    unit.add(enqueue(context, { kind: 'sendEvents', id: key, key, orderingKey, partnerId: '', payload }));
    unit.afterCommit(context.wake);
  }
  try {
    await unit.commit();
    return waiting.length;
  } catch (error) {
    // Another node has published them: its commit took the counter first.
    if (error instanceof GatewayError && error.code === 'CONFLICT') return 0;
    throw error;
  }
}

function orderIdOf({ data }: CloudEvent): string {
  return typeof data['orderId'] === 'string' ? data['orderId'] : '';
}

/** The feed after a number: what was published then, oldest first. */
export async function listEvents(
  store: Store,
  after: number,
  limit: number,
): Promise<PublishedEventRecord[]> {
  const { records } = await store.find('events', {
    where: { number: { gt: after } },
    orderBy: 'number',
    limit,
  });
  return records;
}
