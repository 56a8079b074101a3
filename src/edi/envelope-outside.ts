import type { EnvelopeContext } from './envelope-context.ts';

/** Data encryption header of EDIFACT: what follows is no segment. */
const ENCRYPTED = 'USD';

/** Segments in a row that belong to no transaction: told once, as a run. Offsets in the file. */
export class OutsideRun {
  readonly #context: EnvelopeContext;
  #count = 0;
  #id = '';
  #start = 0;
  #end = 0;

  constructor(context: EnvelopeContext) {
    this.#context = context;
  }

  get isEmpty(): boolean {
    return this.#count === 0;
  }

  add(id: string, [start, end]: readonly [number, number]): void {
    if (this.#count++ === 0) {
      this.#id = id;
      this.#start = start;
    }
    this.#end = end;
  }

  /** The run is over. */
  flush(): void {
    if (this.isEmpty) return;
    const { x12 } = this.#context;
    const place = { segmentId: this.#id, range: [this.#start, this.#end] as const };
    const segments =
      this.#count === 1 ? `Segment ${this.#id}` : `${this.#count} segments from ${this.#id} on`;
    this.#count = 0;
    if (this.#id === ENCRYPTED && !x12)
      this.#context.report(
        'SECURITY_ENCRYPTED',
        place,
        `The content from ${ENCRYPTED} on is encrypted: it cannot be read.`,
      );
    else
      this.#context.report(
        'SEGMENT_OUTSIDE_TRANSACTION',
        place,
        `${segments}: outside any ${x12 ? 'transaction (ST..SE)' : 'message (UNH..UNT)'}.`,
        { actual: this.#id },
      );
  }
}
