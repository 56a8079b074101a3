import type { DecimalString } from '../common/decimal.ts';
import { closeExceptions, editLine, raise } from './draft.ts';
import type { Draft } from './draft.ts';
import type { ExceptionEvidence } from './exception-model.ts';
import type { LineState, OrderState } from './model.ts';
import { add, compare, isPositive, larger, smaller, subtract } from './quantity.ts';

/** Billed, not credited, and not here; in the ordered unit. */
export function billedBeyondReceived({
  invoiced,
  received,
}: Pick<LineState, 'invoiced' | 'received'>): DecimalString {
  return larger('0', subtract(invoiced, received));
}

/**
 * Goods that went back after their invoice was approved, or were counted and are not there: nobody matches an approved invoice
 * again, so the order itself watches for the credit note (5.8). What is here again, or is credited, is not expected any more; what was billed beyond the receipts
 * by a person's decision never was.
 */
export function followReturns(draft: Draft): void {
  const { state, before } = draft;
  if (state.lines !== before) {
    state.lines.forEach((line, index) => {
      if (line !== before[index]) followLine(draft, line, index);
    });
  }
  forgetDecided(draft);
}

function followLine(draft: Draft, line: LineState, index: number): void {
  const earlier = draft.before[index]?.id === line.id ? draft.before[index] : undefined;
  const isLess = earlier !== undefined && compare(line.received, earlier.received) < 0;
  if (earlier === undefined || (!isLess && line.creditExpected === undefined)) return;
  const expected = expectedOf(earlier, line);
  if (expected === (line.creditExpected ?? '0')) return;
  if (isPositive(expected)) {
    const edited = editLine(draft, index);
    edited.creditExpected = expected;
    tell(draft, edited, earlier, expected);
  } else {
    delete editLine(draft, index).creditExpected;
    close(draft, line.id);
  }
}

function expectedOf(earlier: LineState, line: LineState): DecimalString {
  const known = line.creditExpected ?? '0';
  const open = billedBeyondReceived(line);
  const openBefore = billedBeyondReceived(earlier);
  if (compare(open, openBefore) < 0) {
    return smaller(open, larger('0', subtract(known, subtract(openBefore, open))));
  }
  const gone = larger('0', subtract(earlier.received, line.received));
  return add(known, smaller(gone, subtract(open, openBefore)));
}

function tell(draft: Draft, line: LineState, earlier: LineState, quantity: DecimalString): void {
  const wentBack = isPositive(line.returned);
  raise(draft, 'CREDIT_EXPECTED', {
    line,
    quantity,
    ...billOf(draft.state, line.id),
    detail:
      `Line ${line.id}: ${line.invoiced} invoiced, ${line.received} received after ${wentBack ? 'returns' : 'the count was set right'}. ` +
      `${quantity} that ${wentBack ? 'went back to the supplier' : 'never came'} are billed and not credited: ` +
      `a credit note is expected, or the goods${wentBack ? ' again' : ''}.`,
    evidence: evidenceOf(draft.state, line, earlier),
  });
}

/** What went back when it is told first, and later what has been counted since: an exception keeps its evidence. */
function evidenceOf({ receipts }: OrderState, line: LineState, earlier: LineState): ExceptionEvidence[] {
  const isNew = earlier.creditExpected === undefined;
  const counted = isNew ? receipts : line.received === earlier.received ? [] : receipts.slice(-1);
  return counted.flatMap(({ id, corrects, lines }) =>
    lines.flatMap(({ lineId, quantity }): ExceptionEvidence[] => {
      const isLess = compare(quantity, '0') < 0;
      if (lineId !== line.id || (isNew && !isLess)) return [];
      const less = corrects === undefined ? 'went back' : `less than ${corrects} counted`;
      return [
        { text: `Receipt ${id}: ${isLess ? `${subtract('0', quantity)} ${less}` : `${quantity} came`}` },
      ];
    }),
  );
}

/** The newest invoice that bills the line; a part of one that was paid ahead is that invoice. */
function billOf({ billing }: OrderState, lineId: string): { invoiceId?: string } {
  const bill = billing.findLast(
    ({ kind, status, lines }) =>
      kind === 'invoice' && status === 'matched' && lines.some((entry) => entry.lineId === lineId),
  );
  return bill === undefined ? {} : { invoiceId: bill.invoiceId.split('#')[0]! };
}

/** What a person has decided on (claimed, given up) is not asked for again. */
function forgetDecided(draft: Draft): void {
  if (!draft.exceptions.some(({ change }) => change === 'close')) return;
  const open = new Set(
    draft.state.exceptions.flatMap(({ type, lineId }) =>
      type === 'CREDIT_EXPECTED' && lineId !== undefined ? [lineId] : [],
    ),
  );
  draft.state.lines.forEach(({ id, creditExpected }, index) => {
    if (creditExpected !== undefined && !open.has(id)) delete editLine(draft, index).creditExpected;
  });
}

function close(draft: Draft, lineId: string): void {
  closeExceptions(
    draft,
    (open) => open.type === 'CREDIT_EXPECTED' && open.lineId === lineId,
    'It is credited, or the goods are here again.',
  );
}
