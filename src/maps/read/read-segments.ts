import type { Finding, Place as FindingPlace } from '../../common/finding.ts';
import type { SegmentTable, Structure, Transaction } from '../../edi/model.ts';
import type { Condition } from '../address.ts';
import type { Field, Scope, SegmentMap, SegmentPlace, Tree, When } from '../compile/model.ts';
import { satisfies } from '../compile/compile-scope.ts';
import { SERVICE_SEGMENTS, type Binding, type Choice } from '../compile/segment-plan.ts';
import { ensureAt, type Fields } from '../document-path.ts';
import { assign, assignedPath } from './assign.ts';
import { Frame, loopFrame } from './frame.ts';
import { computeTotal, finish, needsFinish, sameNumber } from './instance.ts';
import { resolveTree, type TreeNode } from './resolve-tree.ts';
import type { TraceEntry } from './trace.ts';
import { understand, type Report } from './understand.ts';

export interface SegmentReading {
  fields: Fields;
  findings: Finding[];
  trace: TraceEntry[];
  /** Positions (ST/UNH is 1) of the segments that no rule used. */
  unconsumed: number[];
}

/** Reads one transaction with a compiled map: one pass over the segments, dispatched by slot. */
export function readSegments(
  map: SegmentMap,
  transaction: Pick<Transaction, 'segments' | 'interchange' | 'group' | 'transaction'>,
  structure: Structure,
  withTrace: boolean,
): SegmentReading {
  return new SegmentReader(map, transaction, structure, withTrace).run();
}

/** A total that the message states, to be compared when all is read. */
interface StatedTotal {
  field: Field<SegmentPlace>;
  stated: string;
  frame: Frame<SegmentPlace>;
  segment: number;
  element: number;
}

class SegmentReader {
  readonly #map: SegmentMap;
  readonly #table: SegmentTable;
  readonly #slots: Int32Array;
  readonly #length: number;
  readonly #at: FindingPlace;
  readonly #findings: Finding[] = [];
  readonly #trace: TraceEntry[] | undefined;
  readonly #unconsumed: number[] = [];
  /** By scope: the instance that is open. */
  readonly #frames: (Frame<SegmentPlace> | undefined)[];
  /** By scope: in which parent it was opened last; a loop to a single object opens once in each. */
  readonly #openedIn: (Frame<SegmentPlace> | undefined)[];
  /** By rank slot: 1 + rank of the value that stands there. */
  readonly #ranks: Uint8Array;
  /** Frames with something left to do at the end. */
  readonly #unfinished: Frame<SegmentPlace>[] = [];
  readonly #totals: StatedTotal[] = [];
  readonly #nodes = new Map<Tree<SegmentPlace>, TreeNode<SegmentPlace>[]>();
  // Where the reader is, for findings:
  #segment = 0;
  #element = 0;
  #component = 0;
  #pair = 0;
  #frame: Frame<SegmentPlace>;
  readonly #report: Report;

  constructor(
    map: SegmentMap,
    transaction: Pick<Transaction, 'segments' | 'interchange' | 'group' | 'transaction'>,
    structure: Structure,
    withTrace: boolean,
  ) {
    this.#map = map;
    this.#table = transaction.segments;
    this.#slots = structure.slots;
    this.#length = Math.min(transaction.segments.length, structure.slots.length);
    const { interchange, group, transaction: ordinal } = transaction;
    this.#at = { interchange, group, transaction: ordinal };
    this.#trace = withTrace ? [] : undefined;
    this.#frames = map.scopes.map(() => undefined);
    this.#openedIn = map.scopes.map(() => undefined);
    this.#ranks = new Uint8Array(map.fields.length);
    this.#frame = new Frame(map.root, undefined, 0, {});
    this.#report = (code, severity, message, actual, expected) =>
      this.#findings.push(this.#finding(code, severity, message, actual, expected));
  }

