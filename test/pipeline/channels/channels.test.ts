import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { GatewayError } from '../../../src/common/errors.ts';
import { Channels } from '../../../src/pipeline/channels/channels.ts';
import type { Channel } from '../../../src/pipeline/ports/transport.ts';
import { receiveFile } from '../../../src/pipeline/intake/receive-file.ts';
import { watchChannel } from '../../../src/pipeline/channels/watch-channel.ts';
import { orderTo, responseTo } from '../../support/documents.ts';
import { BUYER, createWorld, edited, ERP, REPOSITORY, TestGateway } from '../../support/gateway.ts';
import { MemoryChannel } from '../../support/memory-channel.ts';
import { openedChannels } from '../../support/opened-channels.ts';
import { gate, NOTHING_THERE, scriptedChannel } from '../../support/scripted-channel.ts';

const NORTHWIND = 'northwind-hardware';
const MAIN = '{ type: folder, inbox: inbox/northwind-hardware, outbox: outbox/northwind-hardware }';

let gateway: TestGateway;
afterEach(() => gateway.close());

describe('a partner with several channels', () => {
  const configuration = edited(
    REPOSITORY,
    `${NORTHWIND}/partner.yaml`,
    `  - ${MAIN}`,
    `  - { type: folder, name: old, enabled: false }
  - { type: folder, name: answers, documents: [functionalAcknowledgment], receive: false, fileName: 'ack-{control}.txt' }
  - { type: folder, name: drop, send: false }
  - { type: folder, name: orders }`,
  );
  let answers: MemoryChannel;
  let drop: MemoryChannel;
  let orders: MemoryChannel;
  const order = orderTo(NORTHWIND, 'PO-1');

  beforeEach(async () => {
    const world = createWorld(configuration);
    [answers, drop, orders] = ['answers', 'drop', 'orders'].map(
      (name) => new MemoryChannel(NORTHWIND, world.time, name),
    ) as [MemoryChannel, MemoryChannel, MemoryChannel];
    const channels = new Map<string, Channel>(
      [answers, drop, orders].map((channel) => [channel.name, channel]),
    );
    gateway = await TestGateway.start({ configuration, channels }, world);
  });

  test('takes files from each that receives, and sends each document over the first channel that sends its type', async () => {
    await gateway.gateway.releaseOrder(order, ERP);
    await gateway.settle();
    expect([...orders.outbox.keys()]).toEqual([expect.stringMatching(/^850-PO-1-/)]);
    drop.drop('answer.edi', gateway.supplier(NORTHWIND).write(responseTo(order)));
    answers.drop('never.edi', 'nobody looks here');
    await gateway.settle();
    expect((await gateway.all('orders'))[0]!.badge).toBe('CONFIRMED');
    expect([...answers.outbox.keys()]).toEqual([expect.stringMatching(/^ack-\d+\.txt$/)]);
    expect(answers.waiting).toEqual(['never.edi']);
    const files = await gateway.all('files');
    expect(files.map(({ name, channelName }) => [name.slice(0, 3), channelName])).toEqual([
      ['850', 'orders'],
      ['ans', 'drop'],
      ['ack', 'answers'],
    ]);
  });

  test('a delivery that has to be repeated stays with its channel', async () => {
    orders.failure = new GatewayError('TRANSPORT_UNAVAILABLE', 'connection refused');
    await gateway.gateway.releaseOrder(order, ERP);
    await gateway.settle();
    orders.failure = undefined;
    await gateway.pass({ hours: 1 });
    expect(orders.deliveries).toHaveLength(1);
    expect(answers.deliveries).toHaveLength(0);
  });

  test('a rejected file goes back over the channel that it came by', async () => {
    drop.drop('letter.edi', 'Dear customer, please find our answer attached, as agreed.');
    await gateway.settle();
    expect([...drop.errors.keys()]).toEqual(['letter.edi']);
    expect(orders.errors.size + answers.errors.size).toBe(0);
  });

  test('the same file on two channels is two files; on one it is taken once', async () => {
    const bytes = gateway.supplier(NORTHWIND).write(responseTo(order));
    drop.drop('answer.edi', bytes);
    orders.drop('answer.edi', bytes);
    await gateway.settle();
    expect(await gateway.all('files', { direction: 'inbound' })).toHaveLength(2);
  });

  test('a channel that was taken out of the settings is named by what waits for it', async () => {
    orders.failure = new GatewayError('TRANSPORT_UNAVAILABLE', 'connection refused');
    await gateway.gateway.releaseOrder(order, ERP);
    await gateway.settle();
    gateway = await gateway.restart({ configuration, channels: new Map([['answers', answers]]) });
    await gateway.pass({ hours: 1 });
    expect(await gateway.troubles()).toEqual(['TRANSPORT_FAILED PO-1']);
    const [exception] = await gateway.openExceptions();
    expect(exception!.detail).toContain('the channel "orders"');
    orders.failure = undefined;
    gateway = await gateway.restart({
      configuration,
      channels: new Map([answers, orders].map((channel) => [channel.name, channel])),
    });
    await gateway.gateway.decideException(
      exception!.id,
      { action: 'retransmit', reason: 'it is back' },
      BUYER,
    );
    await gateway.settle();
    expect(orders.deliveries).toHaveLength(1);
  });
});

