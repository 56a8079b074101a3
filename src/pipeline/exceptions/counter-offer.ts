import { dec, isDecimal } from '../../common/decimal.ts';
import { GatewayError } from '../../common/errors.ts';
import * as primitives from '../../documents/primitives.ts';
import type { BuyerDecided, OrderState } from '../../tracking/model.ts';

type CounterOffer = NonNullable<BuyerDecided['counter']>;

/** What each value has to be: it goes to the supplier as it is. */
const VALUES: Record<keyof CounterOffer, { fits: (text: string) => boolean; expected: string }> = {
  quantity: {
    fits: (text) => isDecimal(text) && dec(text).gt(0),
    expected: 'a decimal number above 0 such as "12.5"',
  },
  date: {
    fits: (text) => primitives.date.safeParse(text).success,
    expected: 'a date such as "2026-01-31"',
  },
  priceAmount: {
    fits: (text) => isDecimal(text) && !dec(text).lt(0),
    expected: 'a decimal number of 0 or more such as "12.50"',
  },
};

/** The values that the buyer wants instead of the supplier's, at least one. Throws INVALID_REQUEST. */
export function readCounterOffer(values: Readonly<Record<string, string>>): CounterOffer {
  const known = Object.keys(VALUES).join(', ');
  if (Object.keys(values).length === 0)
    throw new GatewayError('INVALID_REQUEST', `A counter-offer needs at least one value: ${known}.`);
  for (const [name, text] of Object.entries(values)) {
    const value = Object.hasOwn(VALUES, name) ? VALUES[name as keyof CounterOffer] : undefined;
    if (value === undefined)
      throw new GatewayError('INVALID_REQUEST', `"${name}" is no value of a counter-offer; known: ${known}.`);
    if (!value.fits(text))
      throw new GatewayError('INVALID_REQUEST', `${name} is "${text}"; expected ${value.expected}.`);
  }
  return values;
}

/**
 * Other values answer a proposal of the supplier for one line: where there is none, nothing would go out, and several lines do
 * not share their values. `lineId` is '' for any line. Throws INVALID_REQUEST.
 */
export function requireProposal(order: OrderState, lineId: string): void {
  const lines = order.lines.filter(({ id }) => lineId === '' || id === lineId);
  const proposed = lines.filter(({ slices }) => slices.some(({ state }) => state === 'PROPOSED'));
  if (proposed.length > 1) {
    const ids = proposed.map(({ id }) => id).join(', ');
    throw new GatewayError(
      'INVALID_REQUEST',
      `The supplier proposes something for several lines (${ids}), and the same values cannot answer all of them. Decide at the exception of each line.`,
    );
  }
  if (proposed.length > 0) return;
  const about = lineId === '' ? '' : ` on line ${lineId}`;
  throw new GatewayError(
    'INVALID_REQUEST',
    `The supplier proposes nothing${about} that other values could answer. Change the order in the ERP, which sends him the change, or ask him.`,
  );
}