  run(): SegmentReading {
    const root = this.#frame;
    this.#start(root);
    const { slots: plans } = this.#map.plan;
    for (let s = 0; s < this.#length; s++) {
      const slot = this.#slots[s]!;
      const plan = slot < 0 ? undefined : plans[slot];
      if (plan === undefined) {
        if (!SERVICE_SEGMENTS.has(this.#table.id(s))) this.#unconsumed.push(s + 1);
        continue;
      }
      this.#segment = s;
      for (const scope of plan.closes) this.#frames[scope] = undefined;
      let consumed = false;
      for (const tree of plan.trees) consumed = this.#openNode(tree, s) || consumed;
      for (const scope of plan.opens) consumed = this.#open(scope, s) || consumed;
      for (const binding of plan.bindings) {
        const frame = this.#frames[binding.scope.id];
        if (frame && this.#matches(binding.conditions, s))
          consumed = this.#take(binding, frame, s) || consumed;
      }
      if (!consumed && !plan.ignored.some((place) => this.#matches(place.conditions, s)))
        if (!SERVICE_SEGMENTS.has(this.#table.id(s))) this.#unconsumed.push(s + 1);
    }
    return this.#end(root);
  }

  textsOfMessage(place: SegmentPlace): string[] {
    return this.#textsWithin(place, this.#frame);
  }

  #end(root: Frame<SegmentPlace>): SegmentReading {
    for (const [tree, nodes] of this.#nodes) resolveTree(tree, nodes, this.#findings);
    finish(this.#unfinished, (frame, ...trouble) => {
      this.#segment = frame.start;
      this.#element = 0;
      this.#report(...trouble);
    });
    for (const { field, stated, frame, segment, element } of this.#totals) {
      const computed = this.#computed(field, frame);
      if (computed === undefined || sameNumber(stated, computed)) continue;
      this.#segment = segment;
      this.#element = element;
      const code = field.count ? 'MAP_COUNT_DIFFERS' : 'MAP_SUM_DIFFERS';
      this.#report(code, 'warning', `${stated} is stated, but it is ${computed}`, stated, computed);
    }
    return {
      fields: root.ensure(),
      findings: this.#findings,
      trace: this.#trace ?? [],
      unconsumed: this.#unconsumed,
    };
  }

  #computed(field: Field<SegmentPlace>, frame: Frame<SegmentPlace>): string | undefined {
    const { count, sum } = field;
    if (sum) return computeTotal('sum', sum, frame.existingHolder(sum));
    if (!count) return undefined;
    if ('path' in count) return computeTotal('count', count.path, frame.existingHolder(count.path));
    let found = 0;
    for (let s = 0; s < this.#length; s++) if (this.#table.id(s) === count.segmentId) found++;
    return String(found);
  }

  // ── scopes ────────────────────────────────────────────────────────────────────────────────────

  #open(scope: Scope<SegmentPlace>, s: number): boolean {
    const parent = this.#frames[scope.parent!.id];
    if (!scope.reads || !parent || !this.#matches(scope.place!.conditions, s)) return false;
    if (scope.place!.pair === 'each') return this.#openPairs(scope, parent, s);
    const frame = this.#enter(scope, parent, s);
    if (!frame) return false;
    if (scope.tree) this.#nodes.get(scope.tree)?.at(-1)?.lines.push(frame.ensure());
    if (scope.single) this.#runSingle(scope, s);
    return true;
  }

  /** A scope over one segment takes all that it wants at once, and is over. */
  #runSingle(scope: Scope<SegmentPlace>, s: number): void {
    for (const binding of this.#map.plan.single[scope.id]!) {
      const frame = this.#frames[binding.scope.id];
      if (frame && this.#matches(binding.conditions, s)) this.#take(binding, frame, s);
    }
    for (const child of scope.children) {
      if (child.single && !child.entry) this.#open(child, s);
      this.#frames[child.id] = undefined;
    }
    this.#frames[scope.id] = undefined;
  }

  #openPairs(scope: Scope<SegmentPlace>, parent: Frame<SegmentPlace>, s: number): boolean {
    const { layout } = scope.place!;
    let consumed = false;
    for (let i = 0; layout && i < layout.count; i++) {
      const element = layout.from + i * layout.step;
      if (this.#table.value(s, element) === '' && this.#table.value(s, element + 1) === '') continue;
      this.#pair = element;
      if (!this.#enter(scope, parent, s)) continue;
      consumed = true;
      this.#runSingle(scope, s);
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

  /** Makes a frame the open one of its scope, with the entries that live as long as it. */
  #start(frame: Frame<SegmentPlace>): void {
    const { scope } = frame;
    this.#frames[scope.id] = frame;
    for (const slot of this.#map.plan.ranked[scope.id]!) this.#ranks[slot] = 0;
    if (needsFinish(scope)) this.#unfinished.push(frame);
    for (const choice of this.#map.plan.outer[scope.id]!) this.#takeOuter(choice, frame);
    for (const child of scope.children)
      if (child.entry && child.reads) this.#enter(child, frame, frame.start);
  }

  /** A value that stands in an enclosing loop. */
  #takeOuter(choice: Choice, frame: Frame<SegmentPlace>): void {
    let outer: Frame<SegmentPlace> | undefined = frame;
    for (let up = choice.place.up; up > 0; up--) outer = loopFrame(outer)?.parent;
    outer = loopFrame(outer);
    if (!outer) return;
    for (let s = outer.start; s <= frame.start; s++) {
      if (this.#slots[s] !== choice.place.slot || !this.#matches(choice.place.conditions, s)) continue;
      if (!choice.field.when || this.#holds(choice.field.when, frame)) this.#takePlace(choice, frame, s);
    }
  }

  // ── trees ─────────────────────────────────────────────────────────────────────────────────────

  #openNode(tree: Tree<SegmentPlace>, s: number): boolean {
    const nodes = this.#nodes.get(tree) ?? [];
    this.#nodes.set(tree, nodes);
    const node: TreeNode<SegmentPlace> = {
      number: this.#table.value(s, 1),
      parentNumber: this.#table.value(s, 2),
      scope: undefined,
      target: undefined,
      lines: [],
      place: { ...this.#at, segment: s + 1, segmentId: tree.segmentId },
    };
    nodes.push(node);
    const parent = this.#frames[tree.parent.id];
    if (!parent) return false;
    for (const level of tree.levels) {
      if (level.place!.slot !== tree.slot || !this.#matches(level.place!.conditions, s)) continue;
      const frame = this.#enter(level, parent, s);
      if (!frame) continue;
      node.scope = level;
      node.target = level.path ? frame.ensure() : undefined;
      return true;
    }
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

  #take(binding: Binding, frame: Frame<SegmentPlace>, s: number): boolean {
    let consumed = false;
    for (const choice of binding.choices) consumed = this.#takeChoice(choice, frame, s) || consumed;
    return consumed;
  }

  #takeChoice(choice: Choice, frame: Frame<SegmentPlace>, s: number): boolean {
    const { field } = choice;
    if (!field.reads) return true;
    if (field.when && !this.#holds(field.when, frame)) return false;
    return this.#takePlace(choice, frame, s);
  }

  #takePlace(choice: Choice, frame: Frame<SegmentPlace>, s: number): boolean {
    const { field, place } = choice;
    if (!field.path) return this.#takeWithoutField(field, place, frame, s);
    if (!choice.simple) return this.#takeMany(choice, frame, s);
    this.#element = place.element;
    this.#component = place.component;
    const text = this.#table.value(s, place.element, place.component);
    if (text === '') return true;
    return this.#store(choice, frame, text, s);
  }

  /** Rules without a field: a constant is compared, a total is noted for the end; a context value is ours. */
  #takeWithoutField(
    field: Field<SegmentPlace>,
    place: SegmentPlace,
    frame: Frame<SegmentPlace>,
    s: number,
  ): boolean {
    if (place.element === 0) return true;
    this.#element = place.element;
    this.#component = place.component;
    const text = this.#table.value(s, place.element, place.component).trim();
    if (text === '') return true;
    if (field.constant !== undefined && text !== field.constant)
      this.#report(
        'MAP_UNEXPECTED_VALUE',
        'warning',
        `"${text}" instead of the agreed "${field.constant}"`,
        text,
        field.constant,
      );
    if (field.count || field.sum)
      this.#totals.push({ field, stated: text, frame, segment: s, element: this.#element });
    return true;
  }

  #store(choice: Choice, frame: Frame<SegmentPlace>, text: string, s: number): boolean {
    const { field, place } = choice;
    this.#frame = frame;
    const value = understand(field, text, this.#extra(field, place, s), this.#report, this.#lookUp);
    if (value === undefined) return true;
    const holder = frame.holder(field.path!);
    const rank = field.rankOffset + choice.rank + 1;
    const present = this.#ranks[field.rankSlot]!;
    if (!assign(field, holder, value, present > rank)) return field.key !== '' && holder[field.key] === value;
    this.#ranks[field.rankSlot] = rank;
    if (field.until) this.#storeEnd(field, place, text, frame, s);
    if (this.#trace) this.#addTrace(field, place, frame, text, s);
    return true;
  }

  #storeEnd(
    field: Field<SegmentPlace>,
    place: SegmentPlace,
    text: string,
    frame: Frame<SegmentPlace>,
    s: number,
  ): void {
    const end = field.conversion.readEnd?.(text.trim(), this.#extra(field, place, s));
    const { steps } = field.until!;
    if (end !== undefined)
      ensureAt(frame.holder(field.until!), steps.slice(0, -1))[steps[steps.length - 1]!.key] = end;
  }

  /** Companion text: the time of a date, the format of a DTM. */
  #extra(field: Field<SegmentPlace>, place: SegmentPlace, s: number): string {
    if (field.time) return this.#table.value(s, field.time.element, field.time.component);
    return field.conversion.readEnd ? this.#table.value(s, place.element, place.component + 1) : '';
  }

  #takeMany(choice: Choice, frame: Frame<SegmentPlace>, s: number): boolean {
    const { field, place } = choice;
    const texts = this.#textsOf(place, s);
    if (texts.length === 0) return place.pair === undefined;
    const { join } = field;
    if (join === undefined) {
      let stored = false;
      for (const text of field.list ? texts : texts.slice(0, 1))
        stored = this.#store(choice, frame, text, s) || stored;
      return stored;
    }
    const text = texts.join(join);
    if (field.list || this.#ranks[field.rankSlot] === 0) return this.#store(choice, frame, text, s);
    return this.#append(field, frame, text, join);
  }

  /** More of a joined text: the next segment continues the field. */
  #append(field: Field<SegmentPlace>, frame: Frame<SegmentPlace>, text: string, join: string): boolean {
    const { steps } = field.path!;
    const fields = ensureAt(frame.holder(field.path!), steps.slice(0, -1));
    const { key } = steps[steps.length - 1]!;
    fields[key] = `${String(fields[key] as unknown)}${join}${text}`;
    return true;
  }

  /** Every non-empty text at a place of a segment, in order of preference for pairs. */
  #textsOf(place: SegmentPlace, s: number): string[] {
    const table = this.#table;
    if (place.pairMember > 0) {
      this.#element = this.#pair + place.pairMember - 1;
      this.#component = 1;
      const text = table.value(s, this.#element);
      return text === '' ? [] : [text];
    }
    if (Array.isArray(place.pair)) return this.#pairTexts(place, s);
    if (place.element === 0) return ['true'];
    const texts: string[] = [];
    const last = Math.min(place.lastElement, table.elementCount(s));
    for (let e = place.element; e <= last; e++) {
      const repetitions = place.repetition === 'all' ? table.repetitionCount(s, e) : place.repetition;
      for (let r = place.repetition === 'all' ? 1 : place.repetition; r <= repetitions; r++)
        for (let c = place.component; c <= place.lastComponent; c++) {
          const text = table.value(s, e, c, r);
          if (text === '') continue;
          if (texts.length === 0) {
            this.#element = e;
            this.#component = c;
          }
          texts.push(text);
        }
    }
    return texts;
  }

  #pairTexts(place: SegmentPlace, s: number): string[] {
    const { layout, pair } = place;
    if (!layout || !Array.isArray(pair)) return [];
    let best = pair.length;
    const texts: string[] = [];
    const last = Math.min(layout.from + (layout.count - 1) * layout.step, this.#table.elementCount(s));
    for (let e = layout.from; e <= last; e += layout.step) {
      const { composite } = layout;
      const code = composite ? this.#table.value(s, e, composite.code) : this.#table.value(s, e);
      if (code === '') continue;
      const rank = pair.findIndex((qualifier) => qualifier.code === code);
      if (rank === -1 || rank >= best) continue;
      const text = composite ? this.#table.value(s, e, composite.value) : this.#table.value(s, e + 1);
      if (text === '') continue;
      best = rank;
      this.#element = composite ? e : e + 1;
      this.#component = composite?.value ?? 1;
      texts[0] = text;
    }
    return texts;
  }

  // ── conditions ────────────────────────────────────────────────────────────────────────────────

  #matches(conditions: readonly Condition[], s: number): boolean {
    for (const { element, component, values, negated } of conditions) {
      const value = this.#table.value(s, element, component);
      const found = values.length === 0 ? value === '' : values.includes(value);
      if (found === negated) return false;
    }
    return true;
  }

  #holds(when: When<SegmentPlace>, frame: Frame<SegmentPlace>): boolean {
    return when.places.every(({ place, test }) => satisfies(test, this.#textsWithin(place, frame)));
  }

  /** Texts at a place anywhere in the frame's loop instance, also further on. */
  #textsWithin(place: SegmentPlace, frame: Frame<SegmentPlace>): string[] {
    const element = this.#element;
    const component = this.#component;
    const { start, scope } = frame;
    const inside = this.#map.plan.inside.get(scope.loopSlot);
    const texts: string[] = [];
    for (let s = start; s < this.#length; s++) {
      const slot = this.#slots[s]!;
      if (s > start && (scope.single || (slot >= 0 && (slot === scope.loopSlot || inside?.[slot] !== 1))))
        break;
      if (slot === place.slot && this.#matches(place.conditions, s)) texts.push(...this.#textsOf(place, s));
    }
    this.#element = element;
    this.#component = component;
    return texts;
  }

  /** The other number of a calculation, from the instance that the field is in. */
  readonly #lookUp = (place: SegmentPlace): string => this.#textsWithin(place, this.#frame)[0] ?? '';

  // ── reports ───────────────────────────────────────────────────────────────────────────────────

  #finding(
    code: string,
    severity: Finding['severity'],
    message: string,
    actual: string,
    expected?: string,
  ): Finding {
    const s = this.#segment;
    const id = this.#table.id(s);
    const slot = this.#map.grammar.slots[this.#slots[s] ?? -1];
    const element = this.#element > 0 ? { element: this.#element } : {};
    const where = this.#element > 0 ? `${id}${String(this.#element).padStart(2, '0')}` : id;
    const component =
      this.#element > 0 && this.#table.componentCount(s, this.#element) > 1
        ? { component: this.#component }
        : {};
    return {
      code,
      severity,
      message: `${where} (segment ${s + 1}): ${message}`,
      place: {
        ...this.#at,
        segment: s + 1,
        segmentId: id,
        ...(slot && slot.loopPath.length > 0 ? { loop: slot.loopPath.join('/') } : {}),
        ...element,
        ...component,
        range:
          this.#element > 0
            ? this.#table.range(s, this.#element, 'component' in component ? this.#component : undefined)
            : this.#table.range(s),
      },
      ...(actual === '' ? {} : { actual }),
      ...(expected === undefined ? {} : { expected }),
    };
  }

  #addTrace(
    field: Field<SegmentPlace>,
    place: SegmentPlace,
    frame: Frame<SegmentPlace>,
    text: string,
    s: number,
  ): void {
    const { map, line } = field.rule.origin;
    this.#trace!.push({
      path: assignedPath(field, frame),
      rule: `${map}:${line}`,
      at: place.text,
      text,
      segment: s + 1,
      segmentId: place.segmentId,
      element: this.#element,
      component: this.#component,
      range: this.#table.range(s, this.#element, this.#component),
    });
  }
}

/** Every text at a place of a transaction, for a condition on the whole message. */
export function conditionTexts(
  map: SegmentMap,
  transaction: Pick<Transaction, 'segments' | 'interchange' | 'group' | 'transaction'>,
  structure: Structure,
  place: SegmentPlace,
): string[] {
  return new SegmentReader(map, transaction, structure, false).textsOfMessage(place);
}
