import { expect, test } from '@jest/globals';
import { GatewayError } from '../../src/common/errors.ts';
import { createChannelBreaker } from '../../src/transports/circuit-breaker.ts';
import { FakeTime } from '../pipeline/fake-time.ts';
import { gate } from '../support/scripted-channel.ts';

const down = () => Promise.reject(new GatewayError('TRANSPORT_UNAVAILABLE', 'no answer'));
const up = () => Promise.resolve('done');

function open(time = new FakeTime()) {
  const breaker = createChannelBreaker({
    clock: time,
    failuresToOpen: 3,
    pauseMs: 60_000,
    maxPauseMs: 150_000,
  });
  let tried = 0;
  const run = <T>(call: () => Promise<T>) =>
    breaker.run('Sending a file', () => {
      tried += 1;
      return call();
    });
  return { breaker, time, run, tried: () => tried };
}

async function fail({ run }: ReturnType<typeof open>, times: number): Promise<void> {
  for (let time = 0; time < times; time += 1) await expect(run(down)).rejects.toThrow('no answer');
}

test('after failures in a row nothing is tried for a while, and the error says until when', async () => {
  const fixture = open();
  await fail(fixture, 3);
  expect(fixture.breaker.state).toEqual({ circuit: 'open', retryAt: '2026-03-02T08:01:00.000Z' });
  await expect(fixture.run(up)).rejects.toMatchObject({
    code: 'TRANSPORT_UNAVAILABLE',
    retryable: 'later',
    message: expect.stringContaining('2026-03-02T08:01:00.000Z'),
  });
  expect(fixture.tried()).toBe(3);
});

test('a success in between counts from the start again', async () => {
  const fixture = open();
  await fail(fixture, 2);
  await fixture.run(up);
  await fail(fixture, 2);
  expect(fixture.breaker.state).toEqual({ circuit: 'closed' });
});

test('after the pause one call tries while others are still refused; its success closes the circuit', async () => {
  const fixture = open();
  await fail(fixture, 3);
  fixture.time.advance(60_000);
  expect(fixture.breaker.state).toEqual({ circuit: 'halfOpen' });
  const { promise, open: answer } = gate<string>();
  const probe = fixture.run(() => promise);
  await expect(fixture.run(up)).rejects.toMatchObject({ code: 'TRANSPORT_UNAVAILABLE' });
  answer('done');
  expect(await probe).toBe('done');
  expect(fixture.breaker.state).toEqual({ circuit: 'closed' });
  expect(await fixture.run(up)).toBe('done');
});

test('each probe that fails doubles the pause, up to the longest', async () => {
  const fixture = open();
  await fail(fixture, 3);
  for (const pauseMs of [60_000, 120_000, 150_000, 150_000]) {
    fixture.time.advance(pauseMs - 1);
    expect(fixture.breaker.state.circuit).toBe('open');
    fixture.time.advance(1);
    await fail(fixture, 1);
  }
  fixture.time.advance(150_000);
  await fixture.run(up);
  await fail(fixture, 3);
  expect(fixture.breaker.state.retryAt).toBe(new Date(Date.parse(fixture.time.now()) + 60_000).toISOString());
});

test('a refusal of the other side is an answer: it is there', async () => {
  const fixture = open();
  await fail(fixture, 2);
  const refused = () => Promise.reject(new GatewayError('TRANSPORT_REJECTED', 'not that name'));
  await expect(fixture.run(refused)).rejects.toThrow('not that name');
  await fail(fixture, 2);
  expect(fixture.breaker.state.circuit).toBe('closed');
});

test('what fails on our side says nothing of the other, also as a probe', async () => {
  const fixture = open();
  await fail(fixture, 3);
  fixture.time.advance(60_000);
  const missing = () => Promise.reject(new GatewayError('SECRET_MISSING', 'no secret'));
  await expect(fixture.run(missing)).rejects.toThrow('no secret');
  expect(fixture.breaker.state.circuit).toBe('halfOpen');
  await fixture.run(up);
  expect(fixture.breaker.state.circuit).toBe('closed');
});

test('a clock that is set back does not keep the circuit open', async () => {
  const fixture = open();
  await fail(fixture, 3);
  fixture.time.advance(-86_400_000);
  expect(await fixture.run(up)).toBe('done');
});
