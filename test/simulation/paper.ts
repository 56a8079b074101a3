import { dec, formatDecimal, sum } from '../../src/common/decimal.ts';
import type { DespatchAdvice } from '../../src/documents/despatch-advice.ts';
import type { CreditNote, Invoice, InvoiceLine } from '../../src/documents/invoice.ts';
import type { Order, OrderLine } from '../../src/documents/order.ts';
import type {
  OrderResponse,
  OrderResponseLine,
  ResponseSchedule,
} from '../../src/documents/order-response.ts';
import type { Price } from '../../src/documents/primitives.ts';
import type { ReceiptAdvice } from '../../src/documents/receipt-advice.ts';
import { despatchOf, invoiceOf, orderTo, receiptOf, responseTo } from '../support/documents.ts';
import type { PartnerId } from '../support/documents.ts';

/** Documents as the parts write them: plain ones, with what the part is about laid over. */

export interface LinePlan {
  quantity: string;
  price: string;
}

/** An order that is wanted on a day. */
export function writeOrder(
  partner: PartnerId,
  id: string,
  { lines, today, wanted }: { lines: readonly LinePlan[]; today: string; wanted: string },
): Order {
  const order = orderTo(
    partner,
    id,
    lines.map(({ quantity, price }) => [quantity, price]),
  );
  return {
    ...order,
    issueDate: today,
    requestedDeliveryDate: wanted,
    lines: order.lines.map((line) => ({ ...line, requestedDeliveryDate: wanted })),
  };
}

/** What a supplier says of a line; several parts are several schedules. Left out: as ordered. */
export interface LineAnswer extends Partial<Pick<OrderResponseLine, 'price' | 'item' | 'orderLineId'>> {
  parts: readonly AnswerPart[];
}

interface AnswerPart extends Omit<ResponseSchedule, 'quantity' | 'claim'> {
  claim: ResponseSchedule['claim'];
  /** Left out: all that is ordered. `null`: the supplier says no quantity. */
  quantity?: string | null;
}

export function writeAnswer(
  order: Order,
  answers: Readonly<Record<string, LineAnswer>> = {},
  change: Partial<OrderResponse> = {},
): OrderResponse {
  const plain = responseTo(order);
  return {
    ...plain,
    issueDate: order.issueDate,
    claim: Object.keys(answers).length === 0 ? 'accepted' : 'acceptedWithChanges',
    lines: plain.lines.map((line, index) =>
      answerLine(order.lines[index]!, line, answers[order.lines[index]!.id]),
    ),
    ...change,
  };
}

function answerLine(
  ordered: OrderLine,
  plain: OrderResponseLine,
  answer: LineAnswer | undefined,
): OrderResponseLine {
  const date = ordered.requestedDeliveryDate!;
  const { parts = [{ claim: 'accepted' }], ...values } = answer ?? {};
  return {
    ...plain,
    ...values,
    schedules: parts.map(({ quantity, ...part }) => ({
      ...(part.claim === 'backordered' || part.claim === 'datePending'
        ? {}
        : { date, dateKind: 'delivery' as const }),
      ...(quantity === null
        ? {}
        : { quantity: { ...ordered.quantity, value: quantity ?? ordered.quantity.value } }),
      ...part,
    })),
  };
}

/** EDIFACT and UBL have one word for every change: the values say which. */
export function inPlainWords(answer: OrderResponse): OrderResponse {
  const lines = answer.lines.map((line) => ({
    ...line,
    schedules: line.schedules.map((schedule) =>
      CHANGES.has(schedule.claim) ? { ...schedule, claim: 'acceptedWithChanges' as const } : schedule,
    ),
  }));
  return { ...answer, lines };
}

const CHANGES: ReadonlySet<ResponseSchedule['claim']> = new Set([
  'quantityChanged',
  'priceChanged',
  'dateChanged',
]);

