import type { Finding } from '../../common/finding.ts';
import type { Document } from '../../documents/document.ts';
import { SegmentBuffer } from '../../edi/segment-buffer.ts';
import { X12_DELIMITERS } from '../../edi/write.ts';
import type { SegmentMap } from '../compile/compiled-map.ts';
import type { Scope, SegmentPlace, Tree } from '../compile/model.ts';
import type { WriteState } from '../compile/generate-write.ts';
import type { FixedCell, LoopNode, SegmentGroup, ValueCell, WriteNode } from '../compile/write-model.ts';
import { isFields, type Fields } from '../document-path.ts';
import { DocumentCursor } from './document-cursor.ts';
import { GroupWriter } from './group-writer.ts';
import { planTree, type PlannedNode } from './plan-tree.ts';
import { RowWriter } from './row-writer.ts';
import { SegmentOutput } from './segment-output.ts';
import type { SegmentSink, WriteOptions } from './sink.ts';
import { TargetValueTable } from './target-values.ts';

const POINT = 0x2e;
const COMMA = 0x2c;

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
  let writer = writers.get(map);
  // One that is under way serves a sink that writes another document.
  if (!writer || writer.isBusy) writers.set(map, (writer = new SegmentMapWriter(map)));
  return writer.write(document, sink, options);
}

/** For short messages a new writer would cost as much as the message. */
const writers = new WeakMap<SegmentMap, SegmentMapWriter>();

const NO_BUFFER = new SegmentBuffer({
  delimiters: X12_DELIMITERS,
  segmentSuffix: '',
  charset: 'ascii',
  repertoire: 'any',
});

/** Writes the documents of a map, one after the other. To the programs of the map it is what they ask. */
class SegmentMapWriter implements WriteState {
  buffer = NO_BUFFER;
  decimalMark = POINT;
  readonly output: SegmentOutput;
  isBusy = false;
  readonly #map: SegmentMap;
  readonly #cursor: DocumentCursor<SegmentPlace>;
  readonly #values: TargetValueTable;
  readonly #rows: RowWriter;
  readonly #groups: GroupWriter;
  /** The map has programs for what is written now. */
  #isCompiled = false;

  constructor(map: SegmentMap) {
    this.#map = map;
    this.#cursor = new DocumentCursor(map.scopes);
    this.#values = new TargetValueTable(map.writeValues);
    this.output = new SegmentOutput(this.#cursor.counts);
    this.#rows = new RowWriter(this.#cursor, this.output, map.writeValues.places);
    this.#groups = new GroupWriter(this.#cursor, this.output);
  }

  write(document: Document, sink: SegmentSink, options: WriteOptions): Finding[] {
    const { buffer } = sink;
    this.isBusy = true;
    this.#isCompiled = buffer !== undefined && this.#map.writePrograms.accept(buffer);
    this.buffer = buffer ?? NO_BUFFER;
    this.decimalMark = options.decimalMark === ',' ? COMMA : POINT;
    this.output.start(sink);
    this.#cursor.start(document, options, sink);
    this.#writeInstance(this.#map.root, this.#cursor.document, 1);
    this.#values.clear();
    this.output.finish();
    this.buffer = NO_BUFFER;
    this.isBusy = false;
    return this.#cursor.finish();
  }

  get findings(): Finding[] {
    return this.#cursor.findings;
  }

  text({ field, scope }: ValueCell, value: unknown): string {
    return this.#cursor.textOfValue(field, value, scope);
  }

  seek({ field, scope, inner }: ValueCell): string | undefined {
    const { texts } = this.#cursor.textsOf(field, scope, inner);
    return texts.length > 1 ? undefined : (texts[0] ?? '');
  }

  holds(constant: Pick<FixedCell, 'condition'>): boolean {
    return this.#groups.holds(constant);
  }

  interpret(
    planned: WriteNode,
    scope: Scope<SegmentPlace>,
    target: Fields,
    node: PlannedNode | undefined,
  ): void {
    this.#writePlanned(planned, scope, this.#values.enter(scope, target).values, node);
  }

  writeEach({ scope, condition }: LoopNode, value: unknown): void {
    if (Array.isArray(value)) {
      for (let i = 0; i < value.length; i++) {
        const entry = value[i] as Fields;
        if (!condition || condition(entry)) this.#writeInstance(scope, entry, i + 1);
      }
    } else if (isFields(value) && (!condition || condition(value))) this.#writeInstance(scope, value, 1);
  }

  #writeInstance(scope: Scope<SegmentPlace>, target: Fields, ordinal: number, node?: PlannedNode): void {
    this.#cursor.enter(scope, target, ordinal);
    const program = this.#isCompiled ? this.#map.writePrograms.of(scope) : undefined;
    if (program) {
      program(target, node, this);
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
    else if (planned.plainSlot !== -1) this.writeEach(planned, values[planned.plainSlot]);
    else this.#writeLoop(planned);
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
    const before = this.output.waiting;
    this.#writeInstance(scope, parent, 1);
    this.output.forget(before);
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
    if (group.row && this.#fitsOneSegment(group, values))
      this.#rows.write(group, group.row, scope, values, node);
    else this.#groups.write(group, scope, node);
  }

  /** False when a joined text needs more than one piece. */
  #fitsOneSegment(group: SegmentGroup, values: readonly unknown[]): boolean {
    if (group.many)
      for (const { field, slot } of group.values) {
        const value = values[slot];
        if (field.join !== undefined && field.width !== undefined && typeof value === 'string')
          if (!this.#cursor.spelling.fits(value, field.width)) return false;
      }
    return true;
  }
}
