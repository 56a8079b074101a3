import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { compareStates, replayOrder } from '../../src/tracking/fold.ts';
import type { TrackingPolicy } from '../../src/tracking/policy.ts';
import type { RecordedHistory } from './recorded-history.ts';

/**
 * Histories that versions of the program have recorded (`node scripts/record-histories.ts`), decided again by this one. A
 * difference means that installations would see their past otherwise: it has to be meant, and told in the change log.
 */
const folder = new URL('../fixtures/histories/', import.meta.url);
const read = (name: string): unknown => JSON.parse(readFileSync(new URL(name, folder), 'utf8'));

describe.each(readdirSync(folder))('recorded by version %s', (version) => {
  const policies = read(`${version}/policies.json`) as Record<string, TrackingPolicy>;
  const files = readdirSync(new URL(`${version}/`, folder)).filter((name) => name !== 'policies.json');

  test.each(files)('%s is decided again without a difference', (file) => {
    const { partnerId, events, state } = read(`${version}/${file}`) as RecordedHistory;
    const decisions = replayOrder(events, (policyVersion) => policies[`${partnerId}/${policyVersion}`]!);
    decisions.forEach(({ facts, explanations }, index) => {
      const recorded = events[index]!;
      const place = `#${index + 1} ${recorded.event.type}`;
      expect({ place, facts, explanations }).toEqual({
        place,
        facts: recorded.facts,
        explanations: recorded.explanations,
      });
    });
    expect(compareStates(state, decisions.at(-1)?.state)).toEqual([]);
  });

  test('there are histories of answers, changes, goods, money, silence and people', () => {
    const types = files.flatMap((file) =>
      (read(`${version}/${file}`) as RecordedHistory).events.map(({ event }) => event.type),
    );
    expect(files.length).toBeGreaterThan(50);
    expect([...new Set(types)].sort()).toEqual(
      expect.arrayContaining([
        'buyerDecided',
        'creditMatched',
        'deadlineReached',
        'despatchAdviceReceived',
        'goodsReceived',
        'invoiceHeld',
        'orderCancelled',
        'orderChanged',
      ]),
    );
  });
});
