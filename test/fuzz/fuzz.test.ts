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

test('a failing file is made small', () => {
  const bytes = new TextEncoder().encode(`${'x'.repeat(700)}A${'y'.repeat(300)}B${'z'.repeat(50)}`);
  const smallest = shrink(bytes, (candidate) => /A.*B/.test(new TextDecoder().decode(candidate)));
  expect(new TextDecoder().decode(smallest)).toBe('AB');
});
