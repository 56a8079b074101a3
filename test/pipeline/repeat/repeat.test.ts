import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { GatewayError } from '../../../src/common/errors.ts';
import { orderTo, responseTo } from '../../support/documents.ts';
import { BUYER, edited, ERP, REPOSITORY, TestGateway } from '../../support/gateway.ts';

const PARTNER = 'northwind-hardware';
const CHIEF = { name: 'chief', roles: ['operator'] };
/** Orders of the tests are worth more than 100. */
const CAREFUL = edited(
  REPOSITORY,
  'company.yaml',
  'currency: USD',
  "currency: USD\nrepeat: { atMost: 3, secondPersonItems: 2, secondPersonAbove: '100' }",
);

let gateway: TestGateway;
beforeEach(async () => {
  gateway = await TestGateway.start();
});
afterEach(() => gateway.close());

async function sendOrders(...ids: string[]) {
  for (const id of ids) await gateway.gateway.releaseOrder(orderTo(PARTNER, id), ERP);
  await gateway.settle();
  return gateway.all('files', { direction: 'outbound' });
}

function sent(): number {
  return gateway.channel(PARTNER).deliveries.length;
}

/** Everything that is kept, to see that nothing was. */
async function everything(): Promise<string> {
  const kept = await Promise.all(
    (['files', 'documents', 'orders', 'work', 'audit', 'counters', 'exceptions', 'approvals'] as const).map(
      (name) => gateway.all(name),
    ),
  );
  return JSON.stringify(kept);
}

describe('a look at what would happen', () => {
  test('tells effects and refusals of each verb, and keeps nothing', async () => {
    const [file] = await sendOrders('PO-1');
    const [document] = await gateway.all('documents', { direction: 'outbound' });
    const before = await everything();
    const retransmit = await gateway.gateway.planRepeat({
      verb: 'retransmit',
      ids: [file!.id, 'none'],
      reason: '',
    });
    expect(retransmit.items).toMatchObject([
      {
        outcome: 'possible',
        effects: [`${file!.name}, ${file!.sizeBytes} bytes, goes to ${PARTNER} once more.`],
      },
      { outcome: 'refused', text: 'There is no file none.' },
    ]);
    const reissue = await gateway.gateway.planRepeat({ verb: 'reissue', ids: [document!.id], reason: '' });
    expect(reissue.items[0]!.effects).toContain(`850 for order PO-1, version 1 goes to ${PARTNER}.`);
    await gateway.settle();
    expect(await everything()).toBe(before);
    expect(sent()).toBe(1);
  });

  test('of reprocessing tells what is missing, and nothing where all was applied', async () => {
    const order = orderTo(PARTNER, 'PO-1');
    await sendOrders('PO-1');
    gateway.supplier(PARTNER).send(responseTo(order));
    await gateway.settle();
    const [answer] = await gateway.all('files', { direction: 'inbound' });
    const { items } = await gateway.gateway.planRepeat({ verb: 'reprocess', ids: [answer!.id], reason: '' });
    expect(items).toMatchObject([{ outcome: 'possible', effects: [] }]);
  });
});

