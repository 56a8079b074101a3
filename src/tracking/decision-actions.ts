import type { OrderChange, OrderLine } from '../documents/order.ts';
import { effectiveQuantity, isConfirmed, isRefusal, quantityIn, reductionFloor } from './balance.ts';
import { confirmCancellation } from './cancellation.ts';
import { supplierMayHaveOrder } from './communication.ts';
import { writeConfirmations } from './confirmation.ts';
import { editLines, explain, publish } from './draft.ts';
import type { Draft } from './draft.ts';
import {
  askAnew,
  buildOrderChange,
  cancelQuantity,
  dropStanding,
  isLive,
  keepStanding,
} from './line-changes.ts';
import type { BuyerDecided, LineState, Slice } from './model.ts';
import { closeAnswerExceptions, reportKept } from './order-change.ts';
import { isPositive, larger, smaller, subtract } from './quantity.ts';
import { send } from './release.ts';
import { convertSlices, replaceSlices, resizeSlices } from './slices.ts';

function isProposed({ state }: Slice): boolean {
  return state === 'PROPOSED';
}

/** T10: the supplier's values become the agreement. `choose` narrows down what of them is accepted. */
export function acceptProposals(
  draft: Draft,
  lineIds: readonly string[],
  author: string,
  choose: (slice: Slice) => boolean = isProposed,
): void {
  const isAccepted = (slice: Slice): boolean => isProposed(slice) && choose(slice);
  const shipped: LineState[] = [];
  const accepted = editLines(
    draft,
    (line) => lineIds.includes(line.id) && line.slices.some(isAccepted),
    (line) => {
      replaceSlices(
        line,
        line.slices.map((slice) => (isAccepted(slice) ? { ...slice, state: acceptedState(slice) } : slice)),
      );
      if (keepShipped(line)) shipped.push(line);
      if (line.slices.some(isProposed)) return;
      dropStanding(line);
      line.awaitingVersion = 0;
    },
  );
  if (accepted.length === 0) return;
  for (const line of shipped) reportKept(draft, line);
  explain(draft, {
    rule: 'T10',
    text: `${author} accepts what the supplier proposes for lines ${accepted.join(', ')}.`,
  });
  writeConfirmations(draft, accepted);
  const gone = draft.state.lines.filter((line) => accepted.includes(line.id) && !line.slices.some(isLive));
  confirmCancellation(
    draft,
    gone.map(({ id }) => id),
    'cancelled by the supplier, accepted by the buyer',
  );
  closeAnswerExceptions(
    draft,
    accepted.filter((id) => !hasRest(draft, id)),
    'The proposal is accepted.',
    author,
  );
  if (draft.policy.response.confirmAccepted) confirmToSupplier(draft, accepted);
}

/** What has shipped since the supplier wanted to give it up comes all the same. True where there is any. */
function keepShipped(line: LineState): boolean {
  const missing = subtract(reductionFloor(line), quantityIn(line.slices, isLive));
  const isDropped = (slice: Slice): boolean => slice.state === 'CANCELLED' && isRefusal(slice);
  const kept = smaller(missing, quantityIn(line.slices, isDropped));
  if (!isPositive(kept)) return false;
  convertSlices(line, kept, isDropped, { state: 'CONFIRMED', implied: true, claim: 'acceptedAndShipped' });
  return true;
}

const UNSETTLED: ReadonlySet<Slice['state']> = new Set(['OPEN', 'REJECTED', 'HOLD']);

/** A quantity that nobody has spoken of, or that is refused or held, is still to be decided. */
function hasRest(draft: Draft, lineId: string): boolean {
  return draft.state.lines.some(
    (line) =>
      line.id === lineId &&
      line.slices.some(
        ({ state, date }) => UNSETTLED.has(state) || (state === 'BACKORDERED' && date === undefined),
      ),
  );
}

function acceptedState(slice: Slice): Slice['state'] {
  if (slice.claim === 'backordered') return 'BACKORDERED';
  return isRefusal(slice) ? 'CANCELLED' : 'CONFIRMED_CHANGED';
}

/** Some partners ship only after we have said yes to their change. */
function confirmToSupplier(draft: Draft, lineIds: readonly string[]): void {
  const agreed = draft.state.lines.map((line) => ({ ...line, line: agreedLine(line) }));
  sendVersion(draft, lineIds, agreed, 'confirmProposal');
}

/** The line as agreed: what comes at once or later, first promised date, agreed price. */
function agreedLine(line: LineState): OrderLine {
  const confirmed = line.slices.filter(isConfirmed);
  const [first] = confirmed;
  if (first === undefined) return line.line;
  return {
    ...line.line,
    quantity: {
      ...line.line.quantity,
      value: larger(
        quantityIn(line.slices, (slice) => isConfirmed(slice) || slice.state === 'BACKORDERED'),
        reductionFloor(line),
      ),
    },
    ...(first.price === undefined ? {} : { price: first.price }),
    ...(first.date === undefined
      ? {}
      : first.dateKind === 'ship'
        ? { requestedShipDate: first.date }
        : { requestedDeliveryDate: first.date }),
  };
}

