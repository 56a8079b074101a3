import { afterEach, describe, expect, jest, test } from '@jest/globals';
import { setTimeout as pause } from 'node:timers/promises';
import type { Store } from '../../../src/pipeline/ports/store.ts';
import { As2Listener } from '../../../src/transports/as2/listener.ts';
import { startPair } from './as2-fixture.ts';
import type { Pair } from './as2-fixture.ts';

// A configuration is compiled by the first test that needs it.
jest.setTimeout(60_000);

let pair: Pair;
afterEach(() => pair.close());

const PLAIN = `security: { sign: none, encrypt: none }
accept: { signed: false, encrypted: false }`;

describe('a file goes over', () => {
  test.each([
    ['signed and encrypted, synchronous receipt', ''],
    ['plain', PLAIN],
    ['compressed before the signature', 'security: { compress: before }'],
    ['compressed after the signature', 'security: { compress: after, encrypt: aes128-gcm, sign: sha512 }'],
    ['unsigned receipt', 'receipt: { signed: false }'],
    ['chunked', 'chunked: true'],
    ['expecting 100 Continue', 'expectContinue: true'],
  ])('%s', async (_title, settings) => {
    pair = await startPair(settings);
    const { us, them } = pair;
    const receipt = await us.send({ name: 'order.edi', bytes: Buffer.from('UNB+1\nlf only') });
    expect(receipt).toMatchObject({ reference: expect.stringContaining('MDN') });
    expect(receipt.receiptAwaited).toBeUndefined();
    await them.gateway.settle();
    const [file] = await them.gateway.all('files', { direction: 'inbound' });
    expect(file).toMatchObject({ name: 'order.edi', channel: 'as2', partnerId: 'northwind-hardware' });
    expect(await them.gateway.world.store.readArchive(file!.sha256)).toEqual(Buffer.from('UNB+1\nlf only'));
    expect(await us.messages()).toMatchObject([
      { status: 'acknowledged', receipt: { positive: true, warnings: [] } },
    ]);
    expect(await them.messages()).toMatchObject([{ status: 'received', fileIds: [file!.id] }]);
  });
});

test('the partner is waited for, and waits, while a message takes long to be stored', async () => {
  pair = await startPair('');
  const { us, them } = pair;
  const { port } = them.listener;
  await them.listener.close();
  const { context } = them.station;
  const slow: Store = Object.assign(Object.create(context.store) as Store, {
    commit: async (...args: Parameters<Store['commit']>) => {
      await pause(600);
      await context.store.commit(...args);
    },
    get: context.store.get.bind(context.store),
    find: context.store.find.bind(context.store),
  });
  const station = { ...them.station, context: { ...context, store: slow } };
  const listener = await As2Listener.start(station, { host: '127.0.0.1', port, idleMs: 200 });
  try {
    expect(await us.send()).toMatchObject({ reference: expect.stringContaining('MDN') });
  } finally {
    await listener.close();
  }
});
