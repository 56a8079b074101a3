import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Order, OrderLine } from '../src/documents/order.ts';
import type { PipelineContext } from '../src/pipeline/context.ts';
import { fireDeadlines } from '../src/pipeline/orders/deadlines.ts';
import type { Operation } from '../src/pipeline/ports/store.ts';
import { SqliteStore } from '../src/store/sqlite/sqlite-store.ts';
import { decide } from '../src/tracking/decide.ts';
import type { OrderEvent, OrderState } from '../src/tracking/model.ts';
import { DEFAULT_POLICY } from '../src/tracking/policy.ts';
import { silentLogger } from '../test/support/silent-logger.ts';
import { measure } from './measure.ts';
import type { Figure } from './report.ts';

const NOW = '2026-03-02T09:00:00.000Z';
const WANTED = '2026-03-23';
const OPEN_ORDERS = 100_000;

/** By so many lines of events the compiler has seen every branch; a gateway that runs has. */
const WARM_UP_LINES = 1_500_000;

/** Decisions in a second on one core, and what a tick costs that finds nothing. */
export async function* runTracking(wanted: string): AsyncIterable<Figure> {
  for (const count of [5, 20, 200]) {
    const name = `life of an order of ${count} lines`;
    if (name.includes(wanted)) yield measureDecisions(count, name);
  }
  const tick = `tick with ${OPEN_ORDERS} open orders`;
  if (tick.includes(wanted)) yield await measureTick(tick);
}

function measureDecisions(count: number, name: string): Figure {
  const events = lifeOf(count);
  for (let run = 0; run < WARM_UP_LINES / events.length / count; run += 1) live(events);
  // A gateway always holds some orders. With none left, each collection would throw away the shapes of their parts, and with
  // these the machine code that knows them.
  let held: OrderState | undefined;
  const times = measure([
    { name: 'decide', run: () => (held = live(events)) },
    { name: 'JSON.stringify', run: () => events.forEach((event) => JSON.stringify(event)) },
  ]);
  const time = times.get('decide') ?? Number.NaN;
  if (held === undefined) throw new Error('Nothing was decided.');
  return {
    suite: 'tracking',
    case: name,
    work: 'decide',
    value: (events.length * 1_000_000) / time,
    unit: 'events/s',
    ratios: { 'JSON.stringify': (times.get('JSON.stringify') ?? Number.NaN) / time },
  };
}

function live(events: readonly OrderEvent[]): OrderState | undefined {
  let state: OrderState | undefined;
  for (const event of events) state = decide(state, event, DEFAULT_POLICY, NOW).state;
  return state;
}

/** From the release to the bill, with an answer that changes every fifth line. */
function lifeOf(count: number): OrderEvent[] {
  const lines = Array.from({ length: count }, (_, index): OrderLine => ({
    id: String(index + 1),
    item: { buyerId: `ITEM-${index + 1}` },
    quantity: { value: '100', unit: 'EA' },
    price: { amount: `${10 + (index % 90)}.50` },
  }));
  const order: Order = {
    documentType: 'order',
    id: 'PO-1',
    issueDate: '2026-03-02',
    currency: 'EUR',
    buyer: { id: 'US', scheme: 'GLN' },
    seller: { id: 'ACME', scheme: 'GLN' },
    requestedDeliveryDate: WANTED,
    lines,
  };
  const sent = { documentId: 'doc-1', documentType: 'order', version: 1 } as const;
  const ref = (id: string) => ({ documentId: id, contentHash: id });
  const quantities = lines.map(({ id, item, quantity }) => ({
    orderId: 'PO-1',
    orderLineId: id,
    item,
    quantity,
  }));
  return [
    { type: 'orderReleased', id: 'e1', order, partnerId: 'acme' },
    { type: 'documentQueued', id: 'e2', ...sent },
    { type: 'transmissionSucceeded', id: 'e3', ...sent },
    {
      type: 'functionalAcknowledgmentReceived',
      id: 'e4',
      documentId: 'doc-1',
      status: 'accepted',
      findings: [],
    },
    {
      type: 'orderResponseReceived',
      id: 'e5',
      partnerId: 'acme',
      documentRef: ref('in-1'),
      document: {
        documentType: 'orderResponse',
        orderId: 'PO-1',
        purpose: 'original',
        claim: 'acceptedWithChanges',
        lines: lines.map(({ id, item, quantity }, index) => ({
          orderLineId: id,
          item,
          schedules: [
            {
              claim: 'accepted',
              quantity,
              date: index % 5 === 3 ? '2026-03-20' : WANTED,
              dateKind: 'delivery',
            },
          ],
        })),
      },
    },
    {
      type: 'despatchAdviceReceived',
      id: 'e6',
      partnerId: 'acme',
      documentRef: ref('in-2'),
      document: {
        documentType: 'despatchAdvice',
        id: 'D-1',
        purpose: 'original',
        orderId: 'PO-1',
        lines: quantities,
      },
    },
    {
      type: 'goodsReceived',
      id: 'e7',
      document: { documentType: 'receiptAdvice', id: 'R-1', receivedDate: WANTED, lines: quantities },
    },
    {
      type: 'invoiceMatched',
      id: 'e8',
      invoiceId: 'I-1',
      lines: lines.map(({ id, quantity }) => ({ lineId: id, quantity: quantity.value })),
    },
  ];
}

/** The minute tick on a database with the deadlines of many open orders, none of which is due. */
async function measureTick(name: string): Promise<Figure> {
  const folder = mkdtempSync(path.join(tmpdir(), 'tradelane-bench-'));
  const store = SqliteStore.open({ file: path.join(folder, 'bench.sqlite'), role: 'tool' });
  try {
    for (let from = 0; from < OPEN_ORDERS; from += 1_000) await store.commit(timersFrom(from));
    const context = { store, clock: { now: () => NOW }, logger: silentLogger } as unknown as PipelineContext;
    const times: number[] = [];
    for (let run = 0; run < 200; run += 1) {
      const started = performance.now();
      await fireDeadlines(context);
      times.push(performance.now() - started);
    }
    const median = times.sort((a, b) => a - b)[times.length / 2] ?? Number.NaN;
    return { suite: 'tracking', case: name, work: 'find nothing due', value: median, unit: 'ms', ratios: {} };
  } finally {
    await store.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Timers of a thousand orders, all of them still to ring. */
function timersFrom(from: number): Operation[] {
  return Array.from({ length: 1_000 }, (_, index): Operation => {
    const record = { id: `PO-${from + index}`, revision: 0, dueAt: '2026-03-04T20:00:00.000Z' };
    return { op: 'insert', collection: 'orderTimers', record };
  });
}