/** A new version about some lines, with no change of the order's own values. */
function sendVersion(
  draft: Draft,
  lineIds: readonly string[],
  lines: readonly LineState[],
  purpose: OrderChange['purpose'],
): { version: number; document: OrderChange } {
  const { state } = draft;
  const version = state.version + 1;
  state.version = version;
  state.order = { ...state.order!, version };
  const actions = new Map(lineIds.map((id) => [id, 'changed' as const]));
  const document = buildOrderChange(draft, lines, actions, purpose);
  send(draft, 'orderChange', version, document);
  return { version, document };
}

/**
 * T11: the buyer insists on the order, or on other values of his own. What the ERP holds stays until the supplier agrees.
 * False: there was no proposal to answer.
 */
export function answerProposals(draft: Draft, lineIds: readonly string[], event: BuyerDecided): boolean {
  const { state } = draft;
  const targets = state.lines.filter((line) => lineIds.includes(line.id) && line.slices.some(isProposed));
  if (targets.length === 0 || !supplierMayHaveOrder(state)) return false;
  const previousOrder = state.order!;
  const previousLines = targets.map((line) => ({ ...line }));
  const version = state.version + 1;
  const countered = editLines(
    draft,
    (line) => targets.some(({ id }) => id === line.id),
    (line) => counterLine(line, version, event),
  );
  state.order = {
    ...previousOrder,
    lines: state.lines.filter((line) => !line.deleted).map(({ line }) => line),
  };
  const { document } = sendVersion(draft, countered, state.lines, 'change');
  state.unanswered = [
    ...state.unanswered,
    { version, kind: 'change', document, previousOrder, previousLines },
  ];
  publish(draft, 'order.changed', { version, lineIds: countered });
  explain(draft, {
    rule: 'T11',
    text: `${event.author.name} ${event.action === 'counter' ? 'makes a counter-offer for' : 'insists on the ordered values of'} lines ${countered.join(', ')}.`,
  });
  closeAnswerExceptions(draft, countered, event.reason, event.author.name);
  return true;
}

function counterLine(line: LineState, version: number, event: BuyerDecided): void {
  const { counter } = event;
  if (counter !== undefined) {
    const { quantity, date, priceAmount } = counter;
    line.line = {
      ...line.line,
      ...(quantity === undefined
        ? {}
        : { quantity: { ...line.line.quantity, value: larger(quantity, reductionFloor(line)) } }),
      ...(date === undefined ? {} : { requestedDeliveryDate: date }),
      ...(priceAmount === undefined ? {} : { price: { ...line.line.price, amount: priceAmount } }),
    };
    line.changedInVersion = version;
  }
  // What stood before the proposal still stands; what was open before it is countered.
  const decided = line.slices.filter((slice) => !isProposed(slice) && slice.state !== 'OPEN');
  keepStanding(line);
  const rest = subtract(
    line.line.quantity.value,
    quantityIn(decided, () => true),
  );
  replaceSlices(line, [...decided, { state: 'COUNTERED', quantity: larger('0', rest) }]);
  resizeSlices(line, line.line.quantity.value, 'COUNTERED');
  askAnew(line, version);
}

/** 5.6: the buyer takes less than ordered and closes the rest; the supplier is told, not asked. */
export function closeShort(draft: Draft, lineIds: readonly string[], reason: string): void {
  const { state } = draft;
  const closed = editLines(
    draft,
    (line) => lineIds.includes(line.id) && line.shortClosed !== true && isPositive(restOf(line)),
    (line) => {
      cancelQuantity(line, restOf(line), reason);
      line.shortClosed = true;
      dropStanding(line);
      line.awaitingVersion = 0;
    },
  );
  if (closed.length === 0) return;
  publish(draft, 'order.shortClosed', { version: state.version, lineIds: closed });
  explain(draft, { rule: '5.6', text: `Lines ${closed.join(', ')} are closed short: ${reason}.` });
  writeConfirmations(draft, closed);
  closeAnswerExceptions(draft, closed, 'The line is closed short.');
  if (!supplierMayHaveOrder(state)) return;
  const reduced = state.lines.map((line) => ({
    ...line,
    line: { ...line.line, quantity: { ...line.line.quantity, value: quantityIn(line.slices, isLive) } },
  }));
  sendVersion(draft, closed, reduced, 'change');
}

/** What is neither here nor paid for. */
function restOf(line: LineState): string {
  return larger('0', subtract(effectiveQuantity(line), larger(line.received, line.invoiced)));
}
