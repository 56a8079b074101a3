import type { Field, Place, Scalar } from '../compile/model.ts';
import { appendSelected, ensureAt, isFields, startList, type Fields } from '../document-path.ts';
import type { Frame } from './frame.ts';

/**
 * Puts a value into the document. `holder` is the scope's target, or the document for absolute paths. Lists and selected
 * entries grow; a single field is set once, unless `better` says that the value comes from a preferred place.
 * False: the field had a value already.
 */
export function assign<P extends Place>(
  field: Field<P>,
  holder: Fields,
  value: Scalar,
  better: boolean,
): boolean {
  if (field.set) return field.set(holder, value, better);
  const { steps } = field.path!;
  const last = steps[steps.length - 1]!;
  if (field.list) {
    const list = ensureAt(holder, steps, steps.length - 1);
    const known = list[last.key];
    if (Array.isArray(known)) known.push(value);
    else list[last.key] = startList(value);
    return true;
  }
  const outer = ensureAt(holder, steps.slice(0, field.selectStep));
  const entry = appendSelected(outer, steps[field.selectStep]!);
  ensureAt(entry, steps.slice(field.selectStep + 1, -1))[last.key] = value;
  return true;
}

/** The path of a value that has just been assigned, for the trace. */
export function assignedPath<P extends Place>(field: Field<P>, frame: Frame<P>): string {
  const path = field.path!;
  let start = '';
  // Without a list on its way a path of the frame's own object is the text of the rule.
  if (field.set && !path.absolute && path.up === 0) {
    start = frame.pathText();
    return start === '' ? path.text : `${start}.${path.text}`;
  }
  if (!path.absolute) {
    let outer: Frame<P> | undefined = frame;
    for (let up = path.up; up > 0; up--) outer = outer?.outer();
    start = outer?.pathText() ?? '';
  }
  let fields: unknown = frame.holder(path);
  const parts = start === '' ? [] : [start];
  for (const { key } of path.steps) {
    const next: unknown = isFields(fields) ? fields[key] : undefined;
    parts.push(Array.isArray(next) ? `${key}[${next.length - 1}]` : key);
    fields = Array.isArray(next) ? (next.at(-1) as unknown) : next;
  }
  return parts.join('.');
}

/** The end of a period (`until:`). */
export function assignEnd<P extends Place>(
  { conversion, until }: Field<P>,
  text: string,
  extra: string,
  holder: Fields,
): void {
  const end = conversion.readEnd?.(text.trim(), extra);
  const { steps } = until!;
  if (end !== undefined) ensureAt(holder, steps, steps.length - 1)[steps.at(-1)!.key] = end;
}

/** More of a joined text: the next segment continues the field. */
export function appendText<P extends Place>(
  { path }: Field<P>,
  holder: Fields,
  text: string,
  join: string,
): void {
  const { steps } = path!;
  const fields = ensureAt(holder, steps, steps.length - 1);
  const { key } = steps.at(-1)!;
  fields[key] = `${String(fields[key])}${join}${text}`;
}
