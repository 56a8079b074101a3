import type { Finding, Place as FindingPlace } from '../../common/finding.ts';
import { emptyTable } from '../../edi/page.ts';
import type { Structure, TokenTable, Transaction } from '../../edi/model.ts';
import type { SegmentMap } from '../compile/compiled-map.ts';
import type { Binding, Choice, SlotPlan, Step, TakeState } from '../compile/binding.ts';
import { stepOf, takeOf } from '../compile/generate-take.ts';
import type { Field, Scope, SegmentPlace, Tree, When } from '../compile/model.ts';
import { SERVICE_SEGMENTS } from '../compile/segment-plan.ts';
import type { Fields } from '../document-path.ts';
import { appendText, assign, assignEnd } from './assign.ts';
import { Frame, loopFrame } from './frame.ts';
import { finish, sameNumber } from './instance.ts';
import { LoopTexts } from './loop-texts.ts';
import { SegmentCursor } from './segment-cursor.ts';
import { segmentFinding } from './segment-report.ts';
import { startDraft } from './read.ts';
import type { ReadOptions, SegmentReading } from './segment-reading.ts';
import { segmentTrace } from './trace.ts';
import type { TraceEntry } from './trace.ts';
import { computeStated, type StatedTotal } from './stated-total.ts';
import { TreeNodes } from './tree-nodes.ts';
import { understand, type Report } from './understand.ts';

type Readable = Pick<Transaction, 'segments' | 'interchange' | 'group' | 'transaction'>;

/** Of each map the reader that is not at work: what it works with is made once, not for each message. */
const idle = new WeakMap<SegmentMap, SegmentReader>();

/** Reads one transaction with a compiled map: one pass over the segments, dispatched by slot. */
export function readSegments(
  map: SegmentMap,
  transaction: Readable,
  structure: Structure,
  options: ReadOptions,
): SegmentReading {
  const known = idle.get(map);
  const reader = known?.isIdle === true ? known : new SegmentReader(map);
  if (reader !== known) idle.set(map, reader);
  return reader.read(transaction, structure, options);
}

const NO_SLOTS: readonly number[] = [];
const NO_SEGMENTS = emptyTable();
const NOWHERE: FindingPlace = {};

class SegmentReader {
  /** False while it reads. */
  isIdle = true;
  readonly #map: SegmentMap;
  readonly #cursor = new SegmentCursor(NO_SEGMENTS);
  readonly #texts: LoopTexts;
  /** By scope: the instance that is open. */
  readonly #frames: (Frame<SegmentPlace> | undefined)[];
  /** By scope: in which parent it was opened last; a loop to a single object opens once in each. */
  readonly #openedIn: (Frame<SegmentPlace> | undefined)[];
  readonly #takeState: TakeState;
  /** By segment: how many values of it stand in the document. */
  readonly #stored: number[] = [];
  /** Segments of which a value was replaced by one from a preferred place. */
  readonly #superseded: number[] = [];
  /** Frames with something left to do at the end. */
  #unfinished: Frame<SegmentPlace>[] = [];
  readonly #totals: StatedTotal[] = [];
  readonly #nodes = new TreeNodes();
  #table: TokenTable = NO_SEGMENTS;
  #slots: readonly number[] = NO_SLOTS;
  #length = 0;
  #at = NOWHERE;
  #findings: Finding[] = [];
  #trace: TraceEntry[] | undefined;
  #interprets = false;
  #unconsumed: number[] = [];
  #frame: Frame<SegmentPlace>;

