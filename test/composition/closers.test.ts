import { expect, test } from '@jest/globals';
import { Closers } from '../../src/composition/closers.ts';

test('what was opened is closed the other way round; what cannot be closed is told, and keeps nothing open', async () => {
  const closed: string[] = [];
  const closers = new Closers();
  for (const name of ['store', 'channels', 'worker']) {
    closers.add(() => {
      closed.push(name);
      return name === 'channels' ? Promise.reject(new Error('the disk is full')) : Promise.resolve();
    });
  }
  const told: unknown[] = [];
  await closers.run((error) => told.push(error));
  expect(closed).toEqual(['worker', 'channels', 'store']);
  expect(told).toEqual([new Error('the disk is full')]);
});
