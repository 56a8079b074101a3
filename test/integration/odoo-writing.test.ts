import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { TestGateway } from '../support/gateway.ts';
import { BUYER } from '../support/gateway.ts';
import { despatchOf, invoiceOf, receiptOf, responseTo } from '../support/documents.ts';
import { connectTo, heldLines, placeOrder, startOdooGateway } from '../support/odoo-gateway.ts';
import type { LinkedOrder } from '../support/odoo-gateway.ts';
import { ODOO, OdooServer } from '../support/odoo-server.ts';

const suite = ODOO === undefined ? describe.skip : describe;
const odoo = new OdooServer(ODOO ?? { url: '', database: '', user: '', apiKey: '', adminKey: '' });
const PARTNER = 'northwind-hardware';

let gateway: TestGateway;

beforeEach(async () => {
  if (ODOO === undefined) return;
  gateway = await startOdooGateway({ connection: connectTo(ODOO) });
});
afterEach(() => gateway.close());

async function hear(document: Parameters<ReturnType<TestGateway['supplier']>['send']>[0]): Promise<void> {
  gateway.supplier(PARTNER).send(document);
  await gateway.settle();
}

const vendorReference = async ({ placed }: LinkedOrder) =>
  (await odoo.read('purchase.order', [placed.id], ['partner_ref', 'acknowledged']))[0];

const TWO_LINES = [
  { quantity: 100, unitPrice: 10 },
  { quantity: 12, unitPrice: 2.456789, discount: 5 },
] as const;

