import { describe, expect, test } from '@jest/globals';
import { fuzz } from './fuzz.ts';
import { findBreach } from './invariants.ts';
import { readOriginals } from './originals.ts';
import { shrink } from './shrink.ts';

const originals = readOriginals();

/** As many as a change should wait for; `npm run fuzz -- --runs N --seed S` goes on. */
const RUNS = 20_000;

describe('mutated files', () => {
  test('the originals keep every promise', () => {
    expect(originals.length).toBeGreaterThan(50);
    expect(originals.map((bytes) => findBreach(bytes)).filter(Boolean)).toEqual([]);
  });

  test(`${RUNS} mutations keep every promise`, () => {
    const { runs, failures } = fuzz({ runs: RUNS, seed: 20_260_131, originals, maxFailures: 3 });
    const broken = failures.map(({ run, law, smallest }) => ({
      run,
      law,
      file: String.fromCharCode(...smallest),
    }));
    expect(broken).toEqual([]);
    expect(runs).toBe(RUNS);
  }, 300_000);
});

test('a file that holds a word of JavaScript is quoted, not suspected', () => {
  const file = (date: string): Uint8Array =>
    new TextEncoder().encode(
      `UNB+UNOC:3+A+B+260131:0815+1'UNH+1+ORDERS:D:96A:UN'BGM+220+1+9'DTM+137:${date}:102'UNT+4+1'UNZ+1+1'`,
    );
  expect(['NaN', 'unde?fined', '[ob\nject'].map((word) => findBreach(file(word)))).toEqual([
    undefined,
    undefined,
    undefined,
  ]);
});

test('a failing file is made small', () => {
  const bytes = new TextEncoder().encode(`${'x'.repeat(700)}A${'y'.repeat(300)}B${'z'.repeat(50)}`);
  const smallest = shrink(bytes, (candidate) => /A.*B/.test(new TextDecoder().decode(candidate)));
  expect(new TextDecoder().decode(smallest)).toBe('AB');
});
