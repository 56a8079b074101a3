import type { SegmentGroup } from '../compile/write-model.ts';
import { collectSegments, type ElementText, type SegmentSink } from './sink.ts';

/** A segment under construction: elements, composites as arrays. */
export type Row = (string | string[])[];

const NO_SINK: SegmentSink = collectSegments(() => undefined);

/** Where segments go: the first ones of loops that nothing may follow in wait until something does. */
export class SegmentOutput {
  #sink: SegmentSink = NO_SINK;
  /** Segments written so far by id, for `count: HL`. */
  readonly #counts: Map<string, number>;
  readonly #waiting: { group: SegmentGroup; elements: Row }[] = [];

  constructor(counts: Map<string, number>) {
    this.#counts = counts;
  }

  start(sink: SegmentSink): void {
    this.#sink = sink;
  }

  /** Those that still wait are not written. */
  finish(): void {
    this.#sink = NO_SINK;
    this.forget(0);
  }

  /** Number of segments that wait. */
  get waiting(): number {
    return this.#waiting.length;
  }

  wait(group: SegmentGroup, elements: Row): void {
    this.#waiting.push({ group, elements });
  }

  /** Forgets those that wait behind the first `count`. */
  forget(count: number): void {
    if (this.#waiting.length > count) this.#waiting.length = count;
  }

  /** Begins a segment that matters: it brings those that wait. Its values and its end go to the sink that is returned. */
  begin(group: SegmentGroup): SegmentSink {
    if (this.#waiting.length > 0) this.flush();
    this.#start(group);
    return this.#sink;
  }

  /** Writes those that wait. */
  flush(): void {
    for (const { group, elements } of this.#waiting) this.#send(group, elements);
    this.#waiting.length = 0;
  }

  send(group: SegmentGroup, elements: Row): void {
    putElements(elements, this.begin(group));
  }

  #send(group: SegmentGroup, elements: Row): void {
    this.#start(group);
    putElements(elements, this.#sink);
  }

  #start({ counted, segmentId }: SegmentGroup): void {
    if (counted) this.#counts.set(segmentId, (this.#counts.get(segmentId) ?? 0) + 1);
    this.#sink.begin(segmentId);
  }
}

function putElements(elements: readonly ElementText[], sink: SegmentSink): void {
  elements.forEach((element, e) => {
    if (typeof element === 'string') sink.put(e + 1, 1, element);
    else element.forEach((text, c) => sink.put(e + 1, c + 1, text));
  });
  sink.end();
}
