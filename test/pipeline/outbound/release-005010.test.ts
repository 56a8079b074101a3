import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { orderTo, responseTo } from '../../support/documents.ts';
import { createWorld, edited, ERP, REPOSITORY, TestGateway } from '../../support/gateway.ts';
import type { OrderResponse } from '../../../src/documents/order-response.ts';

const FILE = 'northwind-hardware/partner.yaml';

let gateway: TestGateway;

/** Northwind by 005010, with the standard maps. */
const AGREED = (() => {
  const { text } = REPOSITORY.partners.find(({ path }) => path === FILE)!;
  const [version] = /version: ['"]?004010\w*['"]?/.exec(text) ?? [];
  const [interchange] = /interchangeVersion: ['"]?\d{5}['"]?/.exec(text) ?? [];
  const changed =
    version === undefined
      ? edited(REPOSITORY, FILE, 'x12:\n', "x12:\n  version: '005010'\n")
      : edited(REPOSITORY, FILE, version, "version: '005010'");
  return interchange === undefined
    ? changed
    : edited(changed, FILE, interchange, "interchangeVersion: '00501'");
})();

beforeEach(async () => {
  gateway = await TestGateway.start({ configuration: AGREED }, createWorld(AGREED));
});
afterEach(() => gateway.close());

describe('a partner of release 005010 with the standard maps', () => {
  test('gets the notes of an order where that release has them', async () => {
    const order = { ...orderTo('northwind-hardware', 'PO-1'), notes: ['Ring at the gate'] };
    const lines = order.lines.map((line) => ({ ...line, notes: ['Wrapped'] }));
    await gateway.gateway.releaseOrder({ ...order, lines }, ERP);
    await gateway.settle();
    const sent = gateway.channel('northwind-hardware').sent('850');
    expect(sent).toMatch(/N9\*L1\*\*NOTES~\s*MTX\*\*Ring at the gate~/);
    expect(sent).toMatch(/MTX\*\*Wrapped~/);
    expect(sent).not.toContain('MSG*');
    expect(await gateway.troubles()).toEqual([]);
  });

  test('is understood when it answers', async () => {
    const order = orderTo('northwind-hardware', 'PO-1');
    await gateway.gateway.releaseOrder(order, ERP);
    await gateway.settle();
    const answer = { ...responseTo(order), notes: ['As ordered'] };
    const text = Buffer.from(gateway.supplier('northwind-hardware').write(answer)).toString('latin1');
    gateway.supplier('northwind-hardware').drop(text.replace(/MSG\*/, 'MTX**'), 'answer');
    await gateway.settle();
    const [document] = await gateway.all('documents', { direction: 'inbound' });
    expect(document).toMatchObject({ status: 'applied' });
    expect((document!.document as OrderResponse).notes).toEqual(['As ordered']);
    expect(await gateway.troubles()).toEqual([]);
  });
});