suite('confirmations', () => {
  test('quantities, dates and prices stand in the lines, and nothing that Odoo would fill in by itself', async () => {
    const linked = await placeOrder(odoo, gateway, PARTNER, TWO_LINES);
    await hear(responseTo(linked.order, { '1': { claim: 'dateChanged', date: '2026-03-20' } }));
    expect(await gateway.troubles()).toEqual([]);
    expect(await heldLines(odoo, linked)).toEqual([
      '100 at 10 on 2026-03-20',
      '12 at 2.456789 on 2026-03-23',
    ]);
    expect(await vendorReference(linked)).toMatchObject({
      partner_ref: `S-${linked.order.id}`,
      acknowledged: true,
    });
    const moves = await odoo.moves(linked.placed.id);
    expect(moves.map(({ product_uom_qty: demand }) => demand)).toEqual([100, 12]);
    expect(await odoo.receipts(linked.placed.id)).toHaveLength(1);
    const notes = await odoo.notes('purchase.order', linked.placed.id);
    expect(notes).toHaveLength(1);
    expect(notes[0]!['body']).toContain('Line 1 (ITEM-1): 100 EA by 2026-03-20.');
    expect(notes[0]!['attachment_ids']).toHaveLength(1);
  });

  test('a dearer line waits for a buyer; accepted, its price is written, with quantity, date and discount as they were', async () => {
    const linked = await placeOrder(odoo, gateway, PARTNER, TWO_LINES);
    await hear(responseTo(linked.order, { '1': { claim: 'priceChanged', price: '11.10' } }));
    expect((await heldLines(odoo, linked))[0]).toBe('100 at 10 on 2026-03-23');
    const [proposed] = await gateway.openExceptions();
    await gateway.gateway.decideException(proposed!.id, { action: 'accept', reason: 'Market price.' }, BUYER);
    await gateway.settle();
    expect(await heldLines(odoo, linked)).toEqual([
      '100 at 11.1 on 2026-03-23',
      '12 at 2.456789 on 2026-03-23',
    ]);
    const rows = await odoo.lines(linked.placed.id);
    expect(rows.map(({ discount }) => discount)).toEqual([0, 5]);
  });

  test('two dates: the line keeps its quantity and has the later one; or, where so set, a line for each', async () => {
    const answer = (linked: LinkedOrder) => {
      const response = responseTo(linked.order);
      const [line] = response.lines;
      const schedule = line!.schedules[0]!;
      return {
        ...response,
        claim: 'acceptedWithChanges' as const,
        lines: [
          {
            ...line!,
            schedules: [
              {
                ...schedule,
                claim: 'dateChanged' as const,
                quantity: { value: '60', unit: 'EA' },
                date: '2026-03-20',
              },
              {
                ...schedule,
                claim: 'accepted' as const,
                quantity: { value: '40', unit: 'EA' },
                date: '2026-03-23',
              },
            ],
          },
        ],
      };
    };
    const kept = await placeOrder(odoo, gateway, PARTNER, [TWO_LINES[0]]);
    await hear(answer(kept));
    expect(await heldLines(odoo, kept)).toEqual(['100 at 10 on 2026-03-23']);
    const splitting = await startOdooGateway({
      connection: connectTo(ODOO!),
      settings: { splits: 'splitLine' },
    });
    const split = await placeOrder(odoo, splitting, PARTNER, [TWO_LINES[0]]);
    splitting.supplier(PARTNER).send(answer(split));
    await splitting.settle();
    expect(await splitting.troubles()).toEqual([]);
    expect(await heldLines(odoo, split)).toEqual(['60 at 10 on 2026-03-20', '40 at 10 on 2026-03-23']);
    expect((await odoo.moves(split.placed.id)).map(({ product_uom_qty: demand }) => demand)).toEqual([
      60, 40,
    ]);
    await splitting.close();
  });

  test('what somebody has edited in the meantime is not written over: a person decides, and redrives', async () => {
    const linked = await placeOrder(odoo, gateway, PARTNER, TWO_LINES);
    const [first] = linked.placed.lineIds;
    const edited = { product_qty: 90, price_unit: 10, date_planned: '2026-03-23 12:00:00', discount: 0 };
    await odoo.call('purchase.order.line', 'write', { ids: [first], vals: edited });
    await hear(responseTo(linked.order, { '2': { claim: 'dateChanged', date: '2026-03-21' } }));
    expect(await heldLines(odoo, linked)).toEqual(['90 at 10 on 2026-03-23', '12 at 2.456789 on 2026-03-21']);
    const [conflict] = await gateway.openExceptions();
    expect(conflict).toMatchObject({ type: 'ODOO_CONFLICT' });
    expect(conflict!.detail).toContain('line 1: quantity is 90 in Odoo, 100 was known');
    await odoo.call('purchase.order.line', 'write', { ids: [first], vals: { ...edited, product_qty: 100 } });
    await gateway.gateway.decideException(conflict!.id, { action: 'redrive', reason: 'Set back.' }, BUYER);
    await gateway.settle();
    expect(await gateway.troubles()).toEqual([]);
    expect(await heldLines(odoo, linked)).toEqual([
      '100 at 10 on 2026-03-23',
      '12 at 2.456789 on 2026-03-21',
    ]);
    expect(await odoo.notes('purchase.order', linked.placed.id)).toHaveLength(1);
  });

  test('a locked order is not written, though Odoo would let us: unlocked and redriven, it is', async () => {
    const linked = await placeOrder(odoo, gateway, PARTNER, TWO_LINES);
    await odoo.call('purchase.order', 'write', { ids: [linked.placed.id], vals: { locked: true } });
    await hear(responseTo(linked.order, { '1': { claim: 'dateChanged', date: '2026-03-20' } }));
    const [refused] = await gateway.openExceptions();
    expect(refused).toMatchObject({ type: 'ODOO_WRITE_FAILED', suggestedAction: 'redrive' });
    expect(refused!.detail).toContain('is locked in Odoo. Unlock it there');
    await odoo.call('purchase.order', 'write', { ids: [linked.placed.id], vals: { locked: false } });
    await gateway.gateway.decideException(refused!.id, { action: 'redrive', reason: 'Unlocked.' }, BUYER);
    await gateway.settle();
    expect((await heldLines(odoo, linked))[0]).toBe('100 at 10 on 2026-03-20');
    expect(await gateway.troubles()).toEqual([]);
  });

  test('fields that belong to Odoo are left to it', async () => {
    const leaving = await startOdooGateway({
      connection: connectTo(ODOO!),
      settings: {
        fields: {
          quantity: 'gateway',
          price: 'gateway',
          deliveryDate: 'odoo',
          vendorReference: 'odoo',
          acknowledged: 'odoo',
        },
        notes: false,
      },
    });
    const linked = await placeOrder(odoo, leaving, PARTNER, TWO_LINES);
    leaving
      .supplier(PARTNER)
      .send(responseTo(linked.order, { '1': { claim: 'dateChanged', date: '2026-03-20' } }));
    await leaving.settle();
    expect((await heldLines(odoo, linked))[0]).toBe('100 at 10 on 2026-03-23');
    expect(await vendorReference(linked)).toMatchObject({ partner_ref: false, acknowledged: false });
    expect(await odoo.notes('purchase.order', linked.placed.id)).toEqual([]);
    await leaving.close();
  });
});

