import type { DespatchAdvice } from '../../../src/documents/despatch-advice.ts';
import type { Invoice } from '../../../src/documents/invoice.ts';
import type { OrderResponse, OrderResponseLine } from '../../../src/documents/order-response.ts';
import type { Order } from '../../../src/documents/order.ts';
import type { ReceiptAdvice } from '../../../src/documents/receipt-advice.ts';
import type { ExceptionRecord } from '../../../src/pipeline/orders/order-records.ts';
import { applyOrderEvent } from '../../../src/pipeline/orders/order-stream.ts';
import { UnitOfWork } from '../../../src/pipeline/unit-of-work.ts';
import type { OrderEvent } from '../../../src/tracking/model.ts';
import { despatchOf, invoiceOf, orderTo, receiptOf, responseTo } from '../../support/documents.ts';
import { ERP, TestGateway } from '../../support/gateway.ts';

const PARTNER = 'northwind-hardware';

type Schedule = OrderResponseLine['schedules'][number];
type Untold = 'id' | 'partnerId' | 'documentRef';
type Told = OrderEvent extends infer E ? (E extends OrderEvent ? Omit<E, Untold> : never) : never;

/** One order of two lines (24 at 10.00, 12 at 25.50) with a gateway of its own, and what its supplier may do to it. */
export class ExceptionScene {
  readonly gateway: TestGateway;
  order: Order = orderTo(PARTNER, 'PO-1');
  #count = 0;

  private constructor(gateway: TestGateway) {
    this.gateway = gateway;
  }

  static async open(): Promise<ExceptionScene> {
    return new ExceptionScene(await TestGateway.start());
  }

  async release(order: Order = this.order): Promise<void> {
    this.order = order;
    await this.gateway.gateway.releaseOrder(order, ERP);
    await this.gateway.settle();
  }

  /** An event of the order, as the gateway applies what it has read: with all that follows from it, in one commit. */
  async tell(told: Told): Promise<void> {
    this.#count += 1;
    const id = `told-${this.#count}`;
    const documentRef = { documentId: `in-${id}`, contentHash: JSON.stringify(told) };
    const event = { ...told, id, partnerId: PARTNER, documentRef } as OrderEvent;
    const unit = new UnitOfWork(this.gateway.context.store);
    await applyOrderEvent(unit, this.gateway.context, this.order.id, PARTNER, event);
    await unit.commit();
    await this.gateway.settle();
  }

  /** Accepts everything; `lines` replace the answers of the lines with their ids, or come on top. */
  async answer(
    change: Partial<OrderResponse> = {},
    lines: readonly (Partial<Omit<OrderResponseLine, 'schedules'>> & {
      schedules?: Partial<Schedule>[];
    })[] = [],
  ): Promise<void> {
    const plain = responseTo(this.order);
    const answered = plain.lines.map((line) => {
      const { schedules = [{}], ...other } =
        lines.find((each) => each.orderLineId === line.orderLineId) ?? {};
      return { ...line, ...other, schedules: schedules.map((each) => ({ ...line.schedules[0]!, ...each })) };
    });
    const claim = lines.length === 0 ? 'accepted' : 'acceptedWithChanges';
    const id = `A-${this.#count}`;
    const document = { ...plain, id, claim, purpose: 'replace', lines: answered, ...change } as OrderResponse;
    await this.tell({ type: 'orderResponseReceived', document });
  }

  async ship(
    change: Partial<DespatchAdvice> = {},
    line: Partial<DespatchAdvice['lines'][number]> = {},
  ): Promise<void> {
    const plain = despatchOf(this.order);
    const lines = plain.lines.map((each, index) => (index === 0 ? { ...each, ...line } : each));
    await this.tell({ type: 'despatchAdviceReceived', document: { ...plain, lines, ...change } });
  }

  /** Quantities of the first line and, where given, the second. */
  async receive(
    quantities: readonly string[],
    change: Partial<ReceiptAdvice['lines'][number]> = {},
    despatchAdviceId?: string,
  ): Promise<void> {
    const plain: Partial<ReceiptAdvice> & ReceiptAdvice = { ...receiptOf(this.order, `R-${this.#count}`) };
    delete plain.despatchAdviceId;
    const lines = plain.lines.slice(0, quantities.length).map((line, index) => ({
      ...line,
      ...change,
      quantity: { ...line.quantity, value: quantities[index]! },
    }));
    const of = despatchAdviceId === undefined ? {} : { despatchAdviceId };
    await this.tell({ type: 'goodsReceived', document: { ...plain, ...of, lines } });
  }

  /** The functional acknowledgment of our newest document. */
  async acknowledge(status: 'accepted' | 'rejected'): Promise<void> {
    const documentId = await this.sentDocument();
    await this.tell({ type: 'functionalAcknowledgmentReceived', documentId, status, findings: [] });
  }

  async sentDocument(): Promise<string> {
    const record = await this.gateway.context.store.get('orders', this.order.id);
    return record!.state.documents.at(-1)!.documentId!;
  }

  /** Sends an invoice as the supplier would, and takes it in. */
  async bill(change: Partial<Invoice> = {}, prices: Readonly<Record<string, string>> = {}): Promise<void> {
    this.gateway.supplier(PARTNER).send({ ...invoiceOf(this.order, prices), ...change });
    await this.gateway.settle();
  }

  async pass(days: number): Promise<void> {
    await this.gateway.pass({ days });
  }

  async exceptions(type: string): Promise<ExceptionRecord[]> {
    return this.gateway.all('exceptions', { type });
  }
}
