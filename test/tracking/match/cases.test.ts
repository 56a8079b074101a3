import { describe, expect, test } from '@jest/globals';
import { explain } from '../../../src/tracking/match/explain.ts';
import { recompute } from '../../../src/tracking/match/recompute.ts';
import type { Check } from '../../../src/tracking/match/model.ts';
import { readCase, readCaseFiles } from './case-file.ts';
import { decide, sha256 } from './fixtures.ts';

const files = readCaseFiles();

function name({ id, line }: Check): string {
  return line === undefined ? id : `${line} ${id}`;
}

test('the reference set has at least sixty cases with distinct names', () => {
  const names = files.flatMap(({ cases }) => cases.map((each) => each.case));
  expect(names.length).toBeGreaterThanOrEqual(60);
  expect(new Set(names).size).toBe(names.length);
});

for (const { file, cases } of files) {
  describe(file, () => {
    test.each(cases.map((each) => [each.case, each] as const))('%s', (_name, written) => {
      const decision = decide(readCase(written));
      const { expect: expected } = written;
      const failing = decision.checks.filter(({ result }) => result === 'failed');
      expect({
        outcome: decision.outcome,
        fails: [...new Set(failing.map((check) => `${name(check)} ${check.code ?? ''}`))].sort(),
      }).toEqual({ outcome: expected.outcome, fails: [...(expected.fails ?? [])].sort() });
      if (expected.payable !== undefined) expect(decision.amounts.payable).toBe(expected.payable);
      if (expected.atStake !== undefined) expect(decision.amounts.atStake).toBe(expected.atStake);
      if (expected.amounts !== undefined) expect(decision.amounts).toMatchObject(expected.amounts);
      if (expected.holds !== undefined) {
        expect(decision.holds.map(({ type, owner, amount }) => `${type} ${owner} ${amount}`)).toEqual(
          expected.holds,
        );
      }
      const results = decision.checks.map((check) => `${name(check)} ${check.result}`);
      for (const result of expected.checks ?? []) expect(results).toContain(result);
      const text = explain(decision);
      for (const words of expected.says ?? []) expect(text).toContain(words);
      if (expected.lines !== undefined) {
        expect(
          decision.lines.flatMap(({ line, allocations }) =>
            allocations.map(
              ({ orderId, orderLineId, quantity, amount, allocatedCharges }) =>
                `${line}: ${quantity} on ${orderId}/${orderLineId}, ${amount} + ${allocatedCharges}`,
            ),
          ),
        ).toEqual(expected.lines);
      }
      expect(recompute(structuredClone(decision), sha256)).toMatchObject({ same: true, differences: [] });
    });
  });
}
