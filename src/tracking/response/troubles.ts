import { wordsOf } from '../../common/sentence.ts';
import { compare, isPositive } from '../quantity.ts';
import { isConfirmed, isRefusal, quantityIn } from '../balance.ts';
import { raise } from '../draft.ts';
import type { Draft } from '../draft.ts';
import type { ExceptionEvidence } from '../exception-model.ts';
import type { CommitmentState, LineState, Slice } from '../model.ts';
import type { LineOutcome } from './line.ts';

/** What needs somebody. */
const TROUBLED: ReadonlySet<CommitmentState> = new Set(['PROPOSED', 'REJECTED', 'HOLD', 'BACKORDERED']);

/** Opens what a decided line needs a person for (5.4, 5.15). */
export function raiseTroubles(draft: Draft, line: LineState, outcome: LineOutcome, documentId: string): void {
  if (
    outcome.contradiction === undefined &&
    outcome.remainder === '0' &&
    !line.slices.some(({ state }) => TROUBLED.has(state))
  )
    return;
  if (outcome.contradiction !== undefined) {
    raise(draft, 'CODE_VALUE_MISMATCH', {
      line,
      documentId,
      evidence: evidenceOf(line, documentId),
      detail: `Line ${line.id}: ${outcome.contradiction}. The values were used.`,
    });
  }
  raiseParts(draft, line, outcome, documentId);
}

/**
 * What was undecided of a line before a version that is given up is undecided again. `because` says why, as part of a sentence:
 * `the supplier refuses our change`.
 */
export function raiseUndecided(
  draft: Draft,
  line: LineState,
  because: string,
  documentId: string | undefined,
): void {
  const remainder = quantityIn(line.slices, ({ state }) => state === 'OPEN');
  raiseParts(draft, line, { ...UNTOUCHED, remainder, because }, documentId);
}

/** What the texts of exceptions need to know of how a line came to be as it is. */
type Story = Pick<LineOutcome, 'verdicts' | 'altered' | 'dropped' | 'over' | 'remainder'> & {
  because?: string;
};

const UNTOUCHED: Story = { verdicts: [], altered: '0', dropped: '0', over: false, remainder: '0' };

function raiseParts(draft: Draft, line: LineState, outcome: Story, documentId: string | undefined): void {
  const evidence = evidenceOf(line, documentId);
  const origin = documentId === undefined ? {} : { documentId };
  const taken = line.slices.filter((slice) => slice.state === 'PROPOSED' && isRefusal(slice));
  const proposed = line.slices.filter((slice) => slice.state === 'PROPOSED' && !isRefusal(slice));
  if (proposed.length > 0) raiseProposal(draft, line, outcome, proposed, origin);
  const rejected = [...taken, ...line.slices.filter(({ state }) => state === 'REJECTED')];
  if (rejected.length > 0) raiseRejection(draft, line, outcome, rejected, origin);
  const held = line.slices.filter(({ state }) => state === 'HOLD');
  if (held.length > 0) raiseHold(draft, line, held, origin);
  const undated = line.slices.filter(({ state, date }) => state === 'BACKORDERED' && date === undefined);
  if (undated.length > 0) {
    const quantity = sumOf(undated);
    raise(draft, 'BACKORDER_NO_DATE', {
      line,
      quantity,
      ...origin,
      evidence,
      detail: `Line ${line.id}: ${quantity} backordered without a date. Ask the supplier when they ship.`,
    });
  }
  if (isPositive(outcome.remainder)) {
    raise(draft, 'REMAINDER_UNSTATED', {
      line,
      quantity: outcome.remainder,
      ...origin,
      evidence,
      detail: `Line ${line.id}: the answer leaves ${outcome.remainder} of ${line.line.quantity.value} unmentioned. Ask the supplier, wait, or cancel the rest.`,
    });
  }
}

function sumOf(slices: readonly Slice[]): string {
  return quantityIn(slices, () => true);
}

type Origin = { documentId?: string };

function evidenceOf(line: LineState, documentId: string | undefined): ExceptionEvidence[] {
  return line.slices
    .filter(({ claim }) => claim !== undefined)
    .map(({ claim, code, quantity, date, price, reason }) => ({
      ...(documentId === undefined ? {} : { documentId }),
      text: [code ?? wordsOf(claim ?? ''), quantity, date, price?.amount, reason]
        .filter((part) => part !== undefined)
        .join(' · '),
    }));
}