describe('many at once', () => {
  test('are done one after the other, each with its entry in the audit log; what is refused is told', async () => {
    const files = await sendOrders('PO-1', 'PO-2');
    const ids = [files[0]!.id, 'none', files[1]!.id];
    const { items } = await gateway.gateway.runRepeat(
      { verb: 'retransmit', ids, reason: 'disk lost' },
      BUYER,
    );
    expect(items.map(({ outcome }) => outcome)).toEqual(['done', 'refused', 'done']);
    await gateway.settle();
    expect(sent()).toBe(4);
    const audit = (await gateway.all('audit')).filter(({ action }) => action === 'file.retransmitted');
    expect(audit).toMatchObject([{ details: { reason: 'disk lost' } }, { details: { reason: 'disk lost' } }]);
  });

  test('are capped', async () => {
    gateway = await gateway.restart({ configuration: CAREFUL });
    await expect(
      gateway.gateway.planRepeat({ verb: 'redrive', ids: ['a', 'b', 'c', 'd'], reason: 'x' }),
    ).rejects.toMatchObject({ code: 'INVALID_REQUEST', message: expect.stringContaining('at most 3') });
  });

  test('retransmit is refused while an earlier one has not left, or was given up: the partner would get both', async () => {
    const [file] = await sendOrders('PO-1');
    const again = () => gateway.gateway.retransmitFile(file!.id, 'lost', BUYER);
    gateway.channel(PARTNER).failure = new GatewayError('TRANSPORT_UNAVAILABLE', 'away');
    const both = await Promise.allSettled([again(), again()]);
    expect(both.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    await gateway.settle();
    await expect(again()).rejects.toMatchObject({
      code: 'INVALID_REQUEST',
      message: expect.stringContaining('has not left yet'),
    });
    gateway.channel(PARTNER).failure = new GatewayError('TRANSPORT_REJECTED', 'no');
    await gateway.pass({ minutes: 2 });
    await expect(again()).rejects.toMatchObject({ message: expect.stringContaining('redrive or discard') });
    gateway.channel(PARTNER).failure = undefined;
    const [dead] = await gateway.all('work', { status: 'dead' });
    await gateway.gateway.redriveWork(dead!.id, 'mended', BUYER);
    await gateway.settle();
    expect(sent()).toBe(2);
    await again();
    await gateway.settle();
    expect(sent()).toBe(3);
  });

  test('redrive takes up what was given up, which is not retransmitted beside it', async () => {
    gateway.channel(PARTNER).failure = new GatewayError('TRANSPORT_REJECTED', 'no');
    const [file] = await sendOrders('PO-1');
    gateway.channel(PARTNER).failure = undefined;
    await expect(gateway.gateway.retransmitFile(file!.id, 'lost', BUYER)).rejects.toMatchObject({
      message: expect.stringContaining('redrive its delivery instead'),
    });
    const [dead] = await gateway.all('work', { status: 'dead' });
    const request = { verb: 'redrive', ids: [dead!.id], reason: 'mended' } as const;
    const plan = await gateway.gateway.planRepeat(request);
    expect(plan.items[0]!.effects).toEqual([
      expect.stringMatching(/^Sending .*PO-1.* to northwind-hardware is tried again\.$/),
    ]);
    await gateway.gateway.runRepeat(request, BUYER);
    await gateway.settle();
    expect(sent()).toBe(1);
  });
});

describe('above the limit', () => {
  const request = async () => {
    gateway = await gateway.restart({ configuration: CAREFUL });
    const [file] = await sendOrders('PO-1');
    return { verb: 'retransmit', ids: [file!.id], reason: 'lost' } as const;
  };

  test('one person alone may not, by no way', async () => {
    const { ids } = await request();
    await expect(gateway.gateway.retransmitFile(ids[0], 'lost', BUYER)).rejects.toMatchObject({
      code: 'FORBIDDEN',
      message: expect.stringContaining('two people have to agree'),
    });
    await gateway.settle();
    expect(sent()).toBe(1);
  });

  test('what is worth the limit needs one person', async () => {
    const rules = "currency: USD\nrepeat: { secondPersonAbove: '546' }";
    const configuration = edited(REPOSITORY, 'company.yaml', 'currency: USD', rules);
    gateway = await gateway.restart({ configuration });
    const [file] = await sendOrders('PO-1');
    await gateway.gateway.retransmitFile(file!.id, 'lost', BUYER);
    await gateway.settle();
    expect(sent()).toBe(2);
  });

  test('a second one agrees, and it is done once, with both names in the log', async () => {
    const asked = await request();
    const { approvalId, secondPerson } = await gateway.gateway.runRepeat(asked, BUYER);
    expect(secondPerson).toMatch(/above 100 USD two people/);
    expect((await gateway.gateway.runRepeat(asked, BUYER)).approvalId).toBe(approvalId);
    await expect(
      gateway.gateway.decideApproval(approvalId!, { approve: true, reason: 'me too' }, BUYER),
    ).rejects.toMatchObject({ code: 'FORBIDDEN' });
    const { items } = await gateway.gateway.decideApproval(
      approvalId!,
      { approve: true, reason: 'seen' },
      CHIEF,
    );
    expect(items).toMatchObject([{ outcome: 'done' }]);
    await expect(
      gateway.gateway.decideApproval(approvalId!, { approve: true, reason: 'again' }, CHIEF),
    ).rejects.toMatchObject({ code: 'CONFLICT' });
    await gateway.settle();
    expect(sent()).toBe(2);
    const [entry] = (await gateway.all('audit')).filter(({ action }) => action === 'file.retransmitted');
    expect(entry!.details['reason']).toBe(`lost (asked for by ${BUYER.name}, agreed by chief: seen)`);
  });

  test('a second one refuses, and nothing happens', async () => {
    const asked = await request();
    const { approvalId } = await gateway.gateway.runRepeat(asked, BUYER);
    await gateway.gateway.decideApproval(approvalId!, { approve: false, reason: 'they have it' }, CHIEF);
    await gateway.settle();
    expect(sent()).toBe(1);
    expect(await gateway.all('approvals')).toMatchObject([{ status: 'refused', decidedBy: 'chief' }]);
  });

  test('what cannot be done any more is not agreed to: it goes on waiting', async () => {
    const asked = await request();
    const { approvalId } = await gateway.gateway.runRepeat({ ...asked, ids: [...asked.ids, 'none'] }, BUYER);
    const configuration = edited(CAREFUL, 'company.yaml', 'atMost: 3', 'atMost: 1');
    gateway = await gateway.restart({ configuration });
    await expect(
      gateway.gateway.decideApproval(approvalId!, { approve: true, reason: 'seen' }, CHIEF),
    ).rejects.toMatchObject({ code: 'INVALID_REQUEST', message: expect.stringContaining('at most 1') });
    expect(await gateway.all('approvals')).toMatchObject([{ status: 'waiting' }]);
  });

  test('where the same has other effects by now it is not done', async () => {
    const asked = await request();
    const { approvalId } = await gateway.gateway.runRepeat(asked, BUYER);
    gateway
      .supplier(PARTNER)
      .acknowledge(Buffer.from(gateway.channel(PARTNER).deliveries[0]!.bytes).toString('latin1'));
    await gateway.settle();
    const { items } = await gateway.gateway.decideApproval(
      approvalId!,
      { approve: true, reason: 'ok' },
      CHIEF,
    );
    expect(items).toMatchObject([{ outcome: 'refused', text: expect.stringContaining('second order') }]);
    await gateway.settle();
    expect(sent()).toBe(1);
  });
});
