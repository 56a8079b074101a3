import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { orderTo, responseTo } from '../../support/documents.ts';
import type { PartnerId } from '../../support/documents.ts';
import { BUYER, ERP, TestGateway } from '../../support/gateway.ts';
import {
  contrlSaying,
  groupOf,
  setSaying,
  ta1Saying,
  x12Answer,
} from '../../support/partner-acknowledgments.ts';

let gateway: TestGateway;

beforeEach(async () => {
  gateway = await TestGateway.start();
});
afterEach(() => gateway.close());

/** Releases an order; returns the file that went out. */
async function released(partner: PartnerId = 'northwind-hardware'): Promise<string> {
  await gateway.gateway.releaseOrder(orderTo(partner, 'PO-1'), ERP);
  await gateway.settle();
  return sentTo(partner).at(-1)!;
}

function sentTo(partner: PartnerId = 'northwind-hardware'): string[] {
  return gateway.channel(partner).deliveries.map(({ bytes }) => Buffer.from(bytes).toString('latin1'));
}

async function receive(text: string, partner: PartnerId = 'northwind-hardware'): Promise<void> {
  gateway.supplier(partner).drop(text, `answer-${(await gateway.all('files')).length}`);
  await gateway.settle();
}

/** What the order knows of the document that went out, and the partner's word at that. */
async function known(): Promise<string> {
  const [order] = await gateway.all('orders');
  const sent = await gateway.all('documents', { direction: 'outbound' });
  const document = sent.find(({ documentType }) => documentType === 'order');
  return `${order!.state.documents[0]!.status} ${document!.acknowledgmentStatus}`;
}

const told = (type: string) => gateway.all('exceptions', { type });

describe('an acknowledgment', () => {
  test('of another partner says nothing of our order, whatever ids it names', async () => {
    const sent = await released('pacific-fasteners');
    const [, ours, theirs] = /GS\|PO\|([^|]*)\|([^|]*)\|/.exec(sent)!;
    const foreign = groupOf([setSaying('R', sent)], [theirs!, ours!]);
    const own = setSaying('A', sent).replace('AK1*PO', 'AK1*PC');
    await receive(x12Answer({ sets: [own], more: [foreign] }));
    expect(await known()).toBe('TRANSPORT_OK pending');
    expect(await gateway.troubles()).toEqual(['FA_UNMATCHED', 'FA_UNMATCHED']);
  });

  test.each(['R', 'A'] as const)(
    'that is test data says nothing of a productive order (%s)',
    async (verdict) => {
      const sent = await released();
      await receive(x12Answer({ sets: [setSaying(verdict, sent)], usage: 'T' }));
      expect(await known()).toBe('TRANSPORT_OK pending');
      expect(await gateway.troubles()).toEqual(['USAGE_MISMATCH']);
      expect(await gateway.all('documents', { direction: 'inbound' })).toMatchObject([{ status: 'ignored' }]);
    },
  );

  test('as CONTRL that is test data says nothing of a productive order either', async () => {
    const sent = await released('hansa-werkzeuge');
    await receive(contrlSaying('4+12', sent, { test: true }), 'hansa-werkzeuge');
    expect(await known()).toBe('TRANSPORT_OK pending');
    await receive(contrlSaying('7', sent, { from: '4012345000108' }), 'hansa-werkzeuge');
    expect(await known()).toBe('SYNTAX_OK accepted');
  });

  test('that rejects and, in the same interchange, takes it back is believed to the end', async () => {
    const sent = await released();
    await receive(x12Answer({ sets: [setSaying('R', sent), setSaying('A', sent)] }));
    expect(await known()).toBe('SYNTAX_OK accepted');
    expect(await gateway.troubles()).toEqual([]);
  });

  test('in an interchange that does not hold together changes nothing', async () => {
    const sent = await released();
    await receive(x12Answer({ ta1: ta1Saying('R', '006', sent), stated: 3 }));
    expect(await known()).toBe('TRANSPORT_OK pending');
    expect(await gateway.troubles()).toEqual(['PARSE_ERROR']);
  });

  test('that was overtaken by a newer one does not contradict it when its file is run again', async () => {
    const sent = await released();
    await receive(x12Answer({ sets: [setSaying('R', sent)] }));
    await receive(x12Answer({ sets: [setSaying('A', sent)] }));
    const [first] = await gateway.all('files', { direction: 'inbound' });
    await gateway.gateway.reprocessFile(first!.id, 'to be sure', BUYER);
    await gateway.settle();
    expect(await known()).toBe('SYNTAX_OK accepted');
    expect(await gateway.troubles()).toEqual([]);
  });

  test('with wrong counts is one exception that says all of them, until a right one comes', async () => {
    const sent = await released();
    const wrong = setSaying('A', sent).replace('*1*1*1~', '*2*3*4~');
    await receive(x12Answer({ sets: [wrong] }));
    expect(await told('FA_COUNT_MISMATCH')).toMatchObject([
      { status: 'open', count: 1, detail: expect.stringMatching(/AK902 is 2.*AK903 is 3.*AK904 is 4/) },
    ]);
    await receive(x12Answer({ sets: [setSaying('A', sent)] }));
    expect(await told('FA_COUNT_MISMATCH')).toMatchObject([{ status: 'resolved', count: 1 }]);
  });

  test('of another type than we sent is told until the right one comes', async () => {
    const sent = await released();
    await receive(
      x12Answer({ sets: [setSaying('A', sent).replace('AK2*850', 'AK2*860').replace('AK9*A', 'AK9*P')] }),
    );
    expect(await known()).toBe('TRANSPORT_OK pending');
    expect(await gateway.troubles()).toContain('FA_MISMATCH');
    await receive(x12Answer({ sets: [setSaying('A', sent)] }));
    expect(await known()).toBe('SYNTAX_OK accepted');
    expect(await gateway.troubles()).toEqual([]);
  });
});