function raiseProposal(
  draft: Draft,
  line: LineState,
  outcome: Story,
  proposed: readonly Slice[],
  origin: Origin,
): void {
  const suspicious = outcome.verdicts.some((verdict) => verdict.suspicious);
  const reasons = outcome.verdicts
    .filter(({ accepted }) => !accepted)
    .map(({ explanation }) => explanation.text);
  const quantity = sumOf(proposed);
  const why =
    (reasons.length > 0 ? [...new Set(reasons)].join(' ') : proposalText(line, outcome)) + agreedText(line);
  const type = suspicious ? 'SUSPICIOUS_PRICE' : outcome.over ? 'OVER_CONFIRMED' : 'CHANGE_PROPOSED';
  raise(draft, type, {
    line,
    quantity,
    ...origin,
    evidence: evidenceOf(line, origin.documentId),
    detail: why,
  });
}

/** T17: what is proposed is held against what was agreed last, which need not be what was ordered. */
function agreedText({ id, standing }: LineState): string {
  const agreed = standing?.filter(isConfirmed) ?? [];
  if (agreed.length === 0) return '';
  const parts = agreed.map(({ quantity, date, price, item }) =>
    [
      quantity,
      date === undefined ? '' : `for ${date}`,
      price === undefined ? '' : `at ${price.amount}`,
      item === undefined ? '' : `of ${item.buyerId ?? item.sellerId ?? item.gtin ?? 'a substitute'}`,
    ]
      .filter((part) => part !== '')
      .join(' '),
  );
  return ` Agreed for line ${id} so far: ${parts.join(', ')}.`;
}

function proposalText(line: LineState, outcome: Story): string {
  if (outcome.because !== undefined)
    return `Line ${line.id}: ${outcome.because}, so that what he proposes is open again.`;
  if (isPositive(outcome.altered)) {
    return `Line ${line.id}: the supplier alters ${outcome.altered} that were confirmed before. The earlier promise stands until somebody decides.`;
  }
  return `Line ${line.id}: the supplier makes a proposal. Nothing is applied until somebody decides.`;
}

function raiseRejection(
  draft: Draft,
  line: LineState,
  outcome: Story,
  rejected: readonly Slice[],
  origin: Origin,
): void {
  const [first] = rejected;
  const ours =
    first?.claim === 'rejectedItemNumber' ||
    first?.claim === 'rejectedUnit' ||
    first?.claim === 'discontinued';
  const quantity = sumOf(rejected);
  const reason = first?.reason === undefined ? '' : ` (${first.reason})`;
  const part = `${quantity} of ${line.line.quantity.value}`;
  const words = first?.claim === undefined ? '' : (REFUSALS[first.claim] ?? '');
  const refused = `Line ${line.id}: the supplier refuses ${part}${words}${reason}.${ours ? ' The cause is in our data.' : ''}`;
  const dropped = isPositive(outcome.altered)
    ? `Line ${line.id}: ${part} were confirmed before, and the answer confirms them no more. The earlier promise stands until somebody decides.`
    : `Line ${line.id}: the answer does not mention ${part}, which counts as given up with this partner once somebody accepts it.`;
  raise(draft, 'LINE_REJECTED', {
    line,
    quantity,
    ...origin,
    evidence: evidenceOf(line, origin.documentId),
    ...(ours ? { owner: 'masterData' as const } : {}),
    detail: compare(outcome.dropped, quantity) === 0 ? dropped : refused,
  });
}

/** What a refusal says beside the no. */
const REFUSALS: Partial<Record<NonNullable<Slice['claim']>, string>> = {
  deleted: ' and takes it out of the order',
  rejectedNotContractItem: ': it is not in the contract',
  rejectedItemNumber: ': he does not know the item number',
  rejectedUnit: ': he does not sell it in this unit',
  rejectedNotAvailable: ': it is not available',
  rejectedReorder: ': it is to be ordered in another way',
  discontinued: ': it is not made any more',
};

function raiseHold(draft: Draft, line: LineState, held: readonly Slice[], origin: Origin): void {
  const heldFor = held[0]?.heldFor ?? 'supplier';
  const move = {
    supplier: 'The supplier has to decide',
    buyer: 'We have to decide',
    masterData: 'Our data is incomplete',
  }[heldFor];
  raise(draft, 'HOLD_BY_SUPPLIER', {
    line,
    quantity: sumOf(held),
    ...origin,
    evidence: evidenceOf(line, origin.documentId),
    ...(heldFor === 'masterData' ? { owner: 'masterData' as const } : {}),
    detail: `Line ${line.id}: ${sumOf(held)} are on hold. ${move}; nothing is confirmed.`,
  });
}
