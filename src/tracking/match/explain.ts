import type { Check, CheckResult, LineDecision, MatchDecision, MatchHold } from './model.ts';
import type { OwnerRole } from '../exception-model.ts';

const OUTCOMES: Readonly<Record<string, string>> = {
  AUTO_APPROVED: 'approved: everything agrees',
  APPROVED_IN_TOLERANCE: 'approved: the differences are within the limits',
  HOLD_RECEIPT: 'on hold: waiting for the goods',
  HOLD_PRICE: 'on hold: the price differs',
  HOLD_QTY: 'on hold: the quantity differs',
  HOLD_CHARGE: 'on hold: charges differ',
  HOLD_TAX: 'on hold: tax differs',
  HOLD_TOTAL: 'on hold: the total differs',
  HOLD_DATA: 'on hold: the data does not allow a match',
  HOLD_APPROVAL: 'waiting for approval: there is no order',
  PARKED: 'parked: its invoice has not arrived',
  DUPLICATE_BLOCKED: 'blocked: it repeats another document',
  FRAUD_BLOCK: 'blocked: payment details changed',
  REJECTED: 'rejected',
};

const OWNERS: Readonly<Partial<Record<OwnerRole, string>>> = {
  warehouse: 'warehouse',
  buyer: 'buyer',
  accountsPayable: 'accounts payable',
  accountsPayableLead: 'head of accounts payable',
  masterData: 'master data',
};

const MARKS: Readonly<Record<CheckResult, string>> = {
  passed: 'ok  ',
  tolerated: 'tol ',
  warning: 'note',
  failed: 'FAIL',
  notApplicable: '-   ',
};

/** The decision as plain text for a clerk or an auditor: outcome, holds, lines, then every check with its numbers. */
export function explain(decision: MatchDecision): string {
  const { invoice, amounts, outcome } = decision;
  const kind = invoice.documentType === 'invoice' ? 'Invoice' : 'Credit note';
  const orders = invoice.orderIds.length === 0 ? 'no order' : `order ${invoice.orderIds.join(', ')}`;
  return [
    `${kind} ${invoice.number} of ${invoice.issueDate}, supplier ${invoice.supplierId}, ${orders}`,
    `${outcome}: ${OUTCOMES[outcome] ?? outcome}`,
    `Invoiced ${amounts.invoiced}, expected ${amounts.expected}, payable now ${amounts.payable}${amounts.prepaid === undefined ? '' : ` less ${amounts.prepaid} prepaid`}, in dispute ${amounts.atStake} ${amounts.currency}`,
    ...extras(decision),
    ...decision.holds.flatMap(holdLines),
    ...notes(decision),
    '',
    'Lines',
    ...decision.lines.flatMap(lineLines),
    '',
    'Checks',
    ...decision.checks.map(checkLine),
    '',
    `Decided ${decision.decidedAt} by ${decision.actor}; engine ${decision.engineVersion}, configuration ${decision.configVersion}, input ${decision.inputHash}`,
  ].join('\n');
}

function extras({ amounts }: MatchDecision): string[] {
  const isNothing = (amount: string) => /^-?0(\.0*)?$/.test(amount);
  return [
    ...(isNothing(amounts.rounding) ? [] : [`Rounding ${amounts.rounding} ${amounts.currency}`]),
    ...(isNothing(amounts.writeOff)
      ? []
      : [`Small difference of ${amounts.writeOff} ${amounts.currency} to the small-difference account`]),
    ...(isNothing(amounts.expectedClaims)
      ? []
      : [`To be claimed from the supplier (bill-back): ${amounts.expectedClaims} ${amounts.currency}`]),
  ];
}

function holdLines(hold: MatchHold): string[] {
  return [
    '',
    `${hold.type}, for ${OWNERS[hold.owner] ?? hold.owner}, ${hold.amount} in dispute`,
    ...hold.texts.map((text) => `  ${text}`),
    ...(hold.allowedActions.length === 0 ? [] : [`  Possible: ${hold.allowedActions.join(', ')}`]),
  ];
}

/** What differs and does not hold anything. */
function notes({ checks }: MatchDecision): string[] {
  const texts = checks.flatMap(({ result, text }) =>
    (result === 'warning' || result === 'tolerated') && text !== undefined ? [`  ${text}`] : [],
  );
  return texts.length === 0 ? [] : ['', 'Noted', ...texts];
}

function lineLines(line: LineDecision): string[] {
  if (line.allocations.length === 0) return [`  ${line.line}: ${line.amount}, not matched to an order line`];
  return [
    ...line.allocations.map(
      ({
        orderId,
        orderLineId,
        quantity,
        unit,
        amount,
        expectedAmount,
        mode,
        modeSource,
        allocatedCharges,
      }) =>
        `  ${line.line}: ${quantity}${unit === undefined ? '' : ` ${unit}`} on order ${orderId} line ${orderLineId} ` +
        `(by ${line.method}), ${amount}, agreed ${expectedAmount}` +
        `${/^0(\.0*)?$/.test(allocatedCharges) ? '' : `, charges ${allocatedCharges}`}, ${mode} (${modeSource})`,
    ),
    ...(line.ambiguity === undefined ? [] : [`     ${line.ambiguity}`]),
  ];
}

function checkLine(check: Check): string {
  const place = check.line === undefined ? '' : ` line ${check.line}`;
  const values = [
    ...(check.left === undefined
      ? []
      : [`${check.left}${check.right === undefined ? '' : ` against ${check.right}`}`]),
    ...(check.difference === undefined ? [] : [`difference ${check.difference}`]),
    ...(check.pct === undefined ? [] : [`${check.pct} %`]),
    ...(check.level === undefined ? [] : [`limits of ${check.level}`]),
    ...(check.code === undefined ? [] : [check.code]),
  ];
  return `  ${MARKS[check.result]} ${check.id}${place}: ${check.formula}${values.length === 0 ? '' : `: ${values.join('; ')}`}`;
}