suite('despatch advices', () => {
  const packed = (linked: LinkedOrder, quantities: readonly string[], id: string) => {
    const advice = despatchOf(linked.order, id);
    return {
      ...advice,
      estimatedDeliveryDate: '2026-03-19',
      packages: [{ id: '1', kind: 'carton' as const, sscc: ssccOf(id) }],
      lines: advice.lines
        .map((line, index) => ({
          ...line,
          quantity: { value: quantities[index]!, unit: 'EA' },
          packageId: '1',
        }))
        .filter(({ quantity }) => quantity.value !== '0'),
    };
  };
  let serial = 0;
  /** Never used before: a package number is unique for a year. */
  const ssccOf = (id: string) => {
    serial += 1;
    const digits = `0${BigInt(`0x${odoo.run}`)}${serial}${id.length}`.padStart(17, '3').slice(0, 17);
    const sum = Array.from(digits).reduce(
      (total, digit, index) => total + Number(digit) * (index % 2 === 0 ? 3 : 1),
      0,
    );
    return `${digits}${(10 - (sum % 10)) % 10}`;
  };
  const shipments = async ({ placed }: LinkedOrder) => {
    const [receipts, moves] = [await odoo.receipts(placed.id), await odoo.moves(placed.id)];
    return receipts.map((receipt) => ({
      date: String(receipt['scheduled_date']).slice(0, 10),
      note: String(receipt['note']).replace(/<[^>]*>/g, ''),
      state: receipt['state'],
      quantities: moves
        .filter(
          ({ picking_id: picking, state }) => (picking as [number])[0] === receipt.id && state !== 'cancel',
        )
        .map(({ quantity }) => quantity),
    }));
  };

  test('the receipt holds what is shipped, by package; the rest is a receipt of its own; nothing is received', async () => {
    const linked = await placeOrder(odoo, gateway, PARTNER, [
      { quantity: 100, unitPrice: 10 },
      { quantity: 12, unitPrice: 2 },
      { quantity: 5, unitPrice: 3 },
    ]);
    await hear(responseTo(linked.order));
    await hear(packed(linked, ['40', '12', '0'], 'SHIP-1'));
    expect(await gateway.troubles()).toEqual([]);
    const [first, rest] = (await shipments(linked)).sort((a, b) => (a.date < b.date ? -1 : 1));
    expect(first).toMatchObject({ date: '2026-03-19', state: 'assigned', quantities: [40, 12] });
    expect(first!.note).toContain('Shipment SHIP-1, 1 package, sent 2026-03-02, expected 2026-03-19.');
    expect(rest).toMatchObject({ date: '2026-03-23', note: 'false', state: 'assigned' });
    expect(rest!.quantities.toSorted()).toEqual([5, 60]);
    const rows = await odoo.search(
      'stock.move.line',
      [
        ['move_id.purchase_line_id.order_id', '=', linked.placed.id],
        ['result_package_id', '!=', false],
      ],
      ['quantity', 'result_package_id', 'picked'],
    );
    expect(rows.map(({ quantity }) => quantity)).toEqual([40, 12]);
    await hear(packed(linked, ['60', '0', '5'], 'SHIP-2'));
    expect((await shipments(linked)).map(({ quantities }) => quantities.length)).toEqual([2, 2]);
    expect((await shipments(linked)).every(({ note }) => note.includes('SHIP-'))).toBe(true);
  });

  test('a replacement takes what it needs from the rest, and gives back what it no longer has; a cancellation all of it', async () => {
    const linked = await placeOrder(odoo, gateway, PARTNER, [{ quantity: 100, unitPrice: 10 }]);
    await hear(responseTo(linked.order));
    const advice = packed(linked, ['40'], 'SHIP-1');
    const again = (quantity: string, purpose: 'replace' | 'cancellation' = 'replace') => ({
      ...advice,
      purpose,
      lines: advice.lines.map((line) => ({ ...line, quantity: { value: quantity, unit: 'EA' } })),
    });
    const quantities = async () => (await shipments(linked)).flatMap((each) => each.quantities).sort();
    await hear(advice);
    expect(await quantities()).toEqual([40, 60]);
    await hear(again('55'));
    expect(await quantities()).toEqual([45, 55]);
    await hear(again('30'));
    expect((await quantities()).reduce((sum: number, each) => sum + Number(each), 0)).toBe(100);
    expect(await quantities()).toContain(30);
    await hear(again('30', 'cancellation'));
    expect((await shipments(linked)).every(({ note }) => note === 'false')).toBe(true);
    expect((await quantities()).reduce((sum: number, each) => sum + Number(each), 0)).toBe(100);
    expect(await gateway.troubles()).toEqual([]);
  });

  test('lots are kept where the product has them; boxes are counted in the unit of the stock', async () => {
    const [each] = await odoo.search('uom.uom', [['name', '=', 'Units']], ['name']);
    const dozen = await odoo.create('uom.uom', {
      name: `Dozen ${odoo.run}`,
      relative_factor: 12,
      relative_uom_id: each!.id,
    });
    const linked = await placeOrder(odoo, gateway, PARTNER, [
      { quantity: 30, unitPrice: 10, tracking: 'lot' },
      { quantity: 7, unitPrice: 24, unitId: each!.id, orderedUnitId: dozen },
    ]);
    await hear(responseTo(linked.order));
    const advice = despatchOf(linked.order, 'SHIP-1');
    const [line, other] = advice.lines;
    await hear({
      ...advice,
      lines: [
        { ...line!, quantity: { value: '20', unit: 'EA' }, lotId: 'L-1' },
        { ...line!, id: '2', quantity: { value: '10', unit: 'EA' }, lotId: 'L-2' },
        { ...other!, id: '3', lotId: 'L-3' },
      ],
    });
    const rows = await odoo.search(
      'stock.move.line',
      [['move_id.purchase_line_id.order_id', '=', linked.placed.id]],
      ['quantity', 'lot_name'],
    );
    expect(rows.map(({ quantity, lot_name: lot }) => [quantity, lot])).toEqual([
      [20, 'L-1'],
      [84, false],
      [10, 'L-2'],
    ]);
    expect(await gateway.troubles()).toEqual([]);
  });
});

