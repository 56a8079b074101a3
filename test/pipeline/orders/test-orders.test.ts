import { afterEach, expect, test } from '@jest/globals';
import { orderTo } from '../../support/documents.ts';
import { createWorld, edited, ERP, REPOSITORY, TestGateway } from '../../support/gateway.ts';

/** An order that went out as test data, while the partner was being set up. */

const ONBOARDING = edited(
  REPOSITORY,
  'northwind-hardware/partner.yaml',
  'partner: northwind-hardware\n',
  'partner: northwind-hardware\nstatus: onboarding\n',
);

let gateway: TestGateway;

afterEach(() => gateway.close());

const sent = () => gateway.channel('northwind-hardware').deliveries.length;

test('is not changed as productive data once its partner is productive', async () => {
  const world = createWorld();
  gateway = await TestGateway.start({ configuration: ONBOARDING }, world);
  const order = orderTo('northwind-hardware', 'PO-1');
  await gateway.gateway.releaseOrder(order, ERP);
  await gateway.settle();
  expect(sent()).toBe(1);
  gateway = await TestGateway.start({}, world);
  const changed = orderTo('northwind-hardware', 'PO-1');
  changed.lines[0]!.quantity.value = '7';
  await expect(gateway.gateway.releaseOrder(changed, ERP)).rejects.toThrow(
    /PO-1 went out to northwind-hardware as test data.*Release the order anew/,
  );
  await gateway.settle();
  expect(sent()).toBe(1);
  // The same values again are no change, and no trouble.
  await expect(gateway.gateway.releaseOrder(order, ERP)).resolves.toMatchObject({ repeated: true });
});

test('is changed as test data as long as its partner is being set up', async () => {
  gateway = await TestGateway.start({ configuration: ONBOARDING });
  await gateway.gateway.releaseOrder(orderTo('northwind-hardware', 'PO-1'), ERP);
  await gateway.settle();
  const changed = orderTo('northwind-hardware', 'PO-1');
  changed.lines[0]!.quantity.value = '7';
  await gateway.gateway.releaseOrder(changed, ERP);
  await gateway.settle();
  expect(sent()).toBe(2);
});
