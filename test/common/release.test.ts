import { describe, expect, test } from '@jest/globals';
import { release, releaseEach, relieveEvery } from '../../src/common/release.ts';

const LARGE = 64 * 1024;

describe('memory of large pieces', () => {
  test('is given back: the piece is empty then', () => {
    const piece = new Uint8Array(LARGE).fill(1);
    release(piece);
    expect(piece).toHaveLength(0);
  });

  test('is left alone where the piece is a part of more, or small', () => {
    const whole = new Uint8Array(2 * LARGE).fill(1);
    release(whole.subarray(0, LARGE));
    release(whole.subarray(LARGE));
    const small = Buffer.from('pooled');
    release(small);
    expect([whole.length, whole.at(-1), small.toString()]).toEqual([2 * LARGE, 1, 'pooled']);
  });

  test('is given back piece by piece, when the next one is asked for', async () => {
    const given = [1, 2, 3].map((value) => new Uint8Array(LARGE).fill(value));
    async function* pieces(): AsyncGenerator<Uint8Array> {
      for (const piece of given) yield await Promise.resolve(piece);
    }
    const seen: number[][] = [];
    for await (const piece of releaseEach(pieces()))
      seen.push([piece[0]!, ...given.map(({ length }) => length)]);
    expect(seen).toEqual([
      [1, LARGE, LARGE, LARGE],
      [2, 0, LARGE, LARGE],
      [3, 0, 0, LARGE],
    ]);
  });

  test('lets others be relieved each time that so many bytes of it were given back', () => {
    let times = 0;
    relieveEvery(4 * LARGE, () => (times += 1));
    for (let piece = 0; piece < 12; piece += 1) release(new Uint8Array(LARGE));
    relieveEvery(Infinity, () => undefined);
    expect(times).toBe(3);
  });
});
