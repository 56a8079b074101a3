import { afterEach, beforeEach } from '@jest/globals';
import type { Collections } from '../../../src/pipeline/collections.ts';
import type { LineState } from '../../../src/tracking/order-state.ts';
import { orderTo, receiptOf } from '../../support/documents.ts';
import type { PartnerId } from '../../support/documents.ts';
import { createWorld, ERP, TestGateway } from '../../support/gateway.ts';
import type { Configuration } from '../../support/gateway.ts';

/** A gateway that has sent PO-1 to a supplier, who may answer it, ship it and bill it. */
export interface OrderAtSupplier {
  readonly gateway: TestGateway;
  /** Does what a file of the supplier asks for, and returns the newest document of his. */
  receive(text: string): Promise<Collections['documents'] | undefined>;
  /** All that was ordered arrives. */
  receiveGoods(): Promise<void>;
  /** Where a line of the order stands. */
  line(id: string): Promise<LineState>;
  /** The invoices in short: `INV-1 AUTO_APPROVED`. */
  invoices(): Promise<string[]>;
}

/** One for each test of the file. */
export function orderAtSupplier(partner: PartnerId, configuration: Configuration): OrderAtSupplier {
  let gateway: TestGateway;
  const order = orderTo(partner, 'PO-1');

  beforeEach(async () => {
    gateway = await TestGateway.start({ configuration }, createWorld(configuration));
    await gateway.gateway.releaseOrder(order, ERP);
    await gateway.settle();
  });
  afterEach(() => gateway.close());

  return {
    get gateway() {
      return gateway;
    },
    async receive(text) {
      gateway.channel(partner).drop('document.xml', Buffer.from(text));
      await gateway.settle();
      return (await gateway.all('documents', { direction: 'inbound' })).at(-1);
    },
    async receiveGoods() {
      await gateway.gateway.receiveGoods(receiptOf(order), ERP);
      await gateway.settle();
    },
    async line(id) {
      const { state } = (await gateway.all('orders'))[0]!;
      if (state.phase !== 'live') throw new Error(state.phase);
      return state.lines.find((line) => line.id === id)!;
    },
    async invoices() {
      return (await gateway.all('invoices')).map(({ number, status }) => `${number} ${status}`);
    },
  };
}
