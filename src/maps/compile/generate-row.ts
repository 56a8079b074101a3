import { NOT_PLAIN } from '../../edi/segment-buffer.ts';
import type { PairQualifier } from '../address.ts';
import type { Scope, SegmentPlace } from './model.ts';
import type { RowCell, SegmentGroup, SegmentRow, ValueCell } from './write-model.ts';

/** Longest segment terminator with its suffix for which a generated row makes room. */
export const LONGEST_ENDING = 8;
/** Most bytes of separators and fixed text. */
const MOST_FIXED = 1000;

/** The row of a segment whose texts all have their place before it is written; the others are interpreted. */
export function generatedRowOf(group: SegmentGroup, scope: Scope<SegmentPlace>): SegmentRow | undefined {
  const { counted, trigger, segmentId } = group;
  const row = group.row ?? group.wideRow;
  if (!row || counted || (trigger && scope.tree !== undefined) || row.cells.length === 0) return undefined;
  const fits = hasOwnPairs(row) && hasOwnPlaces(row) && roomOf(segmentId, row) <= MOST_FIXED;
  return fits ? row : undefined;
}

/** Nothing else stands where a companion does, and no text of a list where a constant does. */
function hasOwnPlaces({ cells, fixed }: SegmentRow): boolean {
  const texts = cells.flatMap(({ at, further }) => [at, ...further]);
  const constants = fixed.map(({ at }) => at);
  const companions = cells.flatMap(({ companion }) => companion?.at ?? []);
  return (
    companions.every((at) => !texts.includes(at) && !constants.includes(at)) &&
    new Set(companions).size === companions.length &&
    texts.every((at) => !constants.includes(at))
  );
}

/** Pairs one behind the other: nothing else stands between them. */
function hasOwnPairs({ cells, fixed, elements }: SegmentRow): boolean {
  const pairs = cells.filter(({ at }) => at === -1);
  const [first] = pairs;
  if (!first) return true;
  const layout = first.cell.place.layout!;
  const last = layout.from + (layout.count - 1) * layout.step + (layout.composite ? 0 : 1);
  const others = [...fixed, ...cells].flatMap(({ at }) => (at === -1 ? [] : [elements[at]!]));
  return (
    pairs.every(({ cell }) => JSON.stringify(cell.place.layout) === JSON.stringify(layout)) &&
    others.every((element) => element < layout.from || element > last)
  );
}

/** Most bytes of a segment that are not texts of the document. */
function roomOf(segmentId: string, { elements, components, fixed, cells }: SegmentRow): number {
  const codes = cells.flatMap(({ pairs }) => pairs?.qualifiers.map(({ code }) => code.length) ?? []);
  const companions = cells.flatMap(({ companion }) => companion ?? []);
  const texts = [...fixed, ...companions].reduce((sum, { text }) => sum + text.length, segmentId.length);
  const separators = Math.max(...elements) + components.reduce((sum, component) => sum + component, 0);
  return texts + separators + cells.length * Math.max(0, ...codes);
}

/**
 * Text of the function that writes a segment: the texts of its cells first; then, unless there is none, the segment. One
 * that has a character that needs care, or finds no room, is taken back and interpreted.
 */
export function generateRow(
  { segmentId, trigger }: SegmentGroup,
  row: SegmentRow,
  interpret: string,
  cells: ValueCell[],
  constants: SegmentRow['fixed'][number][],
): string {
  const first = cells.length;
  cells.push(...row.cells.map(({ cell }) => cell));
  const giveUp = `state.findings.length = mark; ${interpret} break row;`;
  const texts = row.cells.map((rowCell, i) => cellText(rowCell, first + i, giveUp)).join('');
  const none = row.cells.map((_, i) => `t${first + i} === ''`).join(' && ');
  // A text that is no number is none: what waits for something that matters must not be written for it.
  const numbers = row.cells
    .flatMap(({ cell }, i) =>
      cell.form === 'decimal' ? [`t${first + i} !== '' && !isDecimal(t${first + i})`] : [],
    )
    .join(' || ');
  return `row: {
const mark = state.findings.length;
${row.cells.map((rowCell) => tooLong(rowCell, giveUp)).join('')}${texts}if (${none}) { ${trigger ? giveUp : 'break row;'} }
if (output.waiting !== 0) {
${numbers === '' ? '' : `if (${numbers}) { ${giveUp} }\n`}output.flush();
}
write: {
const bytes = buffer.bytes, plain = buffer.plain, limit = bytes.length - ${roomOf(segmentId, row) + LONGEST_ENDING};
let at = buffer.length, element = 0, component = 1;
if (at > limit) break write;
${literal(segmentId)}${placesBody(row, first, constants)}const ending = buffer.ending;
for (let i = 0; i < ending.length; i++) bytes[at++] = ending[i];
buffer.length = at; buffer.segments++;
break row;
}
${giveUp}
}`;
}

