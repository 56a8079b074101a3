import { dec, formatDecimal, roundTo, ZERO } from '../../common/decimal.ts';
import type { Dec, DecimalString } from '../../common/decimal.ts';
import type { AllowanceCharge, Quantity } from '../../documents/primitives.ts';
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

/** What is taken off only where the invoice is paid early (EDIFACT 7161 EAB, CAC): most invoices state it and do not deduct it. */
function isForEarlyPayment({ kind, code, reason }: AllowanceCharge): boolean {
  return kind === 'allowance' && reason === 'discount' && (code === 'EAB' || code === 'CAC');
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
  /** Allowances for early payment are deducted. */
  earlyPayment: boolean;
}

/** As documents of before engine 6 were read, which left nothing open. */
export const PLAIN: ChargeReading = {
  percents: 'ofWhole',
  rounding: 'line',
  customersCharges: false,
  earlyPayment: true,
};

/** Whether a reading says anything that a decision has to keep. */
export function isPlain(reading: ChargeReading): boolean {
  return !reading.customersCharges && reading.earlyPayment;
}

/** All readings that a document allows, the usual one first: its totals decide between them. */
export function chargeReadings(document: Document, engine: number): ChargeReading[] {
  const lists = [document, ...document.lines].map(({ allowanceCharges = [] }) => allowanceCharges);
  const all = lists.flat();
  let readings = [PLAIN];
  const open = (when: boolean, more: (reading: ChargeReading) => ChargeReading[]) => {
    if (when) readings = readings.flatMap(more);
  };
  open(engine >= 6 && all.some(isForEarlyPayment), (each) => [each, { ...each, earlyPayment: false }]);
  open(engine >= 6 && all.some(isCustomersCharge), (each) => [{ ...each, customersCharges: true }, each]);
  open(lists.some(isOpen), (each) => [each, { ...each, percents: 'oneAfterOther' }]);
  open(lists.slice(1).flat().some(isPercentage), (each) => [each, { ...each, rounding: 'unit' }]);
  return readings;
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
  { whole, quantity }: { whole: Dec | undefined; quantity?: Quantity },
  reading: ChargeReading,
  places: number,
): CountedCharges {
  const list = stated.map((each) => settled(each, reading));
  const computed: CountedCharges['computed'] = [];
  const unknown: number[] = [];
  const left = { whole, ofStep: whole, discounted: whole, running: whole };
  const pieces = dec(quantity?.value ?? '0');
  const units = reading.rounding === 'unit' && !pieces.isZero() ? pieces : undefined;
  let step = 1;
  for (const index of inSteps(list)) {
    const each = list[index]!;
    if ((each.step ?? 1) > step) {
      step = each.step ?? 1;
      left.ofStep = left.running;
    }
    const found =
      each.amount === undefined
        ? compute(each, baseOf(each, left, reading), { quantity, units, places })
        : undefined;
    if (found !== undefined) {
      list[index] = { ...each, amount: found.amount };
      computed.push({ index, ...found });
    } else if (each.amount === undefined) {
      unknown.push(index);
    }
    const counted = list[index]!;
    if (!isOffInvoice(counted)) continue;
    const amount = amountOf(counted);
    left.running = counted.kind === 'charge' ? left.running?.plus(amount) : left.running?.minus(amount);
    if (counted.kind === 'allowance') left.discounted = left.discounted?.minus(amount);
  }
  return { list, computed: computed.sort((a, b) => a.index - b.index), unknown };
}

/** What a percentage, else a rate comes to; undefined where there is neither, or what it is of is not known. */
function compute(
  { percent, rate, quantity: stated }: AllowanceCharge,
  base: Dec | undefined,
  { quantity, units, places }: { quantity: Quantity | undefined; units: Dec | undefined; places: number },
): Omit<ComputedCharge, 'line' | 'index'> | undefined {
  if (percent !== undefined && base !== undefined) {
    const exact =
      units === undefined
        ? percentage(percent, base, places)
        : roundTo(percentage(percent, base.div(units), places).times(units), places);
    return {
      amount: formatDecimal(exact, places),
      percent,
      base: baseText(base, places),
      ...(units === undefined ? {} : { units: formatDecimal(units) }),
    };
  }
  const number = stated ?? quantity;
  const per = dec(rate?.baseQuantity ?? '1');
  if (rate === undefined || number === undefined || per.lte(0)) return undefined;
  const amount = roundTo(dec(rate.amount).times(number.value).div(per), places);
  return {
    amount: formatDecimal(amount, places),
    rate: rate.amount,
    ...(per.eq(1) ? {} : { per: formatDecimal(per) }),
    units: number.value,
  };
}

function baseText(base: Dec, places: number): DecimalString {
  const decimals = Math.min(base.decimalPlaces(), 10);
  return formatDecimal(base.toDecimalPlaces(10), Math.max(places, decimals));
}

/** `percent` of an amount, rounded once. */
export function percentage(percent: DecimalString, base: Dec, places: number): Dec {
  return roundTo(base.times(percent).div(100), places);
}

/** With the settlement that the reading gives it. */
function settled(
  charge: AllowanceCharge,
  { customersCharges, earlyPayment }: ChargeReading,
): AllowanceCharge {
  if (customersCharges && isCustomersCharge(charge)) return { ...charge, settlement: 'offInvoice' };
  if (!earlyPayment && isForEarlyPayment(charge)) return { ...charge, settlement: 'optional' };
  return charge;
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
export function countedDocument({ input, computed = [], chargeReading }: MatchDecision): Document {
  const { document } = input;
  if (computed.length === 0 && chargeReading === undefined) return document;
  const reading = { ...PLAIN, ...chargeReading };
  const count = (list: readonly AllowanceCharge[] | undefined, line?: number) =>
    list?.map((each, index) => {
      const found = computed.find((one) => one.line === line && one.index === index);
      const amount = found === undefined ? {} : { amount: found.amount };
      return { ...settled(each, reading), ...amount };
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
