import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { Order } from '../../../src/documents/order.ts';
import { orderTo, responseTo } from '../../support/documents.ts';
import { ERP, TestGateway } from '../../support/gateway.ts';
import { InvoiceScene } from './invoice-scene.ts';
import { edifactInvoice, x12Invoice } from './written-invoice.ts';

let gateway: TestGateway;

beforeEach(async () => {
  gateway = await TestGateway.start();
});
afterEach(() => gateway.close());

async function decided(scene: InvoiceScene, content: string) {
  gateway.supplier(scene.partner).drop(content);
  await gateway.settle();
  const [decision] = (await gateway.all('matchDecisions')).map((record) => record.decision);
  if (decision === undefined) {
    const findings = (await gateway.all('documents')).flatMap((document) => document.findings);
    throw new Error(`nothing was decided: ${JSON.stringify([await gateway.troubles(), findings])}`);
  }
  return decision;
}

describe('allowances and charges that state a percentage and no amount', () => {
  test.each([
    [
      'of the price of its line (SAC06 5)',
      ['IT1*1*100*EA*10**VN*S-1', 'SAC*A*C310****5*10'],
      '90000',
      '900.00',
    ],
    [
      'of what is left (SAC06 7)',
      ['IT1*1*100*EA*10**VN*S-1', 'SAC*A*C310***10000', 'SAC*A*C310****7*10'],
      '81000',
      '810.00',
    ],
    ['mutually defined (SAC06 Z)', ['IT1*1*100*EA*10**VN*S-1', 'SAC*A*C310****Z*10'], '90000', '900.00'],
  ])('X12, on a line: %s', async (_, segments, total, payable) => {
    const scene = new InvoiceScene(gateway);
    await scene.order([['100', '10.00']], ['100']);
    await decided(scene, x12Invoice(segments, [`TDS*${total}`]));
    expect(await gateway.troubles()).toEqual([]);
    expect(await scene.erp('invoice')).toMatchObject([{ data: { payable } }]);
  });

  test('X12, on the header: the ERP has the amount, and what it is of', async () => {
    const scene = new InvoiceScene(gateway);
    await scene.order([['100', '10.00']], ['100']);
    await decided(scene, x12Invoice(['IT1*1*100*EA*10**VN*S-1'], ['TDS*95000', 'SAC*A*F800****6*5']));
    expect(await scene.erp('invoice')).toMatchObject([
      {
        document: { allowanceCharges: [{ kind: 'allowance', percent: '5', amount: '50.00' }] },
        data: { payable: '950.00', computed: [{ index: 0, percent: '5', base: '1000.00', amount: '50.00' }] },
      },
    ]);
  });

  test('X12: of a fuel rate it cannot be computed, and the total that has it is held with the reason', async () => {
    const scene = new InvoiceScene(gateway);
    await scene.order([['100', '10.00']], ['100']);
    const decision = await decided(
      scene,
      x12Invoice(['IT1*1*100*EA*10**VN*S-1'], ['TDS*101500', 'SAC*C*H550****A*3']),
    );
    expect(decision.outcome).toBe('HOLD_DATA');
    expect(decision.text.join('\n')).toContain(
      'The surcharge charge states 3 % and no amount, and what that is of is not in the document: it counts as nothing',
    );
  });

  test('EDIFACT, in steps of calculation (1227): the second is of what the first leaves', async () => {
    const scene = new InvoiceScene(gateway, 'hansa-werkzeuge');
    await scene.order([['100', '10.00']], ['100']);
    const decision = await decided(
      scene,
      edifactInvoice(
        ['ALC+A++2+1+QD', 'PCD+1:10', 'ALC+A++2+2+DI', 'PCD+1:5'],
        ['LIN+1', 'PIA+1+S-1:SA', 'QTY+47:100:PCE', 'MOA+203:1000', 'PRI+AAA:10', 'RFF+ON:PO-1:1'],
        ['MOA+79:1000', 'MOA+77:855'],
      ),
    );
    expect(decision.computed).toMatchObject([{ amount: '100.00' }, { amount: '45.00', base: '900.00' }]);
    expect(await gateway.troubles()).toEqual([]);
    expect(await scene.erp('invoice')).toMatchObject([{ data: { payable: '855' } }]);
  });

  test('EDIFACT, the example of EANCOM: a discount of a line, and freight that the customer is to pay', async () => {
    const scene = new InvoiceScene(gateway, 'hansa-werkzeuge');
    await scene.order(
      [
        ['40', '54.00'],
        ['12.65', '200.00'],
      ],
      ['40', '12.65'],
    );
    const decision = await decided(
      scene,
      edifactInvoice(
        ['ALC+C++6++FC', 'MOA+23:20'],
        [
          ...[
            'LIN+1',
            'PIA+1+S-1:SA',
            'QTY+47:40',
            'MOA+203:2160',
            'PRI+AAB:60:CA',
            'RFF+ON:PO-1:1',
            'ALC+A',
            'PCD+1:10',
          ],
          ...['LIN+2', 'PIA+1+S-2:SA', 'QTY+47:12.65', 'MOA+203:2530', 'PRI+AAA:200', 'RFF+ON:PO-1:2'],
        ],
        ['MOA+86:4710', 'MOA+79:4690', 'MOA+131:20'],
      ),
    );
    expect(decision.computed).toMatchObject([{ line: 1, percent: '10', base: '2400.00', amount: '240.00' }]);
    expect(await gateway.troubles()).toEqual([]);
    expect(await scene.erp('invoice')).toMatchObject([{ data: { payable: '4710' } }]);
  });

  test('X12: so much for each unit (SAC08 to SAC10)', async () => {
    const scene = new InvoiceScene(gateway);
    await scene.order([['100', '10.00']], ['100']);
    await decided(
      scene,
      x12Invoice(['IT1*1*100*EA*10**VN*S-1', 'SAC*A*C310******0.5*EA*100'], ['TDS*95000']),
    );
    expect(await gateway.troubles()).toEqual([]);
    expect(await scene.erp('invoice')).toMatchObject([
      { document: { lines: [{ allowanceCharges: [{ amount: '50.00' }] }] }, data: { payable: '950.00' } },
    ]);
  });

  test('EDIFACT: so much for each unit (QTY and RTE behind ALC)', async () => {
    const scene = new InvoiceScene(gateway, 'hansa-werkzeuge');
    await scene.order([['100', '10.00']], ['100']);
    const line = ['LIN+1', 'PIA+1+S-1:SA', 'QTY+47:100:PCE', 'MOA+203:950', 'PRI+AAA:10', 'RFF+ON:PO-1:1'];
    await decided(
      scene,
      edifactInvoice([], [...line, 'ALC+A', 'QTY+1:100', 'RTE+1:5:10'], ['MOA+79:950', 'MOA+77:950']),
    );
    expect(await gateway.troubles()).toEqual([]);
    expect(await scene.erp('invoice')).toMatchObject([{ data: { payable: '950' } }]);
  });

  test('a total that contradicts the percentage is held, and says what was computed', async () => {
    const scene = new InvoiceScene(gateway);
    await scene.order([['100', '10.00']], ['100']);
    const decision = await decided(
      scene,
      x12Invoice(['IT1*1*100*EA*10**VN*S-1'], ['TDS*96000', 'SAC*A*F800****6*5']),
    );
    expect(decision.outcome).toBe('HOLD_DATA');
    expect(decision.text.join('\n')).toContain('not stated but computed are 50.00 USD as 5 % of 1000.00 USD');
    expect(await scene.erp('invoice')).toEqual([]);
  });
});

