import type { Document } from '../../src/documents/document.ts';
import type { Invoice } from '../../src/documents/invoice.ts';
import type { Order } from '../../src/documents/order.ts';
import type { OrderResponse } from '../../src/documents/order-response.ts';
import type { Actor } from '../../src/pipeline/actor.ts';
import type { PartnerId } from '../support/documents.ts';
import { BUYER, ERP } from '../support/gateway.ts';
import type { TestGateway, World } from '../support/gateway.ts';
import type { BilledLine, LineAnswer } from './paper.ts';
import { inPlainWords, writeAdvice, writeAnswer, writeInvoice, writeReceipt } from './paper.ts';
import type { Random } from './random.ts';
import type { Script, Step } from './step.ts';
import { wait } from './step.ts';

const IN_X12: ReadonlySet<PartnerId> = new Set(['northwind-hardware', 'pacific-fasteners']);

/** What one part plays on: one order, its supplier, the people of both sides. */
export class Stage {
  readonly partnerId: PartnerId;
  readonly order: Order;
  readonly random: Random;

  constructor(partnerId: PartnerId, order: Order, random: Random) {
    this.partnerId = partnerId;
    this.order = order;
    this.random = random;
  }

  get id(): string {
    return this.order.id;
  }

  /** The ERP hands the order over, and the supplier's system takes note of it. */
  *start(order = this.order): Script {
    yield this.release(order);
    yield wait({ minutes: 20 });
    yield* this.acknowledge();
  }

  release(order = this.order): Step {
    return this.ask(`the ERP releases ${order.id}`, ({ gateway }) => gateway.releaseOrder(order, ERP));
  }

  cancel(): Step {
    return this.ask('the ERP cancels', ({ gateway }) => gateway.cancelOrder(this.id, 'project stopped', ERP));
  }

  receive(quantities: Readonly<Record<string, string>> = {}, id = `R-${this.id}`, order = this.order): Step {
    const receipt = writeReceipt(order, quantities, { id });
    return this.ask(`the warehouse counts ${id}`, ({ gateway }) => gateway.receiveGoods(receipt, ERP));
  }

  /** The supplier accepts the newest file about this order by 997 or CONTRL; in XML there is none. */
  *acknowledge(): Script {
    if (this.partnerId === 'nordic-lighting') return;
    yield {
      kind: 'send',
      text: 'the supplier acknowledges the syntax',
      partnerId: this.partnerId,
      files: (world) =>
        this.filesSent(world)
          .slice(-1)
          .map((file) =>
            this.#file(world, 'acknowledgment', this.#supplier(world).writeAcknowledgment(file)),
          ),
    };
  }

  answer(
    answers: Readonly<Record<string, LineAnswer>> = {},
    change: Partial<OrderResponse> = {},
    order = this.order,
  ): Step {
    return this.send('the supplier answers', writeAnswer(order, answers, change));
  }

  despatch(
    quantities: Readonly<Record<string, string>> = {},
    change: Parameters<typeof writeAdvice>[2] = {},
    order = this.order,
  ): Step {
    return this.send('the supplier ships', writeAdvice(order, quantities, change));
  }

  invoice(billed: Readonly<Record<string, BilledLine>> = {}, change: Partial<Invoice> = {}): Step {
    return this.send('the supplier bills', writeInvoice(this.order, billed, change));
  }

  /** The supplier sends a document, in its own dialect under the next control number or under the one given. */
  send(text: string, document: Document, controlNumber?: number): Step {
    const plain = document.documentType === 'orderResponse' && !IN_X12.has(this.partnerId);
    const said = plain ? inPlainWords(document) : document;
    return this.sendBytes(
      text,
      (world) => this.#supplier(world).write(said, controlNumber),
      document.documentType,
    );
  }

  sendBytes(text: string, write: (world: World) => Uint8Array | string, name = 'file'): Step {
    const files = (world: World) => {
      const content = write(world);
      const bytes = typeof content === 'string' ? Buffer.from(content, 'latin1') : content;
      return [this.#file(world, name, bytes)];
    };
    return { kind: 'send', text, partnerId: this.partnerId, files };
  }

  /** A buyer decides on the open exception of a type; without one nobody has anything to decide. */
  decide(
    type: string,
    action: string,
    { values, actor = BUYER }: { values?: Record<string, string>; actor?: Actor } = {},
  ): Step {
    return this.ask(`${actor.name} decides on ${type}: ${action}`, async (gateway) => {
      const where = { orderId: this.id, status: 'open' as const };
      const { records } = await gateway.context.store.find('exceptions', { where });
      const found = records.find((exception) => exception.type === type);
      if (found === undefined) return;
      const decision = { action, reason: 'agreed by phone', ...(values !== undefined && { values }) };
      await gateway.gateway.decideException(found.id, decision, actor);
    });
  }

  ask(text: string, run: (gateway: TestGateway) => Promise<unknown>): Step {
    return { kind: 'ask', text, run };
  }

  /** What the supplier has of this order, oldest first, as text. */
  filesSent(world: World): string[] {
    return [...world.channels.get(this.partnerId)!.outbox]
      .filter(([name]) => name.includes(this.id))
      .map(([, bytes]) => Buffer.from(bytes).toString('latin1'));
  }

  #supplier(world: World) {
    return world.suppliers.get(this.partnerId)!;
  }

  #file(world: World, name: string, bytes: Uint8Array) {
    return { name: this.#supplier(world).nameFile(name), bytes };
  }
}
