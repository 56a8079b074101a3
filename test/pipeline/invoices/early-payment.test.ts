import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { Invoice } from '../../../src/documents/invoice.ts';
import {
  billed,
  BOTH_ITEMS,
  CXML,
  CXML_SUPPLIER,
  cxml,
  invoiceRequest,
  money,
  summary,
} from '../../support/cxml.ts';
import { orderTo, receiptOf } from '../../support/documents.ts';
import type { PartnerId } from '../../support/documents.ts';
import { createWorld, ERP, REPOSITORY, TestGateway } from '../../support/gateway.ts';
import type { Configuration } from '../../support/gateway.ts';
import { ublInvoice } from '../../support/ubl.ts';
import { InvoiceScene } from './invoice-scene.ts';
import { edifactInvoice, x12Invoice } from './written-invoice.ts';

let gateway: TestGateway;

async function start(configuration: Configuration = REPOSITORY): Promise<void> {
  gateway = await TestGateway.start({ configuration }, createWorld(configuration));
}
beforeEach(() => start());
afterEach(() => gateway.close());

async function sent(
  partner: PartnerId,
  content: string,
  lines: Parameters<InvoiceScene['order']>[0] = [['100', '10.00']],
) {
  const scene = new InvoiceScene(gateway, partner);
  await scene.order(
    lines,
    lines.map(([quantity]) => quantity),
  );
  gateway.channel(partner).drop('invoice', Buffer.from(content));
  await gateway.settle();
  return scene;
}

/** An 810 over 1000.00 that says 2 % for ten days, with its TDS. */
function x12(tds: string): string {
  const written = x12Invoice(['IT1*1*100*EA*10**VN*S-1'], [tds]);
  return written.replace('ITD*05*3*****30', 'ITD*08*3*2**10**30*2000');
}

/** The same as an INVOIC. */
function edifact(total: string): string {
  const terms = ['PAT+1++5:3:D:30', 'PAT+22++5:3:D:10', 'PCD+12:2:13', 'MOA+12:20'];
  const line = ['LIN+1', 'PIA+1+S-1:SA', 'QTY+47:100:PCE', 'MOA+203:1000', 'PRI+AAA:10', 'RFF+ON:PO-1:1'];
  return edifactInvoice(terms, line, ['MOA+79:1000', `MOA+77:${total}`]);
}

const SETTLEMENT = `<cac:PaymentTerms><cbc:SettlementDiscountPercent>2</cbc:SettlementDiscountPercent><cbc:SettlementDiscountAmount currencyID="EUR">10.92</cbc:SettlementDiscountAmount></cac:PaymentTerms>`;

describe('a discount for early payment', () => {
  test.each<[PartnerId, string, string, string, Invoice['paymentTerms']]>([
    [
      'northwind-hardware',
      'X12: ITD08, and TDS02 that says what it is of',
      x12('TDS*100000*90000*98000*2000'),
      '1000.00',
      { discountPercent: '2', discountDays: 10, discountAmount: '20.00', discountBaseAmount: '900.00' },
    ],
    ['hansa-werkzeuge', 'EDIFACT: MOA 12 behind PAT', edifact('1000'), '1000', { discountAmount: '20' }],
  ])(
    '%s: %s reaches the ERP, and the invoice is booked whole',
    async (partner, _, content, payable, paymentTerms) => {
      const scene = await sent(partner, content);
      expect(await scene.erp('invoice')).toMatchObject([{ document: { paymentTerms }, data: { payable } }]);
    },
  );

  test('UBL: its amount reaches the ERP', async () => {
    const lines = [
      ['24', '10.00'],
      ['12', '25.50'],
    ] as const;
    const scene = await sent('nordic-lighting', ublInvoice({ payment: SETTLEMENT }), lines);
    expect(await scene.erp('invoice')).toMatchObject([
      {
        document: { paymentTerms: { discountPercent: '2', discountAmount: '10.92' } },
        data: { payable: '546.00' },
      },
    ]);
  });

  test('cXML: stated as an amount its days are no net days', async () => {
    await gateway.close();
    await start(CXML);
    const term = (days: number, discount: string) =>
      `<PaymentTerm payInNumberOfDays="${days}">${discount}</PaymentTerm>`;
    const head =
      term(10, `<Discount><DiscountAmount>${money('10.92')}</DiscountAmount></Discount>`) + term(30, '');
    const request = invoiceRequest({
      orders: billed(BOTH_ITEMS),
      summary: summary('546.00', '546.00'),
      head,
    });
    const order = orderTo(CXML_SUPPLIER, 'PO-1');
    await gateway.gateway.releaseOrder(order, ERP);
    await gateway.settle();
    await gateway.gateway.receiveGoods(receiptOf(order), ERP);
    await gateway.settle();
    gateway.channel(CXML_SUPPLIER).drop('invoice', Buffer.from(cxml(request)));
    await gateway.settle();
    const scene = new InvoiceScene(gateway, CXML_SUPPLIER);
    expect(await scene.erp('invoice')).toMatchObject([
      { document: { paymentTerms: { netDays: 30, discountDays: 10, discountAmount: '10.92' } } },
    ]);
  });

  test.each<[PartnerId, string]>([
    ['northwind-hardware', x12('TDS*98000*100000*98000*2000')],
    ['hansa-werkzeuge', edifact('980')],
  ])('%s: that is taken off the total already is the reason why it is held', async (partner, content) => {
    const scene = await sent(partner, content);
    expect(await scene.erp('invoice')).toEqual([]);
    expect((await scene.exception('INVOICE_ARITHMETIC')).detail).toMatch(
      /it fits less 20.00 (USD|EUR) for payment within 10 days/,
    );
  });
});
