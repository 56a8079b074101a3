import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { OrderResponse } from '../../../src/documents/order-response.ts';
import type { AllowanceCharge } from '../../../src/documents/primitives.ts';
import { CXML, CXML_SUPPLIER, confirmation, cxml, money } from '../../support/cxml.ts';
import { orderTo, responseTo } from '../../support/documents.ts';
import type { PartnerId } from '../../support/documents.ts';
import { createWorld, ERP, REPOSITORY, TestGateway } from '../../support/gateway.ts';
import type { Configuration } from '../../support/gateway.ts';

let gateway: TestGateway;

async function start(configuration: Configuration = REPOSITORY): Promise<void> {
  gateway = await TestGateway.start({ configuration }, createWorld(configuration));
}
beforeEach(() => start());
afterEach(() => gateway.close());

const FREIGHT: AllowanceCharge = { kind: 'charge', reason: 'freight', code: 'D240', amount: '45.00' };

async function released(partner: PartnerId, ordered: AllowanceCharge[] = []) {
  const order = orderTo(partner, 'PO-1');
  const allowanceCharges = ordered.length === 0 ? {} : { allowanceCharges: ordered };
  await gateway.gateway.releaseOrder({ ...order, ...allowanceCharges }, ERP);
  await gateway.settle();
  return order;
}

/** The order of 546.00, released with some charges and accepted with others. */
async function answered(
  partner: PartnerId,
  charges: Pick<OrderResponse, 'allowanceCharges'> & { ofLine?: AllowanceCharge[] },
  ordered: AllowanceCharge[] = [],
): Promise<string[]> {
  const response = responseTo(await released(partner, ordered));
  const { ofLine, ...ofOrder } = charges;
  const lines = response.lines.map((line, index) =>
    index === 0 && ofLine !== undefined ? { ...line, allowanceCharges: ofLine } : line,
  );
  gateway.supplier(partner).send({ ...response, ...ofOrder, lines });
  await gateway.settle();
  return told();
}

const told = async () =>
  (await gateway.openExceptions()).map(
    ({ type, detail, valueAtStake }) => `${type} ${valueAtStake} ${detail}`,
  );

const added = (text: string, value = '45.00') => [
  `CHARGE_PROPOSED ${value} ${text} If that is agreed, enter it in the ERP, so that it is paid; otherwise tell the supplier: an invoice that bills it is held, unless he may bill it without an order.`,
];

describe('a charge that the supplier adds in his answer', () => {
  test.each<[PartnerId, AllowanceCharge, string]>([
    ['northwind-hardware', FREIGHT, 'USD'],
    ['hansa-werkzeuge', { ...FREIGHT, code: 'FC' }, 'EUR'],
    ['nordic-lighting', { ...FREIGHT, code: 'FC' }, 'EUR'],
  ])('%s: is told to the buyer', async (partner, freight, currency) => {
    expect(await answered(partner, { allowanceCharges: [freight] })).toEqual(
      added(`The order: freight charge of 45.00 ${currency}, not ordered.`),
    );
  });

  test.each<[PartnerId, string, string]>([
    ['northwind-hardware', 'D500', 'USD'],
    ['hansa-werkzeuge', 'HD', 'EUR'],
  ])('%s: at a line is told with the line', async (partner, code, currency) => {
    const handling: AllowanceCharge = { kind: 'charge', reason: 'handling', code, amount: '12.50' };
    expect(await answered(partner, { ofLine: [handling] })).toEqual(
      added(`Line 1: handling charge of 12.50 ${currency}, not ordered.`, '12.50'),
    );
  });

  test('cXML: shipping of the confirmation is told', async () => {
    await gateway.close();
    await start(CXML);
    await released(CXML_SUPPLIER);
    const shipping = `<Shipping>${money('45.00')}<Description xml:lang="en">Road</Description></Shipping>`;
    const request = confirmation('accept').replace(
      'type="accept"/>',
      `type="accept">${shipping}</ConfirmationHeader>`,
    );
    gateway.channel(CXML_SUPPLIER).drop('document.xml', Buffer.from(cxml(request)));
    await gateway.settle();
    expect(await told()).toEqual(added('The order: freight charge of 45.00 EUR, not ordered.'));
  });

  test('a dearer one than ordered is told, and the rest is confirmed', async () => {
    const texts = await answered('northwind-hardware', { allowanceCharges: [FREIGHT] }, [
      { ...FREIGHT, amount: '30.00' },
    ]);
    expect(texts).toEqual(added('The order: freight charge of 45.00 USD instead of 30.00 USD.', '15.00'));
    expect((await gateway.all('orders'))[0]!.state).toMatchObject({
      lines: [{ slices: [{ state: 'CONFIRMED' }] }, { slices: [{ state: 'CONFIRMED' }] }],
    });
  });

  test('a smaller discount than ordered is told', async () => {
    const discount = (percent: string): AllowanceCharge => ({
      kind: 'allowance',
      reason: 'discount',
      code: 'C310',
      percent,
      percentOf: 'gross',
    });
    const texts = await answered('northwind-hardware', { allowanceCharges: [discount('3')] }, [
      discount('5'),
    ]);
    expect(texts).toEqual(added('The order: discount allowance of 3 % instead of 5 %.', '0.00'));
  });

  test('goes when the supplier answers again without it', async () => {
    await answered('northwind-hardware', { allowanceCharges: [FREIGHT] });
    gateway
      .supplier('northwind-hardware')
      .send({ ...responseTo(orderTo('northwind-hardware', 'PO-1')), id: 'A-2' });
    await gateway.settle();
    expect(await told()).toEqual([]);
  });
});

describe('nothing is told', () => {
  test('where he repeats what was ordered, or takes more off', async () => {
    const discount: AllowanceCharge = {
      kind: 'allowance',
      reason: 'discount',
      code: 'C310',
      amount: '10.00',
    };
    const charges = [FREIGHT, { ...discount, amount: '20.00' }];
    expect(await answered('northwind-hardware', { allowanceCharges: charges }, [FREIGHT, discount])).toEqual(
      [],
    );
  });

  test('of what is not billed to us', async () => {
    const charges: AllowanceCharge[] = [{ ...FREIGHT, settlement: 'paidByVendor' }];
    expect(await answered('northwind-hardware', { allowanceCharges: charges })).toEqual([]);
  });
});
