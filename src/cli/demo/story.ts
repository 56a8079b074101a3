import { dec, formatDecimal, sum } from '../../common/decimal.ts';
import type { LocalDate } from '../../common/time.ts';
import type { DespatchAdvice } from '../../documents/despatch-advice.ts';
import type { Invoice } from '../../documents/invoice.ts';
import type { Order, OrderLine } from '../../documents/order.ts';
import type { OrderResponse, OrderResponseLine } from '../../documents/order-response.ts';
import type { ReceiptAdvice } from '../../documents/receipt-advice.ts';
import { addDays } from '../../common/calendar.ts';

/**
 * The play that `tradelane demo` performs: four suppliers, five orders, and everything that goes wrong on an ordinary day.
 * Each scene gives what the supplier and the warehouse do, as canonical documents.
 */
export interface Scene {
  title: string;
  order: Order;
  response?: OrderResponse;
  despatch?: DespatchAdvice;
  invoice?: Invoice;
  receipt?: ReceiptAdvice;
  /** The invoice is sent before the goods are received. */
  invoiceFirst?: true;
}

interface Article {
  buyerId: string;
  sellerId: string;
  gtin: string;
  description: string;
  price: string;
  baseQuantity?: string;
}

const ARTICLES = {
  hammer: {
    buyerId: 'TL-1001',
    sellerId: 'NW-HAM-16',
    gtin: '061414100014',
    description: 'Claw hammer 16 oz',
    price: '11.40',
  },
  saw: {
    buyerId: 'TL-1002',
    sellerId: 'NW-SAW-20',
    gtin: '061414100021',
    description: 'Hand saw 20 in',
    price: '14.85',
  },
  level: {
    buyerId: 'TL-1003',
    sellerId: 'NW-LVL-24',
    gtin: '061414100038',
    description: 'Spirit level 24 in',
    price: '19.20',
  },
  drill: {
    buyerId: 'TL-2001',
    sellerId: 'HW-BM-18',
    gtin: '4012345100013',
    description: 'Bohrmaschine 18 V',
    price: '86.50',
  },
  bits: {
    buyerId: 'TL-2002',
    sellerId: 'HW-BS-10',
    gtin: '4012345100020',
    description: 'Bohrer-Satz 10-teilig',
    price: '12.95',
  },
  screws: {
    buyerId: 'TL-3001',
    sellerId: 'PF-4X40',
    gtin: '071234500017',
    description: 'Wood screw 4 x 40',
    price: '4.20',
    baseQuantity: '100',
  },
  bolts: {
    buyerId: 'TL-3002',
    sellerId: 'PF-M8',
    gtin: '071234500024',
    description: 'Hex bolt M8',
    price: '18.75',
    baseQuantity: '100',
  },
  lamp: {
    buyerId: 'TL-4001',
    sellerId: 'NL-AURORA',
    gtin: '5790000100019',
    description: 'Desk lamp Aurora',
    price: '42.00',
  },
} as const satisfies Record<string, Article>;

/** Builds the five scenes around today; `numbers` gives each order a number that is not used yet. */
export function writeStory(today: LocalDate, numbers: readonly string[]): Scene[] {
  const wanted = addDays(today, 21);
  // Every performance buys a little more: equal invoices of one day would be held as probable duplicates.
  const more = Number(numbers[0]!.replace(/\D/g, '')) - 4501;
  const plus = (quantity: number) => String(quantity + more);
  const [toolOrder, germanOrder, screwOrder, lampOrder, silentOrder] = [
    orderOf(numbers[0]!, 'NORTHWIND', 'USD', today, wanted, [
      [ARTICLES.hammer, plus(120)],
      [ARTICLES.saw, plus(60)],
      [ARTICLES.level, plus(40)],
    ]),
    orderOf(numbers[1]!, 'HANSA', 'EUR', today, wanted, [
      [ARTICLES.drill, plus(24)],
      [ARTICLES.bits, plus(100)],
    ]),
    orderOf(numbers[2]!, 'PACFAST', 'USD', today, wanted, [
      [ARTICLES.screws, plus(5000)],
      [ARTICLES.bolts, plus(1200)],
    ]),
    orderOf(numbers[3]!, 'NORDIC', 'EUR', today, wanted, [[ARTICLES.lamp, plus(30)]]),
    orderOf(numbers[4]!, 'NORTHWIND', 'USD', today, wanted, [[ARTICLES.saw, plus(24)]]),
  ];
  return [
    {
      title: 'Northwind ships short, late and dearer, and invoices one line too high',
      order: toolOrder,
      response: responseOf(toolOrder, 'acceptedWithChanges', [
        { claim: 'quantityChanged', quantity: plus(100) },
        { claim: 'dateChanged', date: addDays(wanted, 6) },
        { claim: 'priceChanged', price: '20.60' },
      ]),
      despatch: despatchOf(toolOrder, today, wanted, [plus(100), plus(60), plus(40)]),
      receipt: receiptOf(toolOrder, today, [plus(100), plus(60), plus(40)]),
      invoice: invoiceOf(toolOrder, today, [plus(100), plus(60), plus(40)], { 0: '12.40' }),
    },
    {
      title: 'Hansa answers, ships and invoices as ordered',
      order: germanOrder,
      response: responseOf(germanOrder, 'accepted', [{ claim: 'accepted' }, { claim: 'accepted' }]),
      despatch: despatchOf(germanOrder, today, wanted, [plus(24), plus(100)]),
      receipt: receiptOf(germanOrder, today, [plus(24), plus(100)]),
      invoice: invoiceOf(germanOrder, today, [plus(24), plus(100)]),
    },
    {
      title: 'Pacific invoices before the goods have come; the receipt releases the invoice',
      order: screwOrder,
      response: responseOf(screwOrder, 'accepted', [{ claim: 'accepted' }, { claim: 'accepted' }]),
      despatch: despatchOf(screwOrder, today, wanted, [plus(5000), plus(1200)]),
      receipt: receiptOf(screwOrder, today, [plus(5000), plus(1200)]),
      invoice: invoiceOf(screwOrder, today, [plus(5000), plus(1200)]),
      invoiceFirst: true,
    },
    {
      title: 'Nordic answers in UBL and promises only part of the lamps',
      order: lampOrder,
      response: responseOf(lampOrder, 'acceptedWithChanges', [
        { claim: 'acceptedWithChanges', quantity: plus(20) },
      ]),
    },
    { title: 'Northwind has not answered yet', order: silentOrder },
  ];
}

