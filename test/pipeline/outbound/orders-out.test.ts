import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { showFile } from '../../../src/pipeline/queries/files.ts';
import { parseFile } from '../../../src/edi/parse.ts';
import { orderTo, PARTNERS } from '../../support/documents.ts';
import { ERP, TestGateway } from '../../support/gateway.ts';

let gateway: TestGateway;

beforeEach(async () => {
  gateway = await TestGateway.start();
});
afterEach(() => gateway.close());

/** The 997 of a partner that rejects segment 3 of a group for a wrong code in its second element. */
function rejection997(file: string): string {
  const group = parseFile(Buffer.from(file, 'latin1')).interchanges[0]!.groups[0]!;
  return [
    'ISA*00*          *00*          *12*6125550142     *ZZ*TRADELANE      *260302*0815*U*00401*000009001*0*P*>~',
    'GS*FA*NWHARDWARE*TRADELANE*20260302*0815*9001*X*004010VICS~',
    `ST*997*0001~AK1*PO*${group.controlNumber}~AK2*850*${group.transactions[0]!.controlNumber}~`,
    'AK3*BEG*3**8~AK4*2*92*7*XX~AK5*R*5~AK9*R*1*1*0~SE*8*0001~GE*1*9001~IEA*1*000009001~',
  ].join('');
}

