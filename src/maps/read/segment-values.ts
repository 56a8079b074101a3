import type { Finding, Place as FindingPlace } from '../../common/finding.ts';
import type { TokenTable } from '../../edi/model.ts';
import { emptyTable } from '../../edi/page.ts';
import type { Binding, Choice } from '../compile/binding.ts';
import type { SegmentMap } from '../compile/compiled-map.ts';
import type { Field, SegmentPlace, When } from '../compile/model.ts';
import { appendText, assign, assignEnd } from './assign.ts';
import type { Frame } from './frame.ts';
import { sameNumber } from './instance.ts';
import { LoopTexts } from './loop-texts.ts';
import { SegmentCursor } from './segment-cursor.ts';
import { segmentFinding } from './segment-report.ts';
import { computeStated, type StatedTotal } from './stated-total.ts';
import { segmentTrace, type TraceEntry } from './trace.ts';
import { understand, type Report } from './understand.ts';

/** The transaction of a reader that is not at work. */
export const NO_SEGMENTS = emptyTable();
export const NO_SLOTS: readonly number[] = [];
/** Room for the segments of nearly every transaction. */
const MOST_SEGMENTS = 512;
const NOWHERE: FindingPlace = {};

/**
 * What rules make of the texts of the segment at the cursor: values are understood, put into the document where no better
 * one stands, noted in the trace, and reported where something is wrong with them.
 */
export class SegmentValues {
  readonly cursor = new SegmentCursor(NO_SEGMENTS);
  findings: Finding[] = [];
  trace: TraceEntry[] | undefined;
  /** By segment: how many values of it stand in the document. */
  stored = new Int32Array(MOST_SEGMENTS);
  /** By rank slot: 1 + rank of the value that stands there, and the segment that it comes from. */
  readonly ranks: number[];
  readonly rankSegments: number[];
  readonly #map: SegmentMap;
  readonly #texts: LoopTexts;
  /** Segments of which a value was replaced by one from a preferred place. */
  readonly #superseded: number[] = [];
  readonly #totals: StatedTotal[] = [];
  #table: TokenTable = NO_SEGMENTS;
  #slots = NO_SLOTS;
  #at = NOWHERE;
  #frame: Frame<SegmentPlace> | undefined;

  constructor(map: SegmentMap) {
    this.#map = map;
    this.#texts = new LoopTexts(map);
    this.ranks = new Array<number>(map.fields.length).fill(0);
    this.rankSegments = new Array<number>(map.fields.length).fill(0);
  }

  /** Goes over to another transaction. */
  open(segments: TokenTable, slots: readonly number[], at: FindingPlace, traces: boolean): void {
    this.#table = segments;
    this.#slots = slots;
    this.#at = at;
    this.findings = [];
    this.trace = traces ? [] : undefined;
    this.cursor.open(segments);
    this.#texts.open(segments, slots);
    if (segments.length > this.stored.length) this.stored = new Int32Array(2 * segments.length);
    else this.stored.fill(0, 0, segments.length);
  }

