import { dec, formatDecimal, isDecimal, sum } from '../../common/decimal.ts';
import type { Place } from '../compile/model.ts';
import { isFields, type Fields } from '../document-path.ts';
import type { Frame } from './frame.ts';
import type { TraceEntry } from './trace.ts';

/** Of more statuses than this no combination is looked for that adds up. */
const MAX_COMBINED = 10;

interface Divided {
  entry: Fields;
  /** Indices in the list as it was read, of the status and the piece that the entry is made of. */
  from: readonly number[];
}

/**
 * Divides the entries of lists by those that loops with `divides` have added: an ACK says what becomes of a quantity, each SCH
 * when how much of it comes. `frames`: those of the dividing loops. Paths of the trace follow their entries.
 */
export function divideEntries<P extends Place>(frames: readonly Frame<P>[], trace: TraceEntry[]): void {
  const lists = new Map<unknown[], { pieces: Set<unknown>; path: string }>();
  for (const frame of frames) {
    const list = listOf(frame);
    if (list === undefined) continue;
    const path = frame.pathText().replace(/\[\d+\]$/, '');
    const known = lists.get(list) ?? { pieces: new Set<unknown>(), path };
    known.pieces.add(frame.target);
    lists.set(list, known);
  }
  for (const [list, { pieces, path }] of lists) {
    const divided = divide(list.filter(isFields), pieces);
    list.splice(0, list.length, ...divided.map(({ entry }) => entry));
    moveTrace(trace, path, divided);
  }
}

function listOf<P extends Place>(frame: Frame<P>): unknown[] | undefined {
  const last = frame.scope.steps.at(-1);
  let holder: unknown = frame.parent?.ensure();
  for (const { key } of frame.scope.steps.slice(0, -1)) holder = isFields(holder) ? holder[key] : undefined;
  const list = last !== undefined && isFields(holder) ? holder[last.key] : undefined;
  return Array.isArray(list) ? list : undefined;
}

/**
 * The statuses whose quantities add up to those of the pieces are divided, in their order; the others stay as they are. A single one
 * is divided whatever it says. Where nothing adds up, all are cut in their order, and what is left over stays.
 */
function divide(list: readonly Fields[], pieces: ReadonlySet<unknown>): Divided[] {
  const indexed = list.map((entry, index) => ({ entry, index, quantity: quantityOf(entry) }));
  const parts = indexed.filter(({ entry }) => pieces.has(entry));
  const wholes = indexed.filter(({ entry }) => !pieces.has(entry));
  const measured = wholes.filter(({ quantity }) => quantity !== undefined);
  const [first] = measured.length > 0 ? measured : wholes;
  if (first === undefined) return parts.map(({ entry, index }) => ({ entry, from: [index] }));
  const total = formatDecimal(sum(parts.map(({ quantity }) => quantity ?? '0')));
  const isComparable = measured.length > 1 && parts.every(({ quantity }) => quantity !== undefined);
  const taken = isComparable && haveOneUnit(indexed) ? (findSum(measured, total) ?? measured) : [first];
  const divided = new Map<number, Divided[]>(taken.map(({ index }) => [index, []]));
  let at = 0;
  let room = taken.length > 1 || isComparable ? taken[0]!.quantity : undefined;
  for (const [order, { entry, index, quantity }] of parts.entries()) {
    let left = quantity;
    do {
      const { entry: whole, index: of } = taken[at]!;
      const isLast = at === taken.length - 1;
      const cut = room === undefined || left === undefined || isLast || dec(left).lte(room) ? left : room;
      const made: Fields = {
        ...whole,
        ...entry,
        ...(cut !== undefined && { quantity: { ...asFields(entry['quantity']), value: cut } }),
      };
      // Of several pieces that say no quantity each the first has it: nothing counts twice.
      if (cut === undefined && order > 0) delete made['quantity'];
      divided.get(of)!.push({ entry: made, from: [of, index] });
      if (left === undefined || cut === undefined) break;
      left = formatDecimal(dec(left).minus(cut));
      if (room !== undefined) room = formatDecimal(dec(room).minus(cut));
      if (room !== undefined && !isLast && dec(room).lte(0)) room = taken[++at]!.quantity;
    } while (dec(left).gt(0));
  }
  return wholes.flatMap((whole) => {
    const made = divided.get(whole.index) ?? [];
    if (made.length === 0) return [{ entry: whole.entry, from: [whole.index] }];
    const rest =
      taken.length > 1 && whole.index === taken[at]!.index && room !== undefined && dec(room).gt(0);
    return rest ? [...made, { entry: withQuantity(whole.entry, room!), from: [whole.index] }] : made;
  });
}

interface Measured {
  entry: Fields;
  index: number;
  quantity: string | undefined;
}

/** The entries, in their order, whose quantities add up to the total: as many as possible, the earlier first. */
function findSum(entries: readonly Measured[], total: string): Measured[] | undefined {
  if (entries.length > MAX_COMBINED) return undefined;
  const subsets = Array.from({ length: 2 ** entries.length - 1 }, (_, mask) =>
    entries.filter((_entry, bit) => ((mask + 1) & (1 << bit)) !== 0),
  );
  return subsets
    .filter((subset) => sum(subset.map(({ quantity }) => quantity!)).eq(total))
    .sort((a, b) => b.length - a.length)[0];
}

function haveOneUnit(entries: readonly Measured[]): boolean {
  const units = entries.flatMap(({ entry }) => asFields(entry['quantity'])['unit'] ?? []);
  return new Set(units).size <= 1;
}

function quantityOf(entry: Fields): string | undefined {
  const { value } = asFields(entry['quantity']);
  return typeof value === 'string' && isDecimal(value) ? value : undefined;
}

function withQuantity(entry: Fields, value: string): Fields {
  return { ...entry, quantity: { ...asFields(entry['quantity']), value } };
}

function asFields(value: unknown): Fields {
  return isFields(value) ? value : {};
}

/** Values keep their place in the message under the new numbers of their entries; a status that was divided tells its first one. */
function moveTrace(trace: TraceEntry[], path: string, divided: readonly Divided[]): void {
  const moved = new Map<string, number>();
  for (const [index, { from }] of divided.entries())
    for (const old of from) if (!moved.has(`${path}[${old}]`)) moved.set(`${path}[${old}]`, index);
  for (const entry of trace) {
    if (!entry.path.startsWith(`${path}[`)) continue;
    const end = entry.path.indexOf(']', path.length) + 1;
    const to = moved.get(entry.path.slice(0, end));
    if (to !== undefined) entry.path = `${path}[${to}]${entry.path.slice(end)}`;
  }
}
