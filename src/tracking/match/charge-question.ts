import { formatDecimal } from '../../common/decimal.ts';
import type { Dec } from '../../common/decimal.ts';
import type { AllowanceCharge } from '../../documents/primitives.ts';
import { inCompanyCurrency } from './context.ts';
import type { Context, Dispute } from './context.ts';
import type { Check, FailCode } from './model.ts';
import { ratio } from './ratio.ts';
import { limitSentence, money } from './texts.ts';
import { judge } from './tolerance.ts';

/** What M12 found; amounts as the document states them, allowances negative. */
export interface ChargeResult {
  failed: FailCode[];
  /** Charges less allowances as they should be on this document. */
  expected: Dec;
  /** Part of the difference that failed checks tell. */
  explained: Dec;
  disputes: Dispute[];
}

export type Reason = AllowanceCharge['reason'];

/** What a document states for one reason, header and lines together; both positive. */
export interface ChargeGroup {
  charges: Dec;
  allowances: Dec;
}

export type ChargeGroups = Map<Reason, ChargeGroup>;

export const CHARGE_FORMULA = 'charges billed = charges planned or allowed';

/** A charge or allowance with what is agreed, and the limit that its difference is held against. */
export interface ChargeQuestion {
  label: string;
  difference: Dec;
  left: Dec;
  right: Dec;
  limit: 'plannedCharge' | 'unplannedCharge';
  code: FailCode;
  tail: string;
}

/** Judges a difference that is against us; what is in our favour passes. */
export function judgeCharge(context: Context, result: ChargeResult, question: ChargeQuestion): void {
  const { label, difference, left, right, limit, code, tail } = question;
  const { currency, places } = context;
  const check: Check = {
    id: 'M12',
    result: 'passed',
    formula: `${label}: ${CHARGE_FORMULA}`,
    left: formatDecimal(left),
    right: formatDecimal(right.toDecimalPlaces(10)),
    difference: formatDecimal(difference.toDecimalPlaces(10)),
  };
  context.checks.push(check);
  if (difference.lte(0)) return;
  const limits = context.limits(limit, context.supplierSubject);
  check.limits = limits.limits;
  check.level = limits.source;
  const judged = judge(
    ratio(difference),
    ratio(right),
    inCompanyCurrency(context, ratio(difference)),
    limits,
  );
  check.result = judged.result;
  if (judged.pct !== undefined) check.pct = judged.pct;
  check.text =
    `${label[0]?.toUpperCase() ?? ''}${label.slice(1)} of ${money(left, currency, places)}, agreed ` +
    `${money(right, currency, places)}: ${money(difference, currency, places)}, ${tail} ` +
    `(${limitSentence(limits, 'upper', context.input.policy.companyCurrency)})`;
  if (judged.result !== 'failed') return;
  check.code = code;
  result.failed.push(code);
  result.explained = result.explained.plus(difference);
  result.disputes.push({ code, amount: difference });
}
