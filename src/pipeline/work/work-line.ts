import type { WorkRecord } from '../records.ts';

/** Beyond so many it is not remembered any more where items are parked: they are looked for. */
const MOST_PARKED_KEYS = 100_000;

/**
 * What this node has leased and not begun yet. Smaller lanes go first, partners take turns, and of one orderingKey only one is
 * begun at a time, the oldest first. Nothing is lost with it: every item in it is leased in the store.
 */
export class WorkLine {
  readonly #limit: number;
  readonly #isAlone: boolean;
  /** Waiting items by lane and partner, each partner's by age. The partner that was served last is moved to the end. */
  readonly #lanes = new Map<number, Map<string, WorkRecord[]>>();
  /** Ids of what waits, is being committed, or has begun. */
  readonly #ids = new Set<string>();
  /** Orders of which an item has begun. */
  readonly #busy = new Set<string>();
  /** Orders of which items were left in the store: what comes behind them has to go there too. */
  readonly #leftKeys = new Set<string>();
  readonly #completed = new Set<string>();
  /** Orders of which an item may be parked; undefined as long as nobody has looked. */
  #parkedKeys: Set<string> | undefined;
  /** Parkings that have begun, and those whose commit has not ended. */
  #parkings = 0;
  #openParkings = 0;
  #wake: (() => void) | undefined;
  #waiting = 0;
  /** Whether the store may hold items that are ready and that nobody has leased. */
  #isLeft = true;

  /** At most `limit` files are here, and as many other items; the rest is left in the store. `isAlone`: no other node does work of that store. */
  constructor({ limit, isAlone }: { limit: number; isAlone: boolean }) {
    this.#limit = limit;
    this.#isAlone = isAlone;
  }

  /** A worker takes from it from now on; `wake` tells it of every item. */
  open(wake: () => void): void {
    this.#wake = wake;
  }

  /** Takes nothing in any more; returns what has not begun. */
  close(): WorkRecord[] {
    this.#wake = undefined;
    const waiting = [...this.#lanes.values()].flatMap((partners) => [...partners.values()].flat());
    this.#lanes.clear();
    this.#waiting = 0;
    return waiting;
  }

  get size(): number {
    return this.#waiting;
  }

  /** Whether this node holds the lease of that item. */
  has(id: string): boolean {
    return this.#ids.has(id);
  }

  /** Reserves a place for an item that is about to be committed. False: it is to be left in the store. */
  reserve(item: WorkRecord): boolean {
    return !this.#leftKeys.has(item.orderingKey) && this.reserveNext(item);
  }

  /** The same for an item whose older ones of that order are here or done. */
  reserveNext(item: WorkRecord): boolean {
    // What files lead to has room of its own, or it would go behind those that have not begun.
    const limit = item.kind === 'processFile' ? this.#limit : 2 * this.#limit;
    const isFree = this.#wake !== undefined && this.#ids.size < limit && !this.#ids.has(item.id);
    // What has failed before is leased when it begins: leases that their node did not outlive are counted.
    if (!isFree || item.history.length > 0) return false;
    this.#ids.add(item.id);
    return true;
  }

  /** Gives a reserved place back. */
  withdraw(item: WorkRecord): void {
    this.#ids.delete(item.id);
  }

  /** An item whose lease is committed takes its reserved place. False: the line was closed meanwhile. */
  add(item: WorkRecord): boolean {
    if (this.#wake === undefined) return false;
    this.#wake();
    this.#waiting += 1;
    const partners = this.#lanes.get(item.lane) ?? new Map<string, WorkRecord[]>();
    this.#lanes.set(item.lane, partners);
    const line = partners.get(item.partnerId);
    if (line === undefined) {
      partners.set(item.partnerId, [item]);
      return true;
    }
    let place = line.length;
    while (place > 0 && line[place - 1]!.sequence > item.sequence) place -= 1;
    line.splice(place, 0, item);
    return true;
  }

  /** The item to begin next; its order is busy until `end`. */
  next(): WorkRecord | undefined {
    for (const lane of [...this.#lanes.keys()].sort((a, b) => a - b)) {
      const partners = this.#lanes.get(lane)!;
      for (const [partnerId, line] of partners) {
        const place = this.#firstFree(line);
        if (place < 0) continue;
        const [item] = line.splice(place, 1);
        partners.delete(partnerId);
        if (line.length > 0) partners.set(partnerId, line);
        if (partners.size === 0) this.#lanes.delete(lane);
        this.#waiting -= 1;
        this.begin(item!);
        return item;
      }
    }
    return undefined;
  }

  /** Also what was leased in the store is done by this node from now on. */
  begin(item: WorkRecord): void {
    this.#ids.add(item.id);
    if (item.orderingKey !== '') this.#busy.add(item.orderingKey);
  }

  /** It is done, has failed, or was put back. */
  end(item: WorkRecord): void {
    this.#ids.delete(item.id);
    this.#completed.delete(item.id);
    this.#busy.delete(item.orderingKey);
  }

  /** Its completion has been committed. */
  complete(id: string): void {
    if (this.#ids.has(id)) this.#completed.add(id);
  }

  isCompleted(item: WorkRecord): boolean {
    return this.#completed.has(item.id);
  }

  /** Whether the store may hold a parked item of that order. Who shares a store never knows. */
  mayHaveParked(orderingKey: string): boolean {
    return !this.#isAlone || this.#parkedKeys?.has(orderingKey) !== false;
  }

  /** From now on only `park` adds to the orders of which items are parked. */
  knowParked(orderingKeys: ReadonlySet<string>): void {
    this.#parkedKeys = new Set([...orderingKeys, ...(this.#parkedKeys ?? [])]);
  }

  /** An item of that order is about to be parked; `endPark` follows. */
  park(orderingKey: string): void {
    this.#parkings += 1;
    this.#openParkings += 1;
    this.#parkedKeys?.add(orderingKey);
    if ((this.#parkedKeys?.size ?? 0) > MOST_PARKED_KEYS) this.#parkedKeys = undefined;
  }

  /** The commit of a parking has ended. */
  endPark(): void {
    this.#openParkings -= 1;
  }

  /** Tells at `forgetParked` whether anything was parked since. */
  get parkings(): number {
    return this.#openParkings === 0 ? this.#parkings : NaN;
  }

  /** The store was asked and held no parked item of that order; `since`: `parkings` before it was asked. */
  forgetParked(orderingKey: string, since: number): void {
    if (this.#parkings === since) this.#parkedKeys?.delete(orderingKey);
  }

  /** An item has become ready and nobody has leased it. */
  leave(item: WorkRecord): void {
    this.#isLeft = true;
    if (item.orderingKey !== '') this.#leftKeys.add(item.orderingKey);
    this.#wake?.();
  }

  /** Who is handed nothing over always has to look. */
  get isLeft(): boolean {
    return this.#limit === 0 || this.#isLeft;
  }

  set isLeft(isLeft: boolean) {
    this.#isLeft = isLeft;
    if (!isLeft) this.#leftKeys.clear();
  }

  #firstFree(line: readonly WorkRecord[]): number {
    return line.findIndex(({ orderingKey }) => !this.#busy.has(orderingKey));
  }
}