  /** Lets go of the message and its document. */
  close(): void {
    this.#table = NO_SEGMENTS;
    this.#slots = NO_SLOTS;
    this.#at = NOWHERE;
    this.#frame = undefined;
    this.trace = undefined;
    if (this.#superseded.length > 0) this.#superseded.length = 0;
    if (this.#totals.length > 0) this.#totals.length = 0;
    this.cursor.open(NO_SEGMENTS);
    this.#texts.open(NO_SEGMENTS, NO_SLOTS);
  }

  /** Takes all values of a binding, one by one; true when the segment was used. */
  takeAll(binding: Binding, frame: Frame<SegmentPlace>): boolean {
    let consumed = false;
    for (const choice of binding.choices) consumed = this.take(choice, frame) || consumed;
    return consumed;
  }

  take(choice: Choice, frame: Frame<SegmentPlace>): boolean {
    return choice.direct ? this.#takeDirect(choice, frame) : this.takeChoice(choice, frame);
  }

  /** The common case: one text, nothing but a conversion or a code, a field that no other rule fills. */
  #takeDirect(choice: Choice, frame: Frame<SegmentPlace>): boolean {
    const { field, place } = choice;
    const cursor = this.cursor;
    const raw =
      choice.pairs === undefined
        ? cursor.take(place.element, place.component)
        : cursor.pairText(choice.pairs, place.layout!);
    if (raw === '') return choice.pairs === undefined;
    const value = understand(field, raw, '', this.report, this.#lookUp);
    if (value === undefined) return true;
    if (!assign(field, frame.target ?? frame.ensure(), value, false)) return false;
    this.stored[cursor.segment]!++;
    if (this.trace) this.addTrace(field, place, frame, raw);
    return true;
  }

  takeChoice(choice: Choice, frame: Frame<SegmentPlace>): boolean {
    const { field, place } = choice;
    if (!field.reads) return true;
    if (field.when && !this.holds(field.when, frame)) return false;
    if (!field.path) return this.#takeWithoutField(field, place, frame);
    if (!choice.simple) return this.#takeMany(choice, frame);
    const text = this.cursor.take(place.element, place.component);
    return text === '' || this.#store(choice, frame, text);
  }

  /** Rules without a field: a constant is compared, a total is noted for the end; a context value is ours. */
  #takeWithoutField(field: Field<SegmentPlace>, place: SegmentPlace, frame: Frame<SegmentPlace>): boolean {
    if (place.element === 0) return true;
    const { segment } = this.cursor;
    const text = this.cursor.take(place.element, place.component).trim();
    if (text === '') return true;
    const { constant } = field;
    if (constant !== undefined && text !== constant)
      this.report(
        'MAP_UNEXPECTED_VALUE',
        'warning',
        `"${text}" instead of the agreed "${constant}"`,
        text,
        constant,
      );
    if (field.count || field.sum)
      this.#totals.push({ field, stated: text, frame, segment, element: place.element });
    return true;
  }

  #store(choice: Choice, frame: Frame<SegmentPlace>, text: string): boolean {
    const { field, place } = choice;
    const { segment } = this.cursor;
    this.#frame = frame;
    const extra = this.#extra(field, place);
    const value = understand(field, text, extra, this.report, this.#lookUp);
    if (value === undefined) return true;
    const holder = frame.holder(field.path!);
    const rank = field.rankOffset + choice.rank + 1;
    const better = this.ranks[field.rankSlot]! > rank;
    if (!assign(field, holder, value, better)) return field.key !== '' && holder[field.key] === value;
    if (better) {
      const before = this.rankSegments[field.rankSlot]!;
      this.stored[before]!--;
      this.#superseded.push(before);
    }
    this.rankSegments[field.rankSlot] = segment;
    this.ranks[field.rankSlot] = rank;
    this.stored[segment]!++;
    if (field.until) assignEnd(field, text, extra, frame.holder(field.until));
    if (this.trace) this.addTrace(field, place, frame, text);
    return true;
  }

  /** Companion text: the time of a date, the format of a DTM. */
  #extra(field: Field<SegmentPlace>, place: SegmentPlace): string {
    if (field.time) return this.cursor.text(field.time.element, field.time.component);
    return field.conversion.readEnd ? this.cursor.text(place.element, place.component + 1) : '';
  }

  #takeMany(choice: Choice, frame: Frame<SegmentPlace>): boolean {
    const { field, place } = choice;
    const texts = this.cursor.texts(place);
    if (texts.length === 0) return place.pair === undefined;
    const { join } = field;
    if (join === undefined) {
      let stored = false;
      for (const text of field.list ? texts : texts.slice(0, 1))
        stored = this.#store(choice, frame, text) || stored;
      return stored;
    }
    const text = texts.join(join);
    if (field.list || this.ranks[field.rankSlot] === 0) return this.#store(choice, frame, text);
    appendText(field, frame.holder(field.path!), text, join);
    return true;
  }

  /** Compares the totals that the message states with those of the document. */
  checkTotals(): void {
    for (const { field, stated, frame, segment, element } of this.#totals) {
      const computed = computeStated(field, frame, this.#table);
      if (computed === undefined || sameNumber(stated, computed)) continue;
      this.cursor.moveTo(segment);
      this.cursor.take(element, 1);
      this.report(
        field.count ? 'MAP_COUNT_DIFFERS' : 'MAP_SUM_DIFFERS',
        'warning',
        `${stated} is stated, but it is ${computed}`,
        stated,
        computed,
      );
    }
  }

  /** Adds the segments of which nothing stands in the document any more. */
  addSuperseded(unconsumed: number[]): void {
    if (this.#superseded.length === 0) return;
    for (const s of this.#superseded) if (this.stored[s] === 0) unconsumed.push(s + 1);
    unconsumed.sort((a, b) => a - b);
  }

  holds(when: When<SegmentPlace>, frame: Frame<SegmentPlace>): boolean {
    return this.#texts.hold(when, frame, this.cursor.pair);
  }

  /** The other number of a calculation, from the instance that the field is in. */
  readonly #lookUp = (place: SegmentPlace): string =>
    this.#texts.within(place, this.#frame!, this.cursor.pair)[0] ?? '';

  readonly report: Report = (code, severity, message, actual, expected) => {
    const slot = this.#map.grammar.slots[this.#slots[this.cursor.segment] ?? -1];
    const trouble = { code, severity, message, actual, expected };
    this.findings.push(segmentFinding(this.#table, this.cursor, this.#at, slot, trouble));
  };

  addTrace(field: Field<SegmentPlace>, place: SegmentPlace, frame: Frame<SegmentPlace>, text: string): void {
    this.trace!.push(segmentTrace(field, place, frame, text, this.cursor, this.#table));
  }
}
