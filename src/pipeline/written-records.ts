import type { CollectionName, Operation } from './ports/store.ts';

type Scalar = string | number | boolean;
type Places = Set<string>;

/**
 * The places of what a unit of work has written, found by a value that it has: a file of many thousand transactions asks for its own
 * records at each of them, and must not look through all of them each time.
 */
export class WrittenRecords {
  readonly #all = new Map<CollectionName, Map<string, Operation>>();
  /** By field, then by value; made when a field is first asked for. A place stays where it was when its value changes. */
  readonly #indexes = new Map<CollectionName, Map<string, Map<unknown, Places>>>();

  add(place: string, operation: Operation): void {
    const { collection } = operation;
    const written = this.#all.get(collection);
    if (written === undefined) this.#all.set(collection, new Map([[place, operation]]));
    else written.set(place, operation);
    for (const [field, index] of this.#indexes.get(collection) ?? []) enter(index, field, place, operation);
  }

  /** Places that hold every record with these values, and others that do not have them. */
  candidates(collection: CollectionName, where: object | undefined): Iterable<string> {
    const written = this.#all.get(collection);
    if (written === undefined) return [];
    let fewest: Places | undefined;
    for (const [field, value] of Object.entries(where ?? {}) as [string, unknown][]) {
      if (!isScalar(value)) continue;
      const places = this.#index(collection, field, written).get(value);
      if (places === undefined) return [];
      if (fewest === undefined || places.size < fewest.size) fewest = places;
    }
    return fewest ?? written.keys();
  }

  #index(
    collection: CollectionName,
    field: string,
    written: ReadonlyMap<string, Operation>,
  ): ReadonlyMap<unknown, Places> {
    const indexes = this.#indexes.get(collection) ?? new Map<string, Map<unknown, Places>>();
    this.#indexes.set(collection, indexes);
    const known = indexes.get(field);
    if (known !== undefined) return known;
    const index = new Map<unknown, Places>();
    for (const [place, operation] of written) enter(index, field, place, operation);
    indexes.set(field, index);
    return index;
  }
}

function enter(index: Map<unknown, Places>, field: string, place: string, operation: Operation): void {
  if (operation.op === 'delete') return;
  const value = (operation.record as unknown as Record<string, unknown>)[field];
  const places = index.get(value);
  if (places === undefined) index.set(value, new Set([place]));
  else places.add(place);
}

function isScalar(value: unknown): value is Scalar {
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean';
}
