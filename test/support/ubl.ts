/** UBL documents of nordic-lighting as text, with no more in them than a test is about. */

const SELLER = '<cac:Party><cbc:EndpointID schemeID="0088">5790000000012</cbc:EndpointID></cac:Party>';

/** A document with its root and namespaces around `content`. */
export function ubl(root: string, content: string): string {
  const schema = 'urn:oasis:names:specification:ubl:schema:xsd:';
  return (
    `<?xml version="1.0" encoding="UTF-8"?>\n<${root} xmlns="${schema}${root}-2" ` +
    `xmlns:cac="${schema}CommonAggregateComponents-2" xmlns:cbc="${schema}CommonBasicComponents-2">${content}</${root}>`
  );
}

/** An OrderResponse of PO-1; `content` stands behind the parties. */
export function ublResponse(code: string, content: string, options: { currency?: string } = {}): string {
  const { currency = 'EUR' } = options;
  return ubl(
    'OrderResponse',
    `<cbc:ID>OC-1</cbc:ID><cbc:IssueDate>2026-03-02</cbc:IssueDate><cbc:OrderResponseCode>${code}</cbc:OrderResponseCode>` +
      (currency === '' ? '' : `<cbc:DocumentCurrencyCode>${currency}</cbc:DocumentCurrencyCode>`) +
      `<cac:OrderReference><cbc:ID>PO-1</cbc:ID></cac:OrderReference><cac:SellerSupplierParty>${SELLER}</cac:SellerSupplierParty>${content}`,
  );
}

export interface UblAnswer {
  /** LineStatusCode; '' for none. */
  status: string;
  quantity?: string;
  /** Elements between quantity and price. */
  inside?: string;
  price?: string;
  /** Elements behind the LineItem. */
  behind?: string;
}

/** The OrderLine about a line of the order. */
export function ublAnswer(
  line: string,
  { status, quantity, inside = '', price, behind = '' }: UblAnswer,
): string {
  return (
    `<cac:OrderLine><cac:LineItem><cbc:ID>${line}</cbc:ID>` +
    (status === '' ? '' : `<cbc:LineStatusCode>${status}</cbc:LineStatusCode>`) +
    (quantity === undefined ? '' : `<cbc:Quantity unitCode="EA">${quantity}</cbc:Quantity>`) +
    inside +
    (price === undefined ? '' : `<cac:Price>${price}</cac:Price>`) +
    `<cac:Item><cbc:Name>Article</cbc:Name></cac:Item></cac:LineItem>${behind}</cac:OrderLine>`
  );
}

/** A delivery with the day that is promised, and how much comes then where that is said. */
export function ublDelivery(date: string, quantity?: string): string {
  const amount = quantity === undefined ? '' : `<cbc:Quantity unitCode="EA">${quantity}</cbc:Quantity>`;
  return `<cac:Delivery>${amount}<cac:PromisedDeliveryPeriod><cbc:StartDate>${date}</cbc:StartDate></cac:PromisedDeliveryPeriod></cac:Delivery>`;
}

interface UblInvoice {
  id?: string;
  /** InvoiceTypeCode; '' for none. */
  type?: string;
  order?: string;
  /** Elements behind the OrderReference. */
  references?: string;
  /** TaxTotal elements. */
  tax?: string;
  /** Elements before the totals. */
  payment?: string;
}

