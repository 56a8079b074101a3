import { dec, formatDecimal, sum } from '../../../src/common/decimal.ts';
import type { CreditNote, Invoice } from '../../../src/documents/invoice.ts';
import type { Order } from '../../../src/documents/order.ts';
import type { Actor } from '../../../src/pipeline/actor.ts';
import type { ExceptionRecord } from '../../../src/pipeline/orders/order-records.ts';
import { invoiceOf, orderTo, receiptOf, responseTo } from '../../support/documents.ts';
import type { PartnerId } from '../../support/documents.ts';
import { BUYER, ERP } from '../../support/gateway.ts';
import type { TestGateway } from '../../support/gateway.ts';

/** What the invoice suites do over and over with a gateway. */
export class InvoiceScene {
  readonly gateway: TestGateway;
  readonly partner: PartnerId;

  constructor(gateway: TestGateway, partner: PartnerId = 'northwind-hardware') {
    this.gateway = gateway;
    this.partner = partner;
  }

  /** An order that is released and confirmed, and received as far as `received` (by line, in order) says. */
  async order(
    lines: Parameters<typeof orderTo>[2],
    received?: readonly string[],
    id = 'PO-1',
  ): Promise<Order> {
    const order = orderTo(this.partner, id, lines);
    await this.gateway.gateway.releaseOrder(order, ERP);
    await this.gateway.settle();
    await this.send(responseTo(order));
    if (received !== undefined) await this.receive(order, received, `R-${id}`);
    return order;
  }

  async receive(order: Order, quantities: readonly string[], id: string): Promise<void> {
    const receipt = receiptOf(order, id);
    const lines = receipt.lines
      .map((line, index) => ({ ...line, quantity: { ...line.quantity, value: quantities[index] ?? '0' } }))
      .filter(({ quantity }) => quantity.value !== '0');
    await this.gateway.gateway.receiveGoods({ ...receipt, lines }, ERP);
    await this.gateway.settle();
  }

  async send(document: Parameters<ReturnType<TestGateway['supplier']>['send']>[0]): Promise<void> {
    this.gateway.supplier(this.partner).send(document);
    await this.gateway.settle();
  }

  async bill(order: Order, prices: Readonly<Record<string, string>> = {}, id?: string): Promise<Invoice> {
    const invoice = invoiceOf(order, prices, id);
    await this.send(invoice);
    return invoice;
  }

  /** The one open exception of a type. */
  async exception(type: string): Promise<ExceptionRecord> {
    const found = (await this.gateway.openExceptions()).filter((each) => each.type === type);
    if (found.length !== 1)
      throw new Error(
        `${found.length} exceptions of type ${type}: ${(await this.gateway.troubles()).join(', ')}`,
      );
    return found[0]!;
  }

  async decide(type: string, action: string, actor: Actor = BUYER): Promise<void> {
    const { id } = await this.exception(type);
    await this.gateway.gateway.decideException(id, { action, reason: 'as agreed' }, actor);
    await this.gateway.settle();
  }

  async erp(...kinds: string[]) {
    const commands = (await this.gateway.all('erpCommands')).sort((a, b) => a.number - b.number);
    return commands.map(({ command }) => command).filter(({ kind }) => kinds.includes(kind));
  }

  async invoice(number: string) {
    const found = await this.gateway.all('invoices', { number });
    if (found.length !== 1) throw new Error(`${found.length} invoices ${number}`);
    return found[0]!;
  }
}

/** A credit note over lines of an invoice: `[line, quantity, price]`. */
export function creditOf(
  invoice: Invoice,
  lines: readonly (readonly [line: string, quantity: string, price: string])[],
  options: { id?: string; effect?: 'return' | 'price' } = {},
): CreditNote {
  const { id = `C-${invoice.id}`, effect } = options;
  const credited = lines.map(([lineId, quantity, amount]) => {
    const line = invoice.lines.find((each) => each.orderLineId === lineId)!;
    const lineAmount = formatDecimal(dec(quantity).times(amount), 2);
    return { ...line, quantity: { ...line.quantity, value: quantity }, price: { amount }, lineAmount };
  });
  const total = formatDecimal(sum(credited.map(({ lineAmount }) => lineAmount)), 2);
  return {
    documentType: 'creditNote',
    id,
    issueDate: invoice.issueDate,
    orderId: invoice.orderId!,
    currency: invoice.currency!,
    buyer: invoice.buyer!,
    seller: invoice.seller!,
    originalInvoiceId: invoice.id,
    paymentTerms: { netDays: 30 },
    ...(effect === undefined ? {} : { effect }),
    lines: credited,
    totals: { lines: total, payable: total },
  };
}
