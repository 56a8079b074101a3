import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { INDEXES } from '../../../src/pipeline/collections.ts';
import type { Collections } from '../../../src/pipeline/collections.ts';
import { orderTo, responseTo } from '../../support/documents.ts';
import { ERP, TestGateway } from '../../support/gateway.ts';

let gateway: TestGateway;
const order = orderTo('northwind-hardware', 'PO-1');

beforeEach(async () => {
  gateway = await TestGateway.start();
  await gateway.gateway.releaseOrder(order, ERP);
  await gateway.settle();
});
afterEach(() => gateway.close());

async function everything(): Promise<unknown> {
  const names = Object.keys(INDEXES) as (keyof Collections)[];
  return Promise.all(
    names.map(async (name) => (await gateway.world.store.find(name, { limit: 1_000 })).records),
  );
}

test('tells what would happen, and keeps nothing and sends nothing', async () => {
  const bytes = gateway.supplier('northwind-hardware').write(responseTo(order));
  const before = await everything();
  const preview = await gateway.gateway.previewFile({ partnerId: '', name: 'a.edi', bytes });
  await gateway.settle();
  expect(preview).toMatchObject({
    syntax: 'x12',
    partnerId: 'northwind-hardware',
    findings: [],
    documents: [{ transactionType: '855', documentType: 'orderResponse', document: { orderId: 'PO-1' } }],
    acknowledgment: expect.stringMatching(/^ISA[^]*ST\*997/),
  });
  expect(await everything()).toEqual(before);
  expect(gateway.channel('northwind-hardware').deliveries).toHaveLength(1);
});

test('tells what would be wrong', async () => {
  const preview = await gateway.gateway.previewFile({
    partnerId: '',
    name: 'a.edi',
    bytes: Buffer.from('nothing'),
  });
  expect(preview).toMatchObject({ documents: [], findings: [{ code: 'SYNTAX_UNKNOWN' }] });
});