export function writeAdvice(
  order: Order,
  quantities: Readonly<Record<string, string>> = {},
  change: Partial<DespatchAdvice> = {},
): DespatchAdvice {
  const plain = despatchOf(order);
  return {
    ...plain,
    estimatedDeliveryDate: order.requestedDeliveryDate!,
    lines: withQuantities(plain.lines, quantities),
    ...change,
  };
}

/** Counted by our warehouse. */
export function writeReceipt(
  order: Order,
  quantities: Readonly<Record<string, string>> = {},
  change: Partial<ReceiptAdvice> = {},
): ReceiptAdvice {
  const plain = receiptOf(order);
  return { ...plain, lines: withQuantities(plain.lines, quantities), ...change };
}

function withQuantities<L extends { orderLineId?: string | undefined; quantity: { value: string } }>(
  lines: readonly L[],
  quantities: Readonly<Record<string, string>>,
): L[] {
  const named = Object.keys(quantities).length > 0;
  return lines.flatMap((line) => {
    const value = quantities[line.orderLineId!];
    if (value === undefined) return named ? [] : [line];
    return [{ ...line, quantity: { ...line.quantity, value } }];
  });
}

export interface BilledLine {
  quantity?: string;
  price?: Partial<Price>;
}

/** Bills the lines named, else every line, as ordered but for what is given; the totals add up. */
export function writeInvoice(
  order: Order,
  billed: Readonly<Record<string, BilledLine>> = {},
  change: Partial<Invoice> = {},
): Invoice {
  const plain = invoiceOf(order);
  const named = Object.keys(billed).length > 0;
  const lines = plain.lines
    .filter(({ orderLineId }) => !named || billed[orderLineId!] !== undefined)
    .map((line) => billLine(line, billed[line.orderLineId!] ?? {}));
  return withTotals({ ...plain, issueDate: order.issueDate, lines, ...change });
}

function billLine(line: InvoiceLine, { quantity, price }: BilledLine): InvoiceLine {
  return {
    ...line,
    quantity: { ...line.quantity, value: quantity ?? line.quantity.value },
    price: { ...line.price!, ...price },
  };
}

/** Line amounts and totals by the invoice's own values. */
export function withTotals<I extends Invoice | CreditNote>(invoice: I, digits = 2): I {
  const lines = invoice.lines.map((line) => ({ ...line, lineAmount: amountOf(line, digits) }));
  const net = sum(lines.map(({ lineAmount }) => lineAmount));
  const charges = sum((invoice.allowanceCharges ?? []).map(({ amount }) => amount ?? '0'));
  return {
    ...invoice,
    lines,
    totals: {
      lines: formatDecimal(net, digits),
      ...(invoice.allowanceCharges === undefined ? {} : { charges: formatDecimal(charges, digits) }),
      payable: formatDecimal(net.plus(charges), digits),
    },
  };
}

function amountOf({ quantity, price }: InvoiceLine, digits: number): string {
  return formatDecimal(
    dec(quantity.value)
      .times(price!.amount)
      .div(price!.baseQuantity ?? '1'),
    digits,
  );
}

export function writeCredit(
  order: Order,
  billed: Readonly<Record<string, BilledLine>>,
  invoiceId: string,
): CreditNote {
  const { invoiceType: kind, ...invoice } = writeInvoice(order, billed);
  if (kind !== 'commercial') throw new Error(`a ${kind} invoice is not credited here`);
  return {
    ...invoice,
    documentType: 'creditNote',
    id: `C-${order.id}`,
    originalInvoiceId: invoiceId,
    effect: 'return',
  };
}

/** Half of a whole number of pieces, rounded up. */
export function half(quantity: string): string {
  return formatDecimal(dec(quantity).div(2).ceil());
}

export function timesPrice(order: Order, lineId: string, factor: string): { amount: string } {
  const line = order.lines.find(({ id }) => id === lineId)!;
  return { amount: formatDecimal(dec(line.price!.amount).times(factor), 4) };
}