describe('a rejection', () => {
  /** The words of the exception's evidence. */
  async function reasons(): Promise<string[]> {
    const [exception] = await told('FA_REJECTED');
    return exception!.evidence.map(({ text }) => text);
  }

  test('of the interchange is explained by its own list of codes', async () => {
    const sent = await released();
    await receive(x12Answer({ ta1: ta1Saying('R', '006', sent) }));
    expect(await reasons()).toEqual(['TA1 rejects the interchange: sender id wrong']);
  });

  test('of the group is explained by its own list of codes', async () => {
    const sent = await released();
    await receive(x12Answer({ sets: [setSaying('R', sent).replace('*1*1*0~', '*1*1*0*2~')] }));
    expect(await reasons()).toEqual(['997 rejects the group: version not supported']);
  });

  test.each(['northwind-hardware', 'hansa-werkzeuge'] as const)(
    'of %s because the number was received before asks first whether the order is there',
    async (partner) => {
      const sent = await released(partner);
      const answer =
        partner === 'hansa-werkzeuge'
          ? contrlSaying('4+26', sent)
          : x12Answer({ ta1: ta1Saying('R', '025', sent) });
      await receive(answer, partner);
      expect(await told('FA_REJECTED')).toMatchObject([
        {
          suggestedAction: 'askSupplier',
          allowedActions: ['askSupplier', 'reissue', 'dismiss'],
          detail: expect.stringMatching(/received its control number before.*second/),
        },
      ]);
    },
  );
});

test('an order that was sent again, and whose first sending the partner accepts, is told to be there twice', async () => {
  const first = await released();
  await gateway.pass({ hours: 25 });
  const [document] = await gateway.all('documents', { direction: 'outbound' });
  await gateway.gateway.reissueDocument(document!.id, 'the partner says that it never came', BUYER);
  await gateway.settle();
  await receive(x12Answer({ sets: [setSaying('A', first)] }));
  const [order] = await gateway.all('orders');
  expect(order!.state.documents).toMatchObject([{ key: 'order/v1', status: 'SYNTAX_OK' }]);
  expect(await gateway.troubles()).toEqual(['FA_CONFLICT PO-1']);
  await receive(x12Answer({ sets: [setSaying('R', sentTo().at(-1)!)] }));
  expect(await gateway.troubles()).toEqual([]);
  expect((await gateway.all('orders'))[0]!.badge).toBe('AWAITING');
});

test('an order that the supplier has confirmed is not to be sent again because his translator rejects it', async () => {
  const sent = await released();
  gateway.supplier('northwind-hardware').send(responseTo(orderTo('northwind-hardware', 'PO-1')));
  await gateway.settle();
  await receive(x12Answer({ sets: [setSaying('R', sent)] }));
  expect((await gateway.all('orders'))[0]!.badge).toBe('CONFIRMED');
  expect(await gateway.troubles()).toEqual(['FA_CONFLICT PO-1']);
});

describe('what is no order', () => {
  test('and is rejected is told, until the partner accepts it', async () => {
    await gateway.gateway.releaseOrder(orderTo('northwind-hardware', 'PO-1'), ERP);
    await gateway.settle();
    gateway.supplier('northwind-hardware').send(responseTo(orderTo('northwind-hardware', 'PO-1')));
    await gateway.settle();
    const ours = sentTo().find((text) => text.includes('ST*997'))!;
    await receive(x12Answer({ sets: [setSaying('R', ours)] }));
    expect(await told('FA_REJECTED')).toMatchObject([
      {
        status: 'open',
        allowedActions: ['askSupplier', 'dismiss'],
        detail: expect.stringContaining('TA1 and 997 for interchange'),
      },
    ]);
    await receive(x12Answer({ sets: [setSaying('A', ours)] }));
    expect(await gateway.troubles()).toEqual([]);
  });
});
