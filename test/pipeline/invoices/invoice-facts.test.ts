import { afterEach, describe, expect, jest, test } from '@jest/globals';
import { invoiceOf, orderTo } from '../../support/documents.ts';
import type { PartnerId } from '../../support/documents.ts';
import { createWorld, edited, ERP, REPOSITORY, TestGateway } from '../../support/gateway.ts';
import type { Configuration } from '../../support/gateway.ts';
import { InvoiceScene } from './invoice-scene.ts';

// Several configurations are loaded and their maps compiled.
jest.setTimeout(60_000);

let gateway: TestGateway;
let scene: InvoiceScene;

async function start(partner: PartnerId, configuration: Configuration = REPOSITORY): Promise<void> {
  gateway = await TestGateway.start({ configuration }, createWorld(configuration));
  scene = new InvoiceScene(gateway, partner);
}

afterEach(() => gateway.close());

async function checksOf(number: string, id: string) {
  const { decisionId } = await scene.invoice(number);
  const [record] = await gateway.all('matchDecisions', { id: decisionId });
  return record!.decision.checks.filter((check) => check.id === id);
}

const payee = (lines: string) =>
  edited(REPOSITORY, 'northwind-hardware/partner.yaml', 'calendar:\n', `payee:\n  ${lines}\ncalendar:\n`);

describe('what a match knows beside the documents', () => {
  test('the number of lines that the sender states: a document that lost one is not matched', async () => {
    await start('northwind-hardware');
    const order = await scene.order(undefined, ['24', '12']);
    const bytes = gateway.supplier('northwind-hardware').write(invoiceOf(order));
    const text = Buffer.from(bytes).toString('latin1');
    expect(text).toContain('CTT*2');
    gateway.supplier('northwind-hardware').drop(text.replace('CTT*2', 'CTT*3'));
    await gateway.settle();
    expect(await scene.invoice('I-PO-1')).toMatchObject({ status: 'HOLD_DATA' });
    expect(await checksOf('I-PO-1', 'A3')).toMatchObject([{ result: 'failed', left: '2', right: '3' }]);
  });

  test('the exchange rate of the day, or of the last one before', async () => {
    await start('hansa-werkzeuge');
    const order = await scene.order([['100', '10.00']], ['100']);
    await scene.bill(order, { 1: '10.10' });
    expect(await scene.invoice('I-PO-1')).toMatchObject({ status: 'HOLD_PRICE' });
    const rate = (key: string, value: unknown) =>
      gateway.gateway.saveMasterData([{ kind: 'exchangeRate', key, data: { rate: value } }], ERP);
    await expect(rate('EUR', '1.1')).rejects.toMatchObject({ code: 'INVALID_REQUEST' });
    await expect(rate('EUR/2026-02-27', 1.1)).rejects.toMatchObject({ code: 'INVALID_REQUEST' });
    await rate('EUR/2026-02-27', '1.10');
    const again = await scene.order([['100', '10.00']], ['100'], 'PO-2');
    await scene.bill(again, { 1: '10.10' });
    const { holds } = await scene.invoice('I-PO-2');
    expect(holds.filter(({ type }) => type === 'HOLD_PRICE')).toEqual([]);
  });

  test('the seller’s own names', async () => {
    await start('northwind-hardware', payee('partyIds: [SOMEBODY-ELSE]'));
    const order = await scene.order(undefined, ['24', '12']);
    await scene.bill(order);
    expect((await scene.invoice('I-PO-1')).holds).toMatchObject([{ codes: ['SUPPLIER_MISMATCH'] }]);
  });

  test('the agreed terms, which an invoice does not change', async () => {
    await start('northwind-hardware', payee('paymentTerms: { netDays: 60 }'));
    const order = await scene.order(undefined, ['24', '12']);
    await scene.bill(order);
    expect(await checksOf('I-PO-1', 'M15')).toMatchObject([{ result: 'warning', code: 'TERMS_DIFFER' }]);
    expect(await scene.invoice('I-PO-1')).toMatchObject({ prior: { status: 'approved' } });
  });

  test('that a partner bills without orders: a person approves', async () => {
    await start(
      'northwind-hardware',
      edited(
        REPOSITORY,
        'northwind-hardware/partner.yaml',
        'policy:\n',
        'policy:\n  invoice: { withoutOrders: true }\n',
      ),
    );
    const invoice = structuredClone(invoiceOf(orderTo('northwind-hardware', 'PO-1')));
    delete invoice.orderId;
    delete invoice.orderIssueDate;
    for (const line of invoice.lines) {
      delete line.orderId;
      delete line.orderLineId;
    }
    await scene.send(invoice);
    expect(await scene.invoice('I-PO-1')).toMatchObject({ status: 'HOLD_APPROVAL' });
    await scene.decide('HOLD_APPROVAL', 'accept');
    expect(await scene.erp('invoice')).toMatchObject([{ data: { payment: 'full', payable: '546.00' } }]);
  });
});
