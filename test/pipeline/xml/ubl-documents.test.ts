import { beforeEach, describe, expect, test } from '@jest/globals';
import { edited, REPOSITORY } from '../../support/gateway.ts';
import { inEnvelope, ubl, ublDespatch, ublInvoice, ublTax } from '../../support/ubl.ts';
import { orderAtSupplier } from './order-at-supplier.ts';

const PARTNER = 'nordic-lighting';
const CONFIGURATION = edited(
  REPOSITORY,
  `${PARTNER}/partner.yaml`,
  'matchMode: 2-way, permission: ap-lead',
  'matchMode: 3-way',
);

const scene = orderAtSupplier(PARTNER, CONFIGURATION);
const receive = async (text: string) => (await scene.receive(text))!;
const announced = async () => (await scene.line('1')).announced;

describe('an invoice', () => {
  beforeEach(() => scene.receiveGoods());

  test.each([
    ['first', ublTax('DKK', '100.00') + ublTax('EUR', '0.00', '546.00')],
    ['last', ublTax('EUR', '0.00', '546.00') + ublTax('DKK', '100.00')],
  ])('with the tax in the currency of the tax office %s has the tax of its own', async (_, tax) => {
    await receive(ublInvoice({ tax }));
    expect(await scene.invoices()).toEqual(['INV-1 AUTO_APPROVED']);
  });

  test('with a tax total alone has that', async () => {
    const { document } = await receive(ublInvoice({ tax: ublTax('EUR', '0.00') }));
    expect(document).toMatchObject({ totals: { tax: '0.00' } });
  });

  test.each(['', '326', '388', '393', '82', '875'])('of type "%s" bills goods', async (type) => {
    await receive(ublInvoice({ type }));
    expect(await scene.invoices()).toEqual(['INV-1 AUTO_APPROVED']);
  });

  test.each(['381', '386', '389'])('of type %s, which is none over goods of ours, is told', async (type) => {
    await receive(ublInvoice({ type }));
    expect(await scene.gateway.troubles()).toEqual(['UNKNOWN_CODE']);
    expect(await scene.invoices()).toEqual([]);
  });

  test('that corrects another takes its place', async () => {
    await receive(ublInvoice());
    const references =
      '<cac:BillingReference><cac:InvoiceDocumentReference><cbc:ID>INV-1</cbc:ID></cac:InvoiceDocumentReference></cac:BillingReference>';
    await receive(ublInvoice({ id: 'INV-2', type: '384', references }));
    expect((await scene.gateway.openExceptions()).map(({ detail }) => detail).join()).not.toContain(
      'not booked',
    );
    expect(await scene.invoices()).toEqual(['INV-1 REVERSED', 'INV-2 AUTO_APPROVED']);
  });

  test('says where its order has no number that it names none', async () => {
    await receive(ublInvoice({ order: 'NA' }));
    expect((await scene.gateway.openExceptions())[0]!.detail).toContain('names no order');
  });

  test('may say when it is due beside how it is paid', async () => {
    const payment =
      '<cac:PaymentMeans><cbc:PaymentMeansCode>30</cbc:PaymentMeansCode><cbc:PaymentDueDate>2026-04-15</cbc:PaymentDueDate></cac:PaymentMeans>';
    const { document } = await receive(ublInvoice({ payment }));
    expect(document).toMatchObject({ paymentTerms: { netDueDate: '2026-04-15' } });
  });
});

