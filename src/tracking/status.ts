import { billableQuantity, effectiveQuantity, isConfirmed, isSettled } from './balance.ts';
import type { CommitmentState, CommunicationState, LineState, OrderState } from './model.ts';
import { compare, isPositive } from './quantity.ts';

/** Region 3 of a line (5.3.1), where it is a problem: more has come than is expected. */
function isOverReceived(line: LineState): boolean {
  return isPositive(line.received) && compare(line.received, effectiveQuantity(line)) > 0;
}

/** Region 1 of the order: that of its newest outbound document. */
function communicationOf(state: OrderState): CommunicationState {
  return state.documents.at(-1)?.status ?? 'NOT_SENT';
}

/** What lists show of an order: the worst active problem, else the furthest state that all lines have reached. */
export type OrderBadge =
  | 'PARKED'
  | 'TRANSPORT_FAILED'
  | 'SYNTAX_REJECTED'
  | 'CROSSED_IN_FLIGHT'
  | 'REJECTED'
  | 'HOLD'
  | 'PROPOSED'
  | 'OVERDUE'
  | 'OVER_RECEIVED'
  | 'BILLING_HOLD'
  | 'CANCEL_REQUESTED'
  | 'COUNTERED'
  | 'PENDING'
  | 'BACKORDERED'
  | 'QUEUED'
  | 'AWAITING'
  | 'CONFIRMED'
  | 'ANNOUNCED'
  | 'PART_RECEIVED'
  | 'RECEIVED'
  | 'INVOICED'
  | 'CLOSED'
  | 'CANCELLED';

const COMMITMENT_PROBLEMS: readonly CommitmentState[] = ['REJECTED', 'HOLD', 'PROPOSED', 'OVERDUE'];
const COMMITMENT_WAITS: readonly CommitmentState[] = [
  'CANCEL_REQUESTED',
  'COUNTERED',
  'PENDING',
  'BACKORDERED',
];

export function badgeOf(state: OrderState): OrderBadge {
  if (state.phase === 'parked') return 'PARKED';
  if (state.lines.every((line) => line.slices.every((slice) => slice.state === 'CANCELLED'))) {
    return 'CANCELLED';
  }
  if (state.closedAt !== undefined) return 'CLOSED';
  return problemOf(state) ?? progressOf(state);
}

function problemOf(state: OrderState): OrderBadge | undefined {
  const communication = communicationOf(state);
  if (communication === 'TRANSPORT_FAILED' || communication === 'SYNTAX_REJECTED') return communication;
  if (state.exceptions.some(({ type }) => type === 'CROSSED_IN_FLIGHT')) return 'CROSSED_IN_FLIGHT';
  // What has arrived is past its promises: only lines still expected can have a commitment problem.
  const open = state.lines.filter(
    (line) => !isSettled(line) || line.slices.some((s) => s.state === 'REJECTED'),
  );
  for (const problem of COMMITMENT_PROBLEMS) if (hasSlice(open, problem)) return problem as OrderBadge;
  if (state.lines.some(isOverReceived)) return 'OVER_RECEIVED';
  if (state.billing.some(({ status }) => status === 'held')) return 'BILLING_HOLD';
  for (const wait of COMMITMENT_WAITS) if (hasSlice(open, wait)) return wait as OrderBadge;
  return undefined;
}

function hasSlice(lines: readonly LineState[], state: CommitmentState): boolean {
  return lines.some((line) => line.slices.some((slice) => slice.state === state));
}

const PROGRESS = ['AWAITING', 'CONFIRMED', 'ANNOUNCED', 'PART_RECEIVED', 'RECEIVED', 'INVOICED'] as const;

function progressOf(state: OrderState): OrderBadge {
  let least = PROGRESS.length - 1;
  let received = false;
  for (const line of state.lines) {
    if (!isPositive(effectiveQuantity(line)) && !isPositive(line.received)) continue;
    least = Math.min(least, PROGRESS.indexOf(lineProgress(line)));
    received ||= isPositive(line.received);
  }
  const badge = PROGRESS[least] ?? 'AWAITING';
  if (badge === 'AWAITING' && communicationOf(state) === 'QUEUED') return 'QUEUED';
  return received && least < PROGRESS.indexOf('PART_RECEIVED') ? 'PART_RECEIVED' : badge;
}

function lineProgress(line: LineState): (typeof PROGRESS)[number] {
  if (isSettled(line)) return compare(line.invoiced, billableQuantity(line)) >= 0 ? 'INVOICED' : 'RECEIVED';
  if (isPositive(line.received)) return 'PART_RECEIVED';
  if (isPositive(line.announced)) return 'ANNOUNCED';
  return line.slices.every((slice) => isConfirmed(slice) || slice.state === 'CANCELLED')
    ? 'CONFIRMED'
    : 'AWAITING';
}

/** Every line has arrived or was given up, is paid for as far as invoices are expected, and nothing is left to do. */
export function isComplete(state: OrderState, invoicesExpected: boolean): boolean {
  if (state.phase !== 'live' || state.exceptions.length > 0 || state.unanswered.length > 0) return false;
  if (state.billing.some(({ status }) => status === 'held')) return false;
  return state.lines.every((line) => {
    if (!isSettled(line)) return false;
    if (line.slices.some(({ state: commitment }) => commitment === 'REJECTED')) return false;
    return !invoicesExpected || compare(line.invoiced, billableQuantity(line)) === 0;
  });
}

/** False once nothing more is expected. */
export function isOpen(state: OrderState): boolean {
  return state.closedAt === undefined;
}
