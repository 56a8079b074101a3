import type { DecimalString } from '../../common/decimal.ts';
import type { HeaderClaim } from '../../documents/order-response.ts';
import type { Order } from '../../documents/order.ts';
import { isConfirmed } from '../balance.ts';
import { needByOf } from '../draft.ts';
import { dropStanding, keepStanding } from '../line-changes.ts';
import type { CommitmentState, Dimension, Explanation, LineState, Slice } from '../model.ts';
import { isOtherItem, isSamePrice } from '../order-diff.ts';
import type { TrackingPolicy } from '../policy.ts';
import { add, compare, isPositive, larger, smaller, subtract } from '../quantity.ts';
import { replaceSlices } from '../slices.ts';
import type { SliceDraft } from '../slices.ts';
import { answerableQuantity } from './answer.ts';
import type { Answer } from './answer.ts';
import { judgeDate, judgeItem, judgeOver, judgePrice, judgeShort } from './dimensions.ts';
import type { DimensionVerdict } from './dimensions.ts';

export interface LineContext {
  order: Order;
  policy: TrackingPolicy;
  /** See RULES. */
  rules: number;
  headerClaim: HeaderClaim;
  sameCurrency: boolean;
  /** Of the answer. */
  currency: string;
  /** A counter-offer: nothing is applied without the buyer. */
  proposalOnly: boolean;
}

/** What an answer makes of a line. */
export interface LineOutcome {
  slices: (Slice | SliceDraft)[];
  /** Each once. */
  changes: Dimension[];
  verdicts: DimensionVerdict[];
  explanations: Explanation[];
  /** Confirmed quantity that the supplier takes back or alters (T17). */
  altered: DecimalString;
  /** Quantity that the answer does not mention. */
  remainder: DecimalString;
  /** Quantity that it does not mention and that is taken for given up: confirmed before, or so agreed with the partner. */
  dropped: DecimalString;
  over: boolean;
  /** The values contradict what code and header claim. */
  contradiction?: string;
}

/**
 * The promises against which a new answer is compared: what was confirmed last. Where the buyer has changed the line since,
 * the answer is to the new values, and only what has shipped is still promised.
 */
function baselineOf(line: LineState): Slice[] {
  const changedByBuyer = line.awaitingVersion !== 0 && line.reconfirming !== true;
  return (changedByBuyer ? line.slices : (line.standing ?? line.slices)).filter(isConfirmed);
}

/** 5.1.4: from what the answer says of a line to slices with a state; values decide, claims are checked against them. */
export function decideLine(line: LineState, answers: readonly Answer[], context: LineContext): LineOutcome {
  const { policy } = context;
  const whole = answerableQuantity(line);
  const before = baselineOf(line);
  const { kept, rest, altered } = carryOver(line, before, answers, context);
  const outcome: LineOutcome = {
    slices: [...line.slices.filter(({ state }) => state === 'CANCELLED'), ...kept],
    changes: [],
    verdicts: [],
    explanations: explainGoods(line, kept, answers),
    altered,
    remainder: '0',
    dropped: '0',
    over: false,
  };
  const split = answers.filter(({ meaning }) => meaning.class !== 'reject').length > 1;
  const proposed = context.proposalOnly || isPositive(altered) || (split && policy.response.shipComplete);
  const quantity = judgeQuantity(line, answers, whole, context, outcome);
  const sliceContext = { ...context, proposalOnly: proposed, quantity };
  for (const answer of rest) outcome.slices.push(decideSlice(line, answer, sliceContext, outcome));
  settleRemainder(outcome, quantity, policy);
  // Once other values are agreed than were ordered, a code speaks of those: only the buyer can say whether it is true.
  const asOrdered = before.every(({ changes }) => changes === undefined);
  const contradiction = asOrdered
    ? contradictionOf(answers, outcome.changes, context.headerClaim)
    : undefined;
  return contradiction === undefined ? outcome : { ...outcome, contradiction };
}

