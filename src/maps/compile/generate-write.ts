import { isDecimal } from '../../common/decimal.ts';
import type { Finding } from '../../common/finding.ts';
import { makeFunction, mayGenerate } from '../../common/generated-function.ts';
import { appendDecimal, appendPlain, type SegmentBuffer } from '../../edi/segment-buffer.ts';
import type { Fields } from '../document-path.ts';
import type { PlannedNode } from '../write/plan-tree.ts';
import { ALWAYS, type ValueNode } from './field-access.ts';
import { generatedRowOf, generateRow, LONGEST_ENDING } from './generate-row.ts';
import type { Scope, SegmentPlace } from './model.ts';
import type { LoopNode, SegmentGroup, SegmentRow, ValueCell, WriteNode, WritePlan } from './write-model.ts';
import type { ValuePlan } from './write-values.ts';

/** What a program asks of the writer. */
export interface WriteState {
  readonly buffer: SegmentBuffer;
  readonly findings: Finding[];
  /** Code of the decimal mark. */
  readonly decimalMark: number;
  /** Segments that wait for something that matters. */
  readonly output: { readonly waiting: number; flush(): void };
  /** The text of a cell whose value has to be expressed; '' for none. */
  text(cell: ValueCell, value: unknown): string;
  /** The text of a cell whose value is looked up; '' for none, undefined for several. */
  seek(cell: ValueCell): string | undefined;
  /** Whether a constant is written. */
  holds(constant: FixedText): boolean;
  /** Writes a node of the plan the general way. */
  interpret(node: WriteNode, scope: Scope<SegmentPlace>, target: Fields, tree: PlannedNode | undefined): void;
  /** Writes the entries of a list, or the object that there is one of. */
  writeEach(node: LoopNode, value: unknown): void;
}

/** Writes all that the rules of a scope say about one object. */
export type WriteProgram = (target: Fields, tree: PlannedNode | undefined, state: WriteState) => void;

type FixedText = SegmentRow['fixed'][number];

/** What numbers are made of: decimals are not looked through for characters that need care. */
const NUMERIC = '0123456789-.,';

/** Scopes that were written so often are compiled. */
const WORTH_COMPILING = 100;

/**
 * The rules of each scope as one function, which reads the fields of an object and puts whole segments of plain text into
 * the buffer. Whatever is out of the ordinary it hands to the interpreter (SegmentMapWriter), which writes the same.
 */
export class WritePrograms {
  readonly #scopes: readonly Scope<SegmentPlace>[];
  readonly #plan: WritePlan;
  readonly #values: ValuePlan;
  readonly #uses: number[];
  readonly #programs: (WriteProgram | undefined)[];
  /** Texts that the programs write without looking at them. */
  readonly #literals: string;
  #plain: Uint8Array | undefined;
  #accepted = false;

  constructor(scopes: readonly Scope<SegmentPlace>[], plan: WritePlan, values: ValuePlan) {
    this.#scopes = scopes;
    this.#plan = plan;
    this.#values = values;
    this.#uses = scopes.map(() => 0);
    this.#programs = scopes.map(() => undefined);
    this.#literals = NUMERIC + plan.flat().flatMap(literalsOf).join('');
  }

