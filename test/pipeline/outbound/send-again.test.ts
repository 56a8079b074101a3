import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { orderTo } from '../../support/documents.ts';
import { BUYER, ERP, TestGateway } from '../../support/gateway.ts';

let gateway: TestGateway;

beforeEach(async () => {
  gateway = await TestGateway.start();
});
afterEach(() => gateway.close());

async function sendOrder() {
  await gateway.gateway.releaseOrder(orderTo('northwind-hardware', 'PO-1'), ERP);
  await gateway.settle();
  const [file] = await gateway.all('files', { direction: 'outbound' });
  const [document] = await gateway.all('documents', { direction: 'outbound' });
  return { file: file!, document: document!, content: sent()[0]! };
}

function sent(): string[] {
  return gateway
    .channel('northwind-hardware')
    .deliveries.map(({ bytes }) => Buffer.from(bytes).toString('latin1'))
    .filter((text) => text.includes('ST*850'));
}

function controlNumber(content: string): string {
  return content.split('*')[13]!;
}

describe('retransmit', () => {
  test('sends the very same bytes once more, each time that it is asked for, and says by whom', async () => {
    const { file, content } = await sendOrder();
    await gateway.gateway.retransmitFile(file.id, 'the partner lost it', BUYER);
    await gateway.settle();
    expect(sent()).toEqual([content, content]);
    await gateway.gateway.retransmitFile(file.id, 'lost again', BUYER);
    await gateway.settle();
    expect(sent()).toEqual([content, content, content]);
    const audit = await gateway.all('audit', { subject: `file:${file.id}` });
    expect(audit).toMatchObject([
      {
        action: 'file.retransmitted',
        actor: BUYER.name,
        details: { reason: 'the partner lost it', time: 1 },
      },
      { action: 'file.retransmitted', details: { reason: 'lost again', time: 2 } },
    ]);
  });

  test('is refused once the partner has acknowledged the order', async () => {
    const { file, content } = await sendOrder();
    gateway.supplier('northwind-hardware').acknowledge(content);
    await gateway.settle();
    await expect(gateway.gateway.retransmitFile(file.id, 'to be safe', BUYER)).rejects.toMatchObject({
      code: 'INVALID_REQUEST',
      message: expect.stringContaining('second order'),
    });
    await gateway.settle();
    expect(sent()).toHaveLength(1);
  });

  test('is no verb for what came in', async () => {
    const { content } = await sendOrder();
    gateway.supplier('northwind-hardware').acknowledge(content);
    await gateway.settle();
    const [file] = await gateway.all('files', { direction: 'inbound' });
    await expect(gateway.gateway.retransmitFile(file!.id, 'why not', BUYER)).rejects.toMatchObject({
      code: 'INVALID_REQUEST',
    });
  });
});

describe('reissue', () => {
  test('sends the same order in a new envelope', async () => {
    const { document, content } = await sendOrder();
    await gateway.gateway.reissueDocument(document.id, 'the partner could not read it', BUYER);
    await gateway.settle();
    const [, again] = sent();
    expect(sent()).toHaveLength(2);
    expect(controlNumber(again!)).not.toBe(controlNumber(content));
    expect(again).toContain('PO-1');
    expect((await gateway.all('audit')).at(-1)).toMatchObject({ action: 'document.reissued' });
  });

  test('is refused once the partner has accepted the order, and leaves nothing behind', async () => {
    const { document, content } = await sendOrder();
    gateway.supplier('northwind-hardware').acknowledge(content);
    await gateway.settle();
    const events = await gateway.all('orderEvents');
    await expect(gateway.gateway.reissueDocument(document.id, 'to be safe', BUYER)).rejects.toMatchObject({
      code: 'INVALID_REQUEST',
      message: expect.stringContaining('risks a second order'),
    });
    expect(await gateway.all('orderEvents')).toEqual(events);
  });
});
