import type { Configuration } from './gateway.ts';
import { REPOSITORY } from './gateway.ts';

/** nordic-lighting as a cXML supplier over folders. */
export const CXML_SUPPLIER = 'nordic-lighting';

const PARTNER_YAML = `
partner: ${CXML_SUPPLIER}
name: Nordic Lighting A/S
accounts: { supplierId: NORDIC }
currency: EUR
xml:
  identities: [{ id: 'AN-NORDIC', scheme: NetworkID }]
  ourIdentities: [{ id: 'AN-TRADELANE', scheme: NetworkID }]
channels:
  - { type: folder, inbox: inbox/${CXML_SUPPLIER}, outbox: outbox/${CXML_SUPPLIER} }
documents:
  order: { out: xml/cxml-1.2/order }
  orderChange: { out: xml/cxml-1.2/order-change }
  orderResponse: { in: xml/cxml-1.2/order-response }
  despatchAdvice: { in: xml/cxml-1.2/despatch-advice }
  invoice: { in: xml/cxml-1.2/invoice }
  creditNote: { in: xml/cxml-1.2/credit-note }
acknowledgments:
  send: { functional: never, interchange: never }
  expect: { functional: false }
payee: { taxRates: ['0', '25'] }
policy:
  invoice: { matchMode: 3-way }
`;

/** The repository's configuration with that supplier. */
export const CXML: Configuration = {
  ...REPOSITORY,
  partners: REPOSITORY.partners.map((file) =>
    file.path === `${CXML_SUPPLIER}/partner.yaml` ? { ...file, text: PARTNER_YAML } : file,
  ),
};

let sent = 0;

/** A cXML document of the supplier with a request in it. */
export function cxml(request: string, deploymentMode = 'production'): string {
  sent += 1;
  const party = (tag: string, id: string) =>
    `<${tag}><Credential domain="NetworkID"><Identity>${id}</Identity></Credential></${tag}>`;
  return (
    `<?xml version="1.0" encoding="UTF-8"?>\n<!DOCTYPE cXML SYSTEM "http://xml.cxml.org/schemas/cXML/1.2.045/cXML.dtd">\n` +
    `<cXML payloadID="${sent}@nordic" timestamp="2026-03-02T08:00:00+01:00"><Header>${party('From', 'AN-NORDIC')}` +
    `${party('To', 'AN-TRADELANE')}${party('Sender', 'AN-NORDIC')}</Header>` +
    `<Request deploymentMode="${deploymentMode}">${request}</Request></cXML>`
  );
}

/** `<Money currency="EUR">12.50</Money>` */
export function money(amount: string, currency = 'EUR'): string {
  return `<Money currency="${currency}">${amount}</Money>`;
}

/** A ConfirmationRequest about PO-1. */
export function confirmation(
  type: string,
  items = '',
  reference = '<OrderReference orderID="PO-1"/>',
): string {
  return `<ConfirmationRequest><ConfirmationHeader confirmID="OC-1" noticeDate="2026-03-02T09:00:00Z" type="${type}"/>${reference}${items}</ConfirmationRequest>`;
}

/** A ConfirmationItem with its statuses. */
export function confirmed(line: string, quantity: string, ...statuses: readonly string[]): string {
  return `<ConfirmationItem lineNumber="${line}" quantity="${quantity}"><UnitOfMeasure>EA</UnitOfMeasure>${statuses.join('')}</ConfirmationItem>`;
}

/** A ConfirmationStatus about so many. */
export function status(type: string, quantity: string, content = ''): string {
  return `<ConfirmationStatus type="${type}" quantity="${quantity}"><UnitOfMeasure>EA</UnitOfMeasure>${content}</ConfirmationStatus>`;
}

interface CxmlInvoice {
  /** What is billed: InvoiceDetailOrder elements. */
  orders: string;
  /** The content of the InvoiceDetailSummary. */
  summary: string;
  id?: string;
  purpose?: string;
  /** More attributes of the header. */
  attributes?: string;
  /** Attributes of the InvoiceDetailLineIndicator. */
  inLine?: string;
  /** Elements behind the indicators. */
  head?: string;
}

/** An InvoiceDetailRequest. */
export function invoiceRequest(invoice: CxmlInvoice): string {
  const {
    orders,
    summary,
    id = 'INV-1',
    purpose = 'standard',
    attributes = '',
    inLine = '',
    head = '',
  } = invoice;
  return (
    `<InvoiceDetailRequest><InvoiceDetailRequestHeader invoiceID="${id}" invoiceDate="2026-03-02T08:00:00+01:00" ` +
    `purpose="${purpose}" operation="new" ${attributes}><InvoiceDetailHeaderIndicator/><InvoiceDetailLineIndicator ${inLine}/>` +
    `${head}</InvoiceDetailRequestHeader>${orders}<InvoiceDetailSummary>${summary}</InvoiceDetailSummary></InvoiceDetailRequest>`
  );
}

/** What is billed of PO-1. */
export function billed(items: string): string {
  return `<InvoiceDetailOrder><InvoiceDetailOrderInfo><OrderReference orderID="PO-1"/></InvoiceDetailOrderInfo>${items}</InvoiceDetailOrder>`;
}

/** An InvoiceDetailItem; `content` stands behind its SubtotalAmount. */
export function billedItem(
  line: string,
  quantity: string,
  price: string,
  subtotal: string,
  content = '',
): string {
  return (
    `<InvoiceDetailItem invoiceLineNumber="${line}" quantity="${quantity}"><UnitOfMeasure>EA</UnitOfMeasure>` +
    `<UnitPrice>${money(price)}</UnitPrice><InvoiceDetailItemReference lineNumber="${line}"/>` +
    `<SubtotalAmount>${money(subtotal)}</SubtotalAmount>${content}</InvoiceDetailItem>`
  );
}

/** A summary without tax; `content` stands between the tax and the NetAmount. */
export function summary(subtotal: string, net: string, content = ''): string {
  const tax = `<Tax>${money('0.00')}<Description xml:lang="en">none</Description></Tax>`;
  return `<SubtotalAmount>${money(subtotal)}</SubtotalAmount>${tax}${content}<NetAmount>${money(net)}</NetAmount><DueAmount>${money(net)}</DueAmount>`;
}

/** All of PO-1 as orderTo() makes it, billed: 546.00. */
export const BOTH_ITEMS = billedItem('1', '24', '10.00', '240.00') + billedItem('2', '12', '25.50', '306.00');
