import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { parseFile } from '../../../src/edi/parse.ts';
import { orderTo, responseTo } from '../../support/documents.ts';
import { BUYER, ERP, TestGateway } from '../../support/gateway.ts';

/** A change that nobody has to answer, of notes and addresses, arrives like any other. */

const PARTNER = 'northwind-hardware';
const ORDER = orderTo(PARTNER, 'PO-1');

let gateway: TestGateway;
beforeEach(async () => {
  gateway = await TestGateway.start();
  await gateway.gateway.releaseOrder(ORDER, ERP);
  await gateway.settle();
  gateway.supplier(PARTNER).send(responseTo(ORDER));
  await gateway.settle();
});
afterEach(() => gateway.close());

function changes(): string[] {
  const files = gateway.channel(PARTNER).deliveries.map(({ bytes }) => Buffer.from(bytes).toString('latin1'));
  return files.filter((file) => file.includes('ST*860'));
}

/** A 997 that rejects the 860 of a file. */
function rejectionOf(file: string): string {
  const group = parseFile(Buffer.from(file, 'latin1')).interchanges[0]!.groups[0]!;
  return [
    'ISA*00*          *00*          *12*6125550142     *ZZ*TRADELANE      *260302*0815*U*00401*000009001*0*P*>~',
    'GS*FA*NWHARDWARE*TRADELANE*20260302*0815*9001*X*004010VICS~',
    `ST*997*0001~AK1*PC*${group.controlNumber}~AK2*860*${group.transactions[0]!.controlNumber}~`,
    'AK3*BCH*3**8~AK4*2*92*7*XX~AK5*R*5~AK9*R*1*1*0~SE*8*0001~GE*1*9001~IEA*1*000009001~',
  ].join('');
}

test('that the partner rejects is issued again', async () => {
  await gateway.gateway.releaseOrder({ ...ORDER, notes: ['Deliver to the back door'] }, ERP);
  await gateway.settle();
  gateway.supplier(PARTNER).drop(rejectionOf(changes()[0]!));
  await gateway.settle();
  expect(await gateway.troubles()).toEqual(['FA_REJECTED PO-1']);
  const [change] = await gateway.all('documents', { documentType: 'orderChange' });
  await gateway.gateway.reissueDocument(change!.id, 'the partner has mended its system', BUYER);
  await gateway.settle();
  expect(changes()).toHaveLength(2);
  expect(changes()[1]).toContain('Deliver to the back door');
});

test('that cannot be written is not given up in silence: it is tried again, and its exception stays open', async () => {
  const freight = { kind: 'charge', reason: 'freight', code: 'TOO LONG A CODE', amount: '12.00' } as const;
  await gateway.gateway.releaseOrder({ ...ORDER, allowanceCharges: [freight] }, ERP);
  await gateway.settle();
  const [exception] = await gateway.openExceptions();
  expect(exception!.detail).toContain('Order PO-1 version 2 cannot be written');
  await gateway.gateway.decideException(exception!.id, { action: 'reprocess', reason: 'try again' }, BUYER);
  await gateway.settle();
  expect((await gateway.openExceptions()).map(({ id }) => id)).toEqual([exception!.id]);
  expect(changes()).toEqual([]);
});
