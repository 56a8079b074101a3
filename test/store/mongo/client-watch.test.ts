import { EventEmitter } from 'node:events';
import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { ClientWatch } from '../../../src/store/mongo/client-watch.ts';
import type { WatchedClient } from '../../../src/store/mongo/client-watch.ts';

const LIMITS = { heartbeatMs: 30_000, operationMs: 60_000 };

describe('watch on a client of the driver', () => {
  let client: EventEmitter;
  let watch: ClientWatch;
  let silent: string[];

  beforeEach(() => {
    jest.useFakeTimers();
    client = new EventEmitter();
    silent = [];
    watch = new ClientWatch(client as unknown as WatchedClient, LIMITS, (what) => silent.push(what));
  });

  afterEach(() => {
    watch.stop();
    jest.useRealTimers();
  });

  const beat = (name: 'Started' | 'Succeeded' | 'Failed') =>
    client.emit(`serverHeartbeat${name}`, { connectionId: 'a:27017' });
  const connection = (name: 'Out' | 'In') =>
    client.emit(`connectionChecked${name}`, { address: 'a:27017', connectionId: 7 });

  test.each(['Succeeded', 'Failed'] as const)('a heartbeat that has %s in time is no reason', (end) => {
    for (let turn = 0; turn < 100; turn += 1) {
      beat('Started');
      jest.advanceTimersByTime(29_000);
      beat(end);
      jest.advanceTimersByTime(10_000);
    }
    expect(silent).toEqual([]);
  });

  test('a heartbeat that does not end is told, once', () => {
    beat('Started');
    jest.advanceTimersByTime(30_000);
    expect(silent).toEqual([]);
    jest.advanceTimersByTime(300_000);
    expect(silent).toEqual(['a heartbeat has not ended']);
  });

  test('a server that has left the replica set owes no heartbeat', () => {
    beat('Started');
    client.emit('serverClosed', { address: 'a:27017' });
    jest.advanceTimersByTime(300_000);
    expect(silent).toEqual([]);
  });

  test('an operation that keeps its connection is told; one that gives it back is not', () => {
    connection('Out');
    jest.advanceTimersByTime(59_000);
    connection('In');
    connection('Out');
    jest.advanceTimersByTime(60_000);
    expect(silent).toEqual([]);
    jest.advanceTimersByTime(1_000);
    expect(silent).toEqual(['an operation has not ended']);
  });

  test('making indexes may take as long as it likes', async () => {
    connection('Out');
    await watch.whilePreparing(() => {
      jest.advanceTimersByTime(600_000);
      return Promise.resolve();
    });
    expect(silent).toEqual([]);
  });

  test('a process that was frozen blames nobody', () => {
    beat('Started');
    jest.setSystemTime(Date.now() + 3_600_000);
    jest.advanceTimersByTime(1_000);
    expect(silent).toEqual([]);
  });
});
