import type { Finding } from '../../common/finding.ts';
import type { Document } from '../../documents/document.ts';
import type { SegmentMap } from '../compile/compiled-map.ts';
import type { Field, Scope, SegmentPlace, Tree } from '../compile/model.ts';
import { isMany, type FixedCell, type SegmentGroup, type ValueCell } from '../compile/write-plan.ts';
import { putText } from '../compile/write-values.ts';
import type { Fields } from '../document-path.ts';
import { DocumentCursor, type FieldTexts } from './document-cursor.ts';
import type { ElementText, SegmentSink, WriteOptions } from './sink.ts';
import { planTree, type PlannedNode } from './plan-tree.ts';
import { areEmpty, TargetValueTable } from './target-values.ts';

/**
 * Writes a document as the segments between ST and SE (UNH and UNT), in the order of the grammar. Never throws on any
 * document of the map's type; what could not be written is in the findings.
 */
export function writeSegments(
  map: SegmentMap,
  document: Document,
  sink: SegmentSink,
  options: WriteOptions = {},
): Finding[] {
  return new SegmentMapWriter(map, document, sink, options).run();
}

/** A segment under construction: elements, composites as arrays. */
type Row = (string | string[])[];

const NO_PAIRS: WrittenPair[] = [];

interface Pending {
  id: string;
  elements: ElementText[];
}

class SegmentMapWriter {
  readonly #map: SegmentMap;
  readonly #cursor: DocumentCursor<SegmentPlace>;
  readonly #values: TargetValueTable;
  readonly #sink: SegmentSink;
  /** First segments of loops that are written only if something follows inside them. */
  readonly #pending: Pending[] = [];

  constructor(map: SegmentMap, document: Document, sink: SegmentSink, options: WriteOptions) {
    this.#map = map;
    this.#cursor = new DocumentCursor(map.scopes, document, options);
    this.#values = new TargetValueTable(map.writeValues);
    this.#sink = sink;
  }

  run(): Finding[] {
    this.#writeInstance(this.#map.root, this.#cursor.document, 1);
    return this.#cursor.findings;
  }

  // ── scopes ────────────────────────────────────────────────────────────────────────────────────

