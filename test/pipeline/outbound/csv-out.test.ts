import { expect, test } from '@jest/globals';
import { orderTo } from '../../support/documents.ts';
import type { Configuration } from '../../support/gateway.ts';
import { createWorld, ERP, REPOSITORY, TestGateway } from '../../support/gateway.ts';

const MAP = `
map: partners/nordic-lighting/order-lines
message: { standard: csv, delimiter: ';', key: [Order], decimal: ',', header: true }
document: order
rules:
  - { at: Order, to: id }
  - { at: Date, to: issueDate, as: isoDate }
  - loop: row
    to: lines[]
    rules:
      - { at: Line, to: id }
      - { at: Article, to: item.sellerId }
      - { at: Text, to: item.description }
      - { at: Quantity, to: quantity.value, as: decimal }
      - { at: Unit, to: quantity.unit }
      - { at: Price, to: price.amount, as: decimal }
`;

/** Nordic takes its orders as CSV, and names no identity of any standard for them. */
function configuration(): Configuration {
  const partners = REPOSITORY.partners.map((file) =>
    file.path === 'nordic-lighting/partner.yaml'
      ? {
          ...file,
          text: file.text
            .replace(
              'order: { out: xml/ubl-2.1/order }',
              'order: { out: partners/nordic-lighting/order-lines }',
            )
            .replace(/xml:\n {2}identities:\n.*\n/, ''),
        }
      : file,
  );
  return {
    ...REPOSITORY,
    partners: [...partners, { path: 'nordic-lighting/maps/order-lines.map.yaml', text: MAP }],
  };
}

test('an order goes out as a CSV file, without an envelope, and waits for its answer', async () => {
  const changed = configuration();
  const gateway = await TestGateway.start({ configuration: changed }, createWorld(changed));
  try {
    await gateway.gateway.releaseOrder(orderTo('nordic-lighting', 'PO-1'), ERP);
    await gateway.settle();
    expect(await gateway.troubles()).toEqual([]);
    const { outbox } = gateway.channel('nordic-lighting');
    expect([...outbox.keys()]).toEqual([expect.stringMatching(/PO-1.*\.csv$/)]);
    expect(gateway.channel('nordic-lighting').sent('PO-1')).toBe(
      [
        'Order;Date;Line;Article;Text;Quantity;Unit;Price',
        'PO-1;2026-03-02;1;S-1;Article 1;24;EA;10,00',
        'PO-1;2026-03-02;2;S-2;Article 2;12;EA;25,50',
        '',
      ].join('\r\n'),
    );
    expect(await gateway.all('documents')).toMatchObject([
      { status: 'sent', transactionType: 'CSV', acknowledgmentStatus: 'notExpected' },
    ]);
    expect(await gateway.all('orders')).toMatchObject([{ id: 'PO-1' }]);
  } finally {
    await gateway.close();
  }
});
