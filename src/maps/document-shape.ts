import * as z from 'zod';
import { DOCUMENT_SCHEMAS, type DocumentType } from '../documents/document.ts';
import { currency, date, decimal, instant, unit } from '../documents/primitives.ts';
import type { PathStep } from './document-path.ts';

export type ScalarType =
  'text' | 'decimal' | 'date' | 'instant' | 'currency' | 'unit' | 'integer' | 'boolean' | 'enum';

/** What the canonical model says of a place in a document; the map compiler checks targets against it. */
export type Shape =
  /** `open`: what other fields there are does not matter. */
  | { kind: 'object'; fields: ReadonlyMap<string, ShapeField>; open?: true }
  | { kind: 'list'; entry: Shape; minimum: number }
  | { kind: 'record'; value: Shape }
  | { kind: 'scalar'; type: ScalarType; options: readonly string[] }
  /** Whatever it is, as long as it is there. */
  | { kind: 'anything' };

interface ShapeField {
  shape: Shape;
  optional: boolean;
}

const shapes = new Map<DocumentType, Shape>();

/** The shape of a document type, read once from its zod schema. */
export function documentShape(type: DocumentType): Shape {
  const known = shapes.get(type);
  if (known) return known;
  const shape = readShape(DOCUMENT_SCHEMAS[type]);
  shapes.set(type, shape);
  return shape;
}

/**
 * The primitives of the canonical model are told apart by the identity of their definition, which a copy with `.meta()`
 * shares: a refined string looks like any other.
 */
const PRIMITIVES = new Map<z.core.$ZodTypeDef, ScalarType>([
  [decimal._zod.def, 'decimal'],
  [date._zod.def, 'date'],
  [instant._zod.def, 'instant'],
  [currency._zod.def, 'currency'],
  [unit._zod.def, 'unit'],
]);

function readShape(schema: z.core.$ZodType): Shape {
  const primitive = PRIMITIVES.get(schema._zod.def);
  if (primitive) return scalar(primitive);
  if (schema instanceof z.ZodOptional) return readShape(schema.unwrap());
  if (schema instanceof z.ZodObject) {
    const fields = new Map<string, ShapeField>();
    for (const [key, field] of Object.entries<z.core.$ZodType>(schema.shape))
      fields.set(key, { shape: readShape(field), optional: field instanceof z.ZodOptional });
    return { kind: 'object', fields };
  }
  if (schema instanceof z.ZodArray)
    return { kind: 'list', entry: readShape(schema.element), minimum: schema.safeParse([]).success ? 0 : 1 };
  if (schema instanceof z.ZodRecord) return { kind: 'record', value: scalar('text') };
  if (schema instanceof z.ZodEnum) return scalar('enum', schema.options.map(String));
  if (schema instanceof z.ZodLiteral) return scalar('enum', [...schema.values].map(String));
  if (schema instanceof z.ZodNumber) return scalar('integer');
  if (schema instanceof z.ZodBoolean) return scalar('boolean');
  return scalar('text');
}

function scalar(type: ScalarType, options: readonly string[] = []): Shape {
  return { kind: 'scalar', type, options };
}

const emptyLists = new Map<DocumentType, readonly string[]>();

/** Lists that every document of the type has, with or without entries: an answer without detail has no lines. */
export function listsThatMayBeEmpty(type: DocumentType): readonly string[] {
  const known = emptyLists.get(type);
  if (known) return known;
  const shape = documentShape(type);
  const fields = shape.kind === 'object' ? [...shape.fields] : [];
  const lists = fields.filter(
    ([, { shape: field, optional }]) => !optional && field.kind === 'list' && field.minimum === 0,
  );
  const keys = lists.map(([key]) => key);
  emptyLists.set(type, keys);
  return keys;
}

/**
 * Puts in what every entry of a list has, with or without anything in it, and nothing of it was sent: the item of a line that is
 * named by its number alone.
 */
export function fillEntries(shape: Shape, value: unknown, inEntry = false): void {
  if (typeof value !== 'object' || value === null) return;
  if (shape.kind === 'list') {
    if (Array.isArray(value)) for (const entry of value) fillEntries(shape.entry, entry, true);
    return;
  }
  if (shape.kind !== 'object') return;
  const object = value as Record<string, unknown>;
  for (const [key, { shape: field, optional }] of shape.fields) {
    if (object[key] === undefined && inEntry && !optional && mayBeEmpty(field)) object[key] = {};
    else fillEntries(field, object[key], inEntry);
  }
}

function mayBeEmpty(shape: Shape): boolean {
  return shape.kind === 'object' && [...shape.fields.values()].every(({ optional }) => optional);
}

/** The shape at the end of a path, list entries entered where the path selects or walks them; undefined: no such field. */
export function shapeAt(from: Shape, steps: readonly PathStep[]): Shape | undefined {
  let shape: Shape | undefined = from;
  for (const step of steps) {
    if (shape?.kind === 'list') shape = shape.entry;
    if (shape?.kind === 'object') shape = shape.fields.get(step.key)?.shape;
    else if (shape?.kind === 'record') shape = shape.value;
    else return undefined;
    const entered = step.list || step.select !== undefined || step.index !== undefined;
    if (entered && shape?.kind !== 'list') return undefined;
    if (entered && shape?.kind === 'list') {
      shape = shape.entry;
      if (step.select && !(shape.kind === 'object' && shape.fields.has(step.select.key))) return undefined;
    }
  }
  return shape;
}

/** Names of the fields there, for error messages. */
export function fieldNames(shape: Shape | undefined): string[] {
  if (shape?.kind === 'list') return fieldNames(shape.entry);
  return shape?.kind === 'object' ? [...shape.fields.keys()] : [];
}
