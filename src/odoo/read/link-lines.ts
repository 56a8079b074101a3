import { sameDecimal } from '../line-values.ts';
import type { IntendedSlice, LineValues, OdooLineLink, OdooOrderLink } from '../order-link.ts';
import type { ReadLine } from './order-lines.ts';

/** A line of a document and the rows of Odoo that it consists of; the first is the line itself, the others are its slices. */
export interface LineGroup {
  lineId: string;
  members: { line: ReadLine; link: OdooLineLink | undefined }[];
}

/**
 * Finds each row's line: known by its id, a slice that we have made, or new with the next number. Numbers are never given out
 * twice: rows that have vanished keep theirs in the link.
 */
export function groupLines(link: OdooOrderLink | undefined, lines: readonly ReadLine[]): LineGroup[] {
  const known = new Map((link?.lines ?? []).map((line) => [line.odooId, line]));
  const waiting = [...(link?.intendedSlices ?? [])];
  const groups = new Map<string, LineGroup>();
  let last = Math.max(0, ...(link?.lines ?? []).map(({ lineId }) => Number(lineId)));
  const slices: { line: ReadLine; link: OdooLineLink | undefined; lineId: string }[] = [];
  for (const line of lines) {
    const own = known.get(line.odooId);
    if (own?.slice === true) {
      slices.push({ line, link: own, lineId: own.lineId });
      continue;
    }
    const made = own === undefined ? takeSlice(waiting, line.values) : undefined;
    if (made !== undefined) {
      slices.push({ line, link: undefined, lineId: made.lineId });
      continue;
    }
    const lineId = own?.lineId ?? String((last += 1));
    groups.set(lineId, { lineId, members: [{ line, link: own }] });
  }
  for (const { line, link: own, lineId } of slices) groups.get(lineId)?.members.push({ line, link: own });
  return [...groups.values()];
}

export interface LineWords {
  description: string | undefined;
  notes: readonly string[];
}

/** What the line says in words: its description, what is typed below it, the notes behind its rows. */
export function wordsOf({ members }: LineGroup): LineWords {
  const { rest, text } = members[0]!.line;
  const below = members.flatMap(({ line }) => line.notes);
  return { description: rest.item.description, notes: text === undefined ? below : [text, ...below] };
}

function takeSlice(waiting: IntendedSlice[], values: LineValues): IntendedSlice | undefined {
  const index = waiting.findIndex((slice) => sameValues(slice, values));
  return index < 0 ? undefined : waiting.splice(index, 1)[0];
}

function sameValues(a: LineValues, b: LineValues): boolean {
  return FIELDS.every((field) => sameField(a, b, field));
}

const FIELDS = ['quantity', 'price', 'discount', 'date'] as const;

export function sameField(a: LineValues, b: LineValues, field: keyof LineValues): boolean {
  return field === 'date' ? a.date === b.date : sameDecimal(a[field], b[field]);
}

/** What is known of the order's rows after this reading. */
export function linkedLines(
  link: OdooOrderLink | undefined,
  groups: readonly LineGroup[],
): Pick<OdooOrderLink, 'lines' | 'intendedSlices'> {
  const read = groups.flatMap((group) =>
    group.members.map(({ line, link: own }, index): OdooLineLink => {
      const { odooId, values: seen } = line;
      const words = index === 0 && { words: JSON.stringify(wordsOf(group)) };
      const base = { odooId, lineId: group.lineId, slice: index > 0, seen, ...words };
      const intended = own?.intended;
      return intended === undefined || sameValues(intended, seen) ? base : { ...base, intended };
    }),
  );
  const ids = new Set(read.map(({ odooId }) => odooId));
  const vanished = (link?.lines ?? []).filter(({ odooId }) => !ids.has(odooId));
  const found = groups
    .flatMap(({ members }) => members.slice(1))
    .filter(({ link: own }) => own === undefined);
  const left = [...(link?.intendedSlices ?? [])];
  for (const { line } of found) takeSlice(left, line.values);
  return { lines: [...read, ...vanished].sort((a, b) => a.odooId - b.odooId), intendedSlices: left };
}