/** Makes the line what was decided of it. True where promises that were confirmed are altered: those stand meanwhile. */
export function applyOutcome(line: LineState, outcome: LineOutcome): boolean {
  const altered = outcome.altered !== '0';
  if (altered) keepStanding(line);
  else dropStanding(line);
  replaceSlices(line, outcome.slices);
  const waits = line.slices.some(
    ({ state, heldFor }) => state === 'PENDING' || (state === 'HOLD' && heldFor === 'supplier'),
  );
  if (!waits) {
    line.awaitingVersion = 0;
    if (line.reconfirming !== undefined) delete line.reconfirming;
  }
  return altered;
}

const COMMITS: ReadonlySet<string> = new Set(['accept', 'change', 'propose', 'pending']);

/** Compares the sum of what is promised with what was ordered, and notes what is not mentioned. */
function judgeQuantity(
  line: LineState,
  answers: readonly Answer[],
  whole: DecimalString,
  context: LineContext,
  outcome: LineOutcome,
): DimensionVerdict | undefined {
  const single = answers.length === 1 ? answers[0] : undefined;
  if (single?.promise.quantity === whole && COMMITS.has(single.meaning.class)) return undefined;
  const needBy = needByOf(line.line, context.order);
  let mentioned = '0';
  let promised = '0';
  let unpromised = '0';
  for (const { meaning, promise } of answers) {
    mentioned = add(mentioned, promise.quantity);
    const inTime =
      meaning.class === 'backorder' &&
      promise.date !== undefined &&
      (needBy === undefined || promise.date <= needBy);
    if (COMMITS.has(meaning.class) || inTime) promised = add(promised, promise.quantity);
    else if (meaning.class === 'hold') unpromised = add(unpromised, promise.quantity);
  }
  outcome.remainder = larger('0', subtract(whole, mentioned));
  const over = subtract(mentioned, whole);
  if (compare(over, '0') > 0) {
    const judged = judgeOver(line, over, whole, context.policy);
    outcome.over = !judged.accepted;
    return note(outcome, judged);
  }
  const short = subtract(subtract(whole, promised), unpromised);
  if (!isPositive(promised)) {
    if (isPositive(short)) noteChange(outcome, 'quantity');
    return undefined;
  }
  if (answers.some(({ meaning }) => meaning.class === 'backorder')) noteChange(outcome, 'quantity');
  return isPositive(short) ? note(outcome, judgeShort(line, short, whole, context.policy)) : undefined;
}

function note<V extends DimensionVerdict | undefined>(outcome: LineOutcome, verdict: V): V {
  if (verdict !== undefined) {
    outcome.verdicts.push(verdict);
    noteChange(outcome, verdict.dimension);
    outcome.explanations.push(verdict.explanation);
  }
  return verdict;
}

function noteChange({ changes }: LineOutcome, dimension: Dimension): void {
  if (!changes.includes(dimension)) changes.push(dimension);
}

interface SliceContext extends LineContext {
  quantity: DimensionVerdict | undefined;
}

function decideSlice(
  line: LineState,
  answer: Answer,
  context: SliceContext,
  outcome: LineOutcome,
): SliceDraft {
  const { meaning, promise } = answer;
  switch (meaning.class) {
    case 'hold':
      return { ...promise, state: 'HOLD' };
    case 'pending':
      return { ...promise, state: 'PENDING' };
    case 'none':
    case 'notFound':
    case 'unknown':
      return { ...promise, state: 'OPEN' };
    case 'reject':
      // Who takes back what he had confirmed proposes a change; who refuses from the start has refused.
      return { ...promise, state: isPositive(outcome.altered) ? 'PROPOSED' : 'REJECTED' };
    case 'backorder':
      return { ...promise, state: backorderState(line, promise, context) };
    case 'accept':
    case 'change':
    case 'propose':
      return decidePromise(line, answer, context, outcome);
  }
}

function backorderState(line: LineState, promise: Answer['promise'], context: SliceContext): CommitmentState {
  if (context.proposalOnly) return 'PROPOSED';
  const needBy = needByOf(line.line, context.order);
  const late = promise.date !== undefined && needBy !== undefined && promise.date > needBy;
  return late ? 'PROPOSED' : 'BACKORDERED';
}

