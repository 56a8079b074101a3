import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { ENGINE_VERSION, match } from '../../../src/tracking/match/match.ts';
import type { MatchDecision } from '../../../src/tracking/match/model.ts';
import { recompute } from '../../../src/tracking/match/recompute.ts';
import { readCase, readCaseFiles } from './case-file.ts';
import { DECIDED, sha256 } from './fixtures.ts';

/**
 * Decisions as engines recorded them. Version 2: several holds at once, a parked credit note, a duplicate, dinars. Version 3: an
 * invoice, its repeat, and the invoice again, taken for a repeat of that. Version 5: charges that the customer is to pay, an amount
 * that contradicts its percentage, totals of charges, discounts and freight in every way. Version 6: lumps that are
 * credited, roundings without an exchange rate, a total less its discount for early payment.
 */
function recordsOf(engine: string): MatchDecision[] {
  const file = new URL(`../../fixtures/match-decisions/engine-${engine}.json`, import.meta.url);
  return JSON.parse(readFileSync(file, 'utf8')) as MatchDecision[];
}

const records = recordsOf('2');

describe('decisions of an earlier engine', () => {
  test.each(
    ['2', '3', '4', '5', '6'].flatMap((engine) =>
      recordsOf(engine).map((record, index) => [index, engine, record.outcome, record] as const),
    ),
  )('number %i of version %s, %s, is decided again as it was', (_index, engine, _outcome, record) => {
    expect(record.engineVersion).toBe(engine);
    expect(recompute(record, sha256)).toMatchObject({ same: true, differences: [] });
  });

  test('a changed amount is still found', () => {
    const record = records.at(-1)!;
    const [hold, ...others] = record.holds;
    const forged = { ...record, holds: [{ ...hold!, amount: '1.00' }, ...others] };
    expect(recompute(forged, sha256)).toMatchObject({ same: false, differences: ['holds[0].amount'] });
  });

  test('until engine 5 what an affiliate had billed was not counted', () => {
    const written = readCaseFiles()
      .flatMap(({ cases }) => cases)
      .find(
        (each) => each.case === 'The supplier of the order has billed the goods that its affiliate bills',
      )!;
    const record = match(readCase(written), { ...DECIDED, engineVersion: '5' });
    expect(record).toMatchObject({ engineVersion: '5', outcome: 'AUTO_APPROVED' });
    expect(recompute(record, sha256)).toMatchObject({ same: true, differences: [] });
  });

  test('an engine that this program does not know is told, also where the result is the same', () => {
    const record = { ...records.at(-1)!, engineVersion: '1' };
    expect(recompute(record, sha256)).toMatchObject({ same: false });
    expect(recompute(record, sha256).differences).toContain('engineVersion');
    expect(ENGINE_VERSION).not.toBe('2');
  });
});
