import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { addHours } from '../../src/common/calendar.ts';
import { dec, sum } from '../../src/common/decimal.ts';
import { balanceOf } from '../../src/tracking/balance.ts';
import { decide } from '../../src/tracking/decide.ts';
import { FACT_SCHEMAS } from '../../src/tracking/facts.ts';
import { compareStates, foldOrder, foldOrderAsOf } from '../../src/tracking/fold.ts';
import type { Decision, OrderEvent, OrderState } from '../../src/tracking/model.ts';
import { DEFAULT_POLICY } from '../../src/tracking/policy.ts';
import { badgeOf } from '../../src/tracking/status.ts';
import { history, mended } from './random-events.ts';
import type { History, Step } from './random-events.ts';
import { Story } from './support.ts';

/** More histories: `LAW_RUNS=20000 npm test -- laws`. */
const RUNS = Number(process.env['LAW_RUNS'] ?? 300);

function deepFreeze<T>(value: T): T {
  if (typeof value === 'object' && value !== null && !Object.isFrozen(value)) {
    Object.freeze(value);
    Object.values(value).forEach(deepFreeze);
  }
  return value;
}

function play(story: Story, step: Step, clock: number): void {
  story.at(addHours('2026-03-02T09:00:00.000Z', clock * 7));
  const state = story.state;
  if (step.kind === 'event') {
    story.apply(step.event);
    return;
  }
  const document = state?.documents.at(-1);
  if (state === undefined) return;
  switch (step.kind) {
    case 'deliver':
      if (document !== undefined) story.deliver(false);
      return;
    case 'acknowledge':
    case 'refuse':
      if (document !== undefined) {
        story.acknowledge(`doc-${document.key}`, step.kind === 'refuse' ? 'rejected' : 'accepted');
      }
      return;
    case 'fail':
      if (document !== undefined) story.fail();
      return;
    case 'tick':
      story.tick(story.now);
      return;
    case 'mend':
      story.policy = mended(story.policy);
      story.decideOn('UOM_CONVERSION_MISSING', 'correctData');
      return;
    case 'decide': {
      const open = state.exceptions[step.pick % Math.max(1, state.exceptions.length)];
      story.decideOn(open?.type ?? 'NONE', step.action, {
        ...(open?.lineId === undefined ? {} : { lineId: open.lineId }),
        ...(step.counter ? { counter: { quantity: '80', priceAmount: '8.00' } } : {}),
      });
      return;
    }
    case 'repeat': {
      const past = story.history[step.pick % Math.max(1, story.history.length)];
      if (past !== undefined) story.apply(past.event);
    }
  }
}

function run({ order, policy, steps, early }: History): Story {
  const story = new Story(policy);
  if (!early) story.release(order);
  steps.forEach((step, index) => {
    if (early && index === 2) story.release(order);
    play(story, step, index);
    deepFreeze(story.state);
  });
  return story;
}

/** Runs a law over every state that random histories lead through. */
function always(law: (decision: Decision, before: OrderState | undefined, event: OrderEvent) => void): void {
  fc.assert(
    fc.property(history, (random) => {
      const story = run(random);
      let before: OrderState | undefined;
      story.decisions.forEach((decision, index) => {
        law(decision, before, story.history[index]!.event);
        before = decision.state;
      });
    }),
    { numRuns: RUNS },
  );
}

