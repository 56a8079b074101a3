import type { Standard } from './model.ts';

/** Places of a control number, by what the standard allows there. */
export type ControlNumberPlace = 'interchange' | 'group' | 'transaction';

/** Digits: ISA13 has exactly nine, GS06 up to nine, ST02 four to nine; EDIFACT references up to fourteen characters. */
const LARGEST: Readonly<Record<Standard, number>> = { x12: 999_999_999, edifact: 99_999_999_999_999 };

/**
 * A control number as it is sent: ISA13 in nine digits, GS06 without zeros, ST02 in at least four digits, EDIFACT
 * without zeros.
 */
export function formatControlNumber(value: number, standard: Standard, place: ControlNumberPlace): string {
  const text = String(value);
  if (standard === 'edifact' || place === 'group') return text;
  return text.padStart(place === 'interchange' ? 9 : 4, '0');
}

/** The number after `value`: the largest one is followed by 1, never by 0. */
export function nextControlNumber(value: number, standard: Standard): number {
  return value >= LARGEST[standard] || value < 1 ? 1 : value + 1;
}

/** True when the next number is not larger: the event CONTROL_ROLLOVER. */
export function isRollover(value: number, standard: Standard): boolean {
  return value >= LARGEST[standard];
}

const DIGITS = /^\d+$/;

/** Equal as numbers (`000000042` and `42`) or as text. ISA13/IEA02 and GS06/GE02 are numbers; ST02 and EDIFACT are text. */
export function equalControlNumbers(a: string, b: string): boolean {
  if (a === b) return true;
  return DIGITS.test(a) && DIGITS.test(b) && withoutZeros(a) === withoutZeros(b);
}

/** `000000042` → `42`; text that is not a number stays as it is. */
export function withoutZeros(text: string): string {
  return DIGITS.test(text) ? text.replace(/^0+(?=\d)/, '') : text;
}

/**
 * Numbers seen so far. Senders count upwards: one run for each length of number keeps a million of them in a few bytes;
 * only what does not continue a run is remembered by itself.
 */
export class ControlNumberSet {
  readonly #runs = new Map<number, { from: number; to: number }>();
  readonly #others = new Set<string>();

  /** Adds a number; false when it was there. */
  add(text: string): boolean {
    const value = text.length <= 15 && DIGITS.test(text) ? Number(text) : -1;
    if (value < 0) return this.#addOther(text);
    const run = this.#runs.get(text.length);
    if (run === undefined) {
      this.#runs.set(text.length, { from: value, to: value });
      return true;
    }
    if (value >= run.from && value <= run.to) return false;
    if (this.#others.has(text)) return false;
    if (value === run.to + 1) {
      run.to = value;
      return true;
    }
    return this.#addOther(text);
  }

  #addOther(text: string): boolean {
    if (this.#others.has(text)) return false;
    this.#others.add(text);
    return true;
  }
}
