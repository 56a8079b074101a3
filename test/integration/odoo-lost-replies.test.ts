import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { Document } from '../../src/documents/document.ts';
import { BUYER, createWorld } from '../support/gateway.ts';
import type { TestGateway } from '../support/gateway.ts';
import { despatchOf, invoiceOf, receiptOf, responseTo } from '../support/documents.ts';
import { connectTo, heldLines, placeOrder, startOdooGateway } from '../support/odoo-gateway.ts';
import type { LinkedOrder } from '../support/odoo-gateway.ts';
import { isWrite, OdooProxy } from '../support/odoo-proxy.ts';
import { ODOO, OdooServer } from '../support/odoo-server.ts';

const suite = ODOO === undefined ? describe.skip : describe;
const odoo = new OdooServer(ODOO ?? { url: '', database: '', user: '', apiKey: '', adminKey: '' });
const PARTNER = 'northwind-hardware';

let proxy: OdooProxy;
let gateway: TestGateway;

beforeEach(async () => {
  if (ODOO === undefined) return;
  proxy = await OdooProxy.start(ODOO.url);
  const world = createWorld();
  gateway = await startOdooGateway({
    world,
    connection: connectTo(ODOO, proxy.url, world.time),
    settings: { splits: 'splitLine' },
    concurrency: 4,
  });
});
afterEach(async () => {
  await gateway.close();
  await proxy.close();
});

/** Sends a document and lets so much time pass that everything is tried again until it is done. */
async function hear(document: Document): Promise<void> {
  gateway.supplier(PARTNER).send(document);
  await gateway.settle();
  await tryAgain();
}

async function tryAgain(): Promise<void> {
  const waiting = async () => (await gateway.all('work', { status: 'delayed' })).length;
  for (let round = 0; round < 12 && (await waiting()) > 0; round += 1) await gateway.pass({ minutes: 150 });
  expect(await waiting()).toBe(0);
  expect(await gateway.all('work', { status: 'dead' })).toEqual([]);
}

/** The answer to each write, once it was carried out, is lost the first time. */
function loseEveryWriteOnce(): void {
  const known = new Set<string>();
  proxy.loses = (call, body) => {
    if (!isWrite(call) || known.has(`${call} ${body}`)) return false;
    known.add(`${call} ${body}`);
    return true;
  };
}

const notes = async (model: string, id: number) => (await odoo.notes(model, id)).length;
const attachments = async (model: string, id: number) =>
  (
    await odoo.search(
      'ir.attachment',
      [
        ['res_model', '=', model],
        ['res_id', '=', id],
      ],
      ['name'],
    )
  ).length;