describe('an order released by the ERP', () => {
  test.each(PARTNERS)('goes to %s in one file with one control number', async (partner) => {
    await gateway.gateway.releaseOrder(orderTo(partner, 'PO-1'), ERP);
    await gateway.settle();
    const { outbox, deliveries } = gateway.channel(partner);
    expect(deliveries).toHaveLength(1);
    expect([...outbox.keys()][0]).toContain('PO-1');
    const interchanges = await gateway.all('interchanges');
    expect(interchanges).toHaveLength(1);
    const { file, interchanges: shown } = await showFile(gateway.world.store, interchanges[0]!.fileId);
    expect([file.status, shown.map(({ status }) => status)]).toEqual(['sent', ['sent']]);
    expect((await gateway.all('documents'))[0]).toMatchObject({ status: 'sent', number: 'PO-1' });
    expect(await gateway.troubles()).toEqual([]);
  });

  test.each(
    PARTNERS.flatMap((partner) => [
      [partner, 'an incoterm and its place', { incoterm: 'FCA', location: 'Hamburg' }] as const,
      [partner, 'an incoterm alone', { incoterm: 'DAP' }] as const,
      [partner, 'a place alone', { location: 'Hamburg' }] as const,
    ]),
  )('goes to %s, and so does its change, with %s as delivery terms', async (partner, _, deliveryTerms) => {
    const order = { ...orderTo(partner, 'PO-1'), deliveryTerms };
    await gateway.gateway.releaseOrder(order, ERP);
    await gateway.settle();
    await gateway.gateway.releaseOrder(
      { ...order, lines: order.lines.map((line) => ({ ...line, requestedDeliveryDate: '2026-03-30' })) },
      ERP,
    );
    await gateway.settle();
    expect(await gateway.troubles()).toEqual([]);
    expect(gateway.channel(partner).deliveries).toHaveLength(2);
  });

  test.each(PARTNERS)('goes to %s where it is shipped to the customer', async (partner) => {
    const address = { street: ['Ring 1'], city: 'Graz', postalCode: '8010', country: 'AT' };
    const shipTo = { name: 'End customer', address };
    await gateway.gateway.releaseOrder({ ...orderTo(partner, 'PO-1'), orderType: 'dropShip', shipTo }, ERP);
    await gateway.settle();
    expect(await gateway.troubles()).toEqual([]);
    expect(gateway.channel(partner).sent('PO-1')).toContain('End customer');
  });

  test.each(PARTNERS)('goes to %s in every unit that an ERP comes with', async (partner) => {
    const units =
      'EA DZN KGM GRM TNE LBR ONZ DAY HUR MIN MTR KMT CMT MMT FOT YRD SMI INH MTK FTK LTR MLT MTQ FTQ INQ OZA QTL GLL';
    const order = orderTo(partner, 'PO-1');
    const [line] = order.lines;
    const lines = units.split(' ').map((unit, index) => ({
      ...line!,
      id: String(index + 1),
      quantity: { value: '7', unit },
    }));
    await gateway.gateway.releaseOrder({ ...order, lines }, ERP);
    await gateway.settle();
    expect(await gateway.troubles()).toEqual([]);
    expect(gateway.channel(partner).deliveries).toHaveLength(1);
  });

  test.each(PARTNERS)('goes to %s with the terms and the long address that an ERP has', async (partner) => {
    const order = orderTo(partner, 'PO-1');
    order.paymentTerms = { description: '30 days, 2% within 10 days', netDays: 30 };
    order.shipTo!.address!.street = [
      'Industrial Estate at the Old Harbour 12-14, Building C, Gate 3, Ramp 7',
    ];
    order.buyer.contact = { name: 'Maria Magdalena Hernandez de la Cruz Lopez', phone: '+1 312 555 0100' };
    await gateway.gateway.releaseOrder(order, ERP);
    await gateway.settle();
    expect(await gateway.troubles()).toEqual([]);
    const sent = gateway
      .channel(partner)
      .sent('PO-1')
      .replaceAll(/[:*|+]/g, ' ');
    for (const text of ['30 days, 2% within 10 days', 'Harbour 12-14, Building C', 'Ramp 7'])
      expect(sent.replaceAll(/\s+/g, ' ')).toContain(text);
  });

  test('a price for a number of units that the partner dialect has no code for never leaves as the price of one', async () => {
    const order = orderTo('northwind-hardware', 'PO-1');
    order.lines[0]!.price = { amount: '70', baseQuantity: '7' };
    await gateway.gateway.releaseOrder(order, ERP);
    await gateway.settle();
    expect(gateway.channel('northwind-hardware').deliveries).toEqual([]);
    const [exception] = await gateway.openExceptions();
    expect(exception!.detail).toContain('lines[0].price.baseQuantity → PO105: "7" has no code');
  });

  test('the same order again does nothing, and does not use up a number', async () => {
    const order = orderTo('northwind-hardware', 'PO-1');
    expect(await gateway.gateway.releaseOrder(order, ERP)).toEqual({ id: 'PO-1', repeated: false });
    await gateway.settle();
    const counters = await gateway.all('counters');
    expect(await gateway.gateway.releaseOrder(order, ERP)).toEqual({ id: 'PO-1', repeated: true });
    await gateway.settle();
    expect(gateway.channel('northwind-hardware').deliveries).toHaveLength(1);
    expect(await gateway.all('counters')).toEqual(counters);
    expect(await gateway.all('audit')).toHaveLength(1);
  });

  test('the largest control number is followed by 1, and the audit log tells it', async () => {
    await gateway.gateway.releaseOrder(orderTo('northwind-hardware', 'PO-1'), ERP);
    await gateway.settle();
    const { store } = gateway.gateway;
    for (const counter of await gateway.all('counters'))
      await store.commit([
        { op: 'update', collection: 'counters', record: { ...counter, value: 999_999_999 } },
      ]);
    await gateway.gateway.releaseOrder(orderTo('northwind-hardware', 'PO-2'), ERP);
    await gateway.settle();
    expect((await gateway.all('interchanges')).at(-1)).toMatchObject({
      controlNumber: '000000001',
      groups: [{ controlNumber: '1' }],
    });
    const told = (await gateway.all('audit')).filter(({ action }) => action === 'CONTROL_ROLLOVER');
    expect(told.map(({ details }) => details)).toEqual([
      { sequence: 'interchange|P', last: 999_999_999, next: 1 },
      { sequence: 'group|P', last: 999_999_999, next: 1 },
    ]);
  });

  test('control numbers follow one another', async () => {
    for (const id of ['PO-1', 'PO-2', 'PO-3'])
      await gateway.gateway.releaseOrder(orderTo('northwind-hardware', id), ERP);
    await gateway.settle();
    const interchanges = await gateway.all('interchanges');
    expect(interchanges.map(({ controlNumber }) => controlNumber)).toEqual([
      '000001001',
      '000001002',
      '000001003',
    ]);
    expect(interchanges.map(({ groups }) => groups[0]!.controlNumber)).toEqual(['1001', '1002', '1003']);
  });

  test('orders of different partners released at the same time all leave', async () => {
    const orders = PARTNERS.flatMap((partner) =>
      ['A', 'B', 'C'].map((suffix) => orderTo(partner, `${partner}-${suffix}`)),
    );
    await Promise.all(orders.map((order) => gateway.gateway.releaseOrder(order, ERP)));
    await gateway.settle();
    for (const partner of PARTNERS) expect(gateway.channel(partner).outbox.size).toBe(3);
  });

  test('an order with two lines of one id is refused with the id: nothing could be matched with them', async () => {
    const order = orderTo('northwind-hardware', 'PO-1');
    const twice = { ...order, lines: [...order.lines, { ...order.lines[0]!, id: '1' }] };
    const problem = { code: 'INVALID_REQUEST', message: expect.stringMatching(/line 1 .*twice/) };
    await expect(gateway.gateway.releaseOrder(twice, ERP)).rejects.toMatchObject(problem);
    expect(await gateway.all('orders')).toEqual([]);
    await gateway.gateway.releaseOrder(order, ERP);
    await expect(gateway.gateway.releaseOrder(twice, ERP)).rejects.toMatchObject(problem);
  });

  test('an unknown supplier is refused with those that are known', async () => {
    const order = { ...orderTo('hansa-werkzeuge', 'PO-1'), seller: { id: 'NOBODY' } };
    await expect(gateway.gateway.releaseOrder(order, ERP)).rejects.toMatchObject({
      code: 'INVALID_REQUEST',
      message: expect.stringMatching(/NOBODY.*HANSA.*NORTHWIND/s),
    });
    expect(await gateway.all('orders')).toEqual([]);
  });

  test('an order that the partner dialect cannot say is told, and no file leaves', async () => {
    const order = orderTo('northwind-hardware', 'PO-1');
    const [line] = order.lines;
    const unit = { value: '24', unit: 'ZZZZ' };
    await gateway.gateway.releaseOrder({ ...order, lines: [{ ...line!, quantity: unit }] }, ERP);
    await gateway.settle();
    expect(gateway.channel('northwind-hardware').deliveries).toEqual([]);
    expect((await gateway.openExceptions())[0]).toMatchObject({
      type: 'MAP_ERROR',
      orderId: 'PO-1',
      partnerId: 'northwind-hardware',
    });
  });
});

