import type { OrderResponse, OrderResponseLine } from '../../documents/order-response.ts';
import type { Draft } from '../draft.ts';
import type { LineState, UnansweredChange } from '../model.ts';
import { readAnswers } from './answer.ts';
import { CLAIM_MEANINGS } from './claims.ts';
import type { ClaimClass } from './claims.ts';
import { applyOutcome, decideLine } from './line.ts';
import type { LineContext } from './line.ts';

/** What says nothing that could be kept. */
const SILENT: ReadonlySet<ClaimClass> = new Set(['none', 'notFound', 'unknown']);

/**
 * An answer to a version of a line that a change or cancellation of ours has overtaken: it is decided for the line as it was, which
 * comes back if the supplier refuses ours. False where it cannot be kept.
 */
export function keepAnswer(
  draft: Draft,
  lineId: string,
  answered: readonly OrderResponseLine[],
  context: LineContext & { document: OrderResponse; version: number },
): boolean {
  const { state, rules } = draft;
  if (rules < 2) return false;
  const found = lineBefore(state.unanswered, lineId, context.version);
  const schedules = answered.flatMap((each) => each.schedules);
  if (found === undefined || schedules.some(({ claim }) => SILENT.has(CLAIM_MEANINGS[claim].class)))
    return false;
  const line = { ...found.line };
  const order = found.change.previousOrder;
  const { answers } = readAnswers(line, answered, context.document, order, context.policy, rules);
  if (answers === undefined) return false;
  applyOutcome(line, decideLine(line, answers, { ...context, order }));
  state.unanswered = state.unanswered.map((each) =>
    each === found.change
      ? {
          ...each,
          previousLines: each.previousLines.map((before) => (before === found.line ? line : before)),
          answeredLines: [...new Set([...(each.answeredLines ?? []), lineId])],
        }
      : each,
  );
  return true;
}

/** The line as the version had it. */
function lineBefore(
  unanswered: readonly UnansweredChange[],
  lineId: string,
  version: number,
): { change: UnansweredChange; line: LineState } | undefined {
  for (const change of unanswered.toReversed()) {
    const line = change.previousLines.find(({ id }) => id === lineId);
    if (line === undefined || line.changedInVersion > version) continue;
    if (line.slices.some(({ state }) => state === 'CANCEL_REQUESTED' || state === 'COUNTERED')) continue;
    return { change, line };
  }
  return undefined;
}
