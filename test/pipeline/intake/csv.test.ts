import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { orderTo } from '../../support/documents.ts';
import { createWorld, edited, ERP, REPOSITORY, TestGateway } from '../../support/gateway.ts';
import type { Configuration } from '../../support/gateway.ts';

const PARTNER = 'northwind-hardware';
const MAP = `map: partners/northwind-hardware/answers
message: { standard: csv, delimiter: ";", key: [Answer], decimal: "." }
document: orderResponse
rules:
  - { at: Answer, to: id }
  - { at: Date, to: issueDate, as: isoDate }
  - { at: Order, to: orderId }
  - { to: purpose, const: original }
  - { to: claim, const: accepted }
  - loop: row
    to: lines[]
    rules:
      - { at: Line, to: orderLineId }
      - { at: Item, to: item.buyerId }
      - loop: row
        to: schedules[]
        rules:
          - { to: claim, const: accepted }
          - { at: Qty, to: quantity.value, as: decimal }
          - { to: quantity.unit, const: EA }
          - { at: Delivery, to: date, as: isoDate }
`;

/** The partner answers by CSV as well. */
const CONFIGURATION: Configuration = (() => {
  const with855 = edited(
    REPOSITORY,
    `${PARTNER}/partner.yaml`,
    'orderResponse: { in: [',
    'orderResponse: { in: [partners/northwind-hardware/answers, ',
  );
  return {
    ...with855,
    partners: [...with855.partners, { path: `${PARTNER}/maps/answers.map.yaml`, text: MAP }],
  };
})();

const HEADER = 'Answer;Date;Order;Line;Item;Qty;Delivery';

let gateway: TestGateway;
beforeEach(async () => {
  gateway = await TestGateway.start({ configuration: CONFIGURATION }, createWorld(CONFIGURATION));
});
afterEach(() => gateway.close());

async function release(...ids: string[]): Promise<string[]> {
  const rows: string[] = [];
  for (const id of ids) {
    const order = orderTo(PARTNER, id);
    await gateway.gateway.releaseOrder(order, ERP);
    for (const line of order.lines) {
      rows.push(
        [`A-${id}`, '2026-03-02', id, line.id, line.item.buyerId, line.quantity.value, '2026-03-20'].join(
          ';',
        ),
      );
    }
  }
  await gateway.settle();
  return rows;
}

async function receive(lines: readonly string[], name = 'answers.csv') {
  gateway.channel(PARTNER).drop(name, [HEADER, ...lines, ''].join('\n'));
  await gateway.settle();
  return (await gateway.all('files', { direction: 'inbound' })).at(-1)!;
}

describe('a CSV file', () => {
  test('holds several documents, each with its effect', async () => {
    const file = await receive(await release('PO-1', 'PO-2'));
    expect(file).toMatchObject({ status: 'processed', syntax: 'csv', findings: [] });
    const answers = await gateway.all('documents', { fileId: file.id });
    expect(answers.map(({ number, status }) => `${number} ${status}`)).toEqual([
      'A-PO-1 applied',
      'A-PO-2 applied',
    ]);
  });

  test('with one row that is wrong is taken in part, and the rest is told with its line', async () => {
    const rows = await release('PO-1', 'PO-2');
    const file = await receive(
      rows.map((row, index) => (index === 3 ? row.replace(/;\d+;2026/, ';x;2026') : row)),
    );
    expect(file.status).toBe('partlyProcessed');
    expect(file.findings[0]!.message).toContain('line 5, Qty');
    expect((await gateway.all('documents', { fileId: file.id })).map(({ status }) => status)).toEqual([
      'applied',
      'rejected',
    ]);
  });

  test('the same again has no effect', async () => {
    const rows = await release('PO-1');
    await receive(rows);
    expect(await receive(rows, 'again.csv')).toMatchObject({ status: 'ignored' });
    expect(await gateway.all('documents', { documentType: 'orderResponse' })).toHaveLength(1);
  });

  test('without a column that the map reads is refused as a whole', async () => {
    gateway.channel(PARTNER).drop('other.csv', 'Colour;Size\nred;XL\nblue;S\n');
    await gateway.settle();
    const [file] = await gateway.all('files', { direction: 'inbound' });
    expect(file).toMatchObject({ status: 'rejected', syntax: 'csv' });
    expect(gateway.channel(PARTNER).errors.size).toBe(1);
  });

  test('whose column has another name is refused by that name: a date that nobody reads would be a date as ordered', async () => {
    const rows = await release('PO-1');
    gateway.channel(PARTNER).drop('a.csv', [HEADER.replace('Delivery', 'Delivered on'), ...rows].join('\n'));
    await gateway.settle();
    const file = (await gateway.all('files', { direction: 'inbound' })).at(-1)!;
    expect(file.status).toBe('rejected');
    expect(file.findings[0]!.message).toContain('no column "Delivery"');
    expect((await gateway.all('orders')).map(({ badge }) => badge)).toEqual(['AWAITING']);
  });

  test('with rows of different lengths is read by the map of its partner', async () => {
    const [first, second] = await release('PO-1');
    const file = await receive([`${first!};;`, second!]);
    expect(file).toMatchObject({ status: 'processed', syntax: 'csv' });
  });

  test('of a partner without a map for CSV is refused, with what to add', async () => {
    gateway.channel('hansa-werkzeuge').drop('a.csv', 'Colour;Size\nred;XL\nblue;S\n');
    await gateway.settle();
    const [file] = await gateway.all('files', { partnerId: 'hansa-werkzeuge', direction: 'inbound' });
    expect(file!.findings[0]).toMatchObject({ code: 'UNKNOWN_MAP' });
  });
});
