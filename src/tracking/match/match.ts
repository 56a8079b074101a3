import { dec, formatDecimal, sum, ZERO } from '../../common/decimal.ts';
import type { Dec } from '../../common/decimal.ts';
import { invariant } from '../../common/invariant.ts';
import { keepShape } from '../../common/kept-shapes.ts';
import type { Instant } from '../../common/time.ts';
import { stableText } from '../stable-text.ts';
import { allocate } from './allocate.ts';
import type { Sums } from './arithmetic.ts';
import { checkCharges } from './charges.ts';
import type { Context, Dispute } from './context.ts';
import { checkDuplicates } from './duplicate-check.ts';
import type { MatchInput, OrderFact } from './facts.ts';
import { inTurn } from './given-back.ts';
import { readDocument } from './document-reading.ts';
import { checkHeader } from './header-checks.ts';
import { matchLine } from './line-match.ts';
import type { LineMatch, PreparedLine } from './line-match.ts';
import { moneyRule } from './money-only.ts';
import { CHECK_IDS } from './model.ts';
import type { Check, Hash, MatchAmounts, MatchDecision, MatchDispute } from './model.ts';
import { buildHolds, disputesAll, headline } from './outcome.ts';
import { isPlain } from './stated-charges.ts';
import { checkTaxes } from './taxes.ts';
import { checkInvoiceTotal } from './totals.ts';

/** Changes whenever the same input may give another decision. */
export const ENGINE_VERSION = '7';

/**
 * Those whose decisions can be made again as they were. In version 2 the amount of a hold left out what another hold disputed
 * as well, and a quantity beyond the order was told once more as one beyond the receipt; since 3 a hold has all the money that
 * its own checks dispute, and one reason for it. Until 3 a document that was matched again was a duplicate of its own repeats; since 4 of
 * two that nobody has approved the one that came first stands. Until 4
 *
 * - the promises of an order line were billed one after the other, whichever goods an invoice billed at their price;
 * - charges of a line were held against its price as well, and disputed twice;
 * - one line below the full price made a credit note one about prices, and what a credit note deducted was not looked at;
 * - lines that give goods back were held against what stood before them in the document;
 * - an invoice that gives money back was approved, charges were always taxed, an agreed discount of the order was held against
 *   its list prices, and all of a small difference counted as written off.
 *
 * Until 5 charges that the customer is to pay (X12 331 06) never counted and allowances for early payment always did, amounts were
 * not held against their percentages nor totals beside the payable against their parts, a small allowance was taken for a moved
 * decimal point, goods that an invoice gives back itself were held against the agreed price where it bills less, and what another
 * supplier had billed of an order, an affiliate, was not counted.
 *
 * Until 6 a credit above the price that was billed returned goods although none had gone back, a stated rounding was held where no
 * exchange rate is known, and a total less the discount for early payment was held without saying so.
 */
export const KNOWN_ENGINES: readonly string[] = ['2', '3', '4', '5', '6', ENGINE_VERSION];

export interface MatchContext {
  hash: Hash;
  decidedAt: Instant;
  /** `gateway`, or who asked for the re-match. */
  actor: string;
  /** One of KNOWN_ENGINES; without it the newest. */
  engineVersion?: string;
}

/**
 * Decides on one invoice or credit note (5.7 to 5.9). Pure and total: the same input gives the same decision, and no partner
 * data makes it throw; what cannot be compared is a failed check. All checks run, none hides another. A re-match is a new
 * decision; this one is never changed.
 */
