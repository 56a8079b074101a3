import { invariant } from '../../common/invariant.ts';
import type { Slot, Standard } from '../model.ts';
import type { DataType, ElementDefinition, RelationalNote } from './definition.ts';

/**
 * The dictionaries are text in the notation that this file reads, one message, segment or length class a paragraph; lines
 * that start with a space continue the one above.
 *
 *   messages   `850` then ` heading: ST! BEG! REF:* (N1:200 N2:2)`: `!` mandatory, `:n` maximum use (1 when left out, `*`
 *              unbounded), a loop in parentheses that begins with its trigger, whose marks are those of the loop
 *   segments   `BEG 353! 92! {235 234}10 | P0304`: element ids, `{...}n` repeated positions, `^n` repetitions of one
 *              position, after the bar the relational notes
 *   elements   `ID 2/2: 353 355` (X12), `an..3: 1225` (EDIFACT)
 */
export function readParagraphs(text: string): Map<string, string> {
  const paragraphs = new Map<string, string>();
  let head = '';
  for (const line of text.split('\n')) {
    if (line === '') continue;
    if (line.startsWith(' ')) {
      paragraphs.set(head, `${paragraphs.get(head) ?? ''}${line}`);
      continue;
    }
    const space = line.indexOf(' ');
    head = space < 0 ? line : line.slice(0, space);
    paragraphs.set(head, space < 0 ? '' : line.slice(space));
  }
  return paragraphs;
}

const AREAS: Readonly<Record<string, Slot['area']>> = {
  'heading:': 'heading',
  'detail:': 'detail',
  'summary:': 'summary',
};

interface OpenLoop {
  path: readonly string[];
  slot: number;
}

/** Slots of one message in standard order. Loops are named after their trigger (X12: `N1`, a second sibling `LS#2`) or SGn. */
export function readSlots(text: string, standard: Standard): Slot[] {
  const slots: Slot[] = [];
  const open: OpenLoop[] = [];
  const names = new Set<string>();
  let area: Slot['area'] = 'heading';
  let groups = 0;
  for (const token of text.split(' ')) {
    if (token === '') continue;
    const named = AREAS[token];
    if (named !== undefined) {
      area = named;
      continue;
    }
    const trigger = token.startsWith('(');
    const use = readUse(token);
    const parent = open.at(-1);
    const index = slots.length;
    let loopPath = parent?.path ?? [];
    if (trigger) {
      groups += 1;
      loopPath = [...loopPath, standard === 'edifact' ? `SG${groups}` : uniqueName(names, loopPath, use.id)];
      open.push({ path: loopPath, slot: index });
    }
    slots.push({
      index,
      segmentId: use.id,
      area,
      mandatory: trigger || use.mandatory,
      maxUse: trigger ? 1 : use.max,
      loopPath,
      trigger,
      loopSlot: open.at(-1)?.slot ?? -1,
      parentLoopSlot: (trigger ? parent?.slot : open.at(-2)?.slot) ?? -1,
      loopMandatory: trigger && use.mandatory,
      loopMaxRepeat: trigger ? use.max : 1,
    });
    for (let i = 0; i < use.closes; i++) open.pop();
  }
  invariant(open.length === 0, 'unbalanced loop in a dictionary');
  return slots;
}

function uniqueName(names: Set<string>, parent: readonly string[], id: string): string {
  for (let n = 1; ; n++) {
    const name = n === 1 ? id : `${id}#${n}`;
    const path = [...parent, name].join('/');
    if (names.has(path)) continue;
    names.add(path);
    return name;
  }
}

const USE = /^\(?([A-Z][A-Z0-9]{1,2})(!?)(?::(\d+|\*))?(\)*)$/;

function readUse(token: string): { id: string; mandatory: boolean; max: number; closes: number } {
  const match = USE.exec(token);
  invariant(match, `dictionary: ${token}`);
  const [, id = '', mandatory, max, closes = ''] = match;
  return {
    id,
    mandatory: mandatory === '!',
    max: max === undefined ? 1 : max === '*' ? Infinity : Number(max),
    closes: closes.length,
  };
}

/** One position of a segment or composite: `{ id: 'C040', mandatory: false, maxRepeat: 1 }`. */
export interface PositionNotation {
  id: string;
  mandatory: boolean;
  maxRepeat: number;
}

export interface SegmentNotation {
  positions: PositionNotation[];
  notes: RelationalNote[];
}

/** A segment's or composite's line, without its id. */
export function readSegment(text: string): SegmentNotation {
  const [body = '', notes = ''] = text.split('|');
  const unrolled = body.replace(/\{([^}]*)\}(\d+)/g, (_, group: string, count: string) =>
    `${group} `.repeat(Number(count)),
  );
  return {
    positions: unrolled.split(' ').filter(Boolean).map(readPosition),
    notes: notes.split(' ').filter(Boolean).map(readNote),
  };
}

function readPosition(token: string): PositionNotation {
  const match = /^([A-Z0-9]+)(!?)(?:\^(\d+))?$/.exec(token);
  invariant(match, `dictionary: ${token}`);
  const [, id = '', mandatory, repeat] = match;
  return { id, mandatory: mandatory === '!', maxRepeat: repeat === undefined ? 1 : Number(repeat) };
}

/** `P0304` → paired, positions 3 and 4. */
function readNote(text: string): RelationalNote {
  const kind = text.charAt(0);
  invariant(/^[PRECL](\d\d){2,}$/.test(text), `dictionary: ${text}`);
  return {
    kind: kind as RelationalNote['kind'],
    positions: (text.slice(1).match(/\d\d/g) ?? []).map(Number),
    text,
  };
}

/** Element definitions from length classes: X12 `ID 2/2: 353 355`, EDIFACT `an..3: 1225`. */
export function readElements(
  text: string,
  standard: Standard,
  codes: ReadonlyMap<string, ReadonlySet<string>>,
): Map<string, ElementDefinition> {
  const elements = new Map<string, ElementDefinition>();
  for (const line of text.replaceAll(/\n +/g, ' ').split('\n')) {
    if (line === '') continue;
    const colon = line.indexOf(':');
    const shape =
      standard === 'x12' ? readX12Shape(line.slice(0, colon)) : readEdifactShape(line.slice(0, colon));
    for (const id of line.slice(colon + 1).split(' ')) {
      if (id !== '') elements.set(id, { id, ...shape, codes: codes.get(id) });
    }
  }
  return elements;
}

type Shape = Pick<ElementDefinition, 'type' | 'decimals' | 'minLength' | 'maxLength'>;

/** `N2 1/15`, `ID 2/2`. */
function readX12Shape(text: string): Shape {
  const match = /^(N\d|R|ID|AN|DT|TM|B) (\d+)\/(\d+)$/.exec(text);
  invariant(match, `dictionary: ${text}`);
  const [, type = '', min, max] = match;
  const numeric = type.startsWith('N');
  return {
    type: (numeric ? 'N' : type) as DataType,
    decimals: numeric ? Number(type.slice(1)) : 0,
    minLength: Number(min),
    maxLength: Number(max),
  };
}

/** `an..35`, `n6`, `a3`. */
function readEdifactShape(text: string): Shape {
  const match = /^(an|a|n)(\.\.)?(\d+)$/.exec(text);
  invariant(match, `dictionary: ${text}`);
  const [, type = '', variable, max] = match;
  return {
    type: type as DataType,
    decimals: 0,
    minLength: variable ? 1 : Number(max),
    maxLength: Number(max),
  };
}