describe('laws of an order, over random histories', () => {
  test('every line balances: its slices add up to the ordered quantity and what is confirmed beyond it', () => {
    always(({ state }) => {
      for (const line of state?.lines ?? []) {
        const { ordered, confirmed, backordered, rejected, cancelled, open, over } = balanceOf(line);
        const parts = sum([confirmed, backordered, rejected, cancelled, open]);
        expect(parts.toFixed()).toBe(dec(ordered).plus(over).toFixed());
        for (const { quantity } of line.slices) expect(dec(quantity).gt(0)).toBe(true);
      }
    });
  });

  test('an event applied twice changes nothing', () => {
    always((decision, _, event) => {
      if (!decision.changed) return;
      const again = decide(decision.state, event, DEFAULT_POLICY, '2026-05-01T00:00:00.000Z');
      expect(again.changed).toBe(false);
      expect([again.facts, again.effects, again.exceptions]).toEqual([[], [], []]);
      expect(again.state).toBe(decision.state);
    });
  });

  test('nothing proposed, held or pending is ever written to the ERP, and nothing while an earlier agreement stands', () => {
    always(({ effects, state }) => {
      for (const effect of effects) {
        if (effect.kind !== 'writeErp' || effect.operation !== 'confirmations') continue;
        for (const line of effect.payload.lines) {
          const allowed = ['CONFIRMED', 'CONFIRMED_CHANGED', 'BACKORDERED', 'CANCELLED'];
          expect(line.slices.map((slice) => slice.state).filter((each) => !allowed.includes(each))).toEqual(
            [],
          );
          // A change that had waited may go out in the same breath; then the written agreement stands from now on.
          const sends = effects.some(({ kind }) => kind === 'sendDocument');
          if (!sends) expect(state?.lines.find(({ id }) => id === line.lineId)?.standing).toBeUndefined();
        }
      }
    });
  });

  test('versions only rise, and each outbound document has one version and one communication state', () => {
    always(({ state }, before) => {
      expect(state?.version ?? 0).toBeGreaterThanOrEqual(before?.version ?? 0);
      const versions = (state?.documents ?? []).map(({ version }) => version);
      expect(versions).toEqual([...new Set(versions)].sort((a, b) => a - b));
    });
  });

  test('a change that is sent never asks for less than has been announced, received or invoiced', () => {
    always(({ effects, state }, before) => {
      for (const effect of effects) {
        if (
          effect.kind !== 'sendDocument' ||
          effect.resend === true ||
          effect.document.documentType === 'order'
        )
          continue;
        if (effect.document.purpose === 'cancel') continue;
        for (const line of effect.document.lines) {
          const old = before?.lines.find(({ id }) => id === line.id);
          const now = state?.lines.find(({ id }) => id === line.id);
          if (old === undefined || now === undefined || now.shortClosed || line.action === 'deleted')
            continue;
          const floor = [now.announced, now.received, now.invoiced, '0']
            .map(dec)
            .reduce((a, b) => (a.gt(b) ? a : b));
          const least = floor.lt(old.line.quantity.value) ? floor : dec(old.line.quantity.value);
          if (line.quantity.value === old.line.quantity.value) continue;
          expect(dec(line.quantity.value).gte(least)).toBe(true);
        }
      }
    });
  });

  test('deadlines and exceptions that were opened and not closed are those of the state, each with an owner', () => {
    fc.assert(
      fc.property(history, (random) => {
        const story = run(random);
        const deadlines = new Map<string, string>();
        const exceptions = new Set<string>();
        story.decisions.forEach((decision, index) => {
          const { event } = story.history[index]!;
          if (event.type === 'deadlineReached' && decision.changed) deadlines.delete(event.key);
          for (const change of decision.deadlines) {
            if (change.change === 'set') deadlines.set(change.key, change.owner);
            else deadlines.delete(change.key);
          }
          for (const change of decision.exceptions) {
            if (change.change === 'open') {
              expect(exceptions.has(change.exception.fingerprint)).toBe(false);
              exceptions.add(change.exception.fingerprint);
            } else if (change.change === 'update') {
              expect(exceptions.has(change.exception.fingerprint)).toBe(true);
            } else exceptions.delete(change.fingerprint);
          }
        });
        expect([...deadlines.keys()].sort()).toEqual(
          (story.state?.deadlines ?? []).map(({ key }) => key).sort(),
        );
        expect([...deadlines.values()].every((owner) => owner !== '')).toBe(true);
        expect([...exceptions].sort()).toEqual(
          (story.state?.exceptions ?? []).map(({ fingerprint }) => fingerprint).sort(),
        );
      }),
      { numRuns: RUNS },
    );
  });

  test('every effect has a key of its own, and every published event fits its schema', () => {
    fc.assert(
      fc.property(history, (random) => {
        const { decisions } = run(random);
        const keys = decisions.flatMap(({ effects }) => effects.map(({ key }) => key));
        expect(keys.filter((key, index) => keys.indexOf(key) !== index)).toEqual([]);
        const facts = decisions.flatMap((decision) => decision.facts);
        for (const fact of facts) expect(FACT_SCHEMAS[fact.type].safeParse(fact).error).toBeUndefined();
        const ids = facts.map(({ id }) => id);
        expect(ids.filter((id, index) => ids.indexOf(id) !== index)).toEqual([]);
      }),
      { numRuns: RUNS },
    );
  });

  test('the fold of the history is the live state, now and at every moment before, and plain JSON', () => {
    fc.assert(
      fc.property(history, (random) => {
        const story = run(random);
        const policyOf = (version: string) => (version === 'mended' ? mended(random.policy) : random.policy);
        const folded = foldOrder(story.history, policyOf);
        expect(folded).toEqual(story.state);
        if (story.state === undefined) return;
        expect(compareStates(story.state, folded)).toEqual([]);
        expect(JSON.parse(JSON.stringify(story.state))).toEqual(story.state);
        const middle = story.history[Math.floor(story.history.length / 2)]!;
        const last = story.history.findLastIndex(({ at }) => at <= middle.at);
        expect(foldOrderAsOf(story.history, middle.at, policyOf)).toEqual(story.decisions[last]!.state);
      }),
      { numRuns: RUNS / 2 },
    );
  });

  test('every state can be shown: it has a badge', () => {
    always(({ state }) => {
      if (state !== undefined) expect(badgeOf(state)).toMatch(/^[A-Z_]+$/);
    });
  });
});