/** A joined text that needs more than one piece. */
function tooLong({ cell: { field, slot } }: RowCell, giveUp: string): string {
  if (field.join === undefined || field.width === undefined) return '';
  return `if (typeof v${slot} === 'string' && v${slot}.length > ${field.width}) { ${giveUp} }\n`;
}

/** The text of cell `c` as the variable `t`; of most values it is plain to see. */
function cellText({ cell, further }: RowCell, c: number, giveUp: string): string {
  const { form, quiet, slot, field, condition } = cell;
  const value = `v${slot}`;
  const conditions = [
    ...(quiet ? [`${value} !== undefined`] : []),
    ...(condition ? [`c${c}.condition(target)`] : []),
  ];
  const guard = conditions.length === 0 ? '' : `if (${conditions.join(' && ')}) `;
  if (form === 'sought')
    return `let t${c} = '';\n${guard}{ t${c} = state.seek(c${c}); if (t${c} === undefined) { ${giveUp} } }\n`;
  if (field.list) return listTexts(cell, further.length + 1, c, giveUp);
  const general = `t${c} = state.text(c${c}, ${value});`;
  const wide = field.width === undefined ? '' : ` || t${c}.length > ${field.width}`;
  const known = `if (${value} !== l${c}) { m${c} = k${c}.write(${value}, '') ?? ''; l${c} = ${value}; } t${c} = m${c};`;
  const plain = {
    text: `t${c} = ${value};`,
    decimal: `t${c} = ${value};`,
    coded: known,
    converted: known,
    other: '',
  }[form];
  const body =
    plain === ''
      ? general
      : `if (typeof ${value} === 'string') { ${plain} }\nif (t${c} === ''${wide}) ${general}`;
  return `let t${c} = '';\n${guard}{\n${body}\n}\n`;
}

/** The texts of a list; one that does not fit is interpreted. */
function listTexts({ slot, field: { width } }: ValueCell, room: number, c: number, giveUp: string): string {
  const list = `v${slot}`;
  const wide = width === undefined ? '' : ` || text.length > ${width}`;
  const names = Array.from({ length: room }, (_, i) => furtherName(c, i));
  const entries = names.map((name, i) => `if (${list}.length > ${i}) ${name} = ${list}[${i}];\n`).join('');
  return (
    `let ${names.map((name) => `${name} = ''`).join(', ')};\nif (${list} !== undefined) {\n` +
    `if (!Array.isArray(${list}) || ${list}.length > ${room}) { ${giveUp} }\n` +
    `for (const text of ${list}) if (typeof text !== 'string' || text === ''${wide}) { ${giveUp} }\n${entries}}\n`
  );
}

/** Text `i` of cell `c`. */
function furtherName(c: number, i: number): string {
  return i === 0 ? `t${c}` : `t${c}_${i}`;
}