function decidePromise(
  line: LineState,
  answer: Answer,
  context: SliceContext,
  outcome: LineOutcome,
): SliceDraft {
  const { meaning } = answer;
  const { policy, quantity, sameCurrency } = context;
  // A number of another currency is no price of this order, also where it is the same number.
  const stated = sameCurrency ? answer.promise.price : answer.statedPrice;
  const promise = sameCurrency ? answer.promise : withoutPrice(answer.promise);
  const price = note(outcome, judgePrice(line, stated, sameCurrency ? undefined : context.currency, policy));
  const verdicts = [
    quantity,
    price,
    note(outcome, judgeDate(line, promise, context.order, policy)),
    note(outcome, judgeItem(line, promise, price, policy)),
  ].filter((verdict) => verdict !== undefined);
  if (promise.estimated) {
    outcome.explanations.push({
      rule: '5.1.4',
      code: 'DELIVERY_DATE_ESTIMATED',
      lineId: line.id,
      text: `Line ${line.id}: ${promise.date ?? ''} is a ${promise.dateKind ?? 'ship'} date and no transit time is known; it is compared as it stands.`,
    });
  }
  if (answer.claim === 'acceptedElsewhere') {
    outcome.explanations.push({
      rule: '5.1.3',
      code: 'SHIP_FROM_CHANGED',
      lineId: line.id,
      text: `Line ${line.id}: another place of the supplier takes the order; it may ship from elsewhere.`,
    });
  }
  const changes = verdicts.map(({ dimension }) => dimension);
  const accepted =
    !context.proposalOnly && meaning.class !== 'propose' && verdicts.every((each) => each.accepted);
  const state = !accepted ? 'PROPOSED' : changes.length === 0 ? 'CONFIRMED' : 'CONFIRMED_CHANGED';
  return changes.length === 0 ? { ...promise, state } : { ...promise, state, changes };
}

function withoutPrice(promise: Answer['promise']): Answer['promise'] {
  const rest = { ...promise };
  if (rest.price !== undefined) delete rest.price;
  return rest;
}

/**
 * T17: what is confirmed and confirmed again stays as it is; only the rest of the answer is news. `altered` is what was
 * confirmed and is not any more.
 */
function carryOver(
  line: LineState,
  confirmed: readonly Slice[],
  answers: readonly Answer[],
  { sameCurrency, rules }: Pick<LineContext, 'sameCurrency' | 'rules'>,
): { kept: Slice[]; rest: Answer[]; altered: DecimalString } {
  if (confirmed.length === 0) return { kept: [], rest: [...answers], altered: '0' };
  const open = confirmed.map((slice) => ({ slice, left: slice.quantity }));
  const rest: Answer[] = [];
  for (const answer of answers) {
    let left = answer.promise.quantity;
    if (answer.meaning.class === 'accept' || answer.meaning.class === 'change') {
      for (const each of open) {
        const otherMoney = !sameCurrency && answer.statedPrice !== undefined;
        if (otherMoney || !isSamePromise(line, each.slice, answer, rules)) continue;
        const part = smaller(each.left, left);
        each.left = subtract(each.left, part);
        left = subtract(left, part);
      }
    }
    if (isPositive(left)) rest.push({ ...answer, promise: { ...answer.promise, quantity: left } });
  }
  const kept = open
    .map(({ slice, left }) => answered(slice, subtract(slice.quantity, left)))
    .filter(({ quantity }) => isPositive(quantity));
  const altered = open.reduce((sum, { left }) => add(sum, left), '0');
  return { kept, rest, altered };
}

/** What goods have confirmed is confirmed by the supplier's word now, and does not go with the goods any more. */
function answered(slice: Slice, quantity: DecimalString): Slice {
  const said = { ...slice, quantity };
  if (said.implied !== undefined) delete said.implied;
  return said;
}

