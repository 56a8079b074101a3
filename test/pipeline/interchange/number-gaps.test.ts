import { afterEach, expect, jest, test } from '@jest/globals';
import { orderTo, responseTo } from '../../support/documents.ts';
import { edited, ERP, REPOSITORY, TestGateway } from '../../support/gateway.ts';

jest.setTimeout(30_000);

const PARTNER = 'northwind-hardware';
const STRICT = edited(REPOSITORY, `${PARTNER}/partner.yaml`, 'gaps: monotonic', 'gaps: strict');

let gateway: TestGateway;
afterEach(() => gateway.close());

/** Interchanges under these numbers, one after the other. */
async function send(...numbers: number[]): Promise<void> {
  const supplier = gateway.supplier(PARTNER);
  for (const number of numbers) {
    const order = orderTo(PARTNER, `PO-${number}`);
    await gateway.gateway.releaseOrder(order, ERP);
    const bytes = supplier.write(responseTo(order), number);
    gateway.channel(PARTNER).drop(`${number}.edi`, bytes);
    await gateway.settle();
  }
}

const missing = () => gateway.all('exceptions', { type: 'MISSING_INTERCHANGE' });

test('numbers that a partner leaves out are told after the time of grace, and close when they arrive', async () => {
  gateway = await TestGateway.start({ configuration: STRICT });
  await send(7, 8, 11);
  expect((await missing()).map(({ status }) => status)).toEqual(['snoozed', 'snoozed']);
  await send(9);
  await gateway.pass({ hours: 5 });
  const told = (await missing()).map(({ status, detail }) => `${status} ${/number \d+/.exec(detail)![0]}`);
  expect(told).toEqual(['resolved number 9', 'open number 10']);
  await send(10);
  expect((await missing()).map(({ status }) => status)).toEqual(['resolved', 'resolved']);
});

test('a sequence that begins anew, or far away, leaves nothing out', async () => {
  gateway = await TestGateway.start({ configuration: STRICT });
  await send(999_999_999, 1, 2, 5_000);
  expect(await missing()).toEqual([]);
});

test('a sequence that began anew is watched from there, far below the highest number or long after', async () => {
  gateway = await TestGateway.start({ configuration: STRICT });
  await send(3_000, 3_001, 1, 2, 4);
  expect((await missing()).map(({ detail }) => /number \d+/.exec(detail)![0])).toEqual(['number 3']);
  await send(3, 5);
  expect((await missing()).map(({ status }) => status)).toEqual(['resolved']);
  await gateway.pass({ days: 31 });
  await send(1, 3);
  expect((await missing()).map(({ detail }) => /number \d+/.exec(detail)![0])).toEqual([
    'number 3',
    'number 2',
  ]);
});

test('a number that was received out of order is not missing', async () => {
  gateway = await TestGateway.start({ configuration: STRICT });
  await send(100, 48, 99, 101);
  const numbers = (await missing()).map(({ detail }) => /number (\d+)/.exec(detail)![1]);
  expect(numbers).toHaveLength(50);
  expect(numbers).not.toContain('100');
});

test('where it is not asked for, nobody is told', async () => {
  gateway = await TestGateway.start();
  await send(7, 9);
  expect(await missing()).toEqual([]);
});
