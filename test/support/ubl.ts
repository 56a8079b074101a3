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
