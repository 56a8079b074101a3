import { createHash } from 'node:crypto';
import { dec, formatDecimal, sum } from '../src/common/decimal.ts';
import type { Invoice } from '../src/documents/invoice.ts';
import type { Order } from '../src/documents/order.ts';
import { decideOnInvoice } from '../src/pipeline/invoices/invoice-decision.ts';
import type { InvoiceDraft } from '../src/pipeline/invoices/invoice-facts.ts';
import { partnerOf } from '../src/pipeline/invoices/invoice-record.ts';
import { UnitOfWork } from '../src/pipeline/unit-of-work.ts';
import { invoiceOf, orderTo, responseTo } from '../test/support/documents.ts';
import { ERP, TestGateway } from '../test/support/gateway.ts';

const PARTNER = 'northwind-hardware';
const LINES = 1_000;

/** An order of 1,000 lines with as many receipts, in a store, confirmed. */
async function openStory(): Promise<{ gateway: TestGateway; order: Order }> {
  const gateway = await TestGateway.start();
  const order = orderTo(
    PARTNER,
    'PO-1',
    Array.from({ length: LINES }, (_, index) => ['100', `${10 + (index % 90)}.50`]),
  );
  await gateway.gateway.releaseOrder(order, ERP);
  await gateway.settle();
  gateway.supplier(PARTNER).send(responseTo(order));
  await gateway.settle();
  // As 1,000 receipts of one line each leave it; told one by one they would take longer than everything that is measured.
  const { store } = gateway.context;
  const record = (await store.get('orders', order.id))!;
  const { lines } = record.state;
  const receipts = lines.map(({ id, line }, index) => ({
    id: `R-${index}`,
    receivedAt: '2026-03-02T10:00:00.000Z',
    lines: [{ lineId: id, quantity: line.quantity.value, accepted: line.quantity.value, damaged: '0' }],
  }));
  const received = lines.map((line) => {
    const { value } = line.line.quantity;
    return { ...line, received: value, accepted: value };
  });
  const state = { ...record.state, lines: received, receipts };
  await store.commit([{ op: 'update', collection: 'orders', record: { ...record, state } }]);
  return { gateway, order };
}

function draftOf(document: Invoice): InvoiceDraft {
  const digest = createHash('sha256').update(document.id).digest('hex');
  return {
    id: `${PARTNER}|${document.id}|invoice`,
    revision: 0,
    number: document.id,
    normalisedNumber: document.id.replace(/\W/g, ''),
    supplierId: PARTNER,
    partnerId: PARTNER,
    documentId: digest,
    type: 'invoice',
    orderIds: ['PO-1'],
    currency: 'USD',
    payable: document.totals.payable,
    amount: formatDecimal(sum([dec(document.totals.payable)])),
    createdAt: '2026-03-02T12:00:00.000Z',
    sequence: 1,
    holds: [],
    originalNumber: '',
    payments: [],
    document,
  };
}

/** Milliseconds of CPU from the store to a decision with all that follows from it, ready to be committed; median of several. */
export async function measureStoreToDecision(runs: number): Promise<number> {
  const { gateway, order } = await openStory();
  const { context } = gateway;
  const partner = partnerOf(context, PARTNER);
  const times: number[] = [];
  for (let run = 0; run < runs; run += 1) {
    const unit = new UnitOfWork(context.store);
    const before = process.cpuUsage();
    const decided = await decideOnInvoice(unit, context, draftOf(invoiceOf(order)), partner, 'bench');
    const { user, system } = process.cpuUsage(before);
    if (decided.prior.status !== 'approved') throw new Error(`decided as ${decided.status}`);
    times.push((user + system) / 1_000);
  }
  await gateway.close();
  return times.sort((a, b) => a - b)[Math.floor(times.length / 2)]!;
}
