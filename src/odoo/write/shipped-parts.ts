import { dec, formatDecimal, roundTo, sum, ZERO } from '../../common/decimal.ts';
import type { Dec, DecimalString } from '../../common/decimal.ts';
import type { DespatchAdvice, DespatchLine } from '../../documents/despatch-advice.ts';
import { findLine } from '../../tracking/line-lookup.ts';
import type { LineState } from '../../tracking/model.ts';

/** A part of what is shipped of a line: in one package, of one lot. */
export interface ShippedPart {
  /** In the ordered unit. */
  quantity: DecimalString;
  sscc?: string;
  lot?: string;
}

/**
 * How a shipped quantity of an order line is packed and which lots it is of. `shipped` is what the order counts for this
 * shipment, in the ordered unit; the advice may count in another, so its lines have their share of it.
 */
export function shippedParts(
  advice: DespatchAdvice,
  orderId: string,
  lines: readonly LineState[],
  lineId: string,
  shipped: DecimalString,
): ShippedPart[] {
  const own = advice.lines.filter((line) => {
    if (line.orderId !== orderId) return false;
    const match = findLine(lines, line);
    return match.index !== undefined && lines[match.index]?.id === lineId;
  });
  const total = sum(own.map(({ quantity }) => quantity.value));
  if (own.length === 0 || total.lte(0)) return [{ quantity: shipped }];
  const parts: ShippedPart[] = [];
  let given = ZERO;
  own.forEach((line, index) => {
    const last = index === own.length - 1;
    const quantity = last
      ? dec(shipped).minus(given)
      : roundTo(dec(shipped).times(line.quantity.value).div(total), PLACES);
    given = given.plus(quantity);
    parts.push(...partsOf(advice, line, quantity));
  });
  return parts.filter((part) => dec(part.quantity).gt(0));
}

const PLACES = 6;

function partsOf(advice: DespatchAdvice, line: DespatchLine, quantity: Dec): ShippedPart[] {
  const ids = line.packageIds ?? (line.packageId === undefined ? [] : [line.packageId]);
  const packages = ids.length === 0 ? [undefined] : ids.map((id) => ssccOf(advice, id));
  const inPackages = evenly(quantity, packages.length);
  return packages.flatMap((sscc, index) => {
    const share = inPackages[index]!;
    const packed = sscc === undefined ? {} : { sscc };
    const serials = packages.length === 1 ? (line.serialIds ?? []) : [];
    const single = serials
      .slice(0, share.floor().toNumber())
      .map((lot) => ({ quantity: '1', lot, ...packed }));
    const rest = share.minus(single.length);
    const lot = line.lotId === undefined ? {} : { lot: line.lotId };
    return rest.isZero() ? single : [...single, { quantity: formatDecimal(rest), ...lot, ...packed }];
  });
}

/** In whole units as far as that goes; the last package has what is left. */
function evenly(quantity: Dec, count: number): Dec[] {
  const each = quantity.div(count).floor();
  return Array.from({ length: count }, (_, index) =>
    index === count - 1 ? quantity.minus(each.times(count - 1)) : each,
  );
}

/** Of the package itself, else of what it stands on: a carton without number on a pallet with one. */
function ssccOf(advice: DespatchAdvice, id: string): string | undefined {
  const packages = advice.packages ?? [];
  const passed = new Set<string>();
  let current = packages.find((each) => each.id === id);
  while (current !== undefined && !passed.has(current.id)) {
    if (current.sscc !== undefined) return current.sscc;
    passed.add(current.id);
    const { parentId } = current;
    current = parentId === undefined ? undefined : packages.find((each) => each.id === parentId);
  }
  return undefined;
}
