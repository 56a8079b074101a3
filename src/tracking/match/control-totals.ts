import { dec, formatDecimal, sum, ZERO } from '../../common/decimal.ts';
import type { Dec, DecimalString } from '../../common/decimal.ts';
import type { Context } from './context.ts';
import type { ReadLine } from './line-reading.ts';
import { amountOf, isOffInvoice } from './stated-charges.ts';
import { money } from './texts.ts';

/** What a document comes to, and by how much a total of it may differ. */
export interface TotalParts {
  lines: Dec;
  headerCharges: Dec;
  headerAllowances: Dec;
  tax: Dec;
  tolerance: Dec;
}

/**
 * Totals that a document states beside what is to be paid, each against its parts. What is paid is held against all parts of the
 * document itself (A2), so a total of this kind that contradicts is told and holds nothing; until engine 5 nobody looked at them.
 */
export function checkControlTotals(context: Context, lines: readonly ReadLine[], parts: TotalParts): void {
  const { totals } = context.input.document;
  const { headerCharges: charges, headerAllowances: allowances } = parts;
  const ofLines = onLines(lines);
  const net = parts.lines.plus(charges).minus(allowances);
  const onTop = charges.minus(allowances);
  const withLines = onTop.plus(ofLines.charges).minus(ofLines.allowances);
  const check = (name: string, stated: DecimalString | undefined, made: readonly Dec[], of: string) =>
    checkTotal(context, { name, stated, made, of }, parts.tolerance);
  check('charges', totals.charges, [charges, charges.plus(ofLines.charges)], 'the charges');
  check('allowances', totals.allowances, [allowances, allowances.plus(ofLines.allowances)], 'the allowances');
  // Some state it without its sign.
  check('charges less allowances', totals.onTop, [onTop, withLines, onTop.abs(), withLines.abs()], 'they');
  check('the document without tax', totals.taxExclusive, [net], 'lines, charges and allowances');
  check(
    'the document with tax',
    totals.taxInclusive,
    [net.plus(parts.tax)],
    'lines, charges, allowances and tax',
  );
}

function onLines(lines: readonly ReadLine[]): { charges: Dec; allowances: Dec } {
  const stated = lines.flatMap(({ line }) => line.allowanceCharges ?? []).filter(isOffInvoice);
  const total = (kind: string) => sum(stated.filter((each) => each.kind === kind).map(amountOf));
  return { charges: total('charge'), allowances: total('allowance') };
}

interface ControlTotal {
  name: string;
  stated: DecimalString | undefined;
  /** What it may be, the usual one first. */
  made: readonly Dec[];
  of: string;
}

function checkTotal(context: Context, { name, stated, made, of }: ControlTotal, tolerance: Dec): void {
  if (stated === undefined) return;
  const { currency, places } = context;
  const value = dec(stated);
  const fits = made.find((each) => each.minus(value).abs().lte(tolerance));
  const right = fits ?? made[0] ?? ZERO;
  context.checks.push({
    id: 'A2',
    result: fits === undefined ? 'warning' : 'passed',
    formula: `stated total of ${name} = its parts`,
    left: stated,
    right: formatDecimal(right),
    difference: formatDecimal(value.minus(right)),
    ...(fits === undefined
      ? {
          text: `The stated total of ${name} is ${money(value, currency, places)}; ${of} make ${money(right, currency, places)}`,
        }
      : {}),
  });
}