  #writeInstance(scope: Scope<SegmentPlace>, target: Fields, ordinal: number, node?: PlannedNode): void {
    this.#cursor.enter(scope, target, ordinal);
    const values = this.#values.enter(scope, target);
    for (const planned of this.#map.writePlan[scope.id]!) {
      if (planned.kind === 'segment') this.#writeSegment(planned, scope, values, node);
      else if (planned.kind === 'tree') this.#writeTree(planned.tree);
      else if (planned.slots && areEmpty(values, planned.slots)) continue;
      else if (planned.scope.path)
        this.#cursor.forEach(planned.scope, (entry, position) =>
          this.#writeInstance(planned.scope, entry, position),
        );
      else this.#writeStructural(planned.scope);
    }
  }

  /** A loop without a target: written when something inside it is. */
  #writeStructural(scope: Scope<SegmentPlace>): void {
    const parent = this.#cursor.targetOf(scope.parent!);
    if (!parent || !this.#cursor.accepts(scope, parent)) return;
    const before = this.#pending.length;
    this.#writeInstance(scope, parent, 1);
    if (this.#pending.length > before) this.#pending.length = before;
  }

  #writeTree(tree: Tree<SegmentPlace>): void {
    const document = this.#cursor.targetOf(tree.parent) ?? this.#cursor.document;
    const { nodes, problems } = planTree(tree, document, (scope, target) =>
      this.#cursor.accepts(scope, target),
    );
    for (const problem of problems) this.#cursor.report('MAP_TREE', 'warning', problem, tree.parent);
    for (const node of nodes) this.#writeNode(node);
  }

  #writeNode(node: PlannedNode): void {
    this.#writeInstance(node.scope, node.target, node.ordinal, node);
    for (const { scope, target, ordinal } of node.lines) this.#writeInstance(scope, target, ordinal);
    for (const child of node.children) this.#writeNode(child);
  }

  // ── segments ──────────────────────────────────────────────────────────────────────────────────

  #writeSegment(
    group: SegmentGroup,
    scope: Scope<SegmentPlace>,
    values: readonly unknown[],
    node: PlannedNode | undefined,
  ): void {
    const { slots } = group;
    if (!group.trigger && slots && slots.length > 0 && areEmpty(values, slots)) return;
    if (group.direct && this.#fitsOneSegment(group, values)) this.#writeDirect(group, scope, values, node);
    else this.#writeGroup(group, scope, node);
  }

  /** False when a joined text needs more than one piece. */
  #fitsOneSegment(group: SegmentGroup, values: readonly unknown[]): boolean {
    if (group.many)
      for (const { field, slot } of group.values) {
        const value = values[slot];
        if (field.join !== undefined && field.width !== undefined && typeof value === 'string')
          if (value.length > field.width) return false;
      }
    return true;
  }

  /** The common case: each cell has one text or none. */
  #writeDirect(
    group: SegmentGroup,
    scope: Scope<SegmentPlace>,
    values: readonly unknown[],
    node: PlannedNode | undefined,
  ): void {
    const elements: Row = [];
    for (const element of group.template)
      elements.push(typeof element === 'string' ? element : element.slice());
    let hasData = false;
    for (const cell of group.values) {
      const { field, place, slot } = cell;
      const text = this.#cursor.textOfValue(field, values[slot], scope);
      if (text === '') continue;
      hasData = true;
      if (place.pair === undefined) putText(elements, place.element, place.component, text, false);
      else this.#fillPair(elements, place, text, group.fixed!);
    }
    const onlyFixed = group.values.length === 0;
    if (!hasData && !group.trigger && !onlyFixed) return;
    if (node && group.trigger) this.#fillNode(elements, node);
    this.#emit(group.segmentId, elements, this.#matters(group, scope, hasData, node));
  }

  /** The first segment of a loop without a target waits for something that matters inside the loop. */
  #matters(
    group: SegmentGroup,
    scope: Scope<SegmentPlace>,
    hasData: boolean,
    node: PlannedNode | undefined,
  ): boolean {
    const waits = group.trigger && scope.path === undefined && node === undefined;
    return hasData || (!waits && (group.trigger || this.#pending.length === 0));
  }

  #writeGroup(group: SegmentGroup, scope: Scope<SegmentPlace>, node: PlannedNode | undefined): void {
    const values: FieldTexts[] = [];
    let hasData = false;
    for (const cell of group.values) {
      const found = this.#textsOf(cell);
      if (found.texts.length > 0) hasData = true;
      values.push(found);
    }
    const pairs =
      group.pairs.length === 0 ? NO_PAIRS : group.pairs.flatMap((pairScope) => this.#pairsOf(pairScope));
    hasData ||= pairs.length > 0;
    const onlyFixed = values.length === 0 && group.pairs.length === 0;
    if (!hasData && !group.trigger && !onlyFixed) return;
    const matters = this.#matters(group, scope, hasData, node);
    for (let row = 0; row === 0 || this.#continues(group, values, pairs); row++) {
      if (row === group.limit) break;
      this.#emit(group.segmentId, this.#buildRow(group, values, pairs, row, node), matters);
    }
    if (group.many || pairs.length > 0) this.#reportLeft(group, values, pairs.length);
  }

  #textsOf({ field, place, scope, inner }: ValueCell): FieldTexts {
    const found = this.#cursor.textsOf(field, scope, inner);
    // Each entry of a list of joined texts begins a segment of its own.
    if (field.list && field.join !== undefined && !inner && found.texts.length > 0)
      return { extra: found.extra, texts: this.#cursor.piecesApart(field, scope, roomOf(place)) };
    return found;
  }

  /** True when values are left that go into another segment of the same kind. */
  #continues(group: SegmentGroup, values: readonly FieldTexts[], pairs: readonly unknown[]): boolean {
    if (group.trigger || (!group.many && pairs.length === 0)) return false;
    return (
      pairs.length > 0 || group.values.some((cell, index) => isMany(cell) && values[index]!.texts.length > 0)
    );
  }

  #buildRow(
    group: SegmentGroup,
    values: readonly FieldTexts[],
    pairs: WrittenPair[],
    row: number,
    node: PlannedNode | undefined,
  ): Row {
    const elements: Row = [];
    const fixed = group.fixed ?? [
      ...group.qualifiers,
      ...group.constants.filter((cell) => this.#holds(cell)),
    ];
    for (let i = 0; i < values.length; i++) {
      const cell = group.values[i]!;
      if (row === 0 || isMany(cell)) this.#fill(elements, cell, values[i]!, fixed);
    }
    if (pairs.length > 0) this.#fillPairs(elements, group, pairs);
    for (const { element, component, text } of fixed) putText(elements, element, component, text, false);
    if (node && group.trigger) this.#fillNode(elements, node);
    return elements;
  }

  #holds({ condition }: FixedCell): boolean {
    if (!condition) return true;
    const { field, scope } = condition;
    return this.#cursor.targetOf(scope) !== undefined && this.#cursor.holds(field.when, scope);
  }

  /** As many pairs as the segment takes, and only those that agree in its other elements. */
  #fillPairs(elements: Row, group: SegmentGroup, pairs: WrittenPair[]): void {
    const [first] = pairs;
    const layout = group.pairs[0]?.place?.layout;
    if (!layout || !first) return;
    for (const { element, component, text } of first.others)
      putText(elements, element, component, text, false);
    for (let i = 0; i < layout.count && pairs[0]?.key === first.key; i++) {
      const at = layout.from + i * layout.step;
      const { members } = pairs.shift()!;
      putText(elements, at, 1, members[0], true);
      putText(elements, at + 1, 1, members[1], true);
    }
  }

  #reportLeft(group: SegmentGroup, values: readonly FieldTexts[], pairs: number): void {
    for (const [index, cell] of group.values.entries()) {
      const left = values[index]!.texts.filter((text) => text !== '').length;
      if (left === 0 || !isMany(cell)) continue;
      const message = `${left} more values do not fit and are not written`;
      this.#cursor.report('MAP_CUT', 'warning', message, cell.scope, cell.field);
    }
    if (pairs > 0)
      this.#cursor.report(
        'MAP_CUT',
        'warning',
        `${pairs} more pairs do not fit into ${group.segmentId}`,
        undefined,
      );
  }

  /** Puts the texts of a cell into a row; what is used is taken off the list. */
  #fill(
    elements: Row,
    { place, field }: ValueCell,
    { texts, extra }: FieldTexts,
    fixed: readonly FixedCell[],
  ): void {
    if (texts.length === 0) return;
    if (place.pair !== undefined) {
      this.#fillPair(elements, place, texts.shift()!, fixed);
      return;
    }
    if (texts.length === 1) {
      putText(elements, place.element, place.component, texts[0]!, false);
      texts.length = 0;
    }
    for (let e = place.element; texts.length > 0 && e <= place.lastElement; e++)
      for (let c = place.component; c <= place.lastComponent; c++) {
        const text = texts.shift();
        if (text !== undefined && text !== '') putText(elements, e, c, text, false);
      }
    if (extra === '') return;
    if (field.time) putText(elements, field.time.element, field.time.component, extra, false);
    else putText(elements, place.element, place.component + 1, extra, false);
  }

  /** The next free pair of the segment. */
  #fillPair(elements: Row, place: SegmentPlace, text: string, fixed: readonly FixedCell[]): void {
    const { layout, pair } = place;
    if (!layout || typeof pair !== 'object') return;
    const qualifier = pair.find(({ length }) => length === undefined || length === text.length) ?? pair[0]!;
    for (let i = 0; i < layout.count; i++) {
      const element = layout.from + i * layout.step;
      if (isFilled(elements[element - 1]) || fixed.some((cell) => cell.element === element)) continue;
      const { composite } = layout;
      putText(elements, element, composite?.code ?? 1, qualifier.code, true);
      putText(elements, composite ? element : element + 1, composite?.value ?? 1, text, true);
      return;
    }
    this.#cursor.report(
      'MAP_CUT',
      'warning',
      `there is no room for ${qualifier.code} ${text} in ${place.segmentId}`,
      undefined,
    );
  }

  #fillNode(elements: Row, node: PlannedNode): void {
    putText(elements, 1, 1, String(node.number), true);
    if (node.parentNumber !== undefined) putText(elements, 2, 1, String(node.parentNumber), true);
    if (node.scope.tree?.segmentId === 'HL' && node.scope.tree.rule.options.childFlag !== false)
      putText(elements, 4, 1, node.children.length > 0 ? '1' : '0', true);
  }

  /** Hands a segment on; one that matters brings the first segments of the loops around it. */
  #emit(id: string, elements: Row, matters: boolean): void {
    if (!matters) {
      this.#pending.push({ id, elements });
      return;
    }
    for (const waiting of this.#pending) this.#send(waiting.id, waiting.elements);
    this.#pending.length = 0;
    this.#send(id, elements);
  }

  #send(id: string, elements: ElementText[]): void {
    const { counts } = this.#cursor;
    counts.set(id, (counts.get(id) ?? 0) + 1);
    this.#sink.segment(id, elements);
  }

  #pairsOf(scope: Scope<SegmentPlace>): WrittenPair[] {
    const pairs: WrittenPair[] = [];
    const textOf = (field: Field<SegmentPlace>): string =>
      this.#cursor.textsOf(field, scope, false).texts[0] ?? field.constant ?? '';
    const members = [1, 2].map((wanted) =>
      scope.fields.find((field) => field.places[0]?.pairMember === wanted),
    );
    const rest = scope.fields.filter((field) => field.writes && field.places[0]?.pairMember === 0);
    if (scope.writes)
      this.#cursor.forEach(scope, (target, ordinal) => {
        this.#cursor.enter(scope, target, ordinal);
        const others = rest.map((field) => {
          const { element, component } = field.places[0]!;
          return { element, component, text: textOf(field) };
        });
        const [first = '', second = ''] = members.map((field) => (field ? textOf(field) : ''));
        pairs.push({ members: [first, second], others, key: JSON.stringify(others) });
      });
    return pairs;
  }
}

/** A pair of a segment, with the elements outside the pairs that it asks for. */
interface WrittenPair {
  members: [string, string];
  others: { element: number; component: number; text: string }[];
  key: string;
}

/** How many texts one segment takes at a place. */
function roomOf(place: SegmentPlace): number {
  return (place.lastElement - place.element + 1) * (place.lastComponent - place.component + 1);
}

function isFilled(element: string | string[] | undefined): boolean {
  return typeof element === 'object' ? element.some((part) => part !== '') : (element ?? '') !== '';
}
