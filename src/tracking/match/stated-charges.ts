import { dec, formatDecimal, roundTo, ZERO } from '../../common/decimal.ts';
import type { Dec, DecimalString } from '../../common/decimal.ts';
import type { AllowanceCharge } from '../../documents/primitives.ts';
import type { MatchInput } from './facts.ts';
import type { ComputedCharge, MatchDecision } from './model.ts';

type Document = MatchInput['document'];

/** Only off-invoice amounts change the payable; an unstated settlement is off-invoice (5.9.5). */
export function isOffInvoice({ settlement }: AllowanceCharge): boolean {
  return settlement === undefined || settlement === 'offInvoice';
}

/** A charge that the customer is to pay (X12 331 06, EDIFACT 4471 6): mostly to the supplier, on this invoice. */
export function isCustomersCharge({ kind, settlement }: AllowanceCharge): boolean {
  return kind === 'charge' && settlement === 'paidByCustomer';
}

/** Whether what an order states so comes on the invoice: a discount that is billed back does not lower the price. */
export function isBilled(charge: AllowanceCharge): boolean {
  return isOffInvoice(charge) || isCustomersCharge(charge);
}

/** Its amount; what states none and has no computed one counts as nothing. */
export function amountOf({ amount }: Pick<AllowanceCharge, 'amount'>): Dec {
  return amount === undefined ? ZERO : dec(amount);
}

/** How what a document leaves open about its allowances and charges is taken. */
export interface ChargeReading {
  /** Percentages that do not say what they are of are each of the whole amount, or each of what those before it leave. */
  percents: 'ofWhole' | 'oneAfterOther';
  /** Percentages of a line are rounded for its whole quantity, or for one unit of it: net prices are printed with two decimals. */
  rounding: 'line' | 'unit';
  /** Charges that the customer is to pay are in the total. */
  customersCharges: boolean;
}

/** All readings that a document allows, the usual one first: its totals decide between them. */
export function chargeReadings(document: Document, engine: number): ChargeReading[] {
  const lists = [document, ...document.lines].map(({ allowanceCharges = [] }) => allowanceCharges);
  const byCustomer = engine >= 6 && lists.flat().some(isCustomersCharge);
  const percents = lists.some(isOpen) ? (['ofWhole', 'oneAfterOther'] as const) : (['ofWhole'] as const);
  const rounding = lists.slice(1).flat().some(isPercentage)
    ? (['line', 'unit'] as const)
    : (['line'] as const);
  return rounding.flatMap((each) =>
    percents.flatMap((of) =>
      (byCustomer ? [true, false] : [false]).map((customersCharges) => ({
        percents: of,
        rounding: each,
        customersCharges,
      })),
    ),
  );
}

function isPercentage(charge: AllowanceCharge): boolean {
  return isOffInvoice(charge) && charge.amount === undefined && charge.percent !== undefined;
}

/** Whether a percentage stands behind another allowance or charge and does not say whether it is of what that leaves. */
function isOpen(list: readonly AllowanceCharge[]): boolean {
  return list
    .filter(isOffInvoice)
    .some(
      ({ amount, percent, baseAmount, percentOf, step }, index) =>
        index > 0 &&
        amount === undefined &&
        percent !== undefined &&
        baseAmount === undefined &&
        percentOf === undefined &&
        step === undefined,
    );
}

/** Allowances and charges as they count, with what was computed for them. */
export interface CountedCharges {
  list: AllowanceCharge[];
  computed: Omit<ComputedCharge, 'line'>[];
  /** Their places in the list, where neither an amount is stated nor one can be computed. */
  unknown: number[];
}

/**
 * Computes the amounts that are stated as percentages only, each rounded once to the minor unit. `whole` is what they are of:
 * quantity x price of a line, the lines of a document; undefined where it is not known. `quantity` is that of a line. Steps go
 * before places in the list.
 */
