/** One step of a path in a document: `lines[]`, `references[type=department]`, `quantity`. */
export interface PathStep {
  key: string;
  /** `[]`: the entries of a list. */
  list: boolean;
  /** `[type=department]`: the entries with that value. */
  select: { key: string; value: string } | undefined;
  /** `[0]`: that entry when written; read appends. */
  index: number | undefined;
}

/** A field of a document as a map names it: `quantity.value`, `/orderId`, `references[type=department].id`. */
export interface DocumentPath {
  text: string;
  /** From the root (`/orderId`), not from the loop's target. */
  absolute: boolean;
  /** `../`: how many targets further out. */
  up: number;
  steps: readonly PathStep[];
}

const STEP = /^([A-Za-z][A-Za-z0-9_-]*)(?:\[(?:([A-Za-z]+)=([^\]]+)|(\d{1,3}))?\])?$/;

/** Names that every JavaScript object has already: no field may be called so. */
const RESERVED = new Set(Object.getOwnPropertyNames(Object.prototype));

/** Reads a path; a text answer says what is wrong with it. */
export function parseDocumentPath(text: string): DocumentPath | string {
  const absolute = text.startsWith('/');
  const relative = /^(?:\.\.\/)*/.exec(text)?.[0] ?? '';
  const steps: PathStep[] = [];
  for (const part of splitSteps(text.slice(absolute ? 1 : relative.length))) {
    const match = STEP.exec(part);
    if (!match)
      return `"${text}" is not a field; expected something like quantity.value, lines[] or references[type=contract].id`;
    const [, key = '', selectKey, selectValue, index] = match;
    if (RESERVED.has(key)) return `"${text}": "${key}" cannot be the name of a field`;
    steps.push({
      key,
      list: part.endsWith('[]'),
      select:
        selectKey === undefined || selectValue === undefined
          ? undefined
          : { key: selectKey, value: selectValue },
      index: index === undefined ? undefined : Number(index),
    });
  }
  if (steps.slice(0, -1).some((step) => step.list || step.index !== undefined))
    return `"${text}": [] stands only at the end; use a loop for fields of list entries`;
  if (steps.filter((step) => step.select !== undefined || step.list).length > 1)
    return `"${text}": one list per rule; use a loop for lists in lists`;
  return { text, absolute, up: relative.length / 3, steps };
}

/** Splits at points outside brackets. */
function splitSteps(text: string): string[] {
  return text.split(/\.(?![^[]*\])/);
}

/** A plain object of a document under construction. */
export type Fields = Record<string, unknown>;

export function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The value at a path without lists or with select steps (first entry); undefined when a step is missing. */
export function getAt(from: unknown, steps: readonly PathStep[]): unknown {
  let value = from;
  for (let i = 0; i < steps.length; i++) {
    const step = steps[i]!;
    if (!isFields(value)) return undefined;
    value = value[step.key];
    if (step.select !== undefined && Array.isArray(value)) value = findSelected(value, step.select);
  }
  return value;
}

function findSelected(list: readonly unknown[], { key, value }: NonNullable<PathStep['select']>): unknown {
  return list.find((entry) => isFields(entry) && entry[key] === value);
}

/** Every value at a path; lists on the way are walked (`lines.quantity.value`), select steps choose entries. */
export function collectAt(from: unknown, steps: readonly PathStep[]): unknown[] {
  const found: unknown[] = [];
  collect(from, steps, 0, found);
  return found;
}

function collect(from: unknown, steps: readonly PathStep[], first: number, found: unknown[]): void {
  let value = from;
  for (let at = first; value !== undefined && value !== null; at++) {
    if (Array.isArray(value)) {
      for (let i = 0; i < value.length; i++) collect(value[i], steps, at, found);
      return;
    }
    const step = steps[at];
    if (step === undefined) {
      found.push(value);
      return;
    }
    if (typeof value !== 'object') return;
    value = (value as Fields)[step.key];
    if (step.select !== undefined && Array.isArray(value)) {
      const { key, value: wanted } = step.select;
      for (const entry of value as unknown[])
        if (isFields(entry) && entry[key] === wanted) collect(entry, steps, at + 1, found);
      return;
    }
  }
}

/** How many values there are at a path (see collectAt). */
export function countAt(from: unknown, steps: readonly PathStep[]): number {
  const [step, second] = steps;
  const list = step && !second && step.select === undefined && isFields(from) ? from[step.key] : undefined;
  // The entries of a list that are objects are one value each; the common case is not written down first.
  if (Array.isArray(list) && list.every(isFields)) return list.length;
  return collectAt(from, steps).length;
}

/** Objects along `steps`, made where missing; a select step finds or makes its entry. */
export function ensureAt(from: Fields, steps: readonly PathStep[], count = steps.length): Fields {
  let fields = from;
  for (let i = 0; i < count; i++) {
    const step = steps[i]!;
    fields = step.select ? appendSelected(fields, step) : ensureObject(fields, step.key);
  }
  return fields;
}

function ensureObject(fields: Fields, key: string): Fields {
  const known = fields[key];
  if (isFields(known)) return known;
  const made: Fields = {};
  fields[key] = made;
  return made;
}

const NO_ENTRIES: unknown[] = [{}];
NO_ENTRIES.pop();

/**
 * A list of one entry. Not made by a literal: V8 makes what comes from one in the old generation once some of it has lived
 * long, and all that hangs on it has to be copied there, garbage or not.
 */
export function startList(entry: unknown): unknown[] {
  const list = NO_ENTRIES.slice();
  list.push(entry);
  return list;
}

/** Appends an entry for a step with a list or a selection, and returns it. */
export function appendSelected(fields: Fields, step: PathStep): Fields {
  const entry: Fields = step.select ? { [step.select.key]: step.select.value } : {};
  const list = fields[step.key];
  if (Array.isArray(list)) list.push(entry);
  else fields[step.key] = startList(entry);
  return entry;
}
