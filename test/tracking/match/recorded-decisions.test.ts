import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { ENGINE_VERSION } from '../../../src/tracking/match/match.ts';
import type { MatchDecision } from '../../../src/tracking/match/model.ts';
import { recompute } from '../../../src/tracking/match/recompute.ts';
import { sha256 } from './fixtures.ts';

/** Decisions as engine version 2 recorded them: several holds at once, a parked credit note, a duplicate, dinars. */
const file = new URL('../../fixtures/match-decisions/engine-2.json', import.meta.url);
const records = JSON.parse(readFileSync(file, 'utf8')) as MatchDecision[];

describe('decisions of an earlier engine', () => {
  test.each(records.map((record, index) => [index, record.outcome, record] as const))(
    'number %i, %s, is decided again as it was',
    (_index, _outcome, record) => {
      expect(record.engineVersion).toBe('2');
      expect(recompute(record, sha256)).toMatchObject({ same: true, differences: [] });
    },
  );

  test('a changed amount is still found', () => {
    const record = records.at(-1)!;
    const [hold, ...others] = record.holds;
    const forged = { ...record, holds: [{ ...hold!, amount: '1.00' }, ...others] };
    expect(recompute(forged, sha256)).toMatchObject({ same: false, differences: ['holds[0].amount'] });
  });

  test('an engine that this program does not know is told, also where the result is the same', () => {
    const record = { ...records.at(-1)!, engineVersion: '1' };
    expect(recompute(record, sha256)).toMatchObject({ same: false });
    expect(recompute(record, sha256).differences).toContain('engineVersion');
    expect(ENGINE_VERSION).not.toBe('2');
  });
});
