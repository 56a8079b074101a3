import { dec, roundTo, sum, ZERO } from '../../common/decimal.ts';
import type { Dec } from '../../common/decimal.ts';
import type { InvoiceLine } from '../../documents/invoice.ts';
import type { AllowanceCharge } from '../../documents/primitives.ts';
import type { FailCode } from './model.ts';
import { readPriceBasis } from './price-basis.ts';
import { minus, quotient, ratio, times, toDec } from './ratio.ts';
import type { Ratio } from './ratio.ts';
import { amountOf, countCharges, isOffInvoice } from './stated-charges.ts';
import type { ChargeReading, CountedCharges } from './stated-charges.ts';
import type { UnitTable } from './units.ts';

export interface LineProblem {
  code: FailCode;
  text: string;
}

/** One document line, normalised (5.7): exact price of one stated unit, amounts in currency. Values as the document signs them. */
export interface ReadLine {
  /** 1-based. */
  number: number;
  /** As stated, with the amounts of its allowances and charges that were computed. */
  line: InvoiceLine;
  quantity: Dec;
  /** Quantity × price ÷ basis, rounded once; undefined where there is no price or its unit cannot be converted. */
  extended?: Dec;
  /** What the line amount should be: extended less allowances plus charges. */
  calculated?: Dec;
  stated?: Dec;
  /** Net amount that everything else uses. */
  net: Dec;
  /** How the line reads if its allowances and charges come on top of a stated amount that left them out. */
  alternative?: Pick<ReadLine, 'net' | 'price' | 'charges'>;
  /** Net price of one unit of the stated quantity, without charges; exact. */
  price?: Ratio;
  /** Off-invoice charges of the line within `net`. */
  charges: { reason: AllowanceCharge['reason']; amount: Dec }[];
  /** Bill-back allowances, to be claimed later. */
  expectedClaims: Dec;
  /** What was computed of its allowances and charges; absent where it has none. */
  counted?: CountedCharges;
  problems: LineProblem[];
}

/** Net amount as it is before anything is rounded; as stated where it is. */
export function exactNet({ stated, net, price, quantity, charges }: ReadLine): Dec {
  if (stated !== undefined || price === undefined) return net;
  return toDec(times(price, ratio(quantity))).plus(sum(charges.map(({ amount }) => amount)));
}

/** Sum of bill-back allowances: the supplier owes them outside the invoice. */
export function billBack(allowanceCharges: readonly AllowanceCharge[] | undefined): Dec {
  let total = ZERO;
  for (const each of allowanceCharges ?? []) {
    if (each.kind === 'allowance' && each.settlement === 'billBack') total = total.plus(amountOf(each));
  }
  return total;
}

interface Extension {
  exact?: Ratio;
  problems: LineProblem[];
}

/** Quantity × price ÷ basis, in the unit of the price; exact. */
function extend(line: InvoiceLine, number: number, units: UnitTable, ids: readonly string[]): Extension {
  const { price } = line;
  if (price === undefined) return { problems: [] };
  const basis = readPriceBasis(price);
  if (basis.kind === 'review') {
    return {
      problems: [
        { code: 'PRICE_NOT_FINAL', text: `Line ${number}: the price cannot be used: ${basis.reason}.` },
      ],
    };
  }
  const quantity = ratio(line.quantity.value);
  if (basis.kind === 'noCharge') {
    const free = dec(price.amount).isZero();
    return {
      exact: ratio(ZERO),
      problems: free
        ? []
        : [
            {
              code: 'PRICE_HIGH',
              text: `Line ${number}: marked "no charge" and priced at ${price.amount}.`,
            },
          ],
    };
  }
  const perUnit = quotient(ratio(price.amount), ratio(basis.divisor)) ?? ratio(price.amount);
  const from = line.quantity.unit;
  if (basis.unit === undefined || from === undefined || basis.unit === from) {
    return { exact: times(quantity, perUnit), problems: [] };
  }
  const conversion = units.convert(from, basis.unit, ids);
  if (conversion === undefined) {
    return {
      problems: [
        {
          code: 'UOM_CONVERSION_MISSING',
          text: `Line ${number}: priced per ${basis.unit}, quantity in ${from}: no exact factor between them is on file for this item.`,
        },
      ],
    };
  }
  const exact = times(times(quantity, conversion.factor), perUnit);
  return conversion.unapproved === undefined
    ? { exact, problems: [] }
    : { exact, problems: [unapprovedFactor(number, conversion.unapproved)] };
}

export function unapprovedFactor(number: number, factor: string): LineProblem {
  return {
    code: 'UOM_CONVERSION_MISSING',
    text: `Line ${number}: the conversion ${factor} is on file and not approved yet.`,
  };
}

/** Reads one line; `ids` are all ids of the article, the order line's included. */
export function readLine(
  written: InvoiceLine,
  number: number,
  { places, units, reading }: { places: number; units: UnitTable; reading: ChargeReading },
  ids: readonly string[],
): ReadLine {
  const quantity = dec(written.quantity.value);
  const { exact, problems } = extend(written, number, units, ids);
  const counted =
    written.allowanceCharges &&
    countCharges(
      written.allowanceCharges,
      { whole: exact && toDec(exact), quantity: written.quantity },
      reading,
      places,
    );
  const line = counted === undefined ? written : { ...written, allowanceCharges: counted.list };
  const stated = line.lineAmount === undefined ? undefined : dec(line.lineAmount);
  let allowances = ZERO;
  let chargeTotal = ZERO;
  const charges: ReadLine['charges'] = [];
  for (const each of line.allowanceCharges ?? []) {
    if (!isOffInvoice(each)) continue;
    if (each.kind === 'allowance') {
      allowances = allowances.plus(amountOf(each));
    } else {
      const amount = amountOf(each);
      chargeTotal = chargeTotal.plus(amount);
      charges.push({ reason: each.reason, amount });
    }
  }
  const extended = exact && roundTo(toDec(exact), places);
  const onTop = chargeTotal.minus(allowances);
  const calculated = extended?.plus(onTop);
  // EDIFACT calculation-net prices (PRI AAA) already contain the line's allowances and charges.
  const included =
    stated !== undefined &&
    extended !== undefined &&
    !onTop.isZero() &&
    stated.eq(extended) &&
    !stated.eq(calculated ?? ZERO);
  const net = stated ?? calculated ?? ZERO;
  const onTopPrice = unitPrice(goodsAmount(exact, net, chargeTotal, allowances), quantity);
  const price = included && exact !== undefined ? unitPrice(exact, quantity) : onTopPrice;
  return {
    number,
    line,
    quantity,
    ...(extended === undefined ? {} : { extended }),
    ...(calculated === undefined ? {} : { calculated: included ? extended : calculated }),
    ...(stated === undefined ? {} : { stated }),
    net,
    ...(included ? { alternative: { net: extended.plus(onTop), charges, ...priced(onTopPrice) } } : {}),
    ...priced(price),
    charges: included ? [] : charges,
    expectedClaims: billBack(line.allowanceCharges),
    ...(counted === undefined ? {} : { counted }),
    problems,
  };
}

function unitPrice(goods: Ratio, quantity: Dec): Ratio | undefined {
  return quantity.isZero() ? undefined : quotient(goods, ratio(quantity));
}

function priced(price: Ratio | undefined): { price?: Ratio } {
  return price === undefined ? {} : { price };
}

/** Goods value without charges: from the price where there is one, else from the stated amount. */
function goodsAmount(exact: Ratio | undefined, net: Dec, charges: Dec, allowances: Dec): Ratio {
  return exact === undefined ? ratio(net.minus(charges)) : minus(exact, ratio(allowances));
}
