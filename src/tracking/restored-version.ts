import { effectiveQuantity, quantityIn, reductionFloor } from './balance.ts';
import { hasArrived } from './communication.ts';
import { writeConfirmations } from './confirmation.ts';
import { closeExceptions, editLine, explain, raise } from './draft.ts';
import type { Draft } from './draft.ts';
import { startLadder } from './ladder.ts';
import { cancelQuantity, isLive } from './line-changes.ts';
import type { LineState, OrderState, UnansweredChange } from './model.ts';
import { compare } from './quantity.ts';
import { raiseUndecided } from './response/troubles.ts';

/** Why a version does not count any more, as part of a sentence. */
interface Ending {
  /** `the supplier refuses our change` */
  because: string;
  /** Only these lines; absent for the whole version. */
  lineIds?: readonly string[];
  documentId?: string;
}

/**
 * A version, or its change of some lines, is given up: the values before it stand again (5.3.3), with what the supplier has
 * said of them since. Returns the lines, also those that a newer version has taken further.
 */
export function restoreVersion(draft: Draft, version: number, ending: Ending): string[] {
  const { state } = draft;
  const { lineIds } = ending;
  const change = state.unanswered.find((each) => each.version === version);
  if (change === undefined) return [];
  const before = new Map(change.previousLines.map((line) => [line.id, line]));
  const isMeant = (line: LineState): boolean =>
    line.awaitingVersion === version && lineIds?.includes(line.id) !== false;
  const restored: string[] = [];
  for (let index = 0; index < state.lines.length; index++) {
    if (!isMeant(state.lines[index]!)) continue;
    const line = editLine(draft, index);
    restoreLine(line, before.get(line.id), state);
    restored.push(line.id);
  }
  const rebased = rebaseNewer(state, change, isMeant, lineIds === undefined);
  if (lineIds === undefined) state.unanswered = state.unanswered.filter((each) => each !== change);
  const header = lineIds === undefined && rebased === undefined ? change.previousOrder : state.order!;
  const lines = state.lines.filter((line) => !line.deleted).map(({ line }) => line);
  state.order = { ...header, version: state.version, lines };
  takeUp(draft, change, restored, ending);
  return [...restored, ...(rebased ?? [])];
}

function restoreLine(line: LineState, before: LineState | undefined, state: OrderState): void {
  line.awaitingVersion = 0;
  if (before === undefined) {
    // The line came with the version.
    cancelQuantity(line, quantityIn(line.slices, isLive), 'the supplier refused the added line');
    line.deleted = true;
    return;
  }
  line.line = before.line;
  line.changedInVersion = before.changedInVersion;
  line.slices = before.slices;
  if (before.standing === undefined) delete line.standing;
  else line.standing = before.standing;
  if (before.deleted === undefined) delete line.deleted;
  if (before.reconfirming !== undefined) line.reconfirming = before.reconfirming;
  line.awaitingVersion = before.awaitingVersion;
  if (!hasReached(state, before.awaitingVersion)) return;
  line.slices = line.slices.map((slice) =>
    slice.state === 'OPEN' ? { ...slice, state: 'AWAITING' } : slice,
  );
}

/**
 * Newer versions keep lines as this one had left them: should they be refused, too, it is the state before this one that comes
 * back. Returns these lines; undefined where there is no newer version.
 */
function rebaseNewer(
  state: OrderState,
  change: UnansweredChange,
  isMeant: (line: LineState) => boolean,
  whole: boolean,
): string[] | undefined {
  const before = new Map(change.previousLines.map((line) => [line.id, line]));
  const isNewer = (each: UnansweredChange): boolean => each.version > change.version;
  if (!state.unanswered.some(isNewer)) return undefined;
  const rebased: string[] = [];
  state.unanswered = state.unanswered.map((each) => {
    if (!isNewer(each)) return each;
    const previousLines = each.previousLines.map((line) => {
      if (!isMeant(line)) return line;
      const copy = { ...line };
      restoreLine(copy, before.get(line.id), state);
      rebased.push(line.id);
      return copy;
    });
    return { ...each, previousLines, ...(whole && { previousOrder: change.previousOrder }) };
  });
  return rebased;
}

function hasReached({ documents }: OrderState, version: number): boolean {
  return documents.some((document) => document.version === version && hasArrived(document));
}

/** What is open again is told again, asked for again, and written where the ERP has not heard of it. */
function takeUp(draft: Draft, change: UnansweredChange, lineIds: readonly string[], ending: Ending): void {
  const { state } = draft;
  const answered = new Set(change.answeredLines?.filter((id) => lineIds.includes(id)));
  for (const line of state.lines) {
    if (!lineIds.includes(line.id)) continue;
    const floor = reductionFloor(line);
    if (compare(floor, effectiveQuantity(line)) > 0) {
      raise(draft, 'CROSSED_IN_FLIGHT', {
        line,
        detail: `Line ${line.id}: ${ending.because}, but ${floor} have been announced, received or invoiced, more than the ${effectiveQuantity(line)} that stand again.`,
      });
    }
    if (answered.has(line.id)) {
      const text = `Line ${line.id}: ${ending.because}, and what he had answered before counts.`;
      explain(draft, { rule: '5.3.3', lineId: line.id, text });
    }
    if (line.awaitingVersion === 0) raiseUndecided(draft, line, ending.because, ending.documentId);
    else askFor(draft, line.awaitingVersion);
  }
  if (answered.size === 0) return;
  closeExceptions(
    draft,
    ({ type, lineId }) => type === 'STALE_ACK' && lineId !== undefined && answered.has(lineId),
    'The answer counts after all.',
  );
  writeConfirmations(draft, [...answered]);
}

/** The supplier was asked for it, and the newer version had taken the place of the question. */
function askFor(draft: Draft, version: number): void {
  const { deadlines } = draft.state;
  const runs = deadlines.some((each) => each.kind === 'responseDue' && each.version === version);
  if (!runs && hasReached(draft.state, version)) startLadder(draft, version, draft.now);
}
