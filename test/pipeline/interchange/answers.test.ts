import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { despatchOf, invoiceOf, orderTo, responseTo } from '../../support/documents.ts';
import type { PartnerId } from '../../support/documents.ts';
import { ERP, TestGateway } from '../../support/gateway.ts';

let gateway: TestGateway;

beforeEach(async () => {
  gateway = await TestGateway.start();
});
afterEach(() => gateway.close());

async function released(partner: PartnerId, id = 'PO-1') {
  const order = orderTo(partner, id);
  await gateway.gateway.releaseOrder(order, ERP);
  await gateway.settle();
  return order;
}

const toErp = () => gateway.all('erpCommands').then((records) => records.map(({ command }) => command));

describe('an order response', () => {
  test.each(['northwind-hardware', 'hansa-werkzeuge', 'pacific-fasteners', 'nordic-lighting'] as const)(
    'of %s confirms the order in the ERP, once',
    async (partner) => {
      gateway.supplier(partner).send(responseTo(await released(partner)));
      await gateway.settle();
      expect((await gateway.all('orders'))[0]!.badge).toBe('CONFIRMED');
      const commands = await toErp();
      expect(commands).toMatchObject([{ kind: 'confirmations', orderIds: ['PO-1'], partnerId: partner }]);
      expect(commands[0]!.data['lines']).toMatchObject([
        { lineId: '1', confirmed: '24' },
        { lineId: '2', confirmed: '12' },
      ]);
      expect(gateway.world.erp.deliveries).toHaveLength(1);
      const answer = await gateway.all('documents', { direction: 'inbound' });
      expect(answer).toMatchObject([{ status: 'applied', documentType: 'orderResponse' }]);
      expect(answer[0]!.trace!.length).toBeGreaterThan(5);
      expect(await gateway.troubles()).toEqual([]);
    },
  );

  test('with a lower quantity, a later date and a higher price asks the buyer, with what was said', async () => {
    const order = await released('northwind-hardware');
    gateway.supplier('northwind-hardware').send(
      responseTo(order, {
        1: { claim: 'quantityChanged', quantity: '10' },
        2: { claim: 'priceChanged', price: '29.00' },
      }),
    );
    await gateway.settle();
    const exceptions = await gateway.openExceptions();
    expect(exceptions.map(({ type, lineId }) => `${type} ${lineId}`).sort()).toEqual([
      'CHANGE_PROPOSED 1',
      'CHANGE_PROPOSED 2',
      'REMAINDER_UNSTATED 1',
    ]);
    expect(
      exceptions.every(({ orderId, partnerId }) => orderId === 'PO-1' && partnerId === 'northwind-hardware'),
    ).toBe(true);
    expect(await toErp()).toEqual([]);
  });

  test('is acknowledged by its own partner in the dialect that it came in', async () => {
    gateway.supplier('northwind-hardware').send(responseTo(await released('northwind-hardware')));
    await gateway.settle();
    const sent = gateway.channel('northwind-hardware').sent('997');
    expect(sent).toMatch(/TA1\*\d{9}\*\d{6}\*\d{4}\*A\*000~/);
    expect(sent).toMatch(/AK1\*PR\*\d+~[^]*AK5\*A~[^]*AK9\*A\*1\*1\*1~/);
    const [file] = await gateway.all('files', { direction: 'inbound' });
    expect(await gateway.all('files', { answersFileId: file!.id })).toHaveLength(1);
  });

  test('for an order that is not known waits, and is applied when the order is released', async () => {
    const order = orderTo('northwind-hardware', 'PO-1');
    gateway.supplier('northwind-hardware').send(responseTo(order));
    await gateway.settle();
    expect(await gateway.all('documents', { direction: 'inbound' })).toMatchObject([{ status: 'parked' }]);
    expect(await gateway.troubles()).toEqual(['UNKNOWN_PO PO-1']);
    expect(await gateway.all('exceptions')).toMatchObject([{ severity: 'low', count: 1 }]);
    await gateway.pass({ days: 3 });
    expect(await gateway.all('exceptions')).toMatchObject([{ severity: 'medium', count: 2 }]);
    await gateway.gateway.releaseOrder(order, ERP);
    await gateway.settle();
    expect((await gateway.all('orders'))[0]!.badge).toBe('CONFIRMED');
    expect(await gateway.all('documents', { direction: 'inbound' })).toMatchObject([{ status: 'applied' }]);
    expect(await gateway.troubles()).toEqual([]);
    expect(await toErp()).toMatchObject([{ kind: 'confirmations' }]);
  });

  test('for an order of another partner never touches that order', async () => {
    await released('pacific-fasteners', 'PO-1');
    gateway.supplier('northwind-hardware').send(responseTo(orderTo('northwind-hardware', 'PO-1')));
    await gateway.settle();
    const [order] = await gateway.all('orders', { id: 'PO-1' });
    expect(order).toMatchObject({ partnerId: 'pacific-fasteners', state: { responses: [] } });
    expect(await toErp()).toEqual([]);
    expect(await gateway.openExceptions()).toMatchObject([
      { type: 'SUPPLIER_MISMATCH', orderId: 'PO-1', partnerId: 'northwind-hardware' },
    ]);
    expect(await gateway.all('documents', { direction: 'inbound' })).toMatchObject([
      { status: 'rejected', findings: [{ code: 'FOREIGN_ORDER', actual: 'PO-1' }] },
    ]);
    // The partner learns why, and not who else is a supplier.
    const [told] = [...gateway.channel('northwind-hardware').errors.values()];
    expect(told!.reason).toContain('PO-1');
    expect(told!.reason).not.toMatch(/pacific/i);
  });

  test('that came early from somebody else is not applied when the order is released', async () => {
    gateway.supplier('northwind-hardware').send(responseTo(orderTo('northwind-hardware', 'PO-1')));
    await gateway.settle();
    await released('pacific-fasteners', 'PO-1');
    expect((await gateway.all('orders'))[0]).toMatchObject({
      partnerId: 'pacific-fasteners',
      state: { responses: [] },
    });
    expect(await gateway.troubles()).toEqual(['SUPPLIER_MISMATCH PO-1']);
    expect(await gateway.all('documents', { direction: 'inbound' })).toMatchObject([{ status: 'rejected' }]);
  });
});

