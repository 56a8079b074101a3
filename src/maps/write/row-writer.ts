import { isDecimal } from '../../common/decimal.ts';
import type { Field, Scope, SegmentPlace } from '../compile/model.ts';
import type { RowCell, SegmentGroup, SegmentRow, ValueCell } from '../compile/write-model.ts';
import type { DocumentCursor } from './document-cursor.ts';
import { nodeTexts, type PlannedNode } from './plan-tree.ts';
import { putText } from './put-text.ts';
import { matters, qualifierOf, reportNoRoom } from './segment-rules.ts';
import type { Row, SegmentOutput } from './segment-output.ts';

/** Writes the segments in which each cell is one text or none: nearly all of them. */
export class RowWriter {
  readonly #cursor: DocumentCursor<SegmentPlace>;
  readonly #output: SegmentOutput;
  /** The texts of the row under construction, by place; all '' between two rows. */
  readonly #texts: string[] = [];
  /** Last place that has a text; -1 for none. */
  #lastText = -1;

  /** `places`: the most that a row has. */
  constructor(cursor: DocumentCursor<SegmentPlace>, output: SegmentOutput, places: number) {
    this.#cursor = cursor;
    this.#output = output;
    for (let i = 0; i < places; i++) this.#texts.push('');
  }

  /** `values`: of the scope's target, by slot. */
  write(
    group: SegmentGroup,
    row: SegmentRow,
    scope: Scope<SegmentPlace>,
    values: readonly unknown[],
    node: PlannedNode | undefined,
  ): void {
    let hasData = false;
    for (const rowCell of row.cells) {
      const { cell, at } = rowCell;
      if (cell.condition && !this.#cursor.holds(cell.field.when, scope)) continue;
      const text = this.#textOf(cell, values[cell.slot], scope);
      if (text === '') continue;
      hasData = true;
      if (at === -1) this.#placePair(rowCell, text);
      else this.#place(at, text);
    }
    const onlyFixed = row.cells.length === 0;
    if (!hasData && !group.trigger && !onlyFixed) return;
    for (const { at, text } of row.fixed) this.#place(at, text);
    if (node && group.trigger) this.#placeNode(row, node);
    if (matters(group, scope, hasData, node, this.#output.waiting)) this.#send(group, row);
    else this.#output.wait(group, this.#takeRow(row));
  }

  /** The first text of a place wins. */
  #place(at: number, text: string): void {
    if (this.#texts[at] === '') this.#replace(at, text);
  }

  #replace(at: number, text: string): void {
    this.#texts[at] = text;
    if (at > this.#lastText) this.#lastText = at;
  }

  #placeNode(row: SegmentRow, node: PlannedNode): void {
    nodeTexts(node).forEach((text, i) => {
      if (text !== undefined) this.#replace(row.node[i]!, text);
    });
  }

  /** The text of a cell; '' for none. Of most values it is plain to see. */
  #textOf(cell: ValueCell, value: unknown, scope: Scope<SegmentPlace>): string {
    const { form, field } = cell;
    if (value === undefined && cell.quiet) return '';
    if (typeof value === 'string' && form !== 'other') {
      const text = this.#plainText(form, field, value);
      if (text !== '' && (field.width === undefined || text.length <= field.width))
        if (this.#cursor.spelling.isPlain(text)) return text;
    }
    return this.#cursor.textOfValue(field, value, scope);
  }

  #plainText(form: ValueCell['form'], { codes, conversion }: Field<SegmentPlace>, value: string): string {
    if (form === 'coded') return codes?.write(value) ?? '';
    if (form === 'converted') return conversion.write(value, '') ?? '';
    return form === 'text' || (this.#cursor.hasPointMark && isDecimal(value)) ? value : '';
  }

  /** The next free pair of the segment. */
  #placePair({ cell, pairs }: RowCell, text: string): void {
    if (!pairs) return;
    const texts = this.#texts;
    const qualifier = qualifierOf(pairs.qualifiers, text);
    for (const { code, value, free } of pairs.places) {
      if (!areFree(texts, free)) continue;
      this.#replace(code, qualifier.code);
      this.#replace(value, text);
      return;
    }
    reportNoRoom(this.#cursor, qualifier, text, cell.place);
  }

  #send(group: SegmentGroup, { elements, components }: SegmentRow): void {
    const sink = this.#output.begin(group);
    const texts = this.#texts;
    for (let i = 0; i <= this.#lastText; i++) {
      const text = texts[i]!;
      if (text === '') continue;
      sink.put(elements[i]!, components[i]!, text);
      texts[i] = '';
    }
    this.#lastText = -1;
    sink.end();
  }

  #takeRow({ elements, components }: SegmentRow): Row {
    const row: Row = [];
    for (let i = 0; i <= this.#lastText; i++) {
      const text = this.#texts[i]!;
      if (text !== '') putText(row, elements[i]!, components[i]!, text, false);
      this.#texts[i] = '';
    }
    this.#lastText = -1;
    return row;
  }
}

function areFree(texts: readonly string[], places: readonly number[]): boolean {
  for (const place of places) if (texts[place] !== '') return false;
  return true;
}