/** All places in the order in which they are sent; the first text of a place wins. */
function placesBody(row: SegmentRow, first: number, constants: SegmentRow['fixed'][number][]): string {
  const { cells, fixed, elements, components } = row;
  const pairs = cells.findIndex(({ at }) => at === -1);
  const from = pairs === -1 ? Infinity : cells[pairs]!.cell.place.layout!.from;
  let body = '';
  let paired = pairs === -1;
  for (let at = 0; at < elements.length; at++) {
    const element = elements[at]!;
    if (!paired && element >= from) {
      body += pairsBody(cells, first);
      paired = true;
    }
    const there = cells.flatMap((cell, i) =>
      [cell.at, ...cell.further].flatMap((one, k) =>
        one === at ? [{ name: furtherName(first + i, k), cell }] : [],
      ),
    );
    const fixedHere = fixed.filter((one) => one.at === at);
    const move = moveTo(element, components[at]!);
    const dated = cells.findIndex(({ companion }) => companion?.at === at);
    if (dated !== -1)
      body += `if (t${first + dated} !== '') {\n${move}${literal(cells[dated]!.companion!.text)}}\n`;
    else if (fixedHere.length > 0) body += fixedText(fixedHere, move, constants);
    else if (there.length > 0) body += `${there.map((text) => put(text, move)).join(' else ')}\n`;
  }
  return body;
}

/** A constant, or the first whose condition holds. */
function fixedText(
  fixed: SegmentRow['fixed'],
  move: string,
  constants: SegmentRow['fixed'][number][],
): string {
  let body = '';
  for (const one of fixed) {
    const put = `{\n${move}${literal(one.text)}}\n`;
    if (!one.condition) return `${body}${put}`;
    body += `if (state.holds(constants[${constants.push(one) - 1}])) ${put} else `;
  }
  return `${body}{}\n`;
}

function put({ name, cell: { cell } }: { name: string; cell: RowCell }, move: string): string {
  return `if (${name} !== '') {\n${move}${append(name, cell.form === 'decimal')}}`;
}

function append(text: string, isDecimal = false): string {
  const call = isDecimal
    ? `appendDecimal(bytes, at, limit, ${text}, state.decimalMark)`
    : `append(bytes, plain, at, limit, ${text})`;
  return `at = ${call}; if (at === ${NOT_PLAIN}) break write;\n`;
}

/** Separators up to a place. */
function moveTo(element: number, component: number): string {
  const elements = `for (; element < ${element}; element++) { bytes[at++] = buffer.elementSeparator; component = 1; }\n`;
  if (component === 1) return elements;
  return `${elements}for (; component < ${component}; component++) bytes[at++] = buffer.componentSeparator;\n`;
}

function literal(text: string): string {
  const bytes = Array.from(text, (character, i) => `bytes[at + ${i}] = ${character.charCodeAt(0)};`);
  return `${bytes.join(' ')} at += ${text.length};\n`;
}

/** Pairs take the next free place, in the order of the rules. */
function pairsBody(cells: readonly RowCell[], first: number): string {
  let body = 'let next = 0;\n';
  cells.forEach(({ at, cell, pairs }, i) => {
    if (at === -1) body += pairBody(cell.place.layout!, pairs!.qualifiers, `t${first + i}`);
  });
  return body;
}

function pairBody(
  { from, step, count, composite }: NonNullable<SegmentPlace['layout']>,
  qualifiers: readonly PairQualifier[],
  text: string,
): string {
  const begin =
    `if (next === ${count}) break write;\nconst place = ${from} + next++ * ${step};\n` +
    `for (; element < place; element++) bytes[at++] = buffer.elementSeparator;\n`;
  const code = codeBody(qualifiers, text);
  const separate = 'bytes[at++] = buffer.componentSeparator;\n';
  if (!composite)
    return `if (${text} !== '') {\n${begin}${code}bytes[at++] = buffer.elementSeparator; element++;\n${append(text)}}\n`;
  const parts = [
    [composite.code, code],
    [composite.value, append(text)],
  ] as const;
  let body = begin;
  let component = 1;
  for (const [at, part] of parts.toSorted(([a], [b]) => a - b)) {
    body += separate.repeat(at - component) + part;
    component = at;
  }
  return `if (${text} !== '') {\n${body}component = ${component};\n}\n`;
}

/** The first qualifier that takes the length of the text, else the first. */
function codeBody(qualifiers: readonly PairQualifier[], text: string): string {
  let body = '';
  for (const { code, length } of qualifiers) {
    if (length === undefined) return `${body}{ ${literal(code)}}\n`;
    body += `if (${text}.length === ${length}) { ${literal(code)}} else `;
  }
  return `${body}{ ${literal(qualifiers[0]!.code)}}\n`;
}
