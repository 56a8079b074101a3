import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Order } from '../../src/documents/order.ts';
import { temporaryFolder } from '../store/temporary-folder.ts';
import { despatchOf, invoiceOf, responseTo } from '../support/documents.ts';
import { HANSA, NORTHWIND, OdooInstallation, until } from '../support/odoo-installation.ts';
import { ODOO, OdooServer } from '../support/odoo-server.ts';
import type { PlacedOrder } from '../support/odoo-server.ts';

const suite = ODOO === undefined ? describe.skip : describe;
const odoo = new OdooServer(ODOO ?? { url: '', database: '', user: '', apiKey: '', adminKey: '' });
const VENDORS = { [NORTHWIND]: `NW${odoo.run}`, [HANSA]: `HW${odoo.run}` };
const CURRENCIES: Readonly<Record<string, string>> = { [NORTHWIND]: 'USD', [HANSA]: 'EUR' };
const GTINS = ['061414100014', '061414100021'];

let folder: ReturnType<typeof temporaryFolder>;
let installation: OdooInstallation;
const vendorIds = new Map<string, number>();
const productIds = new Map<string, number[]>();

beforeAll(async () => {
  if (ODOO === undefined) return;
  folder = temporaryFolder();
  for (const [partner, reference] of Object.entries(VENDORS)) {
    const vendorId = await odoo.vendor(reference);
    vendorIds.set(partner, vendorId);
    const products = GTINS.map((_, index) =>
      odoo.product({ code: `${reference}-${index + 1}`, vendorCode: `V-${index + 1}`, vendorId, price: 99 }),
    );
    productIds.set(partner, await Promise.all(products));
  }
  installation = await OdooInstallation.start({ folder: folder.path, address: ODOO, vendors: VENDORS });
  await installation.erp.read();
}, 120_000);

afterAll(async () => {
  if (ODOO === undefined) return;
  await installation.close();
  folder.remove();
});

/** A buyer orders and confirms in Odoo. */
async function place(
  partner: string,
  lines: readonly (readonly [quantity: number, price: number])[],
): Promise<PlacedOrder> {
  const [currency] = await odoo.call<{ id: number }[]>('res.currency', 'search_read', {
    domain: [['name', '=', CURRENCIES[partner]]],
    fields: ['name'],
    context: { active_test: false },
  });
  await odoo.call('res.currency', 'write', { ids: [currency!.id], vals: { active: true } });
  return odoo.order({
    vendorId: vendorIds.get(partner)!,
    values: { currency_id: currency!.id },
    lines: lines.map(([quantity, price], index) => ({
      productId: productIds.get(partner)![index]!,
      quantity,
      price,
      date: `${NEEDED} 12:00:00`,
    })),
  });
}

const day = (offset: number) => new Date(Date.now() + offset * 86_400_000).toISOString().slice(0, 10);
const TODAY = day(0);
const NEEDED = day(28);

const lines = async ({ id }: PlacedOrder) =>
  (await odoo.lines(id)).map(
    (row) =>
      `${String(row['product_qty'])} at ${String(row['price_unit'])} on ${String(row['date_planned']).slice(0, 10)}`,
  );