  /** False where ids, qualifiers and constants need care, or the syntax lacks a separator. */
  accept({ plain, ending, componentSeparator }: SegmentBuffer): boolean {
    if (!mayGenerate || ending.length > LONGEST_ENDING || Number.isNaN(componentSeparator)) return false;
    if (plain !== this.#plain) {
      this.#plain = plain;
      this.#accepted = true;
      for (let i = 0; i < this.#literals.length; i++)
        if (plain[this.#literals.charCodeAt(i)] !== 1) this.#accepted = false;
    }
    return this.#accepted;
  }

  /** The program of a scope; undefined while it is not worth it. */
  of({ id }: Scope<SegmentPlace>): WriteProgram | undefined {
    return this.#programs[id] ?? (++this.#uses[id]! < WORTH_COMPILING ? undefined : this.#generate(id));
  }

  #generate(id: number): WriteProgram {
    const scope = this.#scopes[id]!;
    const nodes = this.#plan[id]!;
    const cells: ValueCell[] = [];
    const constants: FixedText[] = [];
    const body = nodes.map((node, n) => nodeBody(node, n, scope, cells, constants)).join('');
    const used = new Set(Array.from(body.matchAll(/\bv(\d+)\b/g), ([, slot]) => Number(slot)));
    const fields = this.#values.targets[this.#values.owners[id]!]?.fields ?? new Map<string, ValueNode>();
    const text =
      `${cells.map(declareCell).join('')}return (target, tree, state) => {\n` +
      `const buffer = state.buffer, output = state.output;\n${readFields(fields, used)}${body}};`;
    const program = makeFunction(
      ['append', 'appendDecimal', 'isDecimal', 'scope', 'nodes', 'cells', 'constants'],
      text,
    )(
      ...([appendPlain, appendDecimal, isDecimal, scope, nodes, cells, constants] as never[]),
    ) as WriteProgram;
    this.#programs[id] = program;
    return program;
  }
}

/** A cell, what makes its code or its date, and the value and the text of last time: neighbours are much alike. */
function declareCell({ form }: ValueCell, c: number): string {
  const writer = { coded: 'codes', converted: 'conversion' }[form as string];
  const memory = writer ? `, k${c} = c${c}.field.${writer};\nlet l${c} = '', m${c} = ''` : '';
  return `const c${c} = cells[${c}]${memory};\n`;
}

function literalsOf(node: WriteNode): string[] {
  if (node.kind !== 'segment') return [];
  const { segmentId } = node;
  const row = node.row ?? node.wideRow;
  if (!row) return [segmentId];
  const codes = row.cells.flatMap(({ pairs }) => pairs?.qualifiers.map(({ code }) => code) ?? []);
  const companions = row.cells.map(({ companion }) => companion?.text ?? '');
  return [segmentId, ...row.fixed.map(({ text }) => text), ...codes, ...companions];
}

function nodeBody(
  node: WriteNode,
  n: number,
  scope: Scope<SegmentPlace>,
  cells: ValueCell[],
  constants: FixedText[],
): string {
  const interpret = `state.interpret(nodes[${n}], scope, target, tree);`;
  if (node.kind === 'tree') return `${interpret}\n`;
  const row = node.kind === 'segment' ? generatedRowOf(node, scope) : undefined;
  const body =
    node.kind === 'loop' && node.plainSlot !== -1
      ? `state.writeEach(nodes[${n}], v${node.plainSlot});`
      : node.kind === 'segment' && row
        ? generateRow(node, row, interpret, cells, constants)
        : interpret;
  const guard = guardOf(node);
  return guard === '' ? '' : `if (${guard}) {\n${body}\n}\n`;
}

/** When the node is to be looked at; '' for never. */
function guardOf({ needs, slots }: SegmentGroup | LoopNode): string {
  if ((needs & ALWAYS) !== 0 || slots === undefined) return 'true';
  return slots.map((slot) => `v${slot} !== undefined`).join(' || ');
}

/** Puts the fields behind these slots into variables. */
function readFields(fields: ReadonlyMap<string, ValueNode>, used: ReadonlySet<number>): string {
  const inner = [...used].filter((slot) => ![...fields.values()].some((node) => node.slot === slot));
  const declarations = inner.length === 0 ? '' : `let ${inner.map((slot) => `v${slot}`).join(', ')};\n`;
  return declarations + readInside(fields, 'target', used, 0);
}

function readInside(
  fields: ReadonlyMap<string, ValueNode>,
  object: string,
  used: ReadonlySet<number>,
  depth: number,
): string {
  let body = '';
  for (const [name, { slot, inside }] of fields) {
    const within = inside ? readInside(inside, `o${depth}`, used, depth + 1) : '';
    const value = `${object}[${JSON.stringify(name)}]`;
    if (used.has(slot)) body += `${depth === 0 ? 'const ' : ''}v${slot} = ${value};\n`;
    if (within !== '')
      body +=
        `{ const o${depth} = ${value};\n` +
        `if (typeof o${depth} === 'object' && o${depth} !== null && !Array.isArray(o${depth})) {\n${within}} }\n`;
  }
  return body;
}
