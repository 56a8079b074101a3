import type { Finding } from '../../common/finding.ts';
import { keepShape } from '../../common/kept-shapes.ts';
import type { Document } from '../../documents/document.ts';
import type { SegmentBuffer } from '../../edi/segment-buffer.ts';
import type { SegmentMap } from '../compile/compiled-map.ts';
import type { Scope, SegmentPlace, Tree } from '../compile/model.ts';
import type { WriteState } from '../compile/generate-write.ts';
import type { LoopNode, SegmentGroup, WriteNode } from '../compile/write-model.ts';
import { isFields, type Fields } from '../document-path.ts';
import { DocumentCursor } from './document-cursor.ts';
import { GroupWriter } from './group-writer.ts';
import { planTree, type PlannedNode } from './plan-tree.ts';
import { RowWriter } from './row-writer.ts';
import { SegmentOutput } from './segment-output.ts';
import { collectSegments } from './sink.ts';
import type { SegmentSink, WriteOptions } from './sink.ts';
import { TargetValueTable } from './target-values.ts';

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
  keepShape(
    SegmentMapWriter,
    () =>
      new SegmentMapWriter(
        map,
        NOTHING,
        collectSegments(() => undefined),
        {},
      ),
  );
  return new SegmentMapWriter(map, document, sink, options).run();
}

const NOTHING: Document = { documentType: 'order', id: '', issueDate: '', buyer: {}, seller: {}, lines: [] };

class SegmentMapWriter {
  readonly #map: SegmentMap;
  readonly #cursor: DocumentCursor<SegmentPlace>;
  readonly #values: TargetValueTable;
  readonly #output: SegmentOutput;
  readonly #rows: RowWriter;
  readonly #groups: GroupWriter;
  /** For the programs of the map; undefined where all is interpreted. */
  readonly #state: WriteState | undefined;

  constructor(map: SegmentMap, document: Document, sink: SegmentSink, options: WriteOptions) {
    this.#map = map;
    this.#cursor = new DocumentCursor(map.scopes, document, options);
    this.#values = new TargetValueTable(map.writeValues);
    this.#output = new SegmentOutput(sink, this.#cursor.counts);
    this.#rows = new RowWriter(
      this.#cursor,
      this.#output,
      map.writeValues.places,
      options.decimalMark ?? '.',
    );
    this.#groups = new GroupWriter(this.#cursor, this.#output);
    const { buffer } = sink;
    this.#state = buffer && map.writePrograms.accept(buffer) ? this.#stateOf(buffer, options) : undefined;
  }

  #stateOf(buffer: SegmentBuffer, { decimalMark }: WriteOptions): WriteState {
    return {
      buffer,
      findings: this.#cursor.findings,
      pointMark: decimalMark !== ',',
      output: this.#output,
      text: (cell, value) => this.#cursor.textOfValue(cell.field, value, cell.scope),
      interpret: (planned, scope, target, node) =>
        this.#writePlanned(planned, scope, this.#values.enter(scope, target).values, node),
      writeEach: (scope, value) => this.#writeEach(scope, value),
    };
  }

  run(): Finding[] {
    this.#writeInstance(this.#map.root, this.#cursor.document, 1);
    return this.#cursor.findings;
  }

  #writeInstance(scope: Scope<SegmentPlace>, target: Fields, ordinal: number, node?: PlannedNode): void {
    this.#cursor.enter(scope, target, ordinal);
    const program = this.#state && this.#map.writePrograms.of(scope);
    if (program) {
      program(target, node, this.#state);
      return;
    }
    const { values, filled } = this.#values.enter(scope, target);
    for (const planned of this.#map.writePlan[scope.id]!)
      if (planned.kind === 'tree' || (planned.needs & filled) !== 0)
        this.#writePlanned(planned, scope, values, node);
  }

  #writePlanned(
    planned: WriteNode,
    scope: Scope<SegmentPlace>,
    values: readonly unknown[],
    node: PlannedNode | undefined,
  ): void {
    if (planned.kind === 'tree') this.#writeTree(planned.tree);
    else if (planned.kind === 'segment') this.#writeSegment(planned, scope, values, node);
    else if (planned.plainSlot !== -1) this.#writeEach(planned.scope, values[planned.plainSlot]);
    else this.#writeLoop(planned);
  }

  /** Every entry of a list, or the object that there is one of. */
  #writeEach(scope: Scope<SegmentPlace>, value: unknown): void {
    if (Array.isArray(value))
      for (let i = 0; i < value.length; i++) this.#writeInstance(scope, value[i] as Fields, i + 1);
    else if (isFields(value)) this.#writeInstance(scope, value, 1);
  }

  #writeLoop({ scope }: LoopNode): void {
    if (scope.path)
      this.#cursor.forEach(scope, (entry, position) => this.#writeInstance(scope, entry, position));
    else this.#writeStructural(scope);
  }

  /** A loop without a target: written when something inside it is. */
  #writeStructural(scope: Scope<SegmentPlace>): void {
    const parent = this.#cursor.targetOf(scope.parent!);
    if (!parent || !this.#cursor.accepts(scope, parent)) return;
    const before = this.#output.waiting;
    this.#writeInstance(scope, parent, 1);
    this.#output.forget(before);
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

  #writeSegment(
    group: SegmentGroup,
    scope: Scope<SegmentPlace>,
    values: readonly unknown[],
    node: PlannedNode | undefined,
  ): void {
    if (group.row && fitsOneSegment(group, values)) this.#rows.write(group, group.row, scope, values, node);
    else this.#groups.write(group, scope, node);
  }
}

/** False when a joined text needs more than one piece. */
function fitsOneSegment(group: SegmentGroup, values: readonly unknown[]): boolean {
  if (group.many)
    for (const { field, slot } of group.values) {
      const value = values[slot];
      if (field.join !== undefined && field.width !== undefined && typeof value === 'string')
        if (value.length > field.width) return false;
    }
  return true;
}
