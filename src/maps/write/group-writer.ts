import type { Field, Scope, SegmentPlace } from '../compile/model.ts';
import { NODE_ELEMENTS } from '../compile/segment-row.ts';
import type { FixedCell, SegmentGroup, ValueCell } from '../compile/write-model.ts';
import { isMany } from '../compile/write-plan.ts';
import type { DocumentCursor, FieldTexts } from './document-cursor.ts';
import { nodeTexts, type PlannedNode } from './plan-tree.ts';
import { putText } from './put-text.ts';
import { matters, qualifierOf, reportNoRoom } from './segment-rules.ts';
import type { Row, SegmentOutput } from './segment-output.ts';

const NO_PAIRS: WrittenPair[] = [];

/** Writes the segments of a group with any number of texts: lists, joined texts, pairs, conditions. */
export class GroupWriter {
  readonly #cursor: DocumentCursor<SegmentPlace>;
  readonly #output: SegmentOutput;

  constructor(cursor: DocumentCursor<SegmentPlace>, output: SegmentOutput) {
    this.#cursor = cursor;
    this.#output = output;
  }

  write(group: SegmentGroup, scope: Scope<SegmentPlace>, node: PlannedNode | undefined): void {
    const values: FieldTexts[] = [];
    let hasData = false;
    for (const cell of group.values) {
      const found = this.#allTexts(cell);
      if (found.texts.length > 0) hasData = true;
      values.push(found);
    }
    const pairs =
      group.pairs.length === 0 ? NO_PAIRS : group.pairs.flatMap((pairScope) => this.#pairsOf(pairScope));
    hasData ||= pairs.length > 0;
    const onlyFixed = values.length === 0 && group.pairs.length === 0;
    if (!hasData && !group.trigger && !onlyFixed) return;
    const goesOut = matters(group, scope, hasData, node, this.#output.waiting);
    for (let row = 0; row === 0 || this.#continues(group, values, pairs); row++) {
      if (row === group.limit) break;
      const elements = this.#buildRow(group, values, pairs, row, node);
      if (goesOut) this.#output.send(group, elements);
      else this.#output.wait(group, elements);
    }
    if (group.many || pairs.length > 0) this.#reportLeft(group, values, pairs.length);
  }

  #allTexts({ field, place, scope, inner }: ValueCell): FieldTexts {
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
    const fixed = group.fixed ?? [...group.qualifiers, ...group.constants.filter((cell) => this.holds(cell))];
    for (let i = 0; i < values.length; i++) {
      const cell = group.values[i]!;
      if (row === 0 || isMany(cell)) this.#fill(elements, cell, values[i]!, fixed);
    }
    if (pairs.length > 0) this.#fillPairs(elements, group, pairs);
    for (const { element, component, text } of fixed) putText(elements, element, component, text, false);
    if (node && group.trigger)
      nodeTexts(node).forEach((text, i) => {
        if (text !== undefined) putText(elements, NODE_ELEMENTS[i]!, 1, text, true);
      });
    return elements;
  }

  /** Whether a constant is written. */
  holds({ condition }: Pick<FixedCell, 'condition'>): boolean {
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
    const qualifier = qualifierOf(pair, text);
    for (let i = 0; i < layout.count; i++) {
      const element = layout.from + i * layout.step;
      if (isFilled(elements[element - 1]) || fixed.some((cell) => cell.element === element)) continue;
      const { composite } = layout;
      putText(elements, element, composite?.code ?? 1, qualifier.code, true);
      putText(elements, composite ? element : element + 1, composite?.value ?? 1, text, true);
      return;
    }
    reportNoRoom(this.#cursor, qualifier, text, place);
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
