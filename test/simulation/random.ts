/**
 * Random numbers that are fixed by what they are named after. What one name draws does not move what another draws: an order
 * plays the same part whether a hundred others are there or none.
 */
export class Random {
  #state: number;

  private constructor(state: number) {
    this.#state = state;
  }

  static of(...names: readonly (string | number)[]): Random {
    let hash = 0x811c9dc5;
    for (const character of names.join('/')) {
      hash = Math.imul(hash ^ character.charCodeAt(0), 0x01000193);
    }
    const random = new Random(hash >>> 0);
    random.next();
    return random;
  }

  /** Uniform from 0 to 1, without 1 (the generator is mulberry32). */
  next(): number {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0;
    let mixed = this.#state;
    mixed = Math.imul(mixed ^ (mixed >>> 15), mixed | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  }

  chance(probability: number): boolean {
    return this.next() < probability;
  }

  /** Both ends included. */
  integer(low: number, high: number): number {
    return low + Math.floor(this.next() * (high - low + 1));
  }

  pick<T>(list: readonly T[]): T {
    const picked = list[this.integer(0, list.length - 1)];
    if (picked === undefined) throw new Error('nothing to pick from');
    return picked;
  }
}
