import type { Place as FindingPlace } from '../../common/finding.ts';
import type { Structure, Transaction } from '../../edi/model.ts';
import type { SegmentMap } from '../compile/compiled-map.ts';
import type { Binding, Choice, SlotPlan, TakeState } from '../compile/binding.ts';
import { stepOf } from '../compile/generate-step.ts';
import { takeOf } from '../compile/generate-take.ts';
import type { Scope, SegmentPlace, Tree } from '../compile/model.ts';
import { SERVICE_IDS } from '../compile/segment-plan.ts';
import { divideEntries } from './divide-entries.ts';
import { Frame, frameAround } from './frame.ts';
import { finish } from './instance.ts';
import { startDraft } from './read.ts';
import type { ReadOptions, SegmentReading } from './segment-reading.ts';
import type { SegmentCursor } from './segment-cursor.ts';
import { NO_SEGMENTS, NO_SLOTS, SegmentValues } from './segment-values.ts';
import { TreeNodes } from './tree-nodes.ts';

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

class SegmentReader {
  /** False while it reads. */
  isIdle = true;
  readonly #map: SegmentMap;
  readonly #values: SegmentValues;
  /** By scope: the instance that is open. */
  readonly #frames: (Frame<SegmentPlace> | undefined)[];
  /** By scope: in which parent it was opened last; a loop to a single object opens once in each. */
  readonly #openedIn: (Frame<SegmentPlace> | undefined)[];
  readonly #takeState: TakeState;
  /** Segments that a rule of a loop inside theirs has used (`../`). */
  readonly #usedInside = new Set<number>();
  /** Frames with something left to do at the end. */
  readonly #unfinished: Frame<SegmentPlace>[] = [];
  /** Frames whose entries divide the others of their list. */
  readonly #dividing: Frame<SegmentPlace>[] = [];
  readonly #nodes = new TreeNodes();
  #table = NO_SEGMENTS;
  #slots = NO_SLOTS;
  #at: FindingPlace = {};
  #interprets = false;
  #root: Frame<SegmentPlace>;

