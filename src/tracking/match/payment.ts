import { dec, formatDecimal, sum, ZERO } from '../../common/decimal.ts';
import type { Dec, DecimalString } from '../../common/decimal.ts';
import { isPayable } from './hold.ts';
import type { HoldState } from './hold.ts';
import { minorUnits } from './minor-units.ts';
import type { FailCode, LineAllocation, MatchDecision } from './model.ts';
import { proposeShortPay } from './short-pay.ts';
import type { ShortPay } from './short-pay.ts';

/** A released amount. Under `payMatched` the lines that agree are paid first (`part`) and what is cleared later follows (`rest`). */
export interface Payment {
  kind: 'full' | 'short' | 'part' | 'rest';
  /** In the document's currency, positive for invoices and credit notes alike. */
  amount: DecimalString;
  /** Booked beside `amount`, and paid in advance as the supplier says; absent where nothing is. */
  prepaid?: DecimalString;
  lines: (LineAllocation & { line: number })[];
  /** What is not paid of a disputed amount. */
  debitNote?: ShortPay['debitNote'];
}

/** What people decided to pay short. */
export function shortCodes(holds: readonly HoldState[]): Set<FailCode> {
  return new Set(holds.filter(({ status }) => status === 'shortPaid').flatMap(({ codes }) => codes));
}

export function paidLinesOf(payments: readonly Payment[]): Set<number> {
  return new Set(payments.flatMap(({ lines }) => lines.map(({ line }) => line)));
}

/**
 * What may be paid now, after `before`; undefined where there is nothing. All payments of a document together never exceed
 * what is due for it.
 */
export function nextPayment(
  decision: MatchDecision,
  holds: readonly HoldState[],
  before: readonly Payment[],
): Payment | undefined {
  return isPayable(holds) ? settle(decision, holds, before) : payPart(decision, holds, before);
}

function settle(
  decision: MatchDecision,
  holds: readonly HoldState[],
  before: readonly Payment[],
): Payment | undefined {
  const short = shortCodes(holds);
  const proposal = short.size === 0 ? undefined : proposeShortPay(decision, short);
  const debitNote = proposal === undefined ? {} : { debitNote: proposal.debitNote };
  const prepaid = decision.amounts.prepaid ?? '0';
  // As the document writes it, but where another amount is due.
  const whole = prepaid === '0' ? decision.input.document.totals.payable : undefined;
  const total = dec(proposal?.payable ?? whole ?? dec(decision.amounts.invoiced).abs());
  if (before.length === 0) {
    const kind = proposal === undefined ? 'full' : 'short';
    const due =
      proposal === undefined && whole !== undefined ? { amount: whole } : dueOf(decision, total, before);
    return { kind, ...due, lines: linesOf(decision, new Set()), ...debitNote };
  }
  const rest = total.minus(bookedBy(before));
  // The debit note is told even where all that is due has been paid as a part.
  if (rest.lte(0) && proposal === undefined) return undefined;
  return {
    kind: 'rest',
    ...dueOf(decision, rest.isNegative() ? ZERO : rest, before),
    lines: linesOf(decision, paidLinesOf(before)),
    ...debitNote,
  };
}

/** What payments have booked: their money, and what was paid in advance of it. */
export function bookedBy(payments: readonly Pick<Payment, 'amount' | 'prepaid'>[]): Dec {
  return sum(payments.flatMap(({ amount, prepaid = '0' }) => [amount, prepaid]));
}

/** What is left to pay of an amount that is booked now, once what is prepaid and not used by earlier payments is taken off. */
function dueOf(
  decision: MatchDecision,
  booked: Dec,
  before: readonly Payment[],
): Pick<Payment, 'amount' | 'prepaid'> {
  const places = placesOf(decision);
  const used = sum(before.map(({ prepaid = '0' }) => prepaid));
  const left = dec(decision.amounts.prepaid ?? '0').minus(used);
  const prepaid = left.gt(booked) ? booked : left;
  if (prepaid.lte(0)) return { amount: formatDecimal(booked, places) };
  return {
    amount: formatDecimal(booked.minus(prepaid), places),
    prepaid: formatDecimal(prepaid, places),
  };
}

/** A person's hold stops all of it; once a paid line fails, the rest waits until everything is settled. */
function payPart(
  decision: MatchDecision,
  holds: readonly HoldState[],
  before: readonly Payment[],
): Payment | undefined {
  if (decision.input.policy.partial !== 'payMatched' || decision.input.document.documentType !== 'invoice') {
    return undefined;
  }
  const stopped = holds.some(
    ({ source, status }) =>
      status === 'rejected' || (source === 'person' && (status === 'open' || status === 'waiting')),
  );
  const paid = paidLinesOf(before);
  const failed = new Set(decision.lines.filter((line) => line.failed.length > 0).map(({ line }) => line));
  if (stopped || [...paid].some((line) => failed.has(line))) return undefined;
  const lines = linesOf(decision, new Set([...paid, ...failed]));
  const due = dec(decision.amounts.payable).minus(bookedBy(before));
  if (lines.length === 0 || due.lte(0)) return undefined;
  return { kind: 'part', ...dueOf(decision, due, before), lines };
}

function placesOf({ amounts }: MatchDecision): number {
  return minorUnits(amounts.currency) ?? 2;
}

function linesOf(decision: MatchDecision, without: ReadonlySet<number>): Payment['lines'] {
  return decision.lines
    .filter(({ line }) => !without.has(line))
    .flatMap(({ line, allocations }) => allocations.map((allocation) => ({ line, ...allocation })));
}