test('a document that no channel sends is told, not lost', async () => {
  const configuration = edited(
    REPOSITORY,
    `${NORTHWIND}/partner.yaml`,
    MAIN,
    '{ type: folder, documents: [invoice] }',
  );
  gateway = await TestGateway.start({ configuration }, createWorld(configuration));
  await gateway.gateway.releaseOrder(orderTo(NORTHWIND, 'PO-1'), ERP);
  await gateway.settle();
  expect(await gateway.troubles()).toEqual(['TRANSPORT_FAILED PO-1']);
  expect((await gateway.openExceptions())[0]!.detail).toContain('has no channel that sends');
});

test('a file that comes in is counted once, by whatever way, after it was recorded', async () => {
  gateway = await TestGateway.start();
  const counted: string[] = [];
  const context = {
    ...gateway.context,
    onReceived: ({ channelName = '' }) => void counted.push(channelName),
  };
  const file = {
    channel: 'as2',
    channelName: 'orders',
    partnerId: NORTHWIND,
    name: 'a',
    bytes: Buffer.from('ISA'),
  };
  await receiveFile(context, { ...file, sourceKey: '<1@acme>' });
  await receiveFile(context, { ...file, sourceKey: '<1@acme>' });
  expect(counted).toEqual(['orders']);
});

describe('polls', () => {
  const slow = scriptedChannel('northwind-hardware');
  const fast = scriptedChannel('hansa-werkzeuge');
  let channels: Channels;

  async function open(
    settings: Partial<{ pollSeconds: number; quiet: { from: string; to: string }[] }> = {},
  ) {
    gateway = await TestGateway.start();
    const opened = openedChannels(gateway.context.partners, [slow, fast]).map((each) => ({
      ...each,
      settings: { ...each.settings, ...settings },
    }));
    channels = new Channels(gateway.context, opened, { pollIntervalMs: 1_000 });
    for (const channel of [slow, fast]) {
      channel.polls = 0;
      channel.onPoll = () => Promise.resolve(NOTHING_THERE);
    }
  }

  async function tickAfter(milliseconds: number): Promise<void> {
    gateway.world.time.advance(milliseconds);
    channels.tick();
    for (let turn = 0; turn < 20; turn += 1) await new Promise(setImmediate);
  }

  const stateOf = (partnerId: string) => channels.list().find((channel) => channel.partnerId === partnerId)!;

  test('a channel that hangs keeps no other waiting, and is not looked into twice', async () => {
    await open();
    const { promise, open: answer } = gate<typeof NOTHING_THERE>();
    slow.onPoll = () => promise;
    for (let second = 0; second < 5; second += 1) await tickAfter(1_000);
    expect([slow.polls, fast.polls]).toEqual([1, 5]);
    expect(stateOf('northwind-hardware').polling).toBe(true);
    answer(NOTHING_THERE);
    await channels.close();
    await tickAfter(1_000);
    expect(slow.polls).toBe(2);
  });

  test('each has its interval', async () => {
    await open({ pollSeconds: 60 });
    for (let second = 0; second < 121; second += 1) await tickAfter(1_000);
    expect(slow.polls).toBe(3);
  });

  test('failures make the pauses longer, up to five minutes; a success ends that', async () => {
    await open();
    slow.onPoll = () => Promise.reject(new GatewayError('TRANSPORT_UNAVAILABLE', 'connection refused'));
    for (let second = 0; second < 3_600; second += 10) await tickAfter(10_000);
    expect(slow.polls).toBeGreaterThan(10);
    expect(slow.polls).toBeLessThan(25);
    expect(stateOf('northwind-hardware')).toMatchObject({ state: 'failing', failuresInARow: slow.polls });
    slow.onPoll = () => Promise.resolve(NOTHING_THERE);
    await tickAfter(300_000);
    expect(stateOf('northwind-hardware')).toMatchObject({ state: 'working', failuresInARow: 0 });
    const before = slow.polls;
    for (let second = 0; second < 5; second += 1) await tickAfter(1_000);
    expect(slow.polls).toBe(before + 5);
  });

  test('in a quiet window it is left alone', async () => {
    // The partner's calendar has America/Chicago: 08:00 UTC is 02:00 there.
    await open({ quiet: [{ from: '01:00', to: '03:00' }] });
    await tickAfter(1_000);
    expect(slow.polls).toBe(0);
    expect(stateOf('northwind-hardware')).toMatchObject({
      state: 'quiet',
      quietUntil: '2026-03-02T09:00:00.000Z',
    });
    await tickAfter(3_600_000);
    expect(slow.polls).toBe(1);
  });

  test('a transport that knows of an arrival has it fetched at once, also while a poll runs', async () => {
    await open({ pollSeconds: 3_600 });
    const { promise, open: answer } = gate<typeof NOTHING_THERE>();
    slow.onPoll = () => promise;
    await tickAfter(1_000);
    channels.pollNow('northwind-hardware', 'main');
    expect(slow.polls).toBe(1);
    answer(NOTHING_THERE);
    await tickAfter(0);
    expect(slow.polls).toBe(2);
  });

  test('a clock that is set back stops no polls', async () => {
    await open();
    await tickAfter(1_000);
    await tickAfter(-86_400_000);
    expect(slow.polls).toBe(2);
  });
});