suite('answers that are lost after Odoo has committed', () => {
  test('of every write of an order’s life: nothing is there twice', async () => {
    const linked = await placeOrder(odoo, gateway, PARTNER, [
      { quantity: 100, unitPrice: 10 },
      { quantity: 24, unitPrice: 2.5 },
    ]);
    const { order, placed } = linked;
    loseEveryWriteOnce();

    const response = responseTo(order);
    const [line, other] = response.lines;
    const slice = (value: string, date: string, claim: 'accepted' | 'dateChanged') => ({
      ...line!.schedules[0]!,
      claim,
      date,
      quantity: { value, unit: 'EA' },
    });
    const split = [slice('60', '2026-03-20', 'dateChanged'), slice('40', '2026-03-23', 'accepted')];
    await hear({
      ...response,
      claim: 'acceptedWithChanges',
      lines: [{ ...line!, schedules: split }, other!],
    });
    expect(await heldLines(odoo, linked)).toEqual([
      '60 at 10 on 2026-03-20',
      '24 at 2.5 on 2026-03-23',
      '40 at 10 on 2026-03-23',
    ]);
    expect(await notes('purchase.order', placed.id)).toBe(1);
    expect(await attachments('purchase.order', placed.id)).toBe(1);
    expect((await odoo.moves(placed.id)).map(({ product_uom_qty: demand }) => demand)).toEqual([60, 24, 40]);

    const advice = despatchOf(order, `SHIP-${order.id}`);
    const shipped = ['50', '24'];
    const lines = advice.lines.map((each, index) => ({
      ...each,
      quantity: { value: shipped[index]!, unit: 'EA' },
    }));
    await hear({ ...advice, lines });
    const receipts = await odoo.receipts(placed.id);
    expect(receipts).toHaveLength(2);
    const moves = await odoo.moves(placed.id);
    expect(total(moves)).toBe(124);
    const prepared = receipts.find(({ note }) => String(note).includes('SHIP-'))!;
    expect(total(moves.filter(({ picking_id: picking }) => (picking as [number])[0] === prepared.id))).toBe(
      74,
    );
    expect(await notes('stock.picking', prepared.id)).toBe(1);
    expect(await attachments('stock.picking', prepared.id)).toBe(1);

    proxy.loses = () => false;
    for (const { id } of receipts) await odoo.receive(id);
    await gateway.gateway.receiveGoods(receiptOf(order), BUYER);
    loseEveryWriteOnce();
    const invoice = invoiceOf(order);
    await hear(invoice);
    const bills = await odoo.bills(placed.id);
    expect(bills).toMatchObject([{ state: 'posted', amount_total: 1060 }]);
    expect(await notes('account.move', bills[0]!.id)).toBe(1);
    expect(await attachments('account.move', bills[0]!.id)).toBe(1);
    expect((await odoo.lines(placed.id)).map(({ qty_invoiced: billed }) => billed)).toEqual([60, 24, 40]);

    const { invoiceType, ...common } = invoice;
    expect(invoiceType).toBe('commercial');
    await hear({
      ...common,
      documentType: 'creditNote',
      id: `C-${order.id}`,
      originalInvoiceId: invoice.id,
      lines: [{ ...invoice.lines[0]!, quantity: { value: '4', unit: 'EA' }, lineAmount: '40.00' }],
      totals: { lines: '40.00', payable: '40.00' },
    });
    expect(await odoo.bills(placed.id)).toHaveLength(2);
    expect(await gateway.troubles()).toEqual([]);
    expect(new Set(proxy.lost)).toEqual(
      new Set([
        'purchase.order.write',
        'purchase.order.action_acknowledge',
        'ir.attachment.load',
        'mail.message.load',
        'stock.move.write',
        'stock.picking.action_split_transfer',
        'stock.picking.write',
        'account.move.load',
        'account.move.action_post',
      ]),
    );
  });

  test('of a cancellation: the order is cancelled once', async () => {
    const linked = await placeOrder(odoo, gateway, PARTNER, [{ quantity: 100, unitPrice: 10 }]);
    await hear(responseTo(linked.order, { '1': { claim: 'rejected' } }));
    loseEveryWriteOnce();
    const [refused] = await gateway.openExceptions();
    await gateway.gateway.decideException(
      refused!.id,
      { action: 'cancelLine', reason: 'Not needed.' },
      BUYER,
    );
    await gateway.settle();
    await tryAgain();
    const [order] = await odoo.read('purchase.order', [linked.placed.id], ['state']);
    expect(order).toMatchObject({ state: 'cancel' });
    expect(await notes('purchase.order', linked.placed.id)).toBe(1);
    expect(proxy.lost).toContain('purchase.order.button_cancel');
  });
});

suite('Odoo is away', () => {
  test('everything else goes on; what has piled up is written in order when it is back, each once', async () => {
    const orders: LinkedOrder[] = [];
    for (let count = 0; count < 12; count += 1) {
      orders.push(await placeOrder(odoo, gateway, PARTNER, [{ quantity: 10 + count, unitPrice: 10 }]));
    }
    await proxy.close();
    const before = gateway.channel(PARTNER).outbox.size;
    for (const { order } of orders) gateway.supplier(PARTNER).send(responseTo(order));
    await gateway.settle();
    for (const { order } of orders) {
      const later = responseTo(order, { '1': { claim: 'dateChanged', date: '2026-03-20' } });
      gateway.supplier(PARTNER).send({ ...later, id: `B-${order.id}`, purpose: 'change' });
    }
    await gateway.settle();
    for (const { id, type } of await gateway.openExceptions()) {
      expect(type).toBe('CHANGE_PROPOSED');
      await gateway.gateway.decideException(id, { action: 'accept', reason: 'Sooner is better.' }, BUYER);
    }
    await gateway.settle();
    // Every answer was acknowledged, although none of them could be written.
    expect(gateway.channel(PARTNER).outbox.size - before).toBe(2 * orders.length);
    expect(await gateway.all('work', { status: 'dead' })).toEqual([]);
    // A weekend: nothing is given up, and nothing counts as an attempt.
    for (let day = 0; day < 3; day += 1) await gateway.pass({ days: 1 });
    expect(await gateway.all('work', { status: 'dead' })).toEqual([]);
    const ofOdoo = async () => (await gateway.troubles()).filter((trouble) => trouble.startsWith('ODOO'));
    expect(await ofOdoo()).toEqual([]);
    await proxy.open();
    await gateway.pass({ minutes: 3 });
    expect(await gateway.all('work', { status: 'delayed' })).toEqual([]);
    expect(await ofOdoo()).toEqual([]);
    for (const [index, linked] of orders.entries()) {
      expect(await heldLines(odoo, linked)).toEqual([`${10 + index} at 10 on 2026-03-20`]);
      expect(await notes('purchase.order', linked.placed.id)).toBe(2);
    }
  });
});

function total(moves: readonly Record<string, unknown>[]): number {
  return moves
    .filter(({ state }) => state !== 'cancel')
    .reduce((sum, { product_uom_qty: demand }) => sum + Number(demand), 0);
}