export function countCharges(
  stated: readonly AllowanceCharge[],
  { whole, quantity }: { whole: Dec | undefined; quantity?: Dec },
  reading: ChargeReading,
  places: number,
): CountedCharges {
  const list = stated.map((each) => (reading.customersCharges ? onInvoice(each) : each));
  const computed: CountedCharges['computed'] = [];
  const unknown: number[] = [];
  const left = { whole, ofStep: whole, discounted: whole, running: whole };
  const units = reading.rounding === 'unit' && quantity?.isZero() === false ? quantity : undefined;
  let step = 1;
  for (const index of inSteps(list)) {
    const each = list[index]!;
    if ((each.step ?? 1) > step) {
      step = each.step ?? 1;
      left.ofStep = left.running;
    }
    if (each.amount === undefined) {
      const base = baseOf(each, left, reading);
      if (base === undefined || each.percent === undefined) unknown.push(index);
      else {
        const exact =
          units === undefined
            ? percentage(each.percent, base, places)
            : roundTo(percentage(each.percent, base.div(units), places).times(units), places);
        const amount = formatDecimal(exact, places);
        list[index] = { ...each, amount };
        computed.push({
          index,
          amount,
          percent: each.percent,
          base: baseText(base, places),
          ...(units === undefined ? {} : { units: formatDecimal(units) }),
        });
      }
    }
    const counted = list[index]!;
    if (!isOffInvoice(counted)) continue;
    const amount = amountOf(counted);
    left.running = counted.kind === 'charge' ? left.running?.plus(amount) : left.running?.minus(amount);
    if (counted.kind === 'allowance') left.discounted = left.discounted?.minus(amount);
  }
  return { list, computed: computed.sort((a, b) => a.index - b.index), unknown };
}

function baseText(base: Dec, places: number): DecimalString {
  const decimals = Math.min(base.decimalPlaces(), 10);
  return formatDecimal(base.toDecimalPlaces(10), Math.max(places, decimals));
}

/** `percent` of an amount, rounded once. */
export function percentage(percent: DecimalString, base: Dec, places: number): Dec {
  return roundTo(base.times(percent).div(100), places);
}

function onInvoice(charge: AllowanceCharge): AllowanceCharge {
  return isCustomersCharge(charge) ? { ...charge, settlement: 'offInvoice' } : charge;
}

function inSteps(list: readonly AllowanceCharge[]): number[] {
  return list.map((_, index) => index).sort((a, b) => (list[a]!.step ?? 1) - (list[b]!.step ?? 1) || a - b);
}

interface Left {
  whole: Dec | undefined;
  /** When the step of calculation began. */
  ofStep: Dec | undefined;
  /** Less the allowances so far. */
  discounted: Dec | undefined;
  /** Less the allowances and with the charges so far. */
  running: Dec | undefined;
}

function baseOf(
  { baseAmount, percentOf, step }: AllowanceCharge,
  left: Left,
  { percents }: ChargeReading,
): Dec | undefined {
  if (baseAmount !== undefined) return dec(baseAmount);
  if (percentOf === 'other') return undefined;
  if (percentOf === 'gross') return left.whole;
  if (percentOf === 'remaining') return left.discounted;
  if (step !== undefined) return left.ofStep;
  return percents === 'oneAfterOther' ? left.running : left.whole;
}

/**
 * The document of a decision with the amounts that were computed, and its allowances and charges as they count. One that
 * states all of them is as it came.
 */
export function countedDocument({ input, computed = [], customersCharges }: MatchDecision): Document {
  const { document } = input;
  if (computed.length === 0 && customersCharges !== true) return document;
  const count = (list: readonly AllowanceCharge[] | undefined, line?: number) =>
    list?.map((each, index) => {
      const found = computed.find((one) => one.line === line && one.index === index);
      const amount = found === undefined ? {} : { amount: found.amount };
      return { ...(customersCharges === true ? onInvoice(each) : each), ...amount };
    });
  const withCounted = <T extends { allowanceCharges?: AllowanceCharge[] | undefined }>(
    part: T,
    line?: number,
  ): T => {
    const allowanceCharges = count(part.allowanceCharges, line);
    return allowanceCharges === undefined ? part : { ...part, allowanceCharges };
  };
  const lines = document.lines.map((line, index) => withCounted(line, index + 1));
  return { ...withCounted(document), lines };
}