suite('bills', () => {
  const receive = async (linked: LinkedOrder) => {
    await gateway.gateway.receiveGoods(receiptOf(linked.order), BUYER);
    const [receipt] = await odoo.receipts(linked.placed.id);
    await odoo.receive(receipt!.id);
  };

  test('an approved invoice is a posted bill on the order lines, with the words of the decision and the file', async () => {
    const linked = await placeOrder(odoo, gateway, PARTNER, [
      { quantity: 24, unitPrice: 10 },
      { quantity: 12, unitPrice: 2.45 },
    ]);
    await hear(responseTo(linked.order));
    await receive(linked);
    await hear(invoiceOf(linked.order));
    expect(await gateway.troubles()).toEqual([]);
    const bills = await odoo.bills(linked.placed.id);
    expect(bills).toHaveLength(1);
    expect(bills[0]).toMatchObject({
      state: 'posted',
      move_type: 'in_invoice',
      ref: `I-${linked.order.id}`,
      amount_total: 269.4,
      invoice_date: '2026-03-02',
    });
    const rows = await odoo.lines(linked.placed.id);
    expect(rows.map(({ qty_invoiced: billed }) => billed)).toEqual([24, 12]);
    const [note] = await odoo.notes('account.move', bills[0]!.id);
    expect(note!['body']).toContain('269.4');
    expect(note!['attachment_ids']).toHaveLength(1);
    expect(note!['body']).toContain('http://localhost:8080/invoices/');
  });

  test('held for its price, an invoice is no bill; accepted by a person it is, at that price, and says who', async () => {
    const linked = await placeOrder(odoo, gateway, PARTNER, [{ quantity: 24, unitPrice: 10 }]);
    await hear(responseTo(linked.order));
    await receive(linked);
    await hear(invoiceOf(linked.order, { '1': '13.00' }));
    expect(await odoo.bills(linked.placed.id)).toEqual([]);
    const [hold] = await gateway.openExceptions();
    expect(hold).toMatchObject({ type: 'HOLD_PRICE' });
    await gateway.gateway.decideException(hold!.id, { action: 'accept', reason: 'Agreed by phone.' }, BUYER);
    await gateway.settle();
    const [bill] = await odoo.bills(linked.placed.id);
    expect(bill).toMatchObject({ state: 'posted', amount_total: 312 });
    const [note] = await odoo.notes('account.move', bill!.id);
    expect(note!['body']).toContain('Bea Buyer decided on 2026-03-02: accept. Agreed by phone.');
  });

  test('where a person posts them, bills stay drafts', async () => {
    const drafting = await startOdooGateway({ connection: connectTo(ODOO!), settings: { bills: 'draft' } });
    const linked = await placeOrder(odoo, drafting, PARTNER, [{ quantity: 24, unitPrice: 10 }]);
    drafting.supplier(PARTNER).send(responseTo(linked.order));
    await drafting.settle();
    await drafting.gateway.receiveGoods(receiptOf(linked.order), BUYER);
    drafting.supplier(PARTNER).send(invoiceOf(linked.order));
    await drafting.settle();
    expect(await odoo.bills(linked.placed.id)).toMatchObject([{ state: 'draft', amount_total: 240 }]);
    await drafting.close();
  });

  test.each([
    ['as it stands', (number: string) => number],
    ['in small letters, with other separators', (number: string) => number.toLowerCase().replace('-', ' / ')],
    ['with zeros before it', (number: string) => `00${number.replace('-', '')}`],
  ])('a bill of that number that a person has entered (%s) stops ours', async (_, typed) => {
    const linked = await placeOrder(odoo, gateway, PARTNER, [{ quantity: 24, unitPrice: 10 }]);
    await hear(responseTo(linked.order));
    await receive(linked);
    const [order] = await odoo.read('purchase.order', [linked.placed.id], ['partner_id']);
    const ref = typed(`I-${linked.order.id}`);
    const byHand = {
      move_type: 'in_invoice',
      partner_id: (order!['partner_id'] as [number])[0],
      ref,
      invoice_date: '2026-03-02',
    };
    await odoo.create('account.move', byHand);
    await hear(invoiceOf(linked.order));
    const [refused] = await gateway.openExceptions();
    expect(refused).toMatchObject({ type: 'ODOO_WRITE_FAILED' });
    expect(refused!.detail).toContain(`Odoo has a bill with number ${ref} of this vendor already`);
    expect(await odoo.bills(linked.placed.id)).toEqual([]);
  });

  test('a bill that a person has made from the order, without a number yet, stops ours until he says which it is', async () => {
    const linked = await placeOrder(odoo, gateway, PARTNER, [{ quantity: 24, unitPrice: 10 }]);
    await hear(responseTo(linked.order));
    await receive(linked);
    const made = await odoo.call<{ res_id: number }>('purchase.order', 'action_create_invoice', {
      ids: [linked.placed.id],
    });
    await hear(invoiceOf(linked.order));
    const [refused] = await gateway.openExceptions();
    expect(refused!.detail).toContain(`no number yet: draft ${made.res_id}, entered by`);
    expect(await odoo.bills(linked.placed.id)).toMatchObject([{ id: made.res_id }]);
    await odoo.call('account.move', 'button_cancel', { ids: [made.res_id] });
    const again = { action: 'redrive', reason: 'It was this one.' } as const;
    await gateway.gateway.decideException(refused!.id, again, BUYER);
    await gateway.settle();
    expect((await odoo.bills(linked.placed.id)).map(({ state }) => state)).toEqual(['cancel', 'posted']);
  });

  test('tax and freight: the bill comes to what the supplier wants, to the cent', async () => {
    const linked = await placeOrder(odoo, gateway, PARTNER, [{ quantity: 3, unitPrice: 33.33 }]);
    await hear(responseTo(linked.order));
    await receive(linked);
    const invoice = invoiceOf(linked.order);
    await hear({
      ...invoice,
      allowanceCharges: [{ kind: 'charge', reason: 'freight', amount: '12.50' }],
      totals: { ...invoice.totals, payable: '112.49' },
    });
    for (const { id, type } of await gateway.openExceptions()) {
      expect(['HOLD_CHARGE', 'HOLD_TOTAL', 'HOLD_TAX']).toContain(type);
      await gateway.gateway.decideException(id, { action: 'accept', reason: 'Agreed.' }, BUYER);
    }
    await gateway.settle();
    expect(await gateway.troubles()).toEqual([]);
    expect(await odoo.bills(linked.placed.id)).toMatchObject([{ state: 'posted', amount_total: 112.49 }]);
  });

  test('a credit note is a refund of the bill', async () => {
    const linked = await placeOrder(odoo, gateway, PARTNER, [{ quantity: 24, unitPrice: 10 }]);
    await hear(responseTo(linked.order));
    await receive(linked);
    const invoice = invoiceOf(linked.order);
    await hear(invoice);
    const { invoiceType, ...common } = invoice;
    expect(invoiceType).toBe('commercial');
    await hear({
      ...common,
      documentType: 'creditNote',
      id: `C-${linked.order.id}`,
      originalInvoiceId: invoice.id,
      lines: [{ ...invoice.lines[0]!, quantity: { value: '4', unit: 'EA' }, lineAmount: '40.00' }],
      totals: { lines: '40.00', payable: '40.00' },
    });
    expect(await gateway.troubles()).toEqual([]);
    const bills = await odoo.bills(linked.placed.id);
    expect(bills.map(({ move_type: type, state, amount_total: total }) => [type, state, total])).toEqual([
      ['in_invoice', 'posted', 240],
      ['in_refund', 'posted', 40],
    ]);
    const [refund] = await odoo.read('account.move', [bills[1]!.id], ['reversed_entry_id']);
    expect((refund!['reversed_entry_id'] as [number])[0]).toBe(bills[0]!.id);
    expect((await odoo.lines(linked.placed.id)).map(({ qty_invoiced: billed }) => billed)).toEqual([20]);
  });

  test('a corrected invoice takes the place of its original, which is booked back', async () => {
    const linked = await placeOrder(odoo, gateway, PARTNER, [{ quantity: 24, unitPrice: 10 }]);
    await hear(responseTo(linked.order));
    await receive(linked);
    const invoice = invoiceOf(linked.order);
    await hear(invoice);
    const correction = invoiceOf(linked.order, { '1': '9.50' }, `K-${linked.order.id}`);
    await hear({
      ...correction,
      invoiceType: 'corrected',
      references: [{ type: 'invoice', id: invoice.id }],
    });
    for (const { id, type } of await gateway.openExceptions()) {
      expect(['DUPLICATE_STRONG', 'DUPLICATE_WEAK', 'HOLD_QTY', 'HOLD_APPROVAL', 'HOLD_TOTAL']).toContain(
        type,
      );
      await gateway.gateway.decideException(id, { action: 'accept', reason: 'Agreed.' }, BUYER);
    }
    await gateway.settle();
    expect(await gateway.troubles()).toEqual([]);
    const bills = await odoo.bills(linked.placed.id);
    expect(
      bills.map(({ move_type: type, state, amount_total: total }) => [type, state, total]).sort(),
    ).toEqual([
      ['in_invoice', 'posted', 228],
      ['in_invoice', 'posted', 240],
      ['in_refund', 'posted', 240],
    ]);
    expect((await odoo.lines(linked.placed.id)).map(({ qty_invoiced: billed }) => billed)).toEqual([24]);
  });
});

