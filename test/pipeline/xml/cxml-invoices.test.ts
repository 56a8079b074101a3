import { beforeEach, describe, expect, test } from '@jest/globals';
import type { CreditNote, Invoice } from '../../../src/documents/invoice.ts';
import {
  billed,
  billedItem,
  BOTH_ITEMS,
  CXML,
  CXML_SUPPLIER,
  cxml,
  invoiceRequest,
  money,
  summary,
} from '../../support/cxml.ts';
import { orderAtSupplier } from './order-at-supplier.ts';

const scene = orderAtSupplier(CXML_SUPPLIER, CXML);
beforeEach(() => scene.receiveGoods());

async function receive<D extends Invoice | CreditNote = Invoice>(
  invoice: Parameters<typeof invoiceRequest>[0],
): Promise<D> {
  return (await scene.receive(cxml(invoiceRequest(invoice))))!.document as D;
}

const OTHER_ITEM = billedItem('2', '12', '25.50', '306.00');

describe('charges and discounts of the lines', () => {
  test('are counted once, though the summary tells their sums', async () => {
    const first = billedItem(
      '1',
      '24',
      '12.00',
      '288.00',
      `<InvoiceDetailLineShipping><InvoiceDetailShipping/>${money('15.00')}</InvoiceDetailLineShipping>` +
        `<InvoiceDetailDiscount percentageRate="16.67">${money('48.00')}</InvoiceDetailDiscount>`,
    );
    const sums = `<ShippingAmount>${money('15.00')}</ShippingAmount><InvoiceDetailDiscount>${money('48.00')}</InvoiceDetailDiscount>`;
    const document = await receive({
      orders: billed(first + OTHER_ITEM),
      summary: summary('594.00', '561.00', sums),
      inLine: 'isShippingInLine="yes" isDiscountInLine="yes"',
    });
    expect(document.allowanceCharges).toBeUndefined();
    expect(document.lines[0]!.allowanceCharges).toMatchObject([
      { kind: 'charge', reason: 'freight', amount: '15.00' },
      { kind: 'allowance', reason: 'discount', amount: '48.00' },
    ]);
    expect(await scene.invoices()).toEqual(['INV-1 AUTO_APPROVED']);
  });

  test('of the summary alone are those of the document', async () => {
    const sums = `<ShippingAmount>${money('15.00')}</ShippingAmount>`;
    const document = await receive({
      orders: billed(BOTH_ITEMS),
      summary: summary('546.00', '561.00', sums),
    });
    expect(document.allowanceCharges).toMatchObject([{ kind: 'charge', reason: 'freight', amount: '15.00' }]);
    expect(await scene.invoices()).toEqual(['INV-1 AUTO_APPROVED']);
  });
});

const modification = (content: string, name: string) =>
  `<Modification>${content}<ModificationDetail name="${name}"><Description xml:lang="en">agreed</Description></ModificationDetail></Modification>`;

describe('modifications', () => {
  test('of the summary are allowances and charges of the document', async () => {
    const deduction = modification(
      `<AdditionalDeduction><DeductionAmount>${money('46.00')}</DeductionAmount></AdditionalDeduction>`,
      'Volume Discount',
    );
    const cost = modification(`<AdditionalCost>${money('10.00')}</AdditionalCost>`, 'Freight');
    const document = await receive({
      orders: billed(BOTH_ITEMS),
      summary: summary(
        '546.00',
        '510.00',
        `<InvoiceHeaderModifications>${deduction}${cost}</InvoiceHeaderModifications>`,
      ),
    });
    expect(document.allowanceCharges).toEqual([
      { kind: 'allowance', reason: 'discount', description: 'agreed', amount: '46.00' },
      { kind: 'charge', reason: 'freight', description: 'agreed', amount: '10.00' },
    ]);
    expect(await scene.invoices()).toEqual(['INV-1 AUTO_APPROVED']);
  });

  test('of an item are its own, and make its amount', async () => {
    const deduction = modification(
      `<AdditionalDeduction><DeductionAmount>${money('48.00')}</DeductionAmount></AdditionalDeduction>`,
      'Allowance',
    );
    const first = billedItem(
      '1',
      '24',
      '12.00',
      '288.00',
      `<InvoiceItemModifications>${deduction}</InvoiceItemModifications>`,
    );
    const document = await receive({
      orders: billed(first + OTHER_ITEM),
      summary: summary('594.00', '546.00'),
    });
    expect(document.lines[0]).toMatchObject({ allowanceCharges: [{ kind: 'allowance', amount: '48.00' }] });
    expect(await scene.invoices()).toEqual(['INV-1 AUTO_APPROVED']);
  });
});