describe('a document', () => {
  test.each([
    ['a pro-forma invoice', 'INVOICE_REJECTED', /pro-forma/i],
    ['an order', 'DOCUMENT_UNEXPECTED', /order responses, despatch/],
  ])('that is %s is refused, and the partner learns why', async (what, code, words) => {
    const order = await released('northwind-hardware', 'PO-1');
    const proForma = { ...invoiceOf(order), invoiceType: 'proForma' };
    const bytes = Buffer.from(JSON.stringify(what === 'an order' ? order : proForma));
    gateway.supplier('northwind-hardware').drop(bytes, 'refused');
    await gateway.settle();
    expect(await gateway.all('documents', { direction: 'inbound' })).toMatchObject([
      { status: 'rejected', findings: [{ code, severity: 'error' }] },
    ]);
    const [told] = [...gateway.channel('northwind-hardware').errors.values()];
    expect(told!.reason).toMatch(words);
    expect(await gateway.troubles()).toHaveLength(1);
  });
});

describe('an interchange that comes again', () => {
  test.each(['northwind-hardware', 'hansa-werkzeuge'] as const)(
    'of %s gets the very same answer and has no effect',
    async (partner) => {
      const bytes = gateway.supplier(partner).send(responseTo(await released(partner)));
      await gateway.settle();
      const before = await gateway.all('orderEvents');
      gateway.supplier(partner).drop(bytes, 'once-more');
      await gateway.settle();
      expect(await gateway.all('orderEvents')).toEqual(before);
      expect(await toErp()).toHaveLength(1);
      const answers = gateway.channel(partner).deliveries.slice(1);
      expect(answers).toHaveLength(2);
      expect(answers[1]!.bytes).toEqual(answers[0]!.bytes);
      const files = await gateway.all('files', { direction: 'inbound' });
      expect(files.map(({ status }) => status)).toEqual(['processed', 'ignored']);
      expect(files[1]!.findings).toMatchObject([{ code: 'DUPLICATE_INTERCHANGE', severity: 'info' }]);
      expect(gateway.channel(partner).errors.size).toBe(0);
    },
  );

  test('as XML has no effect either', async () => {
    const bytes = gateway.supplier('nordic-lighting').send(responseTo(await released('nordic-lighting')));
    await gateway.settle();
    gateway.supplier('nordic-lighting').drop(bytes, 'once-more');
    await gateway.settle();
    expect(await toErp()).toHaveLength(1);
    expect((await gateway.all('files', { direction: 'inbound' })).map(({ status }) => status)).toEqual([
      'processed',
      'ignored',
    ]);
  });

  test('with the same control number and other content is quarantined', async () => {
    const order = await released('northwind-hardware');
    const supplier = gateway.supplier('northwind-hardware');
    supplier.drop(supplier.write(responseTo(order), 777), 'first');
    await gateway.settle();
    supplier.drop(
      supplier.write({ ...responseTo(order, { 1: { claim: 'rejected' } }), id: 'other' }, 777),
      'second',
    );
    await gateway.settle();
    expect((await gateway.all('orders'))[0]!.badge).toBe('CONFIRMED');
    expect(await gateway.troubles()).toEqual(['CONTROL_NUMBER_REUSED']);
    const [, second] = await gateway.all('interchanges', { direction: 'inbound' });
    expect(second!.status).toBe('quarantined');
  });

  test('under a number that was used longer ago than the window is new', async () => {
    const order = await released('northwind-hardware');
    const supplier = gateway.supplier('northwind-hardware');
    supplier.drop(supplier.write(responseTo(order), 777), 'first');
    await gateway.settle();
    await gateway.pass({ days: 31 });
    supplier.drop(supplier.write(despatchOf(order), 777), 'second');
    await gateway.settle();
    expect((await gateway.all('interchanges', { direction: 'inbound' })).map(({ status }) => status)).toEqual(
      ['accepted', 'accepted'],
    );
  });
});

