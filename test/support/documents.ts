import { addDays } from '../../src/common/calendar.ts';
import { dec, formatDecimal, sum } from '../../src/common/decimal.ts';
import type { DespatchAdvice } from '../../src/documents/despatch-advice.ts';
import type { Invoice } from '../../src/documents/invoice.ts';
import type { Order, OrderLine } from '../../src/documents/order.ts';
import type { OrderResponse, OrderResponseLine } from '../../src/documents/order-response.ts';
import type { ReceiptAdvice } from '../../src/documents/receipt-advice.ts';

/** Canonical documents around one order, as plain as they can be: a test changes what it is about. */

const TODAY = '2026-03-02';
const WANTED = addDays(TODAY, 21);

/** How the demo partners are called in orders, and their currencies. */
const SUPPLIERS = {
  'northwind-hardware': { id: 'NORTHWIND', currency: 'USD' },
  'hansa-werkzeuge': { id: 'HANSA', currency: 'EUR' },
  'pacific-fasteners': { id: 'PACFAST', currency: 'USD' },
  'nordic-lighting': { id: 'NORDIC', currency: 'EUR' },
} as const;

export type PartnerId = keyof typeof SUPPLIERS;
export const PARTNERS = Object.keys(SUPPLIERS) as PartnerId[];

/** Quantity and price of each line. */
type LineValues = readonly [quantity: string, price: string];

export function orderTo(
  partner: PartnerId,
  id: string,
  lines: readonly LineValues[] = [
    ['24', '10.00'],
    ['12', '25.50'],
  ],
): Order {
  const { id: supplierId, currency } = SUPPLIERS[partner];
  return {
    documentType: 'order',
    id,
    issueDate: TODAY,
    orderType: 'standard',
    currency,
    buyer: { id: '4012345500004', scheme: 'GLN', name: 'Tradelane Demo Distribution' },
    seller: { id: supplierId, scheme: 'buyerAssigned' },
    shipTo: {
      id: '4012345500011',
      scheme: 'GLN',
      name: 'Warehouse 1',
      address: {
        street: ['1200 Harbor Road'],
        city: 'Savannah',
        region: 'GA',
        postalCode: '31401',
        country: 'US',
      },
    },
    requestedDeliveryDate: WANTED,
    references: [{ type: 'department', id: '12' }],
    lines: lines.map(([quantity, price], index): OrderLine => ({
      id: String(index + 1),
      item: {
        buyerId: `ITEM-${index + 1}`,
        sellerId: `S-${index + 1}`,
        gtin: ['061414100014', '061414100021', '061414100038'][index % 3]!,
        description: `Article ${index + 1}`,
      },
      quantity: { value: quantity, unit: 'EA' },
      price: { amount: price },
      requestedDeliveryDate: WANTED,
    })),
  };
}

interface LineAnswer {
  claim?: OrderResponseLine['schedules'][number]['claim'];
  quantity?: string;
  date?: string;
  price?: string;
}

/** Accepts every line, but for those that `answers` (by line id) tell otherwise of. */
export function responseTo(order: Order, answers: Readonly<Record<string, LineAnswer>> = {}): OrderResponse {
  return {
    documentType: 'orderResponse',
    id: `A-${order.id}`,
    issueDate: TODAY,
    orderId: order.id,
    orderIssueDate: order.issueDate,
    purpose: 'original',
    claim: Object.keys(answers).length === 0 ? 'accepted' : 'acceptedWithChanges',
    supplierOrderId: `S-${order.id}`,
    currency: order.currency!,
    buyer: order.buyer,
    seller: order.seller,
    lines: order.lines.map((line): OrderResponseLine => {
      const { claim = 'accepted', quantity, date = WANTED, price } = answers[line.id] ?? {};
      return {
        orderLineId: line.id,
        item: line.item,
        quantity: line.quantity,
        price: { ...line.price!, amount: price ?? line.price!.amount },
        schedules: [
          {
            claim,
            quantity: { ...line.quantity, value: quantity ?? line.quantity.value },
            date,
            dateKind: 'delivery',
          },
        ],
      };
    }),
  };
}

export function despatchOf(order: Order, id = `D-${order.id}`): DespatchAdvice {
  return {
    documentType: 'despatchAdvice',
    id,
    purpose: 'original',
    issuedAt: `${TODAY}T08:15:00.000Z`,
    shipDate: TODAY,
    estimatedDeliveryDate: WANTED,
    buyer: order.buyer,
    seller: order.seller,
    shipTo: order.shipTo!,
    lines: order.lines.map((line) => ({
      id: line.id,
      orderId: order.id,
      orderLineId: line.id,
      item: line.item,
      quantity: line.quantity,
    })),
  };
}

export function receiptOf(order: Order, id = `R-${order.id}`): ReceiptAdvice {
  return {
    documentType: 'receiptAdvice',
    id,
    receivedDate: TODAY,
    despatchAdviceId: `D-${order.id}`,
    lines: order.lines.map(({ id: orderLineId, item, quantity }) => ({
      orderId: order.id,
      orderLineId,
      item,
      quantity,
    })),
  };
}

/** Bills every line as ordered, but for the prices (by line id) given. */
export function invoiceOf(
  order: Order,
  prices: Readonly<Record<string, string>> = {},
  id = `I-${order.id}`,
): Invoice {
  const lines = order.lines.map((line) => {
    const price = { ...line.price!, amount: prices[line.id] ?? line.price!.amount };
    return {
      id: line.id,
      orderId: order.id,
      orderLineId: line.id,
      item: line.item,
      quantity: line.quantity,
      price,
      lineAmount: formatDecimal(dec(line.quantity.value).times(price.amount), 2),
    };
  });
  const total = formatDecimal(sum(lines.map(({ lineAmount }) => lineAmount)), 2);
  return {
    documentType: 'invoice',
    invoiceType: 'commercial',
    id,
    issueDate: TODAY,
    orderId: order.id,
    orderIssueDate: order.issueDate,
    currency: order.currency!,
    buyer: order.buyer,
    seller: order.seller,
    paymentTerms: { netDays: 30 },
    lines,
    totals: { lines: total, payable: total },
  };
}
