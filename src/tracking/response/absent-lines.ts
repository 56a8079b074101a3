import { formatDecimal, sum } from '../../common/decimal.ts';
import type { OrderResponse, OrderResponseLine } from '../../documents/order-response.ts';
import { editLine, explain, valueOf } from '../draft.ts';
import type { Draft } from '../draft.ts';
import type { LineState } from '../model.ts';
import { UnmatchedLines } from '../unmatched-lines.ts';
import { answerLine } from './line-answer.ts';
import type { ResponseContext } from './line-answer.ts';

/** Which lines of the order an answer names, and whether it names others that are not found. */
export interface NamedLines {
  named: ReadonlySet<string>;
  lost: boolean;
}

type AbsentTreatment = 'accepted' | 'rejected' | 'missing' | 'pending' | 'untouched';

/** What a line means that the answer does not name (5.1.2). */
function absentTreatment(draft: Draft, document: OrderResponse): AbsentTreatment {
  const { response } = draft.policy;
  const bare = document.lines.length === 0;
  // A change speaks of the lines that it names; one that names none speaks of the order.
  if (document.purpose === 'change' && !bare) return 'untouched';
  switch (document.claim) {
    case 'accepted':
    case 'acceptedExceptions':
      return 'accepted';
    case 'acceptedWithChanges': {
      // Only the heading was amended: its dates hold for every line.
      if (bare && (document.promisedDeliveryDate ?? document.promisedShipDate) !== undefined)
        return 'accepted';
      return response.absentLine === 'open' ? 'missing' : response.absentLine;
    }
    case 'pending':
      return 'pending';
    case 'rejected':
      return 'rejected';
    case 'rejectedExceptions':
      return response.rfScope === 'order' ? 'rejected' : 'accepted';
    case 'counterOffer':
      return bare ? 'missing' : 'untouched';
    default:
      return bare && response.bareResponseAccepts ? 'accepted' : 'missing';
  }
}

/** Answers the lines of the order that an answer does not name, as its header means it. */
export function answerAbsentLines(
  draft: Draft,
  document: OrderResponse,
  context: ResponseContext,
  { named, lost }: NamedLines,
): void {
  const treatment = absentTreatment(draft, document);
  if (treatment === 'untouched') return;
  if (treatment === 'accepted' && lost) {
    explain(draft, {
      rule: '5.1.4',
      text: 'The answer names lines that are not found: those that it leaves out are not taken as accepted.',
    });
    return;
  }
  const missing: LineState[] = [];
  for (let index = 0; index < draft.state.lines.length; index++) {
    const line = draft.state.lines[index]!;
    if (named.has(line.id) || line.deleted === true || !needsAnswer(line, treatment)) continue;
    // An answer to an earlier version cannot name what is new since: that waits for its own.
    if (line.changedInVersion > context.version && (treatment === 'missing' || isNew(draft, line))) continue;
    if (treatment === 'missing') {
      missing.push(line);
      continue;
    }
    answerLine(draft, editLine(draft, index), [impliedAnswer(line, treatment)], context);
  }
  if (missing.length === 0) return;
  const unmatched = new UnmatchedLines<'LINES_MISSING_IN_ACK'>();
  for (const { id } of missing) unmatched.add('LINES_MISSING_IN_ACK', `line ${id}`);
  const value = sum(missing.map(({ line }) => valueOf(line, line.quantity.value)));
  const trouble = { documentId: context.documentId, value: formatDecimal(value) };
  const stay = missing.length === 1 ? 'It stays open' : 'They stay open';
  unmatched.raise(
    draft,
    trouble,
    (_type, names) => `The answer does not mention ${names}. ${stay} until the supplier answers.`,
  );
}

/** Lines that have their answer keep it, unless the whole order is refused. What only goods have confirmed has none yet. */
function needsAnswer(line: LineState, treatment: AbsentTreatment): boolean {
  if (line.slices.every(({ state }) => state === 'CANCELLED')) return false;
  if (treatment === 'accepted' && line.slices.some(({ implied }) => implied === true)) return true;
  return treatment === 'rejected' || line.awaitingVersion !== 0;
}

/** Added to the order by a change that is not answered yet. */
function isNew({ state }: Draft, { id, changedInVersion }: LineState): boolean {
  const change = state.unanswered.find(({ version }) => version === changedInVersion);
  return change !== undefined && !change.previousOrder.lines.some((line) => line.id === id);
}

const IMPLIED_CLAIMS = { accepted: 'accepted', rejected: 'rejected', pending: 'datePending' } as const;

function impliedAnswer(line: LineState, treatment: keyof typeof IMPLIED_CLAIMS): OrderResponseLine {
  const schedules = [{ claim: IMPLIED_CLAIMS[treatment] }];
  return { orderLineId: line.id, item: line.line.item, schedules };
}