describe('a despatch advice', () => {
  test('reaches the ERP, and the order', async () => {
    const order = await released('hansa-werkzeuge');
    gateway.supplier('hansa-werkzeuge').send(responseTo(order));
    gateway.supplier('hansa-werkzeuge').send(despatchOf(order));
    await gateway.settle();
    expect((await toErp()).map(({ kind }) => kind)).toEqual(['confirmations', 'despatchAdvice']);
    expect((await gateway.all('orders'))[0]!.state.shipments).toHaveLength(1);
  });

  test('for several orders reaches each of them', async () => {
    const one = await released('northwind-hardware', 'PO-1');
    const two = await released('northwind-hardware', 'PO-2');
    const advice = despatchOf(one, 'D-1');
    const more = despatchOf(two).lines.map((line) => ({ ...line, id: `2${line.id}` }));
    gateway.supplier('northwind-hardware').send({ ...advice, lines: [...advice.lines, ...more] });
    await gateway.settle();
    const orders = await gateway.all('orders');
    expect(orders.map(({ state }) => state.shipments.length)).toEqual([1, 1]);
    const advised = (await toErp()).filter(({ kind }) => kind === 'despatchAdvice');
    expect(advised.map(({ orderIds }) => orderIds[0]).sort()).toEqual(['PO-1', 'PO-2']);
  });

  test('for orders that are not known waits for each of them', async () => {
    const orders = [orderTo('northwind-hardware', 'PO-1'), orderTo('northwind-hardware', 'PO-2')];
    const advice = despatchOf(orders[0]!, 'D-1');
    const more = despatchOf(orders[1]!).lines.map((line) => ({ ...line, id: `2${line.id}` }));
    gateway.supplier('northwind-hardware').send({ ...advice, lines: [...advice.lines, ...more] });
    await gateway.settle();
    expect((await gateway.all('orders')).map(({ id, badge }) => `${id} ${badge}`)).toEqual([
      'PO-1 PARKED',
      'PO-2 PARKED',
    ]);
    for (const order of orders) await gateway.gateway.releaseOrder(order, ERP);
    await gateway.settle();
    expect((await gateway.all('orders')).map(({ state }) => state.shipments.length)).toEqual([1, 1]);
  });
});
