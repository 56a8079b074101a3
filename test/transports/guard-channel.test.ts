import { expect, test } from '@jest/globals';
import { GatewayError } from '../../src/common/errors.ts';
import { guardChannel } from '../../src/transports/guard-channel.ts';
import { withQuietWindows } from '../../src/transports/quiet-channel.ts';
import { FakeTime } from '../pipeline/fake-time.ts';
import { FILE, gate, RECEIPT, scriptedChannel } from '../support/scripted-channel.ts';
import { contentSize } from '../../src/pipeline/ports/file-content.ts';

function open(concurrency = 4) {
  const time = new FakeTime();
  const transport = scriptedChannel();
  return { time, transport, ...guardChannel(transport, { clock: time, timer: time, concurrency }) };
}

/** Lets the pauses of the retries pass as soon as they begin. */
async function passing<T>(time: FakeTime, work: Promise<T>): Promise<T> {
  work.catch(() => undefined);
  for (let turn = 0; turn < 20; turn += 1) {
    await new Promise(setImmediate);
    time.advance(1_000);
  }
  return work;
}

test('a cut connection is tried again at once, and the delivery counts once', async () => {
  const { channel, report, time, transport } = open();
  const cut = () => Promise.reject(new GatewayError('TRANSPORT_UNAVAILABLE', 'cut', { retryable: 'now' }));
  transport.onSend = () => (transport.sends < 3 ? cut() : Promise.resolve(RECEIPT));
  expect(await passing(time, channel.send(FILE))).toEqual(RECEIPT);
  expect(report().outbound).toMatchObject({ files: 1, bytes: 3, calls: 3, failures: 2, lastError: 'cut' });
});

test('but not for ever, and not when the other side is away', async () => {
  const { channel, time, transport } = open();
  transport.onSend = () =>
    Promise.reject(new GatewayError('TRANSPORT_UNAVAILABLE', 'cut', { retryable: 'now' }));
  await expect(passing(time, channel.send(FILE))).rejects.toThrow('cut');
  expect(transport.sends).toBe(3);
  transport.onSend = () => Promise.reject(new GatewayError('TRANSPORT_UNAVAILABLE', 'away'));
  await expect(channel.send(FILE)).rejects.toThrow('away');
  expect(transport.sends).toBe(4);
});

test('those who wait for a slot learn that the circuit has opened, and do not try', async () => {
  const { channel, report, transport } = open(1);
  const gates = Array.from({ length: 5 }, () => gate<never>());
  transport.onSend = () => gates[transport.sends - 1]!.promise;
  const sends = Array.from({ length: 8 }, () => channel.send(FILE));
  const settled = Promise.allSettled(sends);
  expect(report()).toMatchObject({ sending: 1, waiting: 7 });
  for (const { fail } of gates) {
    fail(new GatewayError('TRANSPORT_UNAVAILABLE', 'no answer'));
    await new Promise(setImmediate);
  }
  const results = await settled;
  expect(transport.sends).toBe(5);
  expect(
    results.map((result) => (result.status === 'rejected' ? String(result.reason) : 'sent')).slice(5),
  ).toEqual(Array(3).fill(expect.stringContaining('is not tried')));
  expect(report()).toMatchObject({ sending: 0, waiting: 0, circuit: 'open' });
});

test('what came in is counted, with what was refused and how long the polls took', async () => {
  const { channel, countReceived, report, time, transport } = open();
  transport.onPoll = async (receive, refused = []) => {
    time.advance(40);
    refused.push({ name: 'b', reason: 'empty' });
    await receive({ name: 'a', bytes: Buffer.from('four'), sourceKey: 'a' });
    return { received: 1, waiting: 0, refused };
  };
  await channel.poll(({ bytes }) => {
    countReceived(contentSize(bytes));
    return Promise.resolve();
  });
  expect(report()).toMatchObject({
    inbound: { files: 1, bytes: 4, calls: 1, failures: 0, totalMs: 40, lastSuccessAt: time.now() },
    refused: 1,
  });
  transport.onPoll = () => Promise.reject(new Error('login refused'));
  await expect(channel.poll(() => Promise.resolve())).rejects.toThrow('login refused');
  expect(report().inbound).toMatchObject({
    failures: 1,
    lastError: 'login refused',
    lastFailureAt: time.now(),
  });
});

test('in a quiet window nothing is sent, and the work queue hears when to come back', async () => {
  const time = new FakeTime('2026-03-02T22:30:00.000Z');
  const transport = scriptedChannel();
  const windows = [{ from: '22:00', to: '04:00' }];
  const channel = withQuietWindows(transport, { windows, zone: 'UTC', clock: time });
  const error = await channel.send(FILE).catch((refusal: unknown) => refusal);
  expect(error).toMatchObject({ code: 'TRANSPORT_UNAVAILABLE', retryable: 'later' });
  const { retryAfterMs } = (error as GatewayError).details as { retryAfterMs: number };
  expect(retryAfterMs * 0.8).toBeGreaterThanOrEqual(5.5 * 3_600_000);
  time.advance(5.5 * 3_600_000);
  expect(await channel.send(FILE)).toEqual(RECEIPT);
});

test('a test whose steps all pass closes the circuit: what waits goes at once', async () => {
  const { channel, report, transport } = open();
  const away = () => Promise.reject(new GatewayError('TRANSPORT_UNAVAILABLE', 'away'));
  const testIt = async () => {
    for await (const { ok } of channel.test()) if (!ok) return;
  };
  transport.onSend = away;
  for (let count = 0; count < 5; count += 1) await expect(channel.send(FILE)).rejects.toThrow('away');
  expect(report().circuit).toBe('open');
  transport.onSend = () => Promise.resolve(RECEIPT);
  transport.steps = [{ name: 'tcp', ok: false, text: 'No.', durationMs: 1 }];
  await testIt();
  expect(report().circuit).toBe('open');
  await expect(channel.send(FILE)).rejects.toThrow('not tried');
  transport.steps = [{ name: 'tcp', ok: true, text: 'Yes.', durationMs: 1 }];
  await testIt();
  expect(report().circuit).toBe('closed');
  expect(await channel.send(FILE)).toEqual(RECEIPT);
});
