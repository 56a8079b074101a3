import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { orderTo } from '../../support/documents.ts';
import { ERP, TestGateway } from '../../support/gateway.ts';

let gateway: TestGateway;

beforeEach(async () => {
  gateway = await TestGateway.start();
});
afterEach(() => gateway.close());

/** An interchange of Northwind's with nothing but a notice of its network about our order. */
async function receiveNotice(reason: string) {
  await gateway.gateway.releaseOrder(orderTo('northwind-hardware', 'PO-1'), ERP);
  await gateway.settle();
  const isa = gateway.channel('northwind-hardware').sent('850').slice(0, 106).split('*');
  const ours = isa.slice(5, 7);
  const theirs = isa.slice(7, 9);
  const header = [
    ...isa.slice(0, 5),
    ...theirs,
    ...ours,
    ...isa.slice(9, 13),
    '000009001',
    '1',
    ...isa.slice(15),
  ];
  const notice = ['TA3', 'ZZ', 'BIGVAN', reason, 'ISA', isa[13], isa[9], isa[10], ...ours, ...theirs];
  gateway
    .channel('northwind-hardware')
    .drop('notice.edi', `${header.join('*')}${notice.join('*')}~IEA*0*000009001~`);
  await gateway.settle();
}

describe('a notice of a network', () => {
  test('that our interchange was not delivered is an exception', async () => {
    await receiveNotice('028');
    const [exception] = await gateway.openExceptions();
    expect(exception).toMatchObject({ type: 'TRANSPORT_FAILED', partnerId: 'northwind-hardware' });
    expect(exception!.detail).toMatch(/BIGVAN.*was not delivered \(TA303 028\)/);
    expect(await gateway.all('files', { answersFileId: exception!.fileId })).toEqual([]);
  });

  test('that it was delivered is on record, and nothing else', async () => {
    await receiveNotice('000');
    expect(await gateway.troubles()).toEqual([]);
    expect(await gateway.all('interchanges', { direction: 'inbound' })).toMatchObject([
      { status: 'accepted', findings: [{ code: 'DELIVERY_NOTICE' }] },
    ]);
  });
});