describe('a change of a released order', () => {
  test.each([
    ['northwind-hardware', '860'],
    ['hansa-werkzeuge', 'ORDCHG'],
    ['nordic-lighting', 'OrderChange'],
  ] as const)('goes to %s as %s', async (partner, type) => {
    const order = orderTo(partner, 'PO-1');
    await gateway.gateway.releaseOrder(order, ERP);
    await gateway.settle();
    const [first, ...rest] = order.lines;
    const changed = { ...order, lines: [{ ...first!, quantity: { value: '30', unit: 'EA' } }, ...rest] };
    expect(await gateway.gateway.releaseOrder(changed, ERP)).toEqual({ id: 'PO-1', repeated: false });
    await gateway.settle();
    expect(gateway.channel(partner).deliveries).toHaveLength(2);
    expect(gateway.channel(partner).sent(type)).toContain('30');
    expect((await gateway.all('documents')).map(({ transactionType }) => transactionType)).toContain(type);
    await gateway.gateway.releaseOrder(changed, ERP);
    await gateway.settle();
    expect(gateway.channel(partner).deliveries).toHaveLength(2);
  });

  test('a cancellation goes out, once', async () => {
    await gateway.gateway.releaseOrder(orderTo('northwind-hardware', 'PO-1'), ERP);
    await gateway.settle();
    await gateway.gateway.cancelOrder('PO-1', 'project stopped', ERP);
    await gateway.gateway.cancelOrder('PO-1', 'project stopped', ERP);
    await gateway.settle();
    expect(gateway.channel('northwind-hardware').deliveries).toHaveLength(2);
    expect(gateway.channel('northwind-hardware').sent('860')).toContain('BCH*01');
  });

  test('an order that nobody released is not found', async () => {
    await expect(gateway.gateway.cancelOrder('PO-9', '', ERP)).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });
});

describe('the functional acknowledgment of the partner', () => {
  test.each(['northwind-hardware', 'hansa-werkzeuge'] as const)('of %s accepts', async (partner) => {
    await gateway.gateway.releaseOrder(orderTo(partner, 'PO-1'), ERP);
    await gateway.settle();
    gateway.supplier(partner).acknowledge(gateway.channel(partner).sent('PO-1'));
    await gateway.settle();
    const [order] = await gateway.all('documents', { direction: 'outbound' });
    expect(order).toMatchObject({ number: 'PO-1', status: 'sent', acknowledgmentStatus: 'accepted' });
    const [interchange] = await gateway.all('interchanges', { direction: 'outbound' });
    expect(interchange!.acknowledgmentFileIds).toHaveLength(1);
    // An acknowledgment is never acknowledged.
    expect(gateway.channel(partner).deliveries).toHaveLength(1);
    expect(await gateway.troubles()).toEqual([]);
    const [released] = await gateway.all('orders');
    expect(released!.state.deadlines.map(({ kind }) => kind)).not.toContain('functionalAcknowledgmentDue');
  });

  test('a rejection tells what the partner found, at our own segment', async () => {
    await gateway.gateway.releaseOrder(orderTo('northwind-hardware', 'PO-1'), ERP);
    await gateway.settle();
    gateway
      .supplier('northwind-hardware')
      .drop(rejection997(gateway.channel('northwind-hardware').sent('PO-1')));
    await gateway.settle();
    const [order] = await gateway.all('documents', { direction: 'outbound' });
    expect(order!.acknowledgmentStatus).toBe('rejected');
    expect(order!.findings.at(-1)).toMatchObject({
      code: 'REJECTED_BY_PARTNER',
      place: { segment: 3, segmentId: 'BEG', element: 2 },
      message: expect.stringContaining('"XX"'),
    });
    expect(await gateway.troubles()).toEqual(['FA_REJECTED PO-1']);
  });

  test('an acknowledgment of something we never sent is told', async () => {
    gateway
      .supplier('northwind-hardware')
      .drop(
        rejection997(
          'ISA*00*          *00*          *ZZ*TRADELANE      *12*6125550142     *260302*0815*U*00401*000007777*0*P*>~GS*PO*TRADELANE*NWHARDWARE*20260302*0815*7777*X*004010VICS~ST*850*0001~SE*2*0001~GE*1*7777~IEA*1*000007777~',
        ),
      );
    await gateway.settle();
    expect(await gateway.troubles()).toEqual(['FA_UNMATCHED']);
  });
});