suite('from the order to the posted bill', () => {
  test.each([NORTHWIND, HANSA])(
    '%s: ordered, partly promised, shipped, received in part, billed, posted',
    async (partner) => {
      const placed = await place(partner, [
        [100, 10],
        [24, 2.45],
      ]);
      const file = await installation.received(partner, placed.name);
      expect(file).toContain(partner === NORTHWIND ? 'BEG*00' : 'BGM+220');
      const order = await installation.order(placed.name);

      await installation.send(
        partner,
        dated(responseTo(order, { '1': { claim: 'acceptedWithChanges' } }), day(27)),
      );
      await until('the promised dates are in Odoo', async () =>
        (await lines(placed)).includes(`100 at 10 on ${day(27)}`),
      );
      expect(await lines(placed)).toEqual([`100 at 10 on ${day(27)}`, `24 at 2.45 on ${NEEDED}`]);
      await until('the order is acknowledged', async () => {
        const [header] = await odoo.read('purchase.order', [placed.id], ['partner_ref', 'acknowledged']);
        return header?.['acknowledged'] === true && header['partner_ref'] === `S-${placed.name}`;
      });

      const advice = despatchOf(order, `SH${placed.id}`);
      await installation.send(partner, {
        ...advice,
        issueDate: TODAY,
        issuedAt: new Date().toISOString(),
        shipDate: TODAY,
        estimatedDeliveryDate: day(9),
        lines: advice.lines
          .slice(0, 1)
          .map((line) => ({ ...line, quantity: { ...line.quantity, value: '60' } })),
      });
      await until('the receipt is prepared', async () =>
        (await odoo.receipts(placed.id)).some(({ note }) => String(note).includes(`SH${placed.id}`)),
      );
      const receipts = await odoo.receipts(placed.id);
      expect(receipts.map(({ state }) => state)).toEqual(['assigned', 'assigned']);
      const prepared = receipts.find(({ note }) => String(note).includes(`SH${placed.id}`))!;

      await odoo.receive(prepared.id, new Map([[placed.lineIds[0]!, 50]]));
      await until(
        'the receipt is known',
        async () => (await installation.state(placed.name))?.lines[0]?.received === '50',
      );
      expect(await odoo.receipts(placed.id)).toHaveLength(3);

      const invoice = bill(order, { '1': ['50', '10'] });
      await installation.send(partner, invoice);
      await until('the bill is posted', async () => (await odoo.bills(placed.id))[0]?.['state'] === 'posted');
      const bills = await odoo.bills(placed.id);
      expect(bills).toMatchObject([{ ref: invoice.id, amount_total: 500, invoice_date: TODAY }]);
      expect((bills[0]!['currency_id'] as [number, string])[1]).toBe(CURRENCIES[partner]);
      expect((await odoo.lines(placed.id)).map(({ qty_invoiced: billed }) => billed)).toEqual([50, 0]);
      expect((await installation.troubles(placed.name)).map(({ type }) => type)).toEqual(
        // 10 of the 60 that were announced have not come.
        ['SHORT_RECEIVED'],
      );
    },
    120_000,
  );

  test('an invoice over the price is held; accepted by a person it is posted at what was billed', async () => {
    const { placed, order } = await promised(NORTHWIND, [[10, 20]]);
    await receiveAll(placed);
    await installation.send(NORTHWIND, bill(order, { '1': ['10', '25'] }));
    await installation.decide(placed.name, 'HOLD_PRICE', 'accept', 'Agreed with the supplier.');
    await until('the bill is posted', async () => (await odoo.bills(placed.id))[0]?.['state'] === 'posted');
    expect(await odoo.bills(placed.id)).toMatchObject([{ amount_total: 250 }]);
  }, 120_000);

  test('an invoice before the goods waits for them, and is released by their receipt', async () => {
    const { placed, order } = await promised(HANSA, [[10, 20]]);
    await installation.send(HANSA, bill(order, { '1': ['10', '20'] }));
    await until(
      'the invoice is held',
      async () => (await installation.standing(`I${placed.name}`)) === 'HOLD_RECEIPT',
    );
    expect(await odoo.bills(placed.id)).toEqual([]);
    await receiveAll(placed);
    await until('the bill is posted', async () => (await odoo.bills(placed.id))[0]?.['state'] === 'posted');
    expect(await installation.troubles(placed.name)).toEqual([]);
  }, 120_000);

  test('a dearer line is written only after a buyer has accepted it', async () => {
    const placed = await place(NORTHWIND, [[10, 20]]);
    await installation.received(NORTHWIND, placed.name);
    const order = await installation.order(placed.name);
    await installation.send(
      NORTHWIND,
      dated(responseTo(order, { '1': { claim: 'priceChanged', price: '22.00' } }), NEEDED),
    );
    await installation.decide(placed.name, 'CHANGE_PROPOSED', 'accept', 'Market price.');
    await until('the price is in Odoo', async () => (await lines(placed))[0] === `10 at 22 on ${NEEDED}`);
  }, 120_000);

  test('cancelled in Odoo: the supplier is asked, agrees, and the order is closed', async () => {
    const { placed } = await promised(NORTHWIND, [[10, 20]]);
    await odoo.call('purchase.order', 'button_cancel', { ids: [placed.id] });
    await until('the cancellation is asked for', async () => {
      const state = await installation.state(placed.name);
      return state?.documents.some(({ documentType }) => documentType === 'orderChange') === true;
    });
    await until('the supplier has it', async () =>
      (await installation.received(NORTHWIND, placed.name)).includes('BCH*'),
    );
    const order = await installation.order(placed.name);
    const agreed = responseTo({ ...order, version: 2 });
    await installation.send(NORTHWIND, {
      ...dated(agreed, NEEDED),
      purpose: 'cancellation',
      claim: 'accepted',
    });
    await until('it is closed', async () =>
      (await installation.state(placed.name))!.lines.every(({ slices }) =>
        slices.every(({ state }) => state === 'CANCELLED'),
      ),
    );
    await until('the ERP was told', async () =>
      (await odoo.notes('purchase.order', placed.id)).some(({ body }) =>
        String(body).includes('Cancelled with the supplier'),
      ),
    );
  }, 120_000);
});

/** An order that the supplier has promised as it was ordered. */
async function promised(
  partner: string,
  specs: readonly (readonly [number, number])[],
): Promise<{ placed: PlacedOrder; order: Order }> {
  const placed = await place(partner, specs);
  await installation.received(partner, placed.name);
  const order = await installation.order(placed.name);
  await installation.send(partner, dated(responseTo(order), NEEDED));
  await until('the promise is in Odoo', async () => {
    const [row] = await odoo.read('purchase.order', [placed.id], ['acknowledged']);
    return row?.['acknowledged'] === true;
  });
  return { placed, order };
}

function dated(response: ReturnType<typeof responseTo>, date: string): ReturnType<typeof responseTo> {
  return {
    ...response,
    issueDate: TODAY,
    lines: response.lines.map((line, index) => ({
      ...line,
      schedules: line.schedules.map((schedule) => ({ ...schedule, date: index === 0 ? date : NEEDED })),
    })),
  };
}

/** Bills these lines: quantity and price by line id. */
function bill(order: Order, billed: Readonly<Record<string, readonly [quantity: string, price: string]>>) {
  const kept = order.lines.filter(({ id }) => billed[id] !== undefined);
  const of = {
    ...order,
    lines: kept.map((line) => ({ ...line, quantity: { ...line.quantity, value: billed[line.id]![0] } })),
  };
  const prices = Object.fromEntries(Object.entries(billed).map(([id, [, price]]) => [id, price]));
  return { ...invoiceOf(of, prices, `I${order.id}`), issueDate: TODAY };
}

/** The warehouse counts everything, and the gateway has read it. */
async function receiveAll({ id, name }: PlacedOrder): Promise<void> {
  for (const { id: receiptId, state } of await odoo.receipts(id)) {
    if (state === 'assigned') await odoo.receive(receiptId);
  }
  await until('the receipt is known', async () =>
    (await installation.state(name))!.lines.every(({ received, line }) => received === line.quantity.value),
  );
}
