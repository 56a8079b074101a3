import { beforeAll, describe, expect, test } from '@jest/globals';
import type { Collections } from '../../src/pipeline/collections.ts';
import type { CollectionName, Store } from '../../src/pipeline/ports/store.ts';
import { despatchOf, invoiceOf, orderTo, receiptOf, responseTo } from '../support/documents.ts';
import type { PartnerId } from '../support/documents.ts';
import { Crash } from '../support/crash.ts';
import { createWorld, ERP, TestGateway } from '../support/gateway.ts';
import type { TestGatewayOptions, World } from '../support/gateway.ts';

/**
 * The process ends at every commit of an ordinary day, before and after the commit is durable. Another process goes on with
 * the same store and the same partners. The day must end as if nothing had happened.
 */

type Step = (gateway: TestGateway) => Promise<unknown>;

/** What happens outside on that day. Partners act once; the ERP repeats a call that it got no answer to. */
function dayOf(partner: PartnerId): { steps: Step[] } {
  const order = orderTo(partner, 'PO-1');
  const [first, ...rest] = order.lines;
  const changed = { ...order, lines: [{ ...first!, quantity: { value: '20', unit: 'EA' } }, ...rest] };
  const early = orderTo(partner, 'PO-2');
  let dropped = 0;
  const steps: Step[] = [
    (gateway) => gateway.gateway.releaseOrder(order, ERP),
    drop((gateway) => {
      const supplier = gateway.supplier(partner);
      if (partner !== 'nordic-lighting') supplier.acknowledge(gateway.channel(partner).sent('PO-1'));
      supplier.send(responseTo(order, { 2: { claim: 'acceptedWithChanges', price: '29.00' } }));
      supplier.drop('not a file of any kind\u0001', 'noise');
    }),
    (gateway) => gateway.gateway.releaseOrder(changed, ERP),
    drop((gateway) => {
      const supplier = gateway.supplier(partner);
      supplier.send({ ...responseTo(changed), id: 'A-2' });
      const bytes = supplier.send(despatchOf(changed));
      supplier.drop(bytes, 'once-more');
      supplier.send({ ...responseTo(early) });
    }),
    (gateway) => gateway.gateway.releaseOrder(early, ERP),
    drop((gateway) => gateway.supplier(partner).send(invoiceOf(changed, { 1: '13.00' }))),
    (gateway) => gateway.gateway.receiveGoods(receiptOf(changed), ERP),
    (gateway) => gateway.pass({ days: 4 }),
  ];
  /** Done by the partner itself, so never twice. */
  function drop(action: (gateway: TestGateway) => void): Step {
    dropped += 1;
    const mine = dropped;
    let done = 0;
    return (gateway) => {
      if (done !== mine) action(gateway);
      done = mine;
      return Promise.resolve();
    };
  }
  return { steps };
}

interface Life {
  partner: PartnerId;
  /** Empty; that of `createWorld` unless given. */
  store?: Store;
  /** One of each gateway that shares the work; without any, one gateway that does not end. */
  crashes?: readonly Crash[];
  how?: TestGatewayOptions;
}

/** A lease that nobody keeps alive has ended. */
const PAST_LEASE_MS = 31_000;

async function live({ partner, store, crashes = [], how = {} }: Life): Promise<World> {
  const world = { ...createWorld(), ...(store !== undefined && { store }) };
  const shared = crashes.length > 1;
  const start = (crash?: Crash) =>
    TestGateway.start({ ...how, shared, ...(crash !== undefined && { crash }) }, world);
  let gateways = crashes.length === 0 ? [await start()] : await Promise.all(crashes.map(start));
  /** One is gone: a new one takes its place, or the others take its work over. */
  const replace = async () => {
    const dead = crashes.findIndex(({ happened }) => happened);
    if (dead < 0) return false;
    await crashes[dead]!.ended();
    if (shared) world.time.advance(PAST_LEASE_MS);
    gateways = shared ? gateways.toSpliced(dead, 1) : [await start()];
    return true;
  };
  const settle = async () => {
    // One that was idle takes work again that another makes while it settles.
    do for (const gateway of gateways) await gateway.settle();
    while ((await world.store.count('work', { status: 'leased' })) > 0);
  };
  for (const [turn, step] of dayOf(partner).steps.entries()) {
    for (let attempt = 1; ; attempt += 1) {
      try {
        await step(gateways[turn % gateways.length]!);
        await settle();
        break;
      } catch (error) {
        if (attempt > 1 || !(await replace())) throw error;
      }
    }
  }
  return world;
}

