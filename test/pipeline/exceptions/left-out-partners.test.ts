import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { loadPartners } from '../../../src/partners/load-partners.ts';
import { tellLeftOutPartners } from '../../../src/pipeline/exceptions/left-out-partners.ts';
import { orderTo } from '../../support/documents.ts';
import type { Configuration } from '../../support/gateway.ts';
import { edited, ERP, REPOSITORY, TestGateway } from '../../support/gateway.ts';

const NORTHWIND = 'northwind-hardware/partner.yaml';
const BROKEN = edited(REPOSITORY, NORTHWIND, 'channels:', 'chanels:');
const GONE = {
  ...REPOSITORY,
  partners: REPOSITORY.partners.filter(({ path }) => path !== NORTHWIND),
};

let gateway: TestGateway;

beforeEach(async () => {
  gateway = await TestGateway.start();
});
afterEach(() => gateway.close());

async function startWith(configuration: Configuration): Promise<void> {
  gateway = await gateway.restart({ configuration });
  await tellLeftOutPartners(gateway.context, loadPartners(configuration.partners).leftOut);
}

async function told(): Promise<string[]> {
  const open = await gateway.openExceptions();
  return open.filter(({ type }) => type === 'PARTNER_LEFT_OUT').map(({ detail }) => detail);
}

test('a partner whose settings are wrong is told with the mistake until they are right', async () => {
  await gateway.gateway.releaseOrder(orderTo('northwind-hardware', 'PO-1'), ERP);
  await startWith(BROKEN);
  await startWith(BROKEN);
  const [detail, ...others] = await told();
  expect(others).toEqual([]);
  expect(detail).toMatch(/^northwind-hardware\/partner.yaml:\d+:\d+: .*chan?nels/);
  expect(detail).toContain('1 open order waits');
  await startWith(REPOSITORY);
  expect(await told()).toEqual([]);
});

test('a partner that was removed is told while it has open orders, and not otherwise', async () => {
  await startWith(GONE);
  expect(await told()).toEqual([]);
  await startWith(REPOSITORY);
  await gateway.gateway.releaseOrder(orderTo('northwind-hardware', 'PO-1'), ERP);
  await startWith(GONE);
  expect(await told()).toEqual([
    expect.stringContaining('There is no partners/northwind-hardware/partner.yaml any more: put it back'),
  ]);
});

test('of two partners that are in each other’s way both are told', async () => {
  const twins = edited(
    REPOSITORY,
    NORTHWIND,
    "qualifier: '12', id: '6125550142', applicationId: NWHARDWARE",
    'qualifier: ZZ, id: PACFAST',
  );
  await startWith(twins);
  expect(await told()).toEqual([
    expect.stringContaining('identity ZZ/PACFAST is claimed by'),
    expect.stringContaining('identity ZZ/PACFAST is claimed by'),
  ]);
});