suite('several companies and currencies', () => {
  test('an order of a second company is received in its warehouse and billed in its books', async () => {
    const company = await odoo.secondCompany();
    const values = { company_id: company.id, picking_type_id: company.receiptTypeId };
    const linked = await placeOrder(odoo, gateway, PARTNER, [{ quantity: 24, unitPrice: 10 }], values);
    await hear(responseTo(linked.order, { '1': { claim: 'dateChanged', date: '2026-03-20' } }));
    expect(await heldLines(odoo, linked)).toEqual(['24 at 10 on 2026-03-20']);
    await hear(despatchOf(linked.order, 'SHIP-1'));
    const [receipt] = await odoo.receipts(linked.placed.id);
    expect(receipt!['note']).toContain('SHIP-1');
    await odoo.receive(receipt!.id);
    await gateway.gateway.receiveGoods(receiptOf(linked.order), BUYER);
    await hear(invoiceOf(linked.order));
    expect(await gateway.troubles()).toEqual([]);
    const [bill] = await odoo.bills(linked.placed.id);
    expect(bill).toMatchObject({ state: 'posted', amount_total: 240 });
    const [move] = await odoo.read('account.move', [bill!.id], ['company_id', 'journal_id']);
    expect((move!['company_id'] as [number])[0]).toBe(company.id);
    const [journal] = await odoo.read(
      'account.journal',
      [(move!['journal_id'] as [number])[0]],
      ['company_id'],
    );
    expect((journal!['company_id'] as [number])[0]).toBe(company.id);
  }, 120_000);

  test('an order in a foreign currency is billed in it', async () => {
    const [euro] = await odoo.call<{ id: number }[]>('res.currency', 'search_read', {
      domain: [['name', '=', 'EUR']],
      fields: ['name'],
      context: { active_test: false },
    });
    await odoo.call('res.currency', 'write', { ids: [euro!.id], vals: { active: true } });
    const linked = await placeOrder(odoo, gateway, 'hansa-werkzeuge', [{ quantity: 24, unitPrice: 10 }]);
    const supplier = gateway.supplier('hansa-werkzeuge');
    supplier.send(responseTo(linked.order));
    await gateway.settle();
    await gateway.gateway.receiveGoods(receiptOf(linked.order), BUYER);
    supplier.send(invoiceOf(linked.order));
    await gateway.settle();
    const [bill] = await odoo.bills(linked.placed.id);
    expect((bill!['currency_id'] as [number, string])[1]).toBe('EUR');
    expect(bill).toMatchObject({ state: 'posted', amount_total: 240 });
  });
});

suite('cancellations and notes', () => {
  test('cancelled in part the line is less; cancelled whole the order is', async () => {
    const linked = await placeOrder(odoo, gateway, PARTNER, TWO_LINES);
    await hear(responseTo(linked.order, { '1': { claim: 'rejected' } }));
    const [refused] = await gateway.openExceptions();
    expect(refused).toMatchObject({ type: 'LINE_REJECTED' });
    await gateway.gateway.decideException(
      refused!.id,
      { action: 'cancelLine', reason: 'Bought elsewhere.' },
      BUYER,
    );
    await gateway.settle();
    expect(await heldLines(odoo, linked)).toEqual(['0 at 10 on 2026-03-23', '12 at 2.456789 on 2026-03-23']);
    const moves = await odoo.moves(linked.placed.id);
    expect(moves.map(({ state }) => state).sort()).toEqual(['assigned', 'cancel']);
    const notes = await odoo.notes('purchase.order', linked.placed.id);
    expect(notes.at(-1)!['body']).toContain('Cancelled with the supplier: line 1. Bought elsewhere.');
  });
});