test('a service is a line; without a quantity it is one', async () => {
  const service =
    `<InvoiceDetailServiceItem invoiceLineNumber="2"><InvoiceDetailServiceItemReference lineNumber="2">` +
    `<Description xml:lang="en">Installation</Description></InvoiceDetailServiceItemReference>` +
    `<SubtotalAmount>${money('25.50')}</SubtotalAmount></InvoiceDetailServiceItem>`;
  const document = await receive({
    orders: billed(billedItem('1', '24', '10.00', '240.00') + service),
    summary: summary('265.50', '265.50'),
  });
  expect(document.lines[1]).toMatchObject({
    orderLineId: '2',
    orderId: 'PO-1',
    quantity: { value: '1' },
    price: { amount: '25.50' },
    lineAmount: '25.50',
  });
  expect(await scene.invoices()).toEqual(['INV-1 AUTO_APPROVED']);
});

describe('an order billed as a whole', () => {
  const whole = (amount: string) =>
    `<InvoiceDetailHeaderOrder><InvoiceDetailOrderInfo><OrderReference orderID="PO-1"/></InvoiceDetailOrderInfo>` +
    `<InvoiceDetailOrderSummary invoiceLineNumber="1"><SubtotalAmount>${money(amount)}</SubtotalAmount></InvoiceDetailOrderSummary></InvoiceDetailHeaderOrder>`;

  test('is held at its order, with its amount', async () => {
    await receive({ orders: whole('546.00'), summary: summary('546.00', '546.00') });
    expect(await scene.invoices()).toEqual(['INV-1 HOLD_DATA']);
    expect(await scene.gateway.troubles()).toEqual(['UNKNOWN_LINE PO-1']);
  });

  test('and credited is a credit over its amount', async () => {
    const credit = await receive<CreditNote>({
      id: 'CR-1',
      purpose: 'creditMemo',
      orders: whole('-50.00'),
      summary: summary('-50.00', '-50.00'),
      head: '<InvoiceIDInfo invoiceID="INV-1"/>',
    });
    expect(credit).toMatchObject({
      originalInvoiceId: 'INV-1',
      orderId: 'PO-1',
      lines: [{ orderId: 'PO-1', lineAmount: '50.00', price: { amount: '50.00' } }],
    });
  });
});

describe('terms of payment', () => {
  test.each([
    [
      'PaymentTerm',
      '<PaymentTerm payInNumberOfDays="10"><Discount><DiscountPercent percent="2"/></Discount></PaymentTerm><PaymentTerm payInNumberOfDays="30"/>',
    ],
    [
      'InvoiceDetailPaymentTerm',
      '<InvoiceDetailPaymentTerm payInNumberOfDays="10" percentageRate="2"/><InvoiceDetailPaymentTerm payInNumberOfDays="30" percentageRate="0"/>',
    ],
  ])('with a discount are not due in its days (%s)', async (_, head) => {
    const document = await receive({
      orders: billed(BOTH_ITEMS),
      summary: summary('546.00', '546.00'),
      head,
    });
    expect(document.paymentTerms).toEqual({ netDays: 30, discountDays: 10, discountPercent: '2' });
  });

  test('with a discount of nothing are net', async () => {
    const head =
      '<PaymentTerm payInNumberOfDays="45"><Discount><DiscountPercent percent="0"/></Discount></PaymentTerm>';
    const document = await receive({
      orders: billed(BOTH_ITEMS),
      summary: summary('546.00', '546.00'),
      head,
    });
    expect(document.paymentTerms).toEqual({ netDays: 45 });
  });
});
