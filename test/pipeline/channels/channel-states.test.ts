import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { ChannelStates, readChannelStates } from '../../../src/pipeline/channels/channel-states.ts';
import type { ChannelStatus } from '../../../src/pipeline/channels/channel-status.ts';
import type { ChannelTraffic } from '../../../src/pipeline/ports/transport.ts';
import { TestGateway } from '../../support/gateway.ts';

let gateway: TestGateway;
beforeEach(async () => {
  gateway = await TestGateway.start();
});
afterEach(() => gateway.close());

const traffic = (files: number, more: Partial<ChannelTraffic> = {}): ChannelTraffic => ({
  files,
  bytes: files * 100,
  calls: files,
  totalMs: files * 10,
  failures: 0,
  ...more,
});

function status(files: number, more: Partial<ChannelStatus> = {}): ChannelStatus {
  return {
    partnerId: 'acme',
    name: 'main',
    type: 'folder',
    receive: true,
    send: true,
    pollSeconds: 1,
    state: 'working',
    polling: false,
    failuresInARow: 0,
    report: {
      inbound: traffic(files),
      outbound: traffic(0),
      refused: 0,
      rejected: 0,
      sending: 0,
      waiting: 0,
      circuit: 'closed',
    },
    ...more,
  };
}

const process = (name: string, list: () => ChannelStatus[]) => new ChannelStates(gateway.context, name, list);
const read = async (own = status(0)) =>
  (await readChannelStates(gateway.world.store, [own], gateway.world.time.now()))[0]!;

test('where nobody has told anything, the own state counts', async () => {
  const own = status(3);
  expect(await read(own)).toBe(own);
});

test('what several processes have done is added up, and the worst of their states is the state', async () => {
  const failing = status(2, {
    state: 'failing',
    failuresInARow: 4,
    report: {
      ...status(2).report!,
      circuit: 'open',
      outbound: traffic(5, { failures: 5, lastFailureAt: '2026-03-02T07:59:00.000Z', lastError: 'away' }),
    },
  });
  await process('a', () => [status(3)]).tell();
  await process('b', () => [failing]).tell();
  // A process that only serves the console has no channels of its own to tell of.
  expect(await read()).toMatchObject({
    state: 'failing',
    failuresInARow: 4,
    report: { inbound: { files: 5 }, outbound: { files: 5, lastError: 'away' }, circuit: 'open' },
  });
});

test('a process tells again, not besides; one that ends, or is not heard of any more, does not count', async () => {
  let files = 1;
  const a = process('a', () => [status(files)]);
  const b = process('b', () => [status(10)]);
  await a.tell();
  files = 2;
  await a.tell();
  await b.tell();
  expect((await read()).report!.inbound.files).toBe(12);
  await b.leave();
  expect((await read()).report!.inbound.files).toBe(2);
  gateway.world.time.advance(60_000);
  const own = status(0);
  expect(await read(own)).toBe(own);
});

test('polls that find nothing are not written down each time, but often enough to be alive', async () => {
  let calls = 0;
  const a = process('a', () => {
    calls += 1;
    const report = { ...status(1).report!, inbound: traffic(1, { calls }) };
    return [status(1, { report, nextPollAt: gateway.world.time.now() })];
  });
  const revision = async () => (await gateway.world.store.get('settings', 'channels'))!.revision;
  await a.tell();
  const first = await revision();
  gateway.world.time.advance(5_000);
  await a.tell();
  expect(await revision()).toBe(first);
  gateway.world.time.advance(20_000);
  await a.tell();
  expect(await revision()).toBe(first + 1);
});