/** An Invoice over all of PO-1 as orderTo() makes it: 546.00 without tax. */
export function ublInvoice(invoice: UblInvoice = {}): string {
  const { id = 'INV-1', type = '380', order = 'PO-1', references = '', tax, payment = '' } = invoice;
  const amount = (name: string, value: string) => `<cbc:${name} currencyID="EUR">${value}</cbc:${name}>`;
  const line = (number: string, quantity: string, price: string, total: string) =>
    `<cac:InvoiceLine><cbc:ID>${number}</cbc:ID><cbc:InvoicedQuantity unitCode="EA">${quantity}</cbc:InvoicedQuantity>` +
    `${amount('LineExtensionAmount', total)}<cac:OrderLineReference><cbc:LineID>${number}</cbc:LineID></cac:OrderLineReference>` +
    `<cac:Item><cbc:Name>Article</cbc:Name></cac:Item><cac:Price>${amount('PriceAmount', price)}</cac:Price></cac:InvoiceLine>`;
  return ubl(
    'Invoice',
    `<cbc:ID>${id}</cbc:ID><cbc:IssueDate>2026-03-02</cbc:IssueDate>` +
      (type === '' ? '' : `<cbc:InvoiceTypeCode>${type}</cbc:InvoiceTypeCode>`) +
      `<cbc:DocumentCurrencyCode>EUR</cbc:DocumentCurrencyCode><cac:OrderReference><cbc:ID>${order}</cbc:ID></cac:OrderReference>` +
      `${references}<cac:AccountingSupplierParty>${SELLER}</cac:AccountingSupplierParty>${payment}` +
      `${tax ?? ublTax('EUR', '0.00', '546.00')}<cac:LegalMonetaryTotal>${amount('PayableAmount', '546.00')}</cac:LegalMonetaryTotal>` +
      line('1', '24', '10.00', '240.00') +
      line('2', '12', '25.50', '306.00'),
  );
}

/** A TaxTotal, with the base of its one rate where it tells rates. */
export function ublTax(currency: string, tax: string, base?: string): string {
  const amount = (name: string, value: string) =>
    `<cbc:${name} currencyID="${currency}">${value}</cbc:${name}>`;
  const category =
    '<cac:TaxCategory><cbc:ID>AE</cbc:ID><cbc:Percent>0</cbc:Percent><cac:TaxScheme><cbc:ID>VAT</cbc:ID></cac:TaxScheme></cac:TaxCategory>';
  const rates =
    base === undefined
      ? ''
      : `<cac:TaxSubtotal>${amount('TaxableAmount', base)}${amount('TaxAmount', tax)}${category}</cac:TaxSubtotal>`;
  return `<cac:TaxTotal>${amount('TaxAmount', tax)}${rates}</cac:TaxTotal>`;
}

/** A DespatchAdvice of so many of line 1 of PO-1. */
export function ublDespatch(
  quantity: string,
  parts: { head?: string; shipment?: string; item?: string; line?: string } = {},
): string {
  const { head = '', shipment = '', item = '', line = '' } = parts;
  return ubl(
    'DespatchAdvice',
    `<cbc:ID>DA-1</cbc:ID><cbc:IssueDate>2026-03-02</cbc:IssueDate>${head}<cac:OrderReference><cbc:ID>PO-1</cbc:ID></cac:OrderReference>` +
      `<cac:DespatchSupplierParty>${SELLER}</cac:DespatchSupplierParty><cac:DeliveryCustomerParty><cac:Party><cac:PartyIdentification>` +
      `<cbc:ID schemeID="0088">4012345500011</cbc:ID></cac:PartyIdentification></cac:Party></cac:DeliveryCustomerParty>${shipment}` +
      `<cac:DespatchLine><cbc:ID>1</cbc:ID><cbc:DeliveredQuantity unitCode="EA">${quantity}</cbc:DeliveredQuantity>` +
      `<cac:OrderLineReference><cbc:LineID>1</cbc:LineID></cac:OrderLineReference><cac:Item><cbc:Name>Article</cbc:Name>${item}</cac:Item>${line}</cac:DespatchLine>`,
  );
}

/** Documents in the envelope of a network (Standard Business Document Header). */
export function inEnvelope(...documents: readonly string[]): string {
  const bare = documents.map((text) => text.replace(/^<\?xml[^>]*\?>\s*/, ''));
  return (
    '<?xml version="1.0" encoding="UTF-8"?><StandardBusinessDocument xmlns="http://www.unece.org/cefact/namespaces/StandardBusinessDocumentHeader">' +
    '<StandardBusinessDocumentHeader><HeaderVersion>1.0</HeaderVersion><Sender><Identifier Authority="iso6523-actorid-upis">' +
    `0088:5790000000012</Identifier></Sender></StandardBusinessDocumentHeader>${bare.join('')}</StandardBusinessDocument>`
  );
}
