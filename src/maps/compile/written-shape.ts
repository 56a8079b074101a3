import { isDecimal } from '../../common/decimal.ts';
import type { CodeTable } from '../code-table.ts';
import type { DocumentPath } from '../document-path.ts';
import { shapeAt, type Shape } from '../document-shape.ts';
import type { Field, Place } from './model.ts';

/**
 * What the rules of a map write, by its place in the model: true where no message can make them write anything that the
 * model does not allow there.
 */
export type WrittenShapes = Map<Shape, boolean>;

/** Notes what a rule writes; `base`: what its path starts from, `end`: the end of a period (`until:`). */
export function noteWritten<P extends Place>(
  written: WrittenShapes,
  field: Field<P>,
  base: Shape,
  end: Shape | undefined,
): void {
  if (!field.reads || !field.path) return;
  const shape = shapeAt(base, field.path.steps);
  if (shape) note(written, shape, writesOnly(field, shape));
  if (end) note(written, end, false);
  noteSelected(written, field.path, base);
}

/** `references[type=contract].id` writes the type, too. */
export function noteSelected(written: WrittenShapes, { steps }: DocumentPath, base: Shape): void {
  steps.forEach(({ select }, i) => {
    const entry = select && shapeAt(base, steps.slice(0, i + 1));
    const key = entry?.kind === 'object' ? entry.fields.get(select!.key)?.shape : undefined;
    if (key) note(written, key, allows(key, select!.value));
  });
}

function note(written: WrittenShapes, shape: Shape, sure: boolean): void {
  written.set(shape, sure && written.get(shape) !== false);
}

/** True when everything that the rule can write is allowed at its place. */
function writesOnly<P extends Place>(field: Field<P>, shape: Shape): boolean {
  const { constant, defaultRead, derive, inherit, copyOf } = field;
  if (inherit !== undefined || copyOf !== undefined) return false;
  const literals = [
    constant,
    defaultRead === '#' ? '1' : defaultRead,
    ...(derive ?? []).map(({ value }) => value),
  ];
  return literals.every((text) => text === undefined || allows(shape, text)) && readsOnly(field, shape);
}

/** The same for what it makes of the texts of a message. */
function readsOnly<P extends Place>(
  { codes, conversion, prefix, suffix, join }: Field<P>,
  shape: Shape,
): boolean {
  if (shape.kind !== 'scalar' || prefix + suffix !== '') return false;
  if (codes !== undefined) return conversion.name === 'text' && meansOnly(codes, shape);
  // A text of the message is not empty, and neither is what a conversion makes of it.
  return (
    shape.type === 'text' || (shape.type === 'decimal' && conversion.decimal === true && join === undefined)
  );
}

function meansOnly({ values, rest }: CodeTable, shape: Shape): boolean {
  if (!values.every((value) => allows(shape, value))) return false;
  if (typeof rest !== 'string') return true;
  // A code that is kept, or becomes a part of its meaning, may be any text.
  return rest === 'keep' || rest.includes('*') ? allows(shape, ANY_TEXT) : allows(shape, rest);
}

/** Of what is no text, decimal or code the check decides. */
function allows(shape: Shape, value: string): boolean {
  if (shape.kind !== 'scalar') return false;
  switch (shape.type) {
    case 'text':
      return value !== '';
    case 'decimal':
      return isDecimal(value);
    case 'enum':
      return shape.options.includes(value);
    default:
      return false;
  }
}

/** No code, no number, no word of ours. */
const ANY_TEXT = '?';

/** What is left to be checked in a document that the rules have written; undefined: nothing. */
export function uncheckedShape(shape: Shape, written: WrittenShapes): Shape | undefined {
  const sure = written.get(shape);
  if (sure !== undefined) return sure ? undefined : shape;
  switch (shape.kind) {
    case 'scalar':
      return undefined;
    case 'record':
      return uncheckedShape(shape.value, written) && shape;
    case 'list': {
      const entry = uncheckedShape(shape.entry, written);
      return entry || shape.minimum > 0 ? { ...shape, entry: entry ?? ANYTHING } : undefined;
    }
    case 'object':
      return uncheckedObject(shape, written);
    case 'anything':
      return shape;
  }
}

const ANYTHING: Shape = { kind: 'anything' };

function uncheckedObject(
  { fields }: Extract<Shape, { kind: 'object' }>,
  written: WrittenShapes,
): Shape | undefined {
  const unchecked = [...fields].flatMap(([name, { shape, optional }]) => {
    const left = uncheckedShape(shape, written) ?? (optional ? undefined : ANYTHING);
    return left ? [[name, { shape: left, optional }] as const] : [];
  });
  return unchecked.length === 0 ? undefined : { kind: 'object', fields: new Map(unchecked), open: true };
}
