import type { Finding } from '../../common/finding.ts';
import type { Document } from '../../documents/document.ts';
import type { Scope, SegmentMap, SegmentPlace, Tree } from '../compile/model.ts';
import type { SegmentGroup, ValueCell } from '../compile/write-plan.ts';
import type { Fields } from '../document-path.ts';
import { DocumentCursor, type FieldTexts } from './document-cursor.ts';
import type { ElementText, SegmentSink, WriteOptions } from './sink.ts';
import { planTree, type PlannedNode } from './plan-tree.ts';

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

/** A segment under construction: elements of components. */
type Row = string[][];

interface Pending {
  id: string;
  elements: ElementText[];
}

class SegmentMapWriter {
  readonly #map: SegmentMap;
  readonly #cursor: DocumentCursor<SegmentPlace>;
  readonly #sink: SegmentSink;
  /** First segments of loops that are written only if something follows inside them. */
  readonly #pending: Pending[] = [];

  constructor(map: SegmentMap, document: Document, sink: SegmentSink, options: WriteOptions) {
    this.#map = map;
    this.#cursor = new DocumentCursor(map.scopes, document, options);
    this.#sink = sink;
  }

  run(): Finding[] {
    this.#writeInstance(this.#map.root, this.#cursor.document, 1);
    return this.#cursor.findings;
  }

  // ── scopes ────────────────────────────────────────────────────────────────────────────────────

  #writeInstance(scope: Scope<SegmentPlace>, target: Fields, ordinal: number, node?: PlannedNode): void {
    this.#cursor.enter(scope, target, ordinal);
    for (const planned of this.#map.writePlan[scope.id]!) {
      if (planned.kind === 'segment') this.#writeGroup(planned, scope, node);
      else if (planned.kind === 'tree') this.#writeTree(planned.tree);
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

  #writeGroup(group: SegmentGroup, scope: Scope<SegmentPlace>, node: PlannedNode | undefined): void {
    const values = group.values.map((cell) => this.#textsOf(cell));
    const pairs = group.pairs.flatMap((pairScope) => this.#pairsOf(pairScope));
    const hasData = pairs.length > 0 || values.some(({ texts }) => texts.length > 0);
    const onlyFixed = group.values.length === 0 && group.pairs.length === 0;
    if (!hasData && !group.trigger && !onlyFixed) return;
    // The first segment of a loop without a target waits for something that matters inside the loop.
    const waits = group.trigger && scope.path === undefined && node === undefined;
    const matters = hasData || (!waits && (group.trigger || this.#pending.length === 0));
    const limit = group.values.find(({ field }) => field.limit !== undefined)?.field.limit;
    for (let row = 0; row === 0 || this.#continues(group, values, pairs); row++) {
      if (row === limit) break;
      this.#emit(group.segmentId, this.#buildRow(group, values, pairs, row, node), matters);
    }
    this.#reportLeft(group, values, pairs.length);
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
    if (group.trigger) return false;
    return (
      pairs.length > 0 || group.values.some((cell, index) => isMany(cell) && values[index]!.texts.length > 0)
    );
  }

  #buildRow(
    group: SegmentGroup,
    values: readonly FieldTexts[],
    pairs: [string, string][],
    row: number,
    node: PlannedNode | undefined,
  ): Row {
    const elements: Row = [];
    for (const [index, cell] of group.values.entries())
      if (row === 0 || isMany(cell)) this.#fill(elements, cell, values[index]!);
    const layout = group.pairs[0]?.place?.layout;
    if (layout)
      for (const [index, [first, second]] of pairs.splice(0, layout.count).entries()) {
        put(elements, layout.from + index * layout.step, 1, first, true);
        put(elements, layout.from + index * layout.step + 1, 1, second, true);
      }
    for (const { element, component, text } of group.fixed) put(elements, element, component, text, false);
    if (node && group.trigger) this.#fillNode(elements, node);
    return elements;
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
  #fill(elements: Row, { place, field }: ValueCell, { texts, extra }: FieldTexts): void {
    if (texts.length === 0) return;
    if (Array.isArray(place.pair)) {
      this.#fillPair(elements, place, texts.shift()!);
      return;
    }
    for (let e = place.element; e <= place.lastElement; e++)
      for (let c = place.component; c <= place.lastComponent; c++) {
        const text = texts.shift();
        if (text !== undefined && text !== '') put(elements, e, c, text, false);
      }
    if (extra === '') return;
    if (field.time) put(elements, field.time.element, field.time.component, extra, false);
    else put(elements, place.element, place.component + 1, extra, false);
  }

  /** The next free pair of the segment. */
  #fillPair(elements: Row, place: SegmentPlace, text: string): void {
    const { layout, pair } = place;
    if (!layout || !Array.isArray(pair)) return;
    const qualifier = pair.find(({ length }) => length === undefined || length === text.length) ?? pair[0]!;
    for (let i = 0; i < layout.count; i++) {
      const element = layout.from + i * layout.step;
      if (elements[element - 1] !== undefined && elements[element - 1]!.some((part) => part !== '')) continue;
      const { composite } = layout;
      put(elements, element, composite?.code ?? 1, qualifier.code, true);
      put(elements, composite ? element : element + 1, composite?.value ?? 1, text, true);
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
    put(elements, 1, 1, String(node.number), true);
    if (node.parentNumber !== undefined) put(elements, 2, 1, String(node.parentNumber), true);
    if (node.scope.tree?.segmentId === 'HL' && node.scope.tree.rule.options.childFlag !== false)
      put(elements, 4, 1, node.children.length > 0 ? '1' : '0', true);
  }

  /** Hands a segment on; one that matters brings the first segments of the loops around it. */
  #emit(id: string, row: Row, matters: boolean): void {
    const elements: ElementText[] = [];
    for (let i = 0; i < row.length; i++) {
      const parts = row[i];
      elements.push(
        parts === undefined ? '' : parts.length === 1 ? parts[0]! : Array.from(parts, (part) => part ?? ''),
      );
    }
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

  #pairsOf(scope: Scope<SegmentPlace>): [string, string][] {
    const pairs: [string, string][] = [];
    const member = (wanted: 1 | 2): string => {
      const field = scope.fields.find((known) => known.places[0]?.pairMember === wanted);
      return field ? (this.#cursor.textsOf(field, scope, false).texts[0] ?? field.constant ?? '') : '';
    };
    if (scope.writes) this.#cursor.forEach(scope, () => pairs.push([member(1), member(2)]));
    return pairs;
  }
}

/** Several values, each perhaps in a segment of its own. */
function isMany({ field }: ValueCell): boolean {
  const index = field.path?.steps.at(-1)?.index;
  return index === undefined && (field.list || field.selectStep >= 0 || field.join !== undefined);
}

/** How many texts one segment takes at a place. */
function roomOf(place: SegmentPlace): number {
  return (place.lastElement - place.element + 1) * (place.lastComponent - place.component + 1);
}

/** Sets a component; the first that sets it wins unless `force`. */
function put(elements: Row, element: number, component: number, text: string, force: boolean): void {
  const parts = (elements[element - 1] ??= []);
  if (!force && parts[component - 1] !== undefined && parts[component - 1] !== '') return;
  for (let c = parts.length; c < component - 1; c++) parts[c] = '';
  parts[component - 1] = text;
}
