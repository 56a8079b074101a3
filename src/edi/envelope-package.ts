import type { EnvelopeContext } from './envelope-context.ts';
import { latin1 } from './bytes.ts';
import type { SegmentTable } from './model.ts';
import type { SegmentSlice } from './token-table.ts';

const LENGTH = /^\d{1,15}$/;

/** Bytes of the object behind a UNO, S022 0810: they may hold anything, also what looks like segments. */
export function objectLength(table: SegmentTable, s: number): number {
  const length = lengthText(table, s);
  return LENGTH.test(length) ? Number(length) : 0;
}

/** As stated; a line that was cut inside it does not change what it says. */
function lengthText(table: SegmentTable, s: number): string {
  return table.value(s, 4, 1).replace(/[\r\n]/g, '');
}

/** Bytes behind an object that tell where its trailer is: a line break and `UNP`. */
export const OBJECT_TRAILER_BYTES = 5;

/** Where UNP starts behind an object that ends at `end`: what follows each segment may stand behind UNO too. */
export function objectTrailerAt(bytes: Uint8Array, end: number, used: number, segmentSuffix: string): number {
  const shifted = end + segmentSuffix.length;
  return latin1(bytes, shifted, Math.min(shifted + 3, used)) === 'UNP' ? shifted : Math.min(end, used);
}

/**
 * A package (UNO, an object of any bytes, UNP; ISO 9735-8). Packages are not read: they are told, with their place in the
 * file, and passed over.
 */
export class EnvelopePackage {
  readonly #context: EnvelopeContext;
  #reference = '';
  #length = '';
  #start = -1;

  constructor(context: EnvelopeContext) {
    this.#context = context;
  }

  get isOpen(): boolean {
    return this.#start >= 0;
  }

  open(slice: SegmentSlice): void {
    this.#reference = slice.value(0, 1);
    this.#length = lengthText(slice, 0);
    this.#start = slice.range(0)[0];
    if (LENGTH.test(this.#length)) return;
    this.#context.report(
      'PACKAGE_INVALID',
      { segmentId: 'UNO', element: 4, component: 1, range: slice.range(0, 4, 1) },
      `UNO says "${this.#length}" in place of the length of its object: nobody can tell where it ends.`,
      { actual: this.#length, expected: 'a number of bytes' },
    );
  }

  /** UNP. */
  close(slice: SegmentSlice): void {
    const place = (element: number): object => ({
      segmentId: 'UNP',
      element,
      range: slice.range(0, element),
    });
    const [length, reference] = [slice.value(0, 1), slice.value(0, 2)];
    if (length !== this.#length)
      this.#context.report(
        'PACKAGE_INVALID',
        place(1),
        `UNP counts ${length === '' ? 'nothing' : length}, but UNO said ${this.#length} bytes.`,
        { actual: length, expected: this.#length, acknowledgment: '29' },
      );
    if (reference !== this.#reference)
      this.#context.report(
        'PACKAGE_INVALID',
        place(2),
        `UNP ends package "${reference}", but "${this.#reference}" was started.`,
        { actual: reference, expected: this.#reference, acknowledgment: '28' },
      );
    this.#tell(slice.range(0)[1]);
  }

  /** The package ends at file offset `at`, without UNP. */
  end(at: number): void {
    if (!this.isOpen) return;
    this.#context.report(
      'PACKAGE_INVALID',
      { segmentId: 'UNO', range: [at, at] },
      `UNP of package "${this.#reference}" is missing, or does not stand behind the ${this.#length} bytes of its object.`,
      { expected: 'UNP', acknowledgment: '13' },
    );
    this.#tell(at);
  }

  #tell(end: number): void {
    this.#context.report(
      'PACKAGE_NOT_SUPPORTED',
      { segmentId: 'UNO', range: [this.#start, end] },
      `Package "${this.#reference}" (UNO..UNP) is not supported: its object of ${this.#length} bytes is not read.`,
      { actual: this.#reference },
    );
    this.#start = -1;
  }
}
