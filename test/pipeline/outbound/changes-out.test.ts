import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { responseTo, orderTo, PARTNERS } from '../../support/documents.ts';
import type { PartnerId } from '../../support/documents.ts';
import { ERP, TestGateway } from '../../support/gateway.ts';

/** A change of ours has a number and a date of its own, and names the order that it changes by the number and date of that. */

let gateway: TestGateway;
beforeEach(async () => {
  gateway = await TestGateway.start();
});
afterEach(() => gateway.close());

const quantities = (partner: PartnerId, first: string) =>
  orderTo(partner, 'PO-1', [
    [first, '10.00'],
    ['12', '25.50'],
  ]);

/** The order of 2 March, accepted, and its first line changed on 5 and on 9 March, with an answer between. */
async function changeTwice(partner: PartnerId): Promise<string[]> {
  const supplier = gateway.supplier(partner);
  await gateway.gateway.releaseOrder(orderTo(partner, 'PO-1'), ERP);
  await gateway.settle();
  supplier.send(responseTo(orderTo(partner, 'PO-1')));
  await gateway.pass({ days: 3 });
  await gateway.gateway.releaseOrder(quantities(partner, '30'), ERP);
  await gateway.settle();
  supplier.send({ ...responseTo(quantities(partner, '30')), id: 'SO-2', orderVersion: 2 });
  await gateway.pass({ days: 4 });
  await gateway.gateway.releaseOrder(quantities(partner, '36'), ERP);
  await gateway.settle();
  return gateway
    .channel(partner)
    .deliveries.slice(1)
    .map(({ bytes }) => Buffer.from(bytes).toString('latin1'));
}

describe('two changes of an order', () => {
  test('are two ORDCHG, each with its number and date, beside the number and date of the order', async () => {
    const changes = (await changeTwice('hansa-werkzeuge')).filter((file) => file.includes('ORDCHG'));
    expect(changes.map((file) => file.match(/BGM.*?RFF\+ON.*?(?=RFF|NAD)/)![0])).toEqual([
      "BGM+230+PO-1-C2+4'DTM+137:20260305:102'DTM+2:20260323:102'RFF+ON:PO-1::2'DTM+171:20260302:102'",
      "BGM+230+PO-1-C3+4'DTM+137:20260309:102'DTM+2:20260323:102'RFF+ON:PO-1::3'DTM+171:20260302:102'",
    ]);
  });

  test('are two OrderChange, each with its ID, IssueDate and sequence, and a reference to the order', async () => {
    const changes = (await changeTwice('nordic-lighting')).map((file) =>
      file
        .replaceAll(/\s*\n\s*/g, '')
        .match(/<cbc:ID>.*?<\/cac:OrderReference>/)![0]
        .replaceAll(/<\/[^>]*>/g, ''),
    );
    const change = (number: string, day: string) =>
      `<cbc:ID>PO-1-C${number}<cbc:IssueDate>2026-03-${day}<cbc:SequenceNumberID>${number}<cbc:DocumentCurrencyCode>EUR` +
      '<cbc:LineCountNumeric>1<cac:OrderReference><cbc:ID>PO-1<cbc:IssueDate>2026-03-02<cbc:OrderTypeCode>4';
    expect(changes).toEqual([change('2', '05'), change('3', '09')]);
  });

  test.each(['northwind-hardware', 'pacific-fasteners'] as const)(
    'are two 860 to %s, each with its sequence and the date of the request beside that of the order',
    async (partner) => {
      const segments = (await changeTwice(partner)).map((file) =>
        file.replaceAll(file[3]!, '*').split(file[105]!),
      );
      expect(
        segments
          .flat()
          .map((each) => each.trim())
          .filter((each) => each.startsWith('BCH')),
      ).toEqual(['BCH*04*SA*PO-1**2*20260302*****20260305', 'BCH*04*SA*PO-1**3*20260302*****20260309']);
    },
  );

  test.each(PARTNERS)('lie beside one another in the folder of %s', async (partner) => {
    await changeTwice(partner);
    const { outbox, deliveries } = gateway.channel(partner);
    expect([...outbox.keys()]).toEqual(deliveries.map(({ name }) => name));
  });
});

describe('an answer that names the change instead of the order', () => {
  test.each(['hansa-werkzeuge', 'nordic-lighting'] as const)(
    'of %s is the answer to that version of the order',
    async (partner) => {
      const supplier = gateway.supplier(partner);
      await changeTwice(partner);
      supplier.send({ ...responseTo(quantities(partner, '36')), id: 'SO-3', orderId: 'PO-1-C3' });
      await gateway.settle();
      expect(await gateway.troubles()).not.toContain('UNKNOWN_PO PO-1-C3');
      const { state } = (await gateway.all('orders'))[0]!;
      expect(state.unanswered).toEqual([]);
      expect(state.responses.at(-1)!.version).toBe(3);
    },
  );

  test('is that of an order with such a number where there is one', async () => {
    await changeTwice('hansa-werkzeuge');
    await gateway.gateway.releaseOrder(orderTo('hansa-werkzeuge', 'PO-1-C3'), ERP);
    await gateway.settle();
    gateway.supplier('hansa-werkzeuge').send(responseTo(orderTo('hansa-werkzeuge', 'PO-1-C3')));
    await gateway.settle();
    const answered = (await gateway.all('orders')).filter(({ state }) => state.responses.length === 1);
    expect(answered.map(({ id }) => id)).toEqual(['PO-1-C3']);
  });
});

test('a change that is sent again has the number and the date that it had', async () => {
  const partner = 'hansa-werkzeuge';
  await changeTwice(partner);
  await gateway.pass({ hours: 30 });
  const change = (await gateway.all('documents', { documentType: 'orderChange' })).at(-1)!;
  await gateway.gateway.reissueDocument(change.id, 'it was lost', ERP);
  await gateway.settle();
  const sent = gateway.channel(partner).sent('ORDCHG');
  expect(sent).toContain("BGM+230+PO-1-C3+4'DTM+137:20260309:102'");
});

test.each(PARTNERS)(
  'a change of an order with a discount in percent goes to %s like the order itself',
  async (partner) => {
    const discounted = (first: string) => {
      const order = quantities(partner, first);
      order.lines[0]!.allowanceCharges = [{ kind: 'allowance', reason: 'discount', percent: '10' }];
      return order;
    };
    await gateway.gateway.releaseOrder(discounted('24'), ERP);
    await gateway.settle();
    await gateway.gateway.releaseOrder(discounted('30'), ERP);
    await gateway.settle();
    expect(await gateway.troubles()).toEqual([]);
    expect(gateway.channel(partner).deliveries).toHaveLength(2);
  },
);

test('an order without a currency is kept back from a UBL partner, whose amounts must name one', async () => {
  const order = orderTo('nordic-lighting', 'PO-1');
  delete order.currency;
  await gateway.gateway.releaseOrder(order, ERP);
  await gateway.settle();
  expect(gateway.channel('nordic-lighting').deliveries).toEqual([]);
  expect((await gateway.openExceptions()).map(({ detail }) => detail)).toEqual([
    expect.stringContaining('currency is required'),
  ]);
});
