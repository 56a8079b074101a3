import { describe, expect, test } from '@jest/globals';
import { compareStates, foldOrder, foldOrderAsOf, replayOrder } from '../../src/tracking/fold.ts';
import { DEFAULT_POLICY } from '../../src/tracking/policy.ts';
import { answeredLine, orderLine, responseOf, Story, toleranceFor } from './support.ts';

describe('a recorded history', () => {
  const strict = DEFAULT_POLICY;
  const loose = { ...toleranceFor({ priceUpPct: '10' }), version: 'loose' };
  const story = new Story(loose).start([orderLine('1')]);
  story.at('2026-03-03T09:00:00.000Z');
  story.respond(responseOf([answeredLine('1', [{ claim: 'priceChanged' }], { price: { amount: '9.50' } })]));

  test('is decided again under the policy of its time', () => {
    const versions: string[] = [];
    const state = foldOrder(story.history, (version) => {
      versions.push(version);
      return version === 'loose' ? loose : strict;
    });
    expect(state).toEqual(story.state);
    expect(new Set(versions)).toEqual(new Set(['loose']));
  });

  test('shows what another policy would have decided', () => {
    const other = foldOrder(story.history, () => strict);
    expect(other?.lines[0]?.slices[0]?.state).toBe('PROPOSED');
    expect(compareStates(story.state!, other)).toEqual(['lines', 'deadlines', 'exceptions']);
    expect(compareStates(story.state!, undefined)).toEqual(['state']);
  });

  test('gives the state as it was known at an instant', () => {
    const before = foldOrderAsOf(story.history, '2026-03-02T23:00:00.000Z', () => loose);
    expect(before?.lines[0]?.slices[0]?.state).toBe('AWAITING');
    expect(foldOrderAsOf(story.history, '2026-03-01T00:00:00.000Z', () => loose)).toBeUndefined();
  });

  test('gives it also where the clock was set back between two events', () => {
    const early = new Story().start([orderLine('1')]);
    early.at('2026-03-02T08:30:00.000Z');
    early.respond(responseOf([answeredLine('1', [{ claim: 'accepted' }])]));
    const then = foldOrderAsOf(early.history, '2026-03-02T08:30:00.000Z', () => DEFAULT_POLICY);
    expect(then).toEqual(early.state);
  });

  test('repeats every effect under the same key', () => {
    const keys = (decisions: typeof story.decisions) =>
      decisions.flatMap(({ effects }) => effects.map(({ key }) => key));
    const repeated = replayOrder(story.history, () => loose);
    expect(keys(repeated)).toEqual(keys(story.decisions));
    expect(keys(repeated).length).toBeGreaterThan(0);
  });
});
