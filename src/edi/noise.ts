import type { Finding } from '../common/finding.ts';
import { envelopeFinding } from './envelope-findings.ts';
import { isAlphanumeric } from './bytes.ts';
import type { EnvelopeLeniency } from './leniency.ts';

const SHOWN_BYTES = 40;
/** The header of an interactive interchange, also behind a service string advice. */
const INTERACTIVE = /^(\xef\xbb\xbf)?(UNA.{5}.?\s*)?UIB[^A-Za-z0-9]/s;
const BYTE_ORDER_MARK = [0xef, 0xbb, 0xbf] as const;

function isWhitespace(byte: number): boolean {
  return byte === 13 || byte === 10 || byte === 32 || byte === 9;
}

/** Bytes that belong to no interchange: collected as they pass, reported once for each run. */
export class Noise {
  readonly #leniency: EnvelopeLeniency;
  readonly #findings: Finding[];
  /** File offsets of the first byte that is no whitespace and behind the last one; -1 = none. */
  #start = -1;
  #end = 0;
  /** Its first bytes. */
  #shown: number[] = [];
  #count = 0;
  #lastByte = -1;

  constructor(leniency: EnvelopeLeniency, findings: Finding[]) {
    this.#leniency = leniency;
    this.#findings = findings;
  }

  /** True when a header may start behind what has passed: not in the middle of a word. */
  get endsWord(): boolean {
    return this.#lastByte < 0 || !isAlphanumeric(this.#lastByte);
  }

  add(byte: number, at: number): void {
    this.#lastByte = byte;
    if (isWhitespace(byte) && this.#start < 0) return;
    if (this.#start < 0) this.#start = at;
    if (this.#shown.length < SHOWN_BYTES) this.#shown.push(byte);
    if (isWhitespace(byte)) return;
    this.#end = at + 1;
    this.#count++;
  }

  /** The run ends: an interchange starts, or the file ends. True when it was a byte order mark. */
  flush(where: 'before' | 'after' | 'only'): boolean {
    const start = this.#start;
    const shown = this.#shown;
    const marked = this.#count === 3 && BYTE_ORDER_MARK.every((byte, i) => shown[i] === byte);
    if (start >= 0) this.#report(where, marked, [start, this.#end]);
    this.#start = -1;
    this.#shown = [];
    this.#count = 0;
    this.#lastByte = -1;
    return start >= 0 && marked;
  }

  #report(where: 'before' | 'after' | 'only', marked: boolean, range: readonly [number, number]): void {
    const actual = String.fromCharCode(...this.#shown).trimEnd();
    const size = range[1] - range[0];
    if (marked && where === 'before') {
      this.#push('BYTE_ORDER_MARK', range, 'A UTF-8 byte order mark stands before the interchange.');
      return;
    }
    if (INTERACTIVE.test(actual)) {
      this.#push(
        'INTERCHANGE_INTERACTIVE',
        range,
        'An interactive EDIFACT interchange (UIB..UIZ) stands here: only batch interchanges (UNB..UNZ) are read.',
        actual,
        'UNB',
      );
      return;
    }
    if (where === 'only') {
      const envelope = /^(ST|GS)[^A-Za-z0-9]/.test(actual)
        ? ' It starts without ISA.'
        : /^UN[HG]/.test(actual)
          ? ' It starts without UNB.'
          : '';
      this.#push(
        'INTERCHANGE_NOT_FOUND',
        range,
        `The file holds no interchange: no ISA, UNA or UNB was found.${envelope}`,
        actual,
        'ISA, UNA or UNB',
      );
      return;
    }
    const place = where === 'before' ? 'before an interchange' : 'after the last interchange';
    this.#push('NOISE', range, `${size} bytes stand ${place} and belong to none.`, actual);
  }

  #push(
    code: 'NOISE' | 'INTERCHANGE_INTERACTIVE' | 'BYTE_ORDER_MARK' | 'INTERCHANGE_NOT_FOUND',
    range: readonly [number, number],
    message: string,
    actual?: string,
    expected?: string,
  ): void {
    this.#findings.push(
      envelopeFinding(code, 'x12', this.#leniency, { range }, message, { actual, expected }),
    );
  }
}
