import type { Instant } from '../common/time.ts';
import { decide } from './decide.ts';
import type { Decision, OrderState, RecordedEvent } from './model.ts';
import type { TrackingPolicy } from './policy.ts';
import { stableText } from './stable-text.ts';

export type PolicySource = (version: string) => TrackingPolicy;

/** The state that a history leads to: each event decided again at its instant, under its policy. */
export function foldOrder(events: readonly RecordedEvent[], policyOf: PolicySource): OrderState | undefined {
  let state: OrderState | undefined;
  for (const { event, at, policyVersion } of events)
    state = decide(state, event, policyOf(policyVersion), at).state;
  return state;
}

/**
 * The state as it was known at an instant: everything up to the last event of that time or before. What was recorded before
 * that one was known too, even under a later time, where the clock was set back in between.
 */
export function foldOrderAsOf(
  events: readonly RecordedEvent[],
  asOf: Instant,
  policyOf: PolicySource,
): OrderState | undefined {
  const last = events.findLastIndex(({ at }) => at <= asOf);
  return foldOrder(events.slice(0, last + 1), policyOf);
}

/** Every decision of a history, in order. */
export function replayOrder(events: readonly RecordedEvent[], policyOf: PolicySource): Decision[] {
  let state: OrderState | undefined;
  return events.map(({ event, at, policyVersion }) => {
    const decision = decide(state, event, policyOf(policyVersion), at);
    state = decision.state;
    return decision;
  });
}

/** Members of the state that a replay decides otherwise than what is kept; empty where both agree. */
export function compareStates(kept: OrderState, replayed: OrderState | undefined): string[] {
  if (replayed === undefined) return ['state'];
  const names = new Set([...Object.keys(kept), ...Object.keys(replayed)]);
  return [...names].filter(
    (name) => stableText(kept[name as keyof OrderState]) !== stableText(replayed[name as keyof OrderState]),
  );
}