function orderOf(
  id: string,
  supplier: string,
  currency: string,
  issueDate: LocalDate,
  wanted: LocalDate,
  lines: readonly (readonly [Article, string])[],
): Order {
  return {
    documentType: 'order',
    id,
    issueDate,
    orderType: 'standard',
    currency,
    buyer: { id: '4012345500004', scheme: 'GLN', name: 'Tradelane Demo Distribution' },
    seller: { id: supplier, scheme: 'buyerAssigned' },
    shipTo: {
      id: '4012345500011',
      scheme: 'GLN',
      name: 'Tradelane Demo Distribution, Warehouse 1',
      address: {
        street: ['1200 Harbor Road'],
        city: 'Savannah',
        region: 'GA',
        postalCode: '31401',
        country: 'US',
      },
    },
    requestedDeliveryDate: wanted,
    references: [{ type: 'department', id: '12' }],
    lines: lines.map(([article, quantity], index): OrderLine => {
      const { price, baseQuantity, ...item } = { baseQuantity: undefined, ...article };
      return {
        id: String(index + 1),
        item,
        quantity: { value: quantity, unit: 'EA' },
        price: { amount: price, ...(baseQuantity !== undefined && { baseQuantity }) },
        requestedDeliveryDate: wanted,
      };
    }),
  };
}

interface LineAnswer {
  claim: OrderResponseLine['schedules'][number]['claim'];
  quantity?: string;
  date?: LocalDate;
  price?: string;
}

function responseOf(
  order: Order,
  claim: OrderResponse['claim'],
  answers: readonly LineAnswer[],
): OrderResponse {
  return {
    documentType: 'orderResponse',
    id: `A-${order.id}`,
    issueDate: order.issueDate,
    orderId: order.id,
    orderIssueDate: order.issueDate,
    purpose: 'original',
    claim,
    supplierOrderId: `S-${order.id}`,
    ...(order.currency !== undefined && { currency: order.currency }),
    buyer: order.buyer,
    seller: order.seller,
    lines: order.lines.map((line, index): OrderResponseLine => {
      const answer = answers[index]!;
      return {
        orderLineId: line.id,
        item: line.item,
        quantity: line.quantity,
        price: { ...line.price!, amount: answer.price ?? line.price!.amount },
        schedules: [
          {
            claim: answer.claim,
            quantity: { ...line.quantity, value: answer.quantity ?? line.quantity.value },
            date: answer.date ?? line.requestedDeliveryDate!,
            dateKind: 'delivery',
          },
        ],
      };
    }),
  };
}

function despatchOf(
  order: Order,
  shipDate: LocalDate,
  arrival: LocalDate,
  quantities: readonly string[],
): DespatchAdvice {
  const id = `D-${order.id}`;
  return {
    documentType: 'despatchAdvice',
    id,
    purpose: 'original',
    issuedAt: `${shipDate}T08:15:00.000Z`,
    shipDate,
    estimatedDeliveryDate: arrival,
    buyer: order.buyer,
    seller: order.seller,
    shipTo: order.shipTo!,
    lines: order.lines.map((line, index) => ({
      id: line.id,
      orderId: order.id,
      orderLineId: line.id,
      item: line.item,
      quantity: { ...line.quantity, value: quantities[index]! },
    })),
  };
}

function receiptOf(order: Order, receivedDate: LocalDate, quantities: readonly string[]): ReceiptAdvice {
  return {
    documentType: 'receiptAdvice',
    id: `R-${order.id}`,
    receivedDate,
    despatchAdviceId: `D-${order.id}`,
    lines: order.lines.map((line, index) => ({
      orderId: order.id,
      orderLineId: line.id,
      item: line.item,
      quantity: { ...line.quantity, value: quantities[index]! },
    })),
  };
}

function invoiceOf(
  order: Order,
  issueDate: LocalDate,
  quantities: readonly string[],
  prices: Readonly<Record<number, string>> = {},
): Invoice {
  const lines = order.lines.map((line, index) => {
    const price = { ...line.price!, amount: prices[index] ?? line.price!.amount };
    const amount = dec(quantities[index]!)
      .times(price.amount)
      .div(price.baseQuantity ?? '1');
    return {
      id: line.id,
      orderId: order.id,
      orderLineId: line.id,
      item: line.item,
      quantity: { ...line.quantity, value: quantities[index]! },
      price,
      lineAmount: formatDecimal(amount, 2),
    };
  });
  const total = formatDecimal(sum(lines.map((line) => line.lineAmount)), 2);
  return {
    documentType: 'invoice',
    invoiceType: 'commercial',
    id: `I-${order.id}`,
    issueDate,
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
