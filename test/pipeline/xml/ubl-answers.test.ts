import { describe, expect, test } from '@jest/globals';
import { edited, REPOSITORY } from '../../support/gateway.ts';
import { ublAnswer, ublDelivery, ublResponse } from '../../support/ubl.ts';
import { orderAtSupplier } from './order-at-supplier.ts';

const PARTNER = 'nordic-lighting';
/** A supplier that may ship in parts. */
const CONFIGURATION = edited(
  REPOSITORY,
  `${PARTNER}/partner.yaml`,
  'shipComplete: true',
  'shipComplete: false',
);

const scene = orderAtSupplier(PARTNER, CONFIGURATION);

/** What is agreed, proposed and open of a line: `20 2026-03-23 PROPOSED`. */
async function slicesOf(lineId: string): Promise<string[]> {
  const { slices } = await scene.line(lineId);
  return slices.map(({ quantity, date, state }) => [quantity, date, state].filter(Boolean).join(' '));
}

const REST = ublAnswer('2', { status: '5', quantity: '12' });

describe('the quantity of an answered line', () => {
  test('is what the supplier promises: less than ordered is for the buyer', async () => {
    await scene.receive(ublResponse('CA', ublAnswer('1', { status: '3', quantity: '20' }) + REST));
    expect(await slicesOf('1')).toEqual(['20 2026-03-23 PROPOSED', '4 OPEN']);
    expect(await slicesOf('2')).toEqual(['12 2026-03-23 CONFIRMED']);
    expect(await scene.gateway.troubles()).toEqual(['CHANGE_PROPOSED PO-1', 'REMAINDER_UNSTATED PO-1']);
  });

  test('holds for a delivery that says its day alone', async () => {
    const line = ublAnswer('1', { status: '3', quantity: '20', inside: ublDelivery('2026-03-25') });
    await scene.receive(ublResponse('CA', line + REST));
    expect(await slicesOf('1')).toEqual(['20 2026-03-25 PROPOSED', '4 OPEN']);
  });

  test('is divided by deliveries that say theirs', async () => {
    const inside = ublDelivery('2026-03-23', '16') + ublDelivery('2026-03-30', '8');
    await scene.receive(ublResponse('CA', ublAnswer('1', { status: '3', quantity: '24', inside }) + REST));
    expect(await slicesOf('1')).toEqual(['16 2026-03-23 CONFIRMED', '8 2026-03-30 PROPOSED']);
  });

  test('counts once where several deliveries say days alone: the latest is promised', async () => {
    const inside = ublDelivery('2026-03-25') + ublDelivery('2026-03-27');
    await scene.receive(ublResponse('CA', ublAnswer('1', { status: '3', quantity: '24', inside }) + REST));
    expect(await slicesOf('1')).toEqual(['24 2026-03-27 PROPOSED']);
  });

  test('is told beside what is on backorder', async () => {
    const inside = '<cbc:MaximumBackorderQuantity unitCode="EA">4</cbc:MaximumBackorderQuantity>';
    await scene.receive(ublResponse('CA', ublAnswer('1', { status: '3', quantity: '20', inside }) + REST));
    expect(await slicesOf('1')).toEqual(['20 2026-03-23 PROPOSED', '4 BACKORDERED']);
  });

  test('of none on backorder says nothing of the rest', async () => {
    const inside = '<cbc:MaximumBackorderQuantity unitCode="EA">0</cbc:MaximumBackorderQuantity>';
    await scene.receive(ublResponse('CA', ublAnswer('1', { status: '3', quantity: '20', inside }) + REST));
    expect(await slicesOf('1')).toEqual(['20 2026-03-23 PROPOSED', '4 OPEN']);
  });

  test('without a status is judged by the values', async () => {
    await scene.receive(ublResponse('CA', ublAnswer('1', { status: '', quantity: '24' }) + REST));
    expect(await slicesOf('1')).toEqual(['24 2026-03-23 CONFIRMED']);
  });
});

describe('another article than ordered', () => {
  test.each(['SellerSubstitutedLineItem', 'SellerProposedSubstituteLineItem'])(
    'in %s is for the buyer',
    async (element) => {
      const behind =
        `<cac:${element}><cbc:ID>1</cbc:ID><cac:Item><cbc:Name>Better</cbc:Name><cac:SellersItemIdentification>` +
        `<cbc:ID>S-1B</cbc:ID></cac:SellersItemIdentification></cac:Item></cac:${element}>`;
      await scene.receive(ublResponse('CA', ublAnswer('1', { status: '3', quantity: '24', behind }) + REST));
      expect(await slicesOf('1')).toEqual(['24 2026-03-23 PROPOSED']);
      const [exception] = await scene.gateway.openExceptions();
      expect(exception!.detail).toContain('substitute S-1B');
    },
  );
});

test('another article may come in another quantity and at another price', async () => {
  const behind =
    '<cac:SellerSubstitutedLineItem><cbc:ID>1</cbc:ID><cbc:Quantity unitCode="EA">12</cbc:Quantity><cac:Price>' +
    '<cbc:PriceAmount currencyID="EUR">19.00</cbc:PriceAmount></cac:Price><cac:Item><cac:SellersItemIdentification>' +
    '<cbc:ID>S-1-TWIN</cbc:ID></cac:SellersItemIdentification></cac:Item></cac:SellerSubstitutedLineItem>';
  const price = '<cbc:PriceAmount currencyID="EUR">10.00</cbc:PriceAmount>';
  await scene.receive(
    ublResponse('CA', ublAnswer('1', { status: '3', quantity: '24', price, behind }) + REST),
  );
  expect(await slicesOf('1')).toEqual(['12 2026-03-23 PROPOSED', '12 OPEN']);
  const details = (await scene.gateway.openExceptions()).map(({ detail }) => detail).join();
  expect(details).toContain('substitute S-1-TWIN');
  expect(details).toContain('price 19.00 instead of 10.00');
});

describe('a day for the whole order', () => {
  test.each(['PromisedDeliveryPeriod', 'EstimatedDeliveryPeriod'])(
    'that stands as the start of its %s is heard',
    async (period) => {
      const delivery = `<cac:Delivery><cac:${period}><cbc:StartDate>2026-04-02</cbc:StartDate></cac:${period}></cac:Delivery>`;
      await scene.receive(ublResponse('AP', delivery));
      expect(await slicesOf('1')).toEqual(['24 2026-04-02 PROPOSED']);
      expect(await slicesOf('2')).toEqual(['12 2026-04-02 PROPOSED']);
    },
  );
});

describe('a price', () => {
  const price = (currency: string) => `<cbc:PriceAmount currencyID="${currency}">10.00</cbc:PriceAmount>`;

  test('says its currency where the document says none', async () => {
    const line = ublAnswer('1', { status: '5', quantity: '24', price: price('USD') });
    await scene.receive(ublResponse('CA', line + REST, { currency: '' }));
    expect(await slicesOf('1')).toEqual(['24 2026-03-23 PROPOSED']);
    expect(await scene.gateway.troubles()).toContain('CURRENCY_MISMATCH PO-1');
  });

  test('in another currency than the document is told and confirms nothing', async () => {
    const line = ublAnswer('1', { status: '5', quantity: '24', price: price('USD') });
    await scene.receive(ublResponse('CA', line + REST));
    expect(await slicesOf('1')).toEqual(['24 AWAITING']);
    expect(await scene.gateway.troubles()).toEqual(['MAP_ERROR']);
  });
});
