import type { Field, Scope, SegmentPlace } from './model.ts';
import type { FixedCell, RowCell, SegmentGroup, SegmentRow, ValueCell } from './write-model.ts';

/** Elements of HL and CPS that say where a node stands in its tree. */
export const NODE_ELEMENTS = [1, 2, 4];

/** Lays out a group in which the place of each text is known: see isDirect, isWide. */
export function planRow(group: SegmentGroup, scope: Scope<SegmentPlace>): SegmentRow {
  const fixed = [...group.qualifiers, ...group.constants];
  const isNode = group.trigger && scope.tree !== undefined;
  const places = new Places();
  for (const { element, component } of fixed) places.add(element, component);
  for (const { place, field } of group.values) {
    if (place.pair === undefined) {
      places.add(place.element, place.component);
      for (const at of furtherPlaces(place, field)) places.add(...at);
      if (companionOf(field) !== '') places.add(place.element, place.component + 1);
    } else for (const { code, value } of pairPlaces(place)) places.add(...code).add(...value);
  }
  if (isNode) for (const element of NODE_ELEMENTS) places.add(element, 1);
  const order = places.sorted();
  return {
    elements: order.map(([element]) => element),
    components: order.map(([, component]) => component),
    fixed: fixed.map(({ element, component, text, condition }) => ({
      at: places.indexOf(element, component),
      text,
      condition,
    })),
    cells: group.values.map((cell) => rowCell(cell, places, fixed)),
    node: isNode ? NODE_ELEMENTS.map((element) => places.indexOf(element, 1)) : [],
  };
}

function rowCell(cell: ValueCell, places: Places, fixed: readonly FixedCell[]): RowCell {
  const { place, field } = cell;
  if (place.pair === undefined) {
    const { element, component } = place;
    const further = furtherPlaces(place, field).map((at) => places.indexOf(...at));
    const text = companionOf(field);
    const companion = text === '' ? undefined : { at: places.indexOf(element, component + 1), text };
    return { cell, at: places.indexOf(element, component), pairs: undefined, further, companion };
  }
  // A qualifier or constant anywhere in its first element leaves no room for the pair.
  const usable = pairPlaces(place).filter(
    ({ code: [element] }) => !fixed.some((one) => one.element === element),
  );
  return {
    cell,
    at: -1,
    further: [],
    companion: undefined,
    pairs: {
      qualifiers: typeof place.pair === 'object' ? place.pair : [],
      places: usable.map(({ code, value }) => ({
        code: places.indexOf(...code),
        value: places.indexOf(...value),
        free: places.within(code[0]),
      })),
    },
  };
}

/** Where the second and all further texts of a list stand. */
function furtherPlaces(
  { element, component, lastElement, lastComponent }: SegmentPlace,
  { list }: Field<SegmentPlace>,
): At[] {
  const places: At[] = [];
  if (list)
    for (let e = element; e <= lastElement; e++)
      for (let c = component; c <= lastComponent; c++) places.push([e, c]);
  return places.slice(1);
}

function companionOf({ conversion }: Field<SegmentPlace>): string {
  return conversion.readEnd ? (conversion.writeExtra?.('') ?? '') : '';
}

type At = readonly [element: number, component: number];

function pairPlaces({ layout }: SegmentPlace): { code: At; value: At }[] {
  if (!layout) return [];
  const { from, step, count, composite } = layout;
  return Array.from({ length: count }, (_, i) => {
    const element = from + i * step;
    return {
      code: [element, composite?.code ?? 1],
      value: [composite ? element : element + 1, composite?.value ?? 1],
    };
  });
}

/** A set of places. */
class Places {
  readonly #known = new Map<number, At>();
  #order: At[] | undefined;

  add(element: number, component: number): this {
    this.#known.set(element * MAX_COMPONENTS + component, [element, component]);
    return this;
  }

  sorted(): readonly At[] {
    return (this.#order ??= [...this.#known].sort(([a], [b]) => a - b).map(([, at]) => at));
  }

  indexOf(element: number, component: number): number {
    return this.sorted().findIndex((at) => at[0] === element && at[1] === component);
  }

  within(element: number): number[] {
    return this.sorted().flatMap((at, index) => (at[0] === element ? [index] : []));
  }
}

const MAX_COMPONENTS = 1000;