/** The answer names another day than goods that are on their way: theirs stands. */
function explainGoods(line: LineState, kept: readonly Slice[], answers: readonly Answer[]): Explanation[] {
  const goods = line.slices.filter(
    ({ id, implied }) => implied === true && kept.some((slice) => slice.id === id),
  );
  const dates = [...new Set(goods.map(({ date }) => date ?? 'no date'))];
  const others = answers.flatMap(({ statedDate, promise: { date } }) =>
    statedDate && date !== undefined && !dates.includes(date) ? [date] : [],
  );
  if (goods.length === 0 || others.length === 0) return [];
  return [
    {
      rule: 'T19',
      code: 'SHIPPED_OTHER_DATE',
      lineId: line.id,
      text: `Line ${line.id}: answered for ${others.join(', ')}, but the goods are announced for ${dates.join(', ')}, which stands.`,
    },
  ];
}

/** An answer repeats a promise where it states nothing else. Goods on their way know better than it when they come. */
function isSamePromise(
  { line }: LineState,
  slice: Slice,
  { promise, statedDate, statedPrice }: Answer,
  rules: number,
): boolean {
  if (statedDate && slice.implied !== true && promise.date !== slice.date) return false;
  const unit = line.price?.unit ?? line.quantity.unit;
  if (statedPrice !== undefined && !isSamePrice(statedPrice, slice.price ?? line.price, unit, rules))
    return false;
  if (promise.item === undefined || slice.item === undefined) return promise.item === slice.item;
  return !isOtherItem(slice.item, promise.item);
}

/** 5.4.1: a quantity that nobody speaks of is a task, unless the policy or an accepted shortage says what becomes of it. */
function settleRemainder(
  outcome: LineOutcome,
  quantity: DimensionVerdict | undefined,
  policy: TrackingPolicy,
): void {
  if (!isPositive(outcome.remainder)) return;
  const accepted = quantity?.accepted === true;
  const remainder = { quantity: outcome.remainder };
  if (isPositive(outcome.altered)) {
    // What was confirmed and is not mentioned any more is taken back.
    drop(outcome);
  } else if (accepted) {
    outcome.slices.push({ ...remainder, state: 'CANCELLED', reason: 'short within tolerance' });
    outcome.remainder = '0';
  } else if (policy.response.remainder === 'backorder') {
    outcome.slices.push({ ...remainder, state: 'BACKORDERED', claim: 'backordered' });
    outcome.remainder = '0';
  } else if (policy.response.remainder === 'cancel') {
    drop(outcome);
  } else {
    outcome.slices.push({ ...remainder, state: 'OPEN' });
  }
}

/** The buyer decides whether he gives it up. */
function drop(outcome: LineOutcome): void {
  outcome.slices.push({ quantity: outcome.remainder, state: 'PROPOSED', claim: 'deleted' });
  outcome.dropped = outcome.remainder;
  outcome.remainder = '0';
}

/** 5.1.4 step 6: the code is only a claim. */
function contradictionOf(
  answers: readonly Answer[],
  changes: readonly Dimension[],
  header: HeaderClaim,
): string | undefined {
  if (changes.length === 0 && answers.every(({ meaning }) => meaning.claims?.length === 0)) return undefined;
  if (header === 'accepted' && changes.length > 0)
    return `the header accepts without change, but ${changes.join(', ')} differs`;
  const claimed = new Set<Dimension>();
  for (const { meaning } of answers) {
    if (meaning.claims === undefined) return undefined;
    for (const dimension of meaning.claims) claimed.add(dimension);
  }
  const codes = answers.flatMap(({ promise: { code } }) => code ?? []);
  const label = codes.length === 0 ? 'the answer' : `the status ${[...new Set(codes)].join(', ')}`;
  const missing = [...claimed].filter((dimension) => !changes.includes(dimension));
  if (missing.length > 0)
    return `${label} claims another ${missing.join(', ')}, but the values are as ordered`;
  const unclaimed = changes.filter((dimension) => !claimed.has(dimension));
  return unclaimed.length > 0 ? `${label} does not claim it, but ${unclaimed.join(', ')} differs` : undefined;
}