/** Everything that must not depend on where the process ended. Ids of records do. */
async function endOf({ store, channels, erp, notices }: World): Promise<object> {
  const list = async <N extends CollectionName>(
    collection: N,
    tell: (record: Collections[N]) => unknown[],
  ) => {
    const { records } = await store.find(collection, { limit: 1_000 });
    return records.map((record) => tell(record).join(' ')).sort();
  };
  const read = (bytes: Uint8Array) => Buffer.from(bytes).toString('latin1');
  const end = {
    outboxes: [...channels.values()].map(({ outbox }) =>
      [...outbox].map(([name, bytes]) => `${name} ${read(bytes)}`).sort(),
    ),
    errors: [...channels.values()].map(({ errors, waiting }) => [[...errors], waiting]),
    // The hash at the end of a name is over the command's key, which holds ids.
    erp: [...erp.outbox.keys()].map((name) => name.replace(/-[0-9a-f]{12}(?=\.json)/, '')).sort(),
    deliveries: erp.deliveries.length,
    notices: [...notices.keys()].sort(),
    files: await list('files', (file) => [file.direction, file.name, file.status, file.sha256, file.summary]),
    interchanges: await list('interchanges', (each) => [each.direction, each.controlNumber, each.status]),
    documents: await list('documents', (each) => [
      each.transactionType,
      each.number,
      each.status,
      each.acknowledgmentStatus,
    ]),
    orders: await list('orders', ({ id, badge, version, sequence, state }) => [
      id,
      badge,
      version,
      sequence,
      state.deadlines.map(({ key, dueAt }) => [key, dueAt]),
    ]),
    events: await list('orderEvents', ({ orderId, sequence, event }) => [orderId, sequence, event.type]),
    invoices: await list('invoices', (invoice) => [invoice.id, invoice.status]),
    exceptions: await list('exceptions', ({ type, orderId, lineId, status, count }) => [
      type,
      orderId,
      lineId,
      status,
      count,
    ]),
    timers: await list('orderTimers', ({ id, dueAt }) => [id, dueAt]),
    counters: await list('counters', ({ id, value }) => [id, value]),
    work: await list('work', ({ kind, status }) => [kind, status]),
    audit: await list('audit', ({ action, subject }) => [action, subject]),
  };
  // Until a lease has ended half a minute passes: times are compared to the minute.
  const text = JSON.stringify(end)
    .replace(/01950000-0000-7000-8000-\d{12}/g, 'id')
    .replace(/(T\d\d:\d\d):\d\d\.\d{3}Z/g, '$1');
  return JSON.parse(text) as object;
}

/** A day with one partner, and at which of its commits the process ends. */
export interface CrashDay {
  partner: PartnerId;
  /** How many commits the next point is away. */
  stride: number;
  /** Larger files are processed piece by piece. */
  wholeFileBytes?: number;
  /** Gateways that share the work, of which one ends; 1 unless given. */
  gateways?: number;
}

/** `open` gives an empty store for each life of the gateway; in memory unless given. */
export function describeCrashes(name: string, days: readonly CrashDay[], open?: () => Promise<Store>): void {
  const opened = async () => (open === undefined ? {} : { store: await open() });

  const named = days.map((day) => {
    const large = day.wholeFileBytes === undefined ? '' : ' whose files are too large for memory';
    const many = day.gateways === undefined ? '' : `, ${day.gateways} gateways of which one ends`;
    return [`${day.partner}${large}${many}`, day] as const;
  });
  describe.each(named)(
    `${name}: a day with %s`,
    (_name, { partner, stride, wholeFileBytes, gateways = 1 }) => {
      const how: TestGatewayOptions = wholeFileBytes === undefined ? {} : { wholeFileBytes };
      let expected: object;

      beforeAll(async () => {
        const world = await live({ partner, ...(await opened()) });
        expected = await endOf(world);
        await world.store.close();
      }, 60_000);

      test('ends like any other', async () => {
        expect(expected).toMatchObject({
          orders: [expect.stringContaining('PO-1'), expect.stringContaining('PO-2')],
        });
        const world = await live({ partner, how, ...(await opened()) });
        expect(await endOf(world)).toEqual(expected);
        await world.store.close();
      }, 60_000);

      test.each(['before', 'after'] as const)(
        'ends the same when the process ends %s any commit',
        async (side) => {
          let points = 0;
          for (let at = 1; ; at += stride) {
            const count = { commits: 0 };
            const crashes = Array.from({ length: gateways }, () => new Crash(at, side, count));
            const world = await live({ partner, crashes, how, ...(await opened()) });
            const end = await endOf(world);
            await world.store.close();
            if (!crashes.some(({ happened }) => happened)) break;
            points += 1;
            expect({ at, ...end }).toEqual({ at, ...expected });
          }
          expect(points * stride).toBeGreaterThan(30);
        },
        1_800_000,
      );
    },
  );
}