describe('what EDIFACT invoices state in other ways', () => {
  const LINE = ['LIN+1', 'PIA+1+S-1:SA', 'QTY+47:100:PCE', 'RFF+ON:PO-1:1'];

  test('the freight has a tax of its own (TAX behind ALC): by the example of EANCOM', async () => {
    const scene = new InvoiceScene(gateway, 'hansa-werkzeuge');
    const order = orderTo('hansa-werkzeuge', 'PO-1', [
      ['40', '54.00'],
      ['10', '253.00'],
    ]);
    const taxed = order.lines.map((line, index) => ({
      ...line,
      taxes: [{ type: 'VAT', rate: index === 0 ? '21' : '19' }],
    }));
    await gateway.gateway.releaseOrder({ ...order, lines: taxed }, ERP);
    await gateway.settle();
    await scene.send(responseTo(order));
    await scene.receive(order, ['40', '10'], 'R-1');
    const decision = await decided(
      scene,
      edifactInvoice(
        ['ALC+C++6++FC', 'MOA+23:20', 'TAX+7+VAT+++:::19+S', 'MOA+124:3.80'],
        [
          ...['LIN+1', 'PIA+1+S-1:SA', 'QTY+47:40', 'MOA+203:2160', 'PRI+AAB:60:CA', 'RFF+ON:PO-1:1'],
          ...['TAX+7+VAT+++:::21+S', 'MOA+124:453.60', 'ALC+A', 'PCD+1:10'],
          ...['LIN+2', 'PIA+1+S-2:SA', 'QTY+47:10', 'MOA+203:2530', 'PRI+AAA:253', 'RFF+ON:PO-1:2'],
          ...['TAX+7+VAT+++:::19+S', 'MOA+124:480.70'],
        ],
        [
          ...['MOA+86:5648.10', 'MOA+79:4690', 'MOA+125:4710', 'MOA+176:938.10', 'MOA+131:20'],
          ...['TAX+7+VAT+++:::19+S', 'MOA+124:484.50', 'TAX+7+VAT+++:::21+S', 'MOA+124:453.60'],
        ],
      ),
    );
    expect(await gateway.troubles()).toEqual([]);
    expect(decision.checks.find(({ id, line }) => id === 'M13' && line === undefined)).toMatchObject({
      result: 'passed',
      formula: 'tax = sum of rate of the order line x net, charges by their own',
      right: '938.1',
    });
  });

  test.each([
    ['a unit price as an amount (MOA 146)', ['MOA+203:1000', 'MOA+146:10']],
    ['quantity x price before allowances (MOA 66)', ['MOA+66:1000', 'PRI+AAA:10']],
    ['what an item comes to, without a price (MOA 38)', ['MOA+38:1000']],
  ])('%s', async (_, amounts) => {
    const scene = new InvoiceScene(gateway, 'hansa-werkzeuge');
    await scene.order([['100', '10.00']], ['100']);
    const [first, item, quantity, order] = LINE;
    const moa = amounts.filter((each) => each.startsWith('MOA'));
    const pri = amounts.filter((each) => each.startsWith('PRI'));
    await decided(
      scene,
      edifactInvoice([], [first!, item!, quantity!, ...moa, ...pri, order!], ['MOA+39:1000']),
    );
    expect(await gateway.troubles()).toEqual([]);
    expect(await scene.erp('invoice')).toMatchObject([{ data: { payable: '1000' } }]);
  });

  test('the amount due (MOA 9) is less than the invoice amount (MOA 77) and nobody says why: it is not paid', async () => {
    const scene = new InvoiceScene(gateway, 'hansa-werkzeuge');
    await scene.order([['100', '10.00']], ['100']);
    const decision = await decided(
      scene,
      edifactInvoice(
        [],
        [...LINE.slice(0, 3), 'MOA+203:1000', 'PRI+AAA:10', LINE[3]!],
        ['MOA+77:1000', 'MOA+9:900'],
      ),
    );
    expect(decision.outcome).toBe('HOLD_DATA');
    expect(decision.text[0]).toContain('The total says 900.00 EUR');
    expect(await scene.erp('invoice')).toEqual([]);
  });

  test('an ALC that says that there is neither allowance nor charge, or what is not priced, holds nothing', async () => {
    const scene = new InvoiceScene(gateway, 'hansa-werkzeuge');
    await scene.order([['100', '10.00']], ['100']);
    await decided(
      scene,
      edifactInvoice(
        ['ALC+N', 'ALC+C++++MS'],
        [...LINE.slice(0, 3), 'MOA+203:1000', 'PRI+AAA:10', LINE[3]!],
        ['MOA+77:1000'],
      ),
    );
    expect(await gateway.troubles()).toEqual([]);
    expect(await scene.erp('invoice')).toMatchObject([{ data: { payable: '1000' } }]);
  });

  test('a total of charges (MOA 259) that the charges do not make is told', async () => {
    const scene = new InvoiceScene(gateway, 'hansa-werkzeuge');
    await scene.order([['100', '10.00']], ['100']);
    const decision = await decided(
      scene,
      edifactInvoice(
        [],
        [...LINE.slice(0, 3), 'MOA+203:1000', 'PRI+AAA:10', LINE[3]!],
        ['MOA+79:1000', 'MOA+259:30', 'MOA+77:1000'],
      ),
    );
    expect(decision.text.join('\n')).toContain(
      'The stated total of charges is 30.00 EUR; the charges make 0.00 EUR',
    );
  });
});

describe('an order with a discount in percent', () => {
  test('goes to a UBL partner with its amount, and holds for the invoice', async () => {
    const scene = new InvoiceScene(gateway, 'nordic-lighting');
    const order: Order = {
      ...orderTo('nordic-lighting', 'PO-1', [['10', '10.00']]),
      allowanceCharges: [{ kind: 'allowance', reason: 'discount', percent: '5' }],
    };
    await gateway.gateway.releaseOrder(order, ERP);
    await gateway.settle();
    expect(gateway.channel('nordic-lighting').sent('PO-1')).toContain(
      '<cbc:Amount currencyID="EUR">5.00</cbc:Amount>',
    );
    await scene.send(responseTo(order));
    await scene.receive(order, ['10'], 'R-1');
    await scene.bill(order);
    expect(await gateway.troubles()).toEqual(['HOLD_CHARGE PO-1']);
  });
});