export function match(input: MatchInput, matchContext: MatchContext): MatchDecision {
  const { hash, decidedAt, actor, engineVersion = ENGINE_VERSION } = matchContext;
  const { context, prepared, sums, ...reading } = readDocument(input, Number(engineVersion));
  const { document } = input;
  const content = { value: document, text: stableText(document) };
  const contentHash = hash(content.text);
  const rules = { isMoneyOnly: moneyRule(context, prepared) };
  const lines = inTurn(context, prepared)
    .map((line) => matchLine(context, line, rules))
    .sort((a, b) => a.decision.line - b.decision.line);
  const orders = ordersOf(prepared);
  const charges = checkCharges(context, orders, lines);
  const taxes = checkTaxes(context, lines, sums);
  const total = checkInvoiceTotal(context, lines, sums, charges, taxes);
  const repeats = { laterCount: context.engine < 4 };
  const { hits, failed: duplicates } = checkDuplicates(context, lines, contentHash, repeats);
  const header = checkHeader(context, orders);
  const arithmetic = sums.failed
    ? [sums.impliedDecimal ? ('IMPLIED_DECIMAL_SUSPECT' as const) : ('INVOICE_ARITHMETIC' as const)]
    : [];
  const failed = [
    ...arithmetic,
    ...lines.flatMap(({ decision }) => decision.failed),
    ...charges.failed,
    ...taxes.failed,
    ...total.failed,
    ...duplicates,
    ...header,
  ];
  const disputes = [
    ...lines.flatMap((line) => line.disputes),
    ...charges.disputes,
    ...taxes.disputes,
    ...total.disputes,
  ];
  keepShape(match, () => [context, prepared, lines, sums]);
  const { places } = context;
  const checks = byPlan(context.checks);
  allocateCharges(context, lines, sums);
  const ofLines = lines.flatMap((line) => line.exposures);
  const exposures =
    context.engine < 3 ? disputes : [...ofLines, ...charges.disputes, ...taxes.disputes, ...total.exposures];
  const holds = buildHolds({ failed, disputes, exposures, checks, total: sums.billed.abs(), places });
  const blocked = checks.some(({ result }) => result === 'failed');
  invariant(blocked === holds.length > 0, 'a failed check and its hold go together');
  const whole = failed.some(disputesAll);
  const atStake = whole ? sums.billed.abs() : capped(sum(disputes.map(({ amount }) => amount)), sums.billed);
  const headerFailed = failed.length > lines.flatMap(({ decision }) => decision.failed).length;
  const amounts: MatchAmounts = {
    currency: context.currency,
    invoiced: formatDecimal(sums.billed.times(context.direction), places),
    expected: formatDecimal(total.expected, places),
    difference: formatDecimal(total.difference, places),
    payable: formatDecimal(payable(context, lines, sums, blocked, headerFailed), places),
    ...(sums.prepaid.isZero() ? {} : { prepaid: formatDecimal(sums.prepaid, places) }),
    atStake: formatDecimal(atStake, places),
    rounding: formatDecimal(sums.failed ? ZERO : sums.billed.minus(sums.calculated), places),
    writeOff: formatDecimal(blocked ? ZERO : total.writeOff, places),
    expectedClaims: formatDecimal(sums.expectedClaims, places),
  };
  return {
    invoice: {
      documentId: input.documentId,
      number: document.id,
      documentType: document.documentType,
      supplierId: input.supplier.id,
      issueDate: document.issueDate,
      orderIds: orders.map(({ id }) => id),
    },
    engineVersion,
    configVersion: input.policy.version,
    inputHash: hash(stableText(input, content)),
    contentHash,
    input,
    outcome: headline(holds, checks),
    holds,
    checks,
    lines: lines.map(({ decision }) => decision),
    toleranceSources: [...context.usedLimits].flatMap(({ sources }) => sources),
    duplicates: hits,
    disputes: told(disputes, places),
    ...(exposures === disputes || ofLines.length === 0 ? {} : { exposures: told(ofLines, places) }),
    amounts,
    ...(reading.computed.length === 0 ? {} : { computed: reading.computed }),
    ...(isPlain(reading.reading)
      ? {}
      : {
          chargeReading: {
            customersCharges: reading.reading.customersCharges,
            earlyPayment: reading.reading.earlyPayment,
          },
        }),
    text: sentences(checks),
    decidedAt,
    actor,
  };
}

function ordersOf(prepared: readonly PreparedLine[]): OrderFact[] {
  const orders = new Map<string, OrderFact>();
  for (const { association } of prepared) {
    if (association.order !== undefined) orders.set(association.order.id, association.order);
  }
  return [...orders.values()];
}

const PLAN: ReadonlyMap<string, number> = new Map(CHECK_IDS.map((id, index) => [id, index]));

/** Arithmetic first, then line by line, then the header. */
function byPlan(checks: readonly Check[]): Check[] {
  return checks
    .map((check) => ({ check, group: groupOf(check), plan: PLAN.get(check.id) ?? 0, line: check.line ?? 0 }))
    .sort(
      (a, b) =>
        a.group - b.group || (a.group === 1 ? a.line - b.line : 0) || a.plan - b.plan || a.line - b.line,
    )
    .map(({ check }) => check);
}

function groupOf({ id, line }: Check): number {
  if (id.startsWith('A')) return 0;
  return line === undefined ? 2 : 1;
}

/** Header charges and allowances over the parts of the lines, to the last minor unit (5.9.5). */
function allocateCharges(context: Context, lines: readonly LineMatch[], sums: Sums): void {
  const { allocateBy } = context.input.policy;
  const allocations = lines.flatMap(({ decision }) => decision.allocations);
  const onTop = sums.headerCharges.minus(sums.headerAllowances).times(context.direction);
  const weights = allocations.map(({ quantity, amount }) =>
    dec(allocateBy === 'quantity' ? quantity : amount).abs(),
  );
  const shares = allocate(onTop, weights, context.places);
  allocations.forEach((allocation, index) => {
    allocation.allocatedCharges = formatDecimal(shares[index] ?? ZERO, context.places);
  });
}

/** All of an approved document; under `payMatched` the lines without failure, with their charges and tax; else nothing. */
function payable(
  context: Context,
  lines: readonly LineMatch[],
  sums: Sums,
  blocked: boolean,
  headerFailed: boolean,
): Dec {
  const whole = sums.billed.times(context.direction);
  if (!blocked) return whole;
  if (context.input.policy.partial === 'holdWhole' || headerFailed) return ZERO;
  const taxes = allocate(
    sums.tax.times(context.direction),
    lines.map(({ read }) => read.net.abs()),
    context.places,
  );
  return sum(
    lines.flatMap(({ decision }, index) =>
      decision.failed.length > 0
        ? []
        : [
            sum(decision.allocations.flatMap(({ amount, allocatedCharges }) => [amount, allocatedCharges])),
            taxes[index] ?? ZERO,
          ],
    ),
  );
}

function told(disputes: readonly Dispute[], places: number): MatchDispute[] {
  return disputes
    .filter(({ amount }) => !amount.isZero())
    .map(({ code, line, amount }) => ({
      code,
      ...(line === undefined ? {} : { line }),
      amount: formatDecimal(amount, places),
    }));
}

function capped(amount: Dec, limit: Dec): Dec {
  const most = limit.abs();
  return amount.gt(most) ? most : amount;
}

const LOUDNESS = ['failed', 'warning', 'tolerated'] as const;

/** The gravest first; each once. */
function sentences(checks: readonly Check[]): string[] {
  const telling = checks.filter(({ text }) => text !== undefined);
  const texts = LOUDNESS.flatMap((loudness) => telling.filter(({ result }) => result === loudness));
  return [...new Set(texts.flatMap(({ text }) => text ?? []))];
}