  constructor(map: SegmentMap) {
    this.#map = map;
    const values = new SegmentValues(map);
    this.#values = values;
    this.#frames = new Array<undefined>(map.scopes.length).fill(undefined);
    this.#openedIn = new Array<undefined>(map.scopes.length).fill(undefined);
    this.#takeState = {
      ranks: values.ranks,
      rankSegments: values.rankSegments,
      openedIn: this.#openedIn,
      unfinished: this.#unfinished,
      traces: false,
      trace: ({ field, place }, frame, text) => values.addTrace(field, place, frame, text),
      slowly: (choice, frame) => values.take(choice, frame),
      open: (scope) => this.#open(scope),
    };
    this.#root = new Frame(map.root, undefined, 0);
  }

  read(transaction: Readable, structure: Structure, options: ReadOptions): SegmentReading {
    this.#begin(transaction, structure, options);
    this.#start(this.#root);
    const reading = this.#end(this.#readAll());
    this.#forget();
    return reading;
  }

  #begin(transaction: Readable, structure: Structure, options: ReadOptions): void {
    this.isIdle = false;
    const { segments, interchange, group } = transaction;
    this.#table = segments;
    this.#slots = structure.slots;
    this.#at = { interchange, group, transaction: transaction.transaction };
    this.#takeState.traces = options.trace === true;
    this.#interprets = options.interpreted === true;
    this.#values.open(segments, structure.slots, this.#at, this.#takeState.traces);
    this.#root = new Frame(this.#map.root, undefined, 0, startDraft(this.#map.document));
  }

  /** Lets go of the message and its document. */
  #forget(): void {
    this.#frames.fill(undefined);
    this.#openedIn.fill(undefined);
    // A new one: it keeps the shape that frames have by now, and all machine code that knows it (decision 10).
    this.#root = new Frame(this.#map.root, undefined, 0);
    if (this.#unfinished.length > 0) this.#unfinished.length = 0;
    if (this.#usedInside.size > 0) this.#usedInside.clear();
    if (this.#dividing.length > 0) this.#dividing.length = 0;
    this.#nodes.clear();
    this.#table = NO_SEGMENTS;
    this.#slots = NO_SLOTS;
    this.#values.close();
    this.isIdle = true;
  }

  /** All segments in their order; the answer: positions of those that no rule used. */
  #readAll(): number[] {
    const { cursor, stored } = this.#values;
    const { slots: plans } = this.#map.plan;
    const interprets = this.#interprets;
    const table = this.#table;
    const slots = this.#slots;
    const frames = this.#frames;
    const state = this.#takeState;
    const length = table.length < slots.length ? table.length : slots.length;
    const unconsumed: number[] = [];
    for (let s = 0; s < length; s++) {
      const slot = slots[s]!;
      const plan = slot < 0 ? undefined : plans[slot];
      if (plan !== undefined) {
        cursor.moveTo(s);
        const step = interprets ? undefined : (plan.step ?? stepOf(plan, this.#map.plan));
        const result = step === undefined ? this.#interpret(plan) : step(cursor, frames, state);
        if (result > 1) stored[s]! += result >> 1;
        if ((result & 1) === 1 || isIgnored(plan, cursor)) continue;
      }
      if (!SERVICE_IDS.has(cursor.idOf(s))) unconsumed.push(s + 1);
    }
    return unconsumed;
  }

  /** All that happens at the segment, with the answer of a Step. */
  #interpret(plan: SlotPlan): number {
    for (const scope of plan.closes) this.#frames[scope] = undefined;
    let consumed = false;
    for (const tree of plan.trees) consumed = this.#openNode(tree) || consumed;
    for (const scope of plan.opens) consumed = this.#open(scope) || consumed;
    for (const binding of plan.bindings) {
      const frame = this.#frames[binding.scope.id];
      if (frame !== undefined && this.#values.cursor.matches(binding.conditions))
        consumed = this.#take(binding, frame) || consumed;
    }
    return consumed ? 1 : 0;
  }

  #take(binding: Binding, frame: Frame<SegmentPlace>): boolean {
    const { cursor, stored } = this.#values;
    const take = this.#interprets ? undefined : takeOf(binding);
    if (take === undefined) return this.#values.takeAll(binding, frame);
    const result = take(cursor, frame, this.#takeState);
    stored[cursor.segment]! += result >> 1;
    return (result & 1) === 1;
  }

  #end(unconsumed: number[]): SegmentReading {
    const { cursor, findings, trace, report } = this.#values;
    this.#nodes.resolve(this.#root, findings);
    if (this.#dividing.length > 0) divideEntries(this.#dividing, trace ?? []);
    finish(this.#unfinished, (frame, ...trouble) => {
      cursor.moveTo(frame.start);
      cursor.element = 0;
      report(...trouble);
    });
    this.#values.checkTotals();
    this.#values.addSuperseded(unconsumed);
    const unused =
      this.#usedInside.size === 0 ? unconsumed : unconsumed.filter((s) => !this.#usedInside.has(s));
    return { fields: this.#root.ensure(), findings, trace: trace ?? [], unconsumed: unused };
  }

  // ── scopes ────────────────────────────────────────────────────────────────────────────────────

  #open(scope: Scope<SegmentPlace>): boolean {
    const parent = this.#frames[scope.parent!.id];
    if (!scope.reads || !parent || !this.#values.cursor.matches(scope.place!.conditions)) return false;
    if (scope.place!.pair === 'each') return this.#openPairs(scope, parent);
    const frame = this.#enter(scope, parent, this.#values.cursor.segment);
    if (!frame) return false;
    if (scope.tree) this.#nodes.lastOf(scope.tree)?.lines.push(frame.ensure());
    else if (scope.path?.absolute === true && scope.path.text === '/packages[]')
      this.#nodes.addPackage(frame.ensure());
    if (scope.single) this.#runSingle(scope);
    return true;
  }

  /** A scope over one segment takes all that it wants at once, and is over. */
  #runSingle(scope: Scope<SegmentPlace>): void {
    for (const binding of this.#map.plan.single[scope.id]!) {
      const frame = this.#frames[binding.scope.id];
      if (frame && this.#values.cursor.matches(binding.conditions)) this.#take(binding, frame);
    }
    for (const child of scope.children) {
      if (child.single && !child.entry) this.#open(child);
      this.#frames[child.id] = undefined;
    }
    this.#frames[scope.id] = undefined;
  }

  #openPairs(scope: Scope<SegmentPlace>, parent: Frame<SegmentPlace>): boolean {
    const { layout } = scope.place!;
    const cursor = this.#values.cursor;
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
    if (scope.when && !this.#values.holds(scope.when, frame)) return undefined;
    this.#openedIn[id] = parent;
    if (scope.list && !scope.entry) frame.ensure();
    if (scope.divides) this.#dividing.push(frame);
    this.#start(frame);
    return frame;
  }

  /** Makes a frame the open one of its scope, with the entries that live as long as it. */
  #start(frame: Frame<SegmentPlace>): void {
    const { id } = frame.scope;
    const { plan } = this.#map;
    this.#frames[id] = frame;
    for (const slot of plan.ranked[id]!) this.#values.ranks[slot] = 0;
    if (plan.unfinished[id]) this.#unfinished.push(frame);
    for (const choice of plan.outer[id]!) this.#takeOuter(choice, frame);
    for (const entry of plan.entries[id]!) this.#enter(entry, frame, frame.start);
  }

  /** A value that stands in an enclosing loop. */
  #takeOuter(choice: Choice, frame: Frame<SegmentPlace>): void {
    const outer = frameAround(frame, choice.place.up);
    if (!outer) return;
    const back = this.#values.cursor.segment;
    for (let s = outer.start; s <= frame.start; s++) {
      if (this.#slots[s] !== choice.place.slot) continue;
      this.#values.cursor.moveTo(s);
      if (!this.#values.cursor.matches(choice.place.conditions)) continue;
      if (this.#values.takeChoice(choice, frame)) this.#usedInside.add(s + 1);
    }
    this.#values.cursor.moveTo(back);
  }

  // ── trees ─────────────────────────────────────────────────────────────────────────────────────

  #openNode(tree: Tree<SegmentPlace>): boolean {
    const cursor = this.#values.cursor;
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
    this.#values.report(
      'MAP_UNKNOWN_LEVEL',
      'warning',
      `${tree.segmentId} ${node.number} fits no level of the tree`,
      this.#table.raw(s),
      tree.levels.map((level) => level.place!.text).join(', '),
    );
    return false;
  }
}

function isIgnored({ ignored }: SlotPlan, cursor: SegmentCursor): boolean {
  return ignored.length > 0 && ignored.some((place) => cursor.matches(place.conditions));
}
