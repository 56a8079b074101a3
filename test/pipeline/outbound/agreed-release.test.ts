import { afterEach, expect, test } from '@jest/globals';
import { orderTo } from '../../support/documents.ts';
import { createWorld, edited, ERP, REPOSITORY, TestGateway } from '../../support/gateway.ts';
import type { Configuration } from '../../support/gateway.ts';

let gateway: TestGateway;
afterEach(() => gateway.close());

async function send(configuration: Configuration, partner: 'hansa-werkzeuge' | 'northwind-hardware') {
  gateway = await TestGateway.start({ configuration }, createWorld(configuration));
  await gateway.gateway.releaseOrder({ ...orderTo(partner, 'PO-1'), notes: ['Ring at the gate'] }, ERP);
  await gateway.settle();
  expect(await gateway.troubles()).toEqual([]);
}

test('an EDIFACT partner gets the directory that is agreed with it', async () => {
  const release = edited(REPOSITORY, 'hansa-werkzeuge/partner.yaml', 'release: D.96A', 'release: D.01B');
  const agreed = edited(release, 'hansa-werkzeuge/partner.yaml', 'ORDERS: EAN008', 'ORDERS: EAN010');
  await send(agreed, 'hansa-werkzeuge');
  expect(gateway.channel('hansa-werkzeuge').sent('ORDERS')).toContain('UNH+1+ORDERS:D:01B:UN:EAN010');
});

test('without one it gets that of the map', async () => {
  await send(edited(REPOSITORY, 'hansa-werkzeuge/partner.yaml', '  release: D.96A\n', ''), 'hansa-werkzeuge');
  expect(gateway.channel('hansa-werkzeuge').sent('ORDERS')).toContain('UNH+1+ORDERS:D:96A:UN:EAN008');
});

test('an X12 partner gets the agency that is agreed with it', async () => {
  const version = 'version: 004010VICS';
  await send(
    edited(REPOSITORY, 'northwind-hardware/partner.yaml', version, `${version}\n  agency: T`),
    'northwind-hardware',
  );
  expect(gateway.channel('northwind-hardware').sent('850')).toMatch(/^GS\*PO\*.*\*T\*004010VICS~$/m);
});
