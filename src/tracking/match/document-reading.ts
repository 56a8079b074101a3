import { sum } from '../../common/decimal.ts';
import { checkArithmetic } from './arithmetic.ts';
import type { Sums } from './arithmetic.ts';
import { computedOf } from './charge-amounts.ts';
import { buildContext } from './context.ts';
import type { Context } from './context.ts';
import type { MatchInput } from './facts.ts';
import { prepareLine } from './line-match.ts';
import type { PreparedLine } from './line-match.ts';
import type { ComputedCharge } from './model.ts';
import { chargeReadings, countCharges, isCustomersCharge, isPlain } from './stated-charges.ts';
import type { ChargeReading } from './stated-charges.ts';
import { list, money } from './texts.ts';

/** A document that was read and checked against itself. */
export interface DocumentReading {
  /** Its document has the amounts that were computed, and its allowances and charges as they count. */
  context: Context;
  prepared: PreparedLine[];
  sums: Sums;
  computed: ComputedCharge[];
  reading: ChargeReading;
}

/**
 * Reads a document and checks its arithmetic. Where it leaves open what a percentage is of, or whether a charge is in the total,
 * the first reading that adds up is taken and told; where none does, the usual one, so that its checks say what differs.
 */
export function readDocument(input: MatchInput, engine: number): DocumentReading {
  const [usual, ...others] = chargeReadings(input.document, engine);
  const first = readAs(input, engine, usual!);
  if (first.sums.addsUp) return first;
  for (const reading of others) {
    const other = readAs(input, engine, reading);
    if (!other.sums.addsUp) continue;
    tellReading(other.context, usual!, reading);
    return other;
  }
  return first;
}

function readAs(input: MatchInput, engine: number, reading: ChargeReading): DocumentReading {
  const context = buildContext(input, engine);
  const { document } = input;
  const prepared = document.lines.map((line, index) => prepareLine(context, line, index + 1, reading));
  const lines = prepared.map(({ read }) => read);
  const header =
    document.allowanceCharges &&
    countCharges(
      document.allowanceCharges,
      { whole: sum(lines.map(({ net }) => net)) },
      reading,
      context.places,
    );
  const computed = computedOf(header, lines);
  const isAsStated = computed.length === 0 && isPlain(reading);
  const counted: Context = isAsStated
    ? context
    : {
        ...context,
        input: {
          ...input,
          document: {
            ...document,
            lines: lines.map(({ line }) => line),
            ...(header === undefined ? {} : { allowanceCharges: header.list }),
          },
        },
      };
  const sums = checkArithmetic(counted, lines, header);
  tellComputed(counted, computed);
  return { context: counted, prepared, sums, computed, reading };
}

/** A total that does not add up says what of it nobody stated. */
function tellComputed({ checks, currency }: Context, computed: readonly ComputedCharge[]): void {
  const failed = checks.find(
    ({ id, result, text }) => id === 'A2' && result === 'failed' && text !== undefined,
  );
  if (failed?.text === undefined || computed.length === 0) return;
  const parts = computed.map(({ amount, ...of }) => `${amount} ${currency} as ${ofText(of, currency)}`);
  failed.text += `; not stated but computed are ${list(parts)}`;
}

function ofText(
  { percent, base, rate, per, units }: Omit<ComputedCharge, 'amount'>,
  currency: string,
): string {
  if (percent !== undefined) return `${percent} % of ${base ?? ''} ${currency}`;
  return `${rate ?? ''} for each ${per === undefined ? '' : `${per} `}of ${units ?? ''}`;
}

function tellReading(context: Context, usual: ChargeReading, taken: ChargeReading): void {
  if (taken.percents !== usual.percents) {
    context.checks.push({
      id: 'A7',
      result: 'warning',
      formula: 'what each percentage is of is stated, or the total tells',
      text: 'Percentages are taken each of what the allowances and charges before it leave: only so the total adds up',
    });
  }
  if (taken.rounding !== usual.rounding) {
    context.checks.push({
      id: 'A7',
      result: 'warning',
      formula: 'percentages of lines are rounded once',
      text: 'Percentages of lines are rounded for each unit: only so the amounts of the lines and the total add up',
    });
  }
  if (taken.earlyPayment !== usual.earlyPayment) {
    context.checks.push({
      id: 'A7',
      result: 'warning',
      formula: 'allowances for early payment are deducted',
      text: 'An allowance for early payment is stated and not deducted: it counts where the invoice is paid in time',
    });
  }
  if (taken.customersCharges === usual.customersCharges) return;
  const { document } = context.input;
  const charges = [document, ...document.lines]
    .flatMap(({ allowanceCharges = [] }) => allowanceCharges)
    .filter(isCustomersCharge);
  const amount = sum(charges.map((each) => each.amount ?? '0'));
  context.checks.push({
    id: 'A7',
    result: 'warning',
    formula: 'charges that the customer is to pay are in the total',
    text: `Charges of ${money(amount, context.currency, context.places)} are the customer's to pay and are not in the total: they are not billed here`,
  });
}