describe('a despatch advice', () => {
  test.each([
    ['Cancelled', '0'],
    ['Revised', '20'],
  ])('that is %s counts so', async (status, expected) => {
    await receive(ublDespatch('24'));
    expect(await announced()).toBe('24');
    await receive(ublDespatch('20', { head: `<cbc:DocumentStatusCode>${status}</cbc:DocumentStatusCode>` }));
    expect(await announced()).toBe(expected);
    expect(await scene.gateway.troubles()).not.toContain('ASN_ID_REUSED PO-1');
  });

  test('of a status that nobody knows is told, not counted', async () => {
    await receive(ublDespatch('24', { head: '<cbc:DocumentStatusCode>Disputed</cbc:DocumentStatusCode>' }));
    expect(await announced()).toBe('0');
    expect(await scene.gateway.troubles()).toEqual(['UNKNOWN_CODE']);
  });

  test('has packages by their SSCC, at the shipment and at the line, each once', async () => {
    const unit =
      '<cac:TransportHandlingUnit><cbc:ID schemeID="SSCC">340123450000000017</cbc:ID></cac:TransportHandlingUnit>';
    const shipment = `<cac:Shipment><cbc:ID>NA</cbc:ID>${unit}</cac:Shipment>`;
    const { document } = await receive(ublDespatch('24', { shipment, line: shipment }));
    expect(document).toMatchObject({
      packages: [{ id: '340123450000000017', sscc: '340123450000000017' }],
      lines: [{ packageId: '340123450000000017' }],
    });
    expect(await scene.gateway.troubles()).toEqual([]);
  });

  test('may name packages at its lines alone', async () => {
    const line =
      '<cac:Shipment><cbc:ID>NA</cbc:ID><cac:TransportHandlingUnit><cbc:ID>BOX-1</cbc:ID></cac:TransportHandlingUnit></cac:Shipment>';
    await receive(ublDespatch('24', { line }));
    expect(await scene.gateway.troubles()).toEqual([]);
  });

  test('tells serial numbers, the end of a lot, the place of delivery and the day from which it may arrive', async () => {
    const item =
      '<cac:ItemInstance><cbc:SerialID>SN-1</cbc:SerialID><cac:LotIdentification><cbc:LotNumberID>L-1</cbc:LotNumberID>' +
      '<cbc:ExpiryDate>2027-01-31</cbc:ExpiryDate></cac:LotIdentification></cac:ItemInstance><cac:ItemInstance><cbc:SerialID>SN-2</cbc:SerialID></cac:ItemInstance>';
    const shipment =
      '<cac:Shipment><cbc:ID>NA</cbc:ID><cac:Delivery><cac:EstimatedDeliveryPeriod><cbc:StartDate>2026-03-20</cbc:StartDate>' +
      '</cac:EstimatedDeliveryPeriod></cac:Delivery></cac:Shipment>';
    const { document } = await receive(ublDespatch('2', { item, shipment }));
    expect(document).toMatchObject({
      estimatedDeliveryDate: '2026-03-20',
      shipTo: { id: '4012345500011', scheme: 'GLN' },
      lines: [{ serialIds: ['SN-1', 'SN-2'], lotId: 'L-1', expiryDate: '2027-01-31' }],
    });
  });
});

test.each(['2.0', '2.3', '2.4'])('UBL %s is read like 2.1', async (version) => {
  const text = ublInvoice().replace('<cbc:ID>', `<cbc:UBLVersionID>${version}</cbc:UBLVersionID><cbc:ID>`);
  expect(await receive(text)).toMatchObject({ documentType: 'invoice', findings: [] });
});

test('a document of another kind in UBL is told', async () => {
  await receive(ubl('Quotation', '<cbc:ID>Q-1</cbc:ID>'));
  expect(await scene.gateway.troubles()).toEqual(['MAP_ERROR']);
});

describe('in the envelope of a network', () => {
  test('a document is read like alone', async () => {
    expect(await receive(inEnvelope(ublDespatch('24')))).toMatchObject({
      transactionType: 'DespatchAdvice',
      status: 'applied',
    });
    expect(await announced()).toBe('24');
  });

  test('two documents are told: neither counts', async () => {
    await scene.receive(inEnvelope(ublDespatch('24'), ublInvoice()));
    const [exception] = await scene.gateway.openExceptions();
    expect(exception).toMatchObject({ type: 'PARSE_ERROR' });
    expect(exception!.detail).toContain('more than one document: <DespatchAdvice> and <Invoice>');
    expect(await announced()).toBe('0');
  });

  test('nothing is told, too', async () => {
    await receive(inEnvelope());
    expect(await scene.gateway.troubles()).toEqual(['MAP_ERROR']);
  });
});
