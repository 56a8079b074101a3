import { afterAll, beforeAll, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { GatewayError } from '../../../src/common/errors.ts';
import { checkDocument } from '../../../src/documents/document.ts';
import type { Order, OrderLine } from '../../../src/documents/order.ts';
import { parseFile } from '../../../src/edi/parse.ts';
import { orderTo, PARTNERS } from '../../support/documents.ts';
import { ERP, TestGateway } from '../../support/gateway.ts';

/** Whatever an ERP lets people type, an order goes out as one file that is in order, or a person is told why not: never neither. */

/** More of them: `LAW_RUNS=5000 npm test -- any-order`. */
const RUNS = Number(process.env['LAW_RUNS'] ?? 200);
const TIMEOUT_MS = 120_000 + RUNS * 200;

let gateway: TestGateway;
let orders = 0;
beforeAll(async () => {
  gateway = await TestGateway.start();
});
afterAll(() => gateway.close());

const unit = fc.constantFrom(
  ...['a', 'Z', '0', ' ', '  ', '*', '~', '^', '>', "'", '+', ':', '?', '|', '<', '&', '"', '\\', '/'],
  ...[
    '\n',
    '\r\n',
    '\t',
    '\0',
    '\u0085',
    '\u00a0',
    'é',
    'ß',
    'Ł',
    '€',
    '漢',
    '😀',
    '\ud800',
    'a\u0301',
    ']]>',
  ],
);
const text = fc.oneof(
  fc.array(unit, { maxLength: 12 }).map((units) => units.join('')),
  fc.array(unit, { minLength: 60, maxLength: 120 }).map((units) => units.join('')),
  fc.constantFrom('', ' ', 'ISA*00*', "UNB+UNOC:3+X'", '-', '.', '0', 'null'),
);
const amount = fc.oneof(
  fc.constantFrom(
    '0',
    '0.00',
    '1',
    '-1',
    '0.000001',
    '0.5',
    '1000000000',
    '99999999999999.99',
    '123456789.123456789',
  ),
  fc
    .tuple(fc.nat(999_999), fc.nat(9_999))
    .map(([whole, part]) => `${whole}.${String(part).padStart(4, '0')}`),
);
const date = fc.constantFrom(
  '2026-03-02',
  '2026-02-28',
  '2028-02-29',
  '1999-12-31',
  '2100-01-01',
  '9999-12-31',
);

function without<T extends object>(value: T, field: keyof T): T {
  return Object.fromEntries(Object.entries(value).filter(([name]) => name !== field)) as T;
}

const lineChange: fc.Arbitrary<(line: OrderLine) => OrderLine> = fc.oneof(
  text.map((description) => (line: OrderLine) => ({ ...line, item: { ...line.item, description } })),
  text.map((sellerId) => (line: OrderLine) => ({ ...line, item: { ...line.item, sellerId } })),
  text.map((buyerId) => (line: OrderLine) => ({ ...line, item: { ...line.item, buyerId } })),
  fc.constant((line: OrderLine) => ({ ...line, item: { description: 'nameless' } })),
  text.map((id) => (line: OrderLine) => ({ ...line, id })),
  text.map((note) => (line: OrderLine) => ({ ...line, notes: [note] })),
  amount.map((value) => (line: OrderLine) => ({ ...line, quantity: { ...line.quantity, value } })),
  fc.constantFrom('EA', 'KGM', 'C62', 'XX', 'boxes').map((code) => (line: OrderLine) => ({
    ...line,
    quantity: { ...line.quantity, unit: code },
  })),
  amount.map((value) => (line: OrderLine) => ({ ...line, price: { amount: value } })),
  fc.constant((line: OrderLine) => without(line, 'price')),
  date.map((requestedDeliveryDate) => (line: OrderLine) => ({ ...line, requestedDeliveryDate })),
);
const headerChange: fc.Arbitrary<(order: Order) => Order> = fc.oneof(
  text.map((note) => (order: Order) => ({ ...order, notes: [note] })),
  text.map((name) => (order: Order) => ({ ...order, shipTo: { ...order.shipTo, name } })),
  text.map((street) => (order: Order) => ({
    ...order,
    shipTo: { ...order.shipTo, address: { ...order.shipTo?.address, street: [street] } },
  })),
  fc.constant((order: Order) => without(order, 'shipTo')),
  text.map((id) => (order: Order) => ({ ...order, references: [{ type: 'department' as const, id }] })),
  fc.constantFrom('USD', 'JPY', 'KWD', 'XXX').map((currency) => (order: Order) => ({ ...order, currency })),
  fc.constant((order: Order) => without(order, 'currency')),
  date.map((requestedDeliveryDate) => (order: Order) => ({ ...order, requestedDeliveryDate })),
  text.map((id) => (order: Order) => ({ ...order, id: `${order.id}${id}` })),
);

const changed = fc
  .record({
    partner: fc.constantFrom(...PARTNERS),
    lines: fc.array(fc.tuple(fc.nat(1), lineChange), { maxLength: 3 }),
    header: fc.array(headerChange, { maxLength: 2 }),
  })
  .map(({ partner, lines, header }) => ({
    partner,
    change: (order: Order): Order => {
      const changedLines = order.lines.map((line, index) =>
        lines.reduce((now, [at, change]) => (at === index ? change(now) : now), line),
      );
      return header.reduce((now, change) => change(now), { ...order, lines: changedLines });
    },
  }));

test(
  'an order goes out as one file in order, or a person is told',
  async () => {
    await fc.assert(
      fc.asyncProperty(changed, async ({ partner, change }) => {
        const order = change(orderTo(partner, `PO-${(orders += 1)}/`));
        // What is no order at all the ERP's adapter refuses before.
        fc.pre(checkDocument(order).document !== undefined);
        const channel = gateway.channel(partner);
        const before = channel.deliveries.length;
        try {
          await gateway.gateway.releaseOrder(order, ERP);
        } catch (error) {
          expect(error).toBeInstanceOf(GatewayError);
          expect(await gateway.world.store.get('orders', order.id)).toBeUndefined();
          return;
        }
        await gateway.settle();
        const sent = channel.deliveries.slice(before);
        const { store } = gateway.world;
        const told = await store.count('exceptions', { orderId: order.id, status: 'open' });
        expect(sent.length + Math.min(told, 1)).toBeGreaterThan(0);
        expect(sent.length).toBeLessThanOrEqual(1);
        expect(
          await store.count('work', { status: { in: ['dead', 'delayed', 'leased', 'ready', 'blocked'] } }),
        ).toBe(0);
        for (const { bytes } of sent) expectInOrder(bytes);
      }),
      { numRuns: RUNS },
    );
  },
  TIMEOUT_MS,
);

/** As a strict reader of the partner's finds it. */
function expectInOrder(bytes: Uint8Array): void {
  if (bytes[0] === '<'.charCodeAt(0)) return;
  const { interchanges, findings } = parseFile(bytes, { leniency: { headerValues: true } });
  expect(interchanges).toHaveLength(1);
  const [interchange] = interchanges;
  const inside = interchange!.groups.flatMap(({ findings: own, transactions }) => [
    ...own,
    ...transactions.flatMap((transaction) => transaction.findings),
  ]);
  const all = [...findings, ...interchange!.findings, ...inside];
  expect(all.filter(({ severity }) => severity === 'error')).toEqual([]);
  expect(interchange!.groups.flatMap(({ transactions }) => transactions)).toHaveLength(1);
}