test('a file that a channel has put aside is told, also where its poll fails then, or the store cannot take it at once', async () => {
  gateway = await TestGateway.start();
  const channel = scriptedChannel(NORTHWIND);
  channel.onPoll = (_, refused) => {
    refused?.push({ name: 'empty.edi', reason: 'The file is empty. Send it again.' });
    return Promise.reject(new GatewayError('TRANSPORT_UNAVAILABLE', 'gone'));
  };
  const commits = jest.spyOn(gateway.context.store, 'commit');
  commits.mockRejectedValueOnce(new GatewayError('STORE_UNAVAILABLE', 'disk full'));
  const opened = openedChannels(gateway.context.partners, [channel]);
  const channels = new Channels(gateway.context, opened, { pollIntervalMs: 1_000 });
  await channels.pollAll();
  expect(await gateway.troubles()).toEqual([]);
  channel.onPoll = () => Promise.resolve(NOTHING_THERE);
  await channels.pollAll();
  await channels.pollAll();
  expect(await gateway.openExceptions()).toMatchObject([
    { type: 'PARSE_ERROR', partnerId: NORTHWIND, count: 1, detail: expect.stringContaining('empty.edi') },
  ]);
});

describe('a channel that does not work', () => {
  const down = () =>
    Promise.reject(new GatewayError('TRANSPORT_UNAVAILABLE', 'Cannot connect: nothing listens there.'));
  const poll = (channel: Channel) => channel.poll(() => Promise.resolve()).catch(() => undefined);

  test('is told once after a while, and closes itself when it works again, also after a restart', async () => {
    gateway = await TestGateway.start();
    const transport = scriptedChannel(NORTHWIND);
    let watched = watchChannel(gateway.context, transport, 15);
    transport.onPoll = down;
    for (let minute = 0; minute < 15; minute += 1) {
      await poll(watched);
      gateway.world.time.advance(60_000);
    }
    expect(await gateway.troubles()).toEqual([]);
    for (let time = 0; time < 3; time += 1) await poll(watched);
    expect(await gateway.openExceptions()).toMatchObject([
      {
        type: 'CIRCUIT_OPEN',
        partnerId: NORTHWIND,
        count: 1,
        detail: expect.stringContaining('nothing listens there'),
      },
    ]);
    watched = watchChannel(gateway.context, transport, 15);
    transport.onPoll = () => Promise.resolve(NOTHING_THERE);
    await poll(watched);
    expect(await gateway.troubles()).toEqual([]);
    expect(await gateway.all('exceptions')).toMatchObject([
      { resolution: { by: 'system', reason: 'The channel works again.' } },
    ]);
  });

  test('fetching and sending are told apart', async () => {
    gateway = await TestGateway.start();
    const transport = scriptedChannel(NORTHWIND);
    const watched = watchChannel(gateway.context, transport, 0);
    transport.onSend = down;
    transport.onPoll = down;
    await poll(watched);
    await watched.send({ name: 'a', bytes: new Uint8Array(), key: 'a' }).catch(() => undefined);
    expect((await gateway.openExceptions()).map(({ detail }) => detail.slice(0, 22)).sort()).toEqual([
      'Nothing can be fetched',
      'Nothing can be sent to',
    ]);
    transport.onPoll = () => Promise.resolve(NOTHING_THERE);
    await poll(watched);
    expect(await gateway.openExceptions()).toHaveLength(1);
  });

  test('our own store being down, or one file being refused, is no trouble of the channel', async () => {
    gateway = await TestGateway.start();
    const transport = scriptedChannel(NORTHWIND);
    const watched = watchChannel(gateway.context, transport, 0);
    transport.onPoll = () => Promise.reject(new GatewayError('STORE_UNAVAILABLE', 'locked'));
    transport.onSend = () => Promise.reject(new GatewayError('TRANSPORT_REJECTED', 'name exists'));
    await poll(watched);
    await watched.send({ name: 'a', bytes: new Uint8Array(), key: 'a' }).catch(() => undefined);
    expect(await gateway.troubles()).toEqual([]);
  });
});