  constructor(map: SegmentMap) {
    this.#map = map;
    this.#texts = new LoopTexts(map);
    this.#frames = new Array<undefined>(map.scopes.length).fill(undefined);
    this.#openedIn = new Array<undefined>(map.scopes.length).fill(undefined);
    this.#takeState = {
      ranks: new Array<number>(map.fields.length).fill(0),
      rankSegments: new Array<number>(map.fields.length).fill(0),
      traces: false,
      trace: ({ field, place }, frame, text) => this.#addTrace(field, place, frame, text),
      slowly: (choice, frame) =>
        choice.direct ? this.#takeDirect(choice, frame) : this.#takeChoice(choice, frame),
      open: (scope) => this.#open(scope),
      enter: (scope, parent, target, ordinal) => this.#enterEntry(scope, parent, target, ordinal),
    };
    this.#frame = new Frame(map.root, undefined, 0);
  }

  read(transaction: Readable, structure: Structure, options: ReadOptions): SegmentReading {
    this.#begin(transaction, structure, options);
    const reading = this.#run();
    this.#forget();
    return reading;
  }

  #begin(transaction: Readable, structure: Structure, options: ReadOptions): void {
    this.isIdle = false;
    const { segments, interchange, group } = transaction;
    this.#table = segments;
    this.#slots = structure.slots;
    this.#length = Math.min(segments.length, structure.slots.length);
    this.#at = { interchange, group, transaction: transaction.transaction };
    this.#findings = [];
    this.#unconsumed = [];
    this.#trace = options.trace === true ? [] : undefined;
    this.#takeState.traces = this.#trace !== undefined;
    this.#interprets = options.interpreted === true;
    this.#cursor.open(segments);
    this.#texts.open(segments, structure.slots);
    for (let s = 0; s < this.#length; s++) this.#stored[s] = 0;
    this.#frame = new Frame(this.#map.root, undefined, 0, startDraft(this.#map.document));
  }

  /** Lets go of the message and its document. */
  #forget(): void {
    for (const scope of this.#map.scopes) this.#frames[scope.id] = this.#openedIn[scope.id] = undefined;
    // A new one: it keeps the shape that frames have by now, and all machine code that knows it (decision 10).
    this.#frame = new Frame(this.#map.root, undefined, 0);
    if (this.#superseded.length > 0) this.#superseded.length = 0;
    if (this.#unfinished.length > 0) this.#unfinished = [];
    if (this.#totals.length > 0) this.#totals.length = 0;
    this.#nodes.clear();
    this.#table = NO_SEGMENTS;
    this.#slots = NO_SLOTS;
    this.#cursor.open(NO_SEGMENTS);
    this.#texts.open(NO_SEGMENTS, NO_SLOTS);
    this.#trace = undefined;
    this.isIdle = true;
  }

  #run(): SegmentReading {
    const root = this.#frame;
    const cursor = this.#cursor;
    const { slots: plans } = this.#map.plan;
    const slots = this.#slots;
    this.#start(root);
    for (let s = 0; s < this.#length; s++) {
      const slot = slots[s]!;
      const plan = slot < 0 ? undefined : plans[slot];
      if (plan !== undefined) {
        cursor.moveTo(s);
        const step = this.#interprets ? undefined : (plan.step ?? stepOf(plan));
        const used = step === undefined ? this.#interpret(plan) : this.#step(step, s);
        if (used || plan.ignored.some((place) => cursor.matches(place.conditions))) continue;
      }
      if (!SERVICE_SEGMENTS.has(this.#table.id(s))) this.#unconsumed.push(s + 1);
    }
    return this.#end(root);
  }

  #step(step: Step, s: number): boolean {
    const result = step(this.#cursor, this.#frames, this.#takeState);
    if (result > 1) this.#stored[s]! += result >> 1;
    return (result & 1) === 1;
  }

  /** All that happens at the segment; true when a rule has used it. */
  #interpret(plan: SlotPlan): boolean {
    const cursor = this.#cursor;
    for (const scope of plan.closes) this.#frames[scope] = undefined;
    let consumed = false;
    for (const tree of plan.trees) consumed = this.#openNode(tree) || consumed;
    for (const scope of plan.opens) consumed = this.#open(scope) || consumed;
    for (const binding of plan.bindings) {
      const frame = this.#frames[binding.scope.id];
      if (frame !== undefined && cursor.matches(binding.conditions))
        consumed = this.#take(binding, frame) || consumed;
    }
    return consumed;
  }

  #end(root: Frame<SegmentPlace>): SegmentReading {
    this.#nodes.resolve(root, this.#findings);
    finish(this.#unfinished, (frame, ...trouble) => {
      this.#cursor.moveTo(frame.start);
      this.#cursor.element = 0;
      this.#report(...trouble);
    });
    for (const { field, stated, frame, segment, element } of this.#totals) {
      const computed = computeStated(field, frame, this.#table);
      if (computed === undefined || sameNumber(stated, computed)) continue;
      this.#cursor.moveTo(segment);
      this.#cursor.take(element, 1);
      this.#report(
        field.count ? 'MAP_COUNT_DIFFERS' : 'MAP_SUM_DIFFERS',
        'warning',
        `${stated} is stated, but it is ${computed}`,
        stated,
        computed,
      );
    }
    for (const s of this.#superseded) if (this.#stored[s] === 0) this.#unconsumed.push(s + 1);
    if (this.#superseded.length > 0) this.#unconsumed.sort((a, b) => a - b);
    return {
      fields: root.ensure(),
      findings: this.#findings,
      trace: this.#trace ?? [],
      unconsumed: this.#unconsumed,
    };
  }

  // ── scopes ────────────────────────────────────────────────────────────────────────────────────

  #open(scope: Scope<SegmentPlace>): boolean {
    const parent = this.#frames[scope.parent!.id];
    if (!scope.reads || !parent || !this.#cursor.matches(scope.place!.conditions)) return false;
    if (scope.place!.pair === 'each') return this.#openPairs(scope, parent);
    const frame = this.#enter(scope, parent, this.#cursor.segment);
    if (!frame) return false;
    if (scope.tree) this.#nodes.lastOf(scope.tree)?.lines.push(frame.ensure());
    if (scope.single) this.#runSingle(scope);
    return true;
  }

  /** A scope over one segment takes all that it wants at once, and is over. */
  #runSingle(scope: Scope<SegmentPlace>): void {
    for (const binding of this.#map.plan.single[scope.id]!) {
      const frame = this.#frames[binding.scope.id];
      if (frame && this.#cursor.matches(binding.conditions)) this.#take(binding, frame);
    }
    for (const child of scope.children) {
      if (child.single && !child.entry) this.#open(child);
      this.#frames[child.id] = undefined;
    }
    this.#frames[scope.id] = undefined;
  }

  #openPairs(scope: Scope<SegmentPlace>, parent: Frame<SegmentPlace>): boolean {
    const { layout } = scope.place!;
    const cursor = this.#cursor;
    let consumed = false;
    for (let i = 0; layout && i < layout.count; i++) {
      const element = layout.from + i * layout.step;
      if (cursor.text(element, 1) === '' && cursor.text(element + 1, 1) === '') continue;
      cursor.pair = element;
      if (!this.#enter(scope, parent, cursor.segment)) continue;
      consumed = true;
      this.#runSingle(scope);
    }
    return consumed;
  }

  /** Opens an instance of the scope at segment `s`; undefined when it may not be opened (again). */
  #enter(
    scope: Scope<SegmentPlace>,
    parent: Frame<SegmentPlace>,
    s: number,
  ): Frame<SegmentPlace> | undefined {
    const { id } = scope;
    if (scope.path && !scope.list && !scope.shares && this.#openedIn[id] === parent) return undefined;
    const frame = new Frame(scope, parent, s, scope.shares ? {} : undefined);
    if (scope.when && !this.#holds(scope.when, frame)) return undefined;
    this.#openedIn[id] = parent;
    if (scope.list && !scope.entry) frame.ensure();
    this.#start(frame);
    return frame;
  }

  #enterEntry(
    scope: Scope<SegmentPlace>,
    parent: Frame<SegmentPlace>,
    target: Fields,
    ordinal: number,
  ): void {
    const frame = new Frame(scope, parent, this.#cursor.segment, target);
    frame.ordinal = ordinal;
    this.#start(frame);
  }

  /** Makes a frame the open one of its scope, with the entries that live as long as it. */
  #start(frame: Frame<SegmentPlace>): void {
    const { id } = frame.scope;
    const { plan } = this.#map;
    this.#frames[id] = frame;
    for (const slot of plan.ranked[id]!) this.#takeState.ranks[slot] = 0;
    if (plan.unfinished[id]) this.#unfinished.push(frame);
    for (const choice of plan.outer[id]!) this.#takeOuter(choice, frame);
    for (const entry of plan.entries[id]!) this.#enter(entry, frame, frame.start);
  }

  /** A value that stands in an enclosing loop. */
  #takeOuter(choice: Choice, frame: Frame<SegmentPlace>): void {
    let outer: Frame<SegmentPlace> | undefined = frame;
    for (let up = choice.place.up; up > 0; up--) outer = loopFrame(outer)?.parent;
    outer = loopFrame(outer);
    if (!outer) return;
    const back = this.#cursor.segment;
    for (let s = outer.start; s <= frame.start; s++) {
      if (this.#slots[s] !== choice.place.slot) continue;
      this.#cursor.moveTo(s);
      if (this.#cursor.matches(choice.place.conditions)) this.#takeChoice(choice, frame);
    }
    this.#cursor.moveTo(back);
  }

  // ── trees ─────────────────────────────────────────────────────────────────────────────────────

  #openNode(tree: Tree<SegmentPlace>): boolean {
    const cursor = this.#cursor;
    const s = cursor.segment;
    const node = this.#nodes.add(tree, cursor, this.#at);
    const parent = this.#frames[tree.parent.id];
    if (!parent) return false;
    for (const level of tree.levels) {
      if (level.place!.slot !== tree.slot || !cursor.matches(level.place!.conditions)) continue;
      const frame = this.#enter(level, parent, s);
      if (!frame) continue;
      node.scope = level;
      node.target = level.path ? frame.ensure() : undefined;
      return true;
    }
    cursor.element = 0;
    this.#report(
      'MAP_UNKNOWN_LEVEL',
      'warning',
      `${tree.segmentId} ${node.number} fits no level of the tree`,
      this.#table.raw(s),
      tree.levels.map((level) => level.place!.text).join(', '),
    );
    return false;
  }

  // ── values ────────────────────────────────────────────────────────────────────────────────────

  #take(binding: Binding, frame: Frame<SegmentPlace>): boolean {
    const take = this.#interprets ? undefined : takeOf(binding);
    if (take !== undefined) {
      const result = take(this.#cursor, frame, this.#takeState);
      this.#stored[this.#cursor.segment]! += result >> 1;
      return (result & 1) === 1;
    }
    let consumed = false;
    for (const choice of binding.choices) consumed = this.#takeState.slowly(choice, frame) || consumed;
    return consumed;
  }

  /** The common case: one text, nothing but a conversion or a code, a field that no other rule fills. */
  #takeDirect(choice: Choice, frame: Frame<SegmentPlace>): boolean {
    const { field, place } = choice;
    const cursor = this.#cursor;
    const raw =
      choice.pairs === undefined
        ? cursor.take(place.element, place.component)
        : cursor.pairText(choice.pairs, place.layout!);
    if (raw === '') return choice.pairs === undefined;
    const value = understand(field, raw, '', this.#report, this.#lookUp);
    if (value === undefined) return true;
    if (!assign(field, frame.target ?? frame.ensure(), value, false)) return false;
    this.#stored[cursor.segment]!++;
    if (this.#trace) this.#addTrace(field, place, frame, raw);
    return true;
  }

  #takeChoice(choice: Choice, frame: Frame<SegmentPlace>): boolean {
    const { field, place } = choice;
    if (!field.reads) return true;
    if (field.when && !this.#holds(field.when, frame)) return false;
    if (!field.path) return this.#takeWithoutField(field, place, frame);
    if (!choice.simple) return this.#takeMany(choice, frame);
    const text = this.#cursor.take(place.element, place.component);
    return text === '' || this.#store(choice, frame, text);
  }

  /** Rules without a field: a constant is compared, a total is noted for the end; a context value is ours. */
  #takeWithoutField(field: Field<SegmentPlace>, place: SegmentPlace, frame: Frame<SegmentPlace>): boolean {
    if (place.element === 0) return true;
    const { segment } = this.#cursor;
    const text = this.#cursor.take(place.element, place.component).trim();
    if (text === '') return true;
    const { constant } = field;
    if (constant !== undefined && text !== constant)
      this.#report(
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
    const { segment } = this.#cursor;
    this.#frame = frame;
    const extra = this.#extra(field, place);
    const value = understand(field, text, extra, this.#report, this.#lookUp);
    if (value === undefined) return true;
    const holder = frame.holder(field.path!);
    const rank = field.rankOffset + choice.rank + 1;
    const better = this.#takeState.ranks[field.rankSlot]! > rank;
    if (!assign(field, holder, value, better)) return field.key !== '' && holder[field.key] === value;
    if (better) {
      const before = this.#takeState.rankSegments[field.rankSlot]!;
      this.#stored[before]!--;
      this.#superseded.push(before);
    }
    this.#takeState.rankSegments[field.rankSlot] = segment;
    this.#takeState.ranks[field.rankSlot] = rank;
    this.#stored[segment]!++;
    if (field.until) assignEnd(field, text, extra, frame.holder(field.until));
    if (this.#trace) this.#addTrace(field, place, frame, text);
    return true;
  }

  /** Companion text: the time of a date, the format of a DTM. */
  #extra(field: Field<SegmentPlace>, place: SegmentPlace): string {
    if (field.time) return this.#cursor.text(field.time.element, field.time.component);
    return field.conversion.readEnd ? this.#cursor.text(place.element, place.component + 1) : '';
  }

  #takeMany(choice: Choice, frame: Frame<SegmentPlace>): boolean {
    const { field, place } = choice;
    const texts = this.#cursor.texts(place);
    if (texts.length === 0) return place.pair === undefined;
    const { join } = field;
    if (join === undefined) {
      let stored = false;
      for (const text of field.list ? texts : texts.slice(0, 1))
        stored = this.#store(choice, frame, text) || stored;
      return stored;
    }
    const text = texts.join(join);
    if (field.list || this.#takeState.ranks[field.rankSlot] === 0) return this.#store(choice, frame, text);
    appendText(field, frame.holder(field.path!), text, join);
    return true;
  }

  #holds(when: When<SegmentPlace>, frame: Frame<SegmentPlace>): boolean {
    return this.#texts.hold(when, frame, this.#cursor.pair);
  }

  /** The other number of a calculation, from the instance that the field is in. */
  readonly #lookUp = (place: SegmentPlace): string =>
    this.#texts.within(place, this.#frame, this.#cursor.pair)[0] ?? '';

  // ── reports ───────────────────────────────────────────────────────────────────────────────────

  readonly #report: Report = (code, severity, message, actual, expected) => {
    const slot = this.#map.grammar.slots[this.#slots[this.#cursor.segment] ?? -1];
    const trouble = { code, severity, message, actual, expected };
    this.#findings.push(segmentFinding(this.#table, this.#cursor, this.#at, slot, trouble));
  };

  #addTrace(field: Field<SegmentPlace>, place: SegmentPlace, frame: Frame<SegmentPlace>, text: string): void {
    this.#trace!.push(segmentTrace(field, place, frame, text, this.#cursor, this.#table));
  }
}
