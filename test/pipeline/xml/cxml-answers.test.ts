import { describe, expect, test } from '@jest/globals';
import { confirmation, confirmed, CXML, CXML_SUPPLIER, cxml, money, status } from '../../support/cxml.ts';
import { orderAtSupplier } from './order-at-supplier.ts';

const scene = orderAtSupplier(CXML_SUPPLIER, CXML);
const receive = (request: string) => scene.receive(cxml(request));

/** What is agreed, proposed and open of a line: `14 PROPOSED 11.50`. */
async function slicesOf(lineId: string): Promise<string[]> {
  const { slices } = await scene.line(lineId);
  return slices.map(({ quantity, price, state }) =>
    [quantity, state, price?.amount].filter(Boolean).join(' '),
  );
}

const price = (amount: string, currency?: string) => `<UnitPrice>${money(amount, currency)}</UnitPrice>`;
const REST = confirmed('2', '12', status('accept', '12'));

describe('prices of a confirmation', () => {
  test('are each of their own quantity', async () => {
    const statuses = [status('detail', '10', price('9.50')), status('detail', '14', price('11.50'))];
    await receive(confirmation('detail', confirmed('1', '24', ...statuses) + REST));
    expect(await slicesOf('1')).toEqual(['10 CONFIRMED_CHANGED 9.50', '14 PROPOSED 11.50']);
    const [exception] = await scene.gateway.openExceptions();
    expect(exception!.detail).toContain('price 11.50 instead of 10.00');
  });

  test('change nothing of what is accepted beside them', async () => {
    const statuses = [status('accept', '10'), status('detail', '14', price('11.50'))];
    await receive(confirmation('detail', confirmed('1', '24', ...statuses) + REST));
    expect(await slicesOf('1')).toEqual(['10 CONFIRMED', '14 PROPOSED 11.50']);
  });

  test('in two currencies are told and confirm nothing', async () => {
    const first = confirmed('1', '24', status('detail', '24', price('10.00')));
    const second = confirmed('2', '12', status('detail', '12', price('25.50', 'USD')));
    await receive(confirmation('detail', first + second));
    expect(await slicesOf('2')).toEqual(['12 AWAITING']);
    const [exception] = await scene.gateway.openExceptions();
    expect(exception).toMatchObject({ type: 'MAP_ERROR' });
    expect(exception!.detail).toContain('the amount is in USD, the document in EUR');
  });
});

test('a confirmation names its order by OrderIDInfo, too', async () => {
  await receive(confirmation('accept', '', '<OrderIDInfo orderID="PO-1"/>'));
  expect(await slicesOf('1')).toEqual(['24 CONFIRMED']);
});

test('a ship notice names its order by OrderIDInfo, too', async () => {
  const advice = await receive(
    '<ShipNoticeRequest><ShipNoticeHeader shipmentID="SN-1" noticeDate="2026-03-02T09:00:00Z" shipmentDate="2026-03-02T09:00:00Z"/>' +
      '<ShipNoticePortion><OrderIDInfo orderID="PO-1"/><ShipNoticeItem quantity="24" lineNumber="1"><UnitOfMeasure>EA</UnitOfMeasure>' +
      '<SupplierBatchID>LOT-7</SupplierBatchID></ShipNoticeItem></ShipNoticePortion></ShipNoticeRequest>',
  );
  expect(advice).toMatchObject({
    status: 'applied',
    document: { lines: [{ orderId: 'PO-1', orderLineId: '1', lotId: 'LOT-7' }] },
  });
});
