import * as z from 'zod';
import { DOCUMENT_SCHEMAS, type DocumentType } from '../documents/document.ts';
import { currency, date, decimal, instant, unit } from '../documents/primitives.ts';
import type { PathStep } from './document-path.ts';

export type ScalarType =
  'text' | 'decimal' | 'date' | 'instant' | 'currency' | 'unit' | 'integer' | 'boolean' | 'enum';

/** What the canonical model says of a place in a document; the map compiler checks targets against it. */
export type Shape =
  | { kind: 'object'; fields: ReadonlyMap<string, ShapeField> }
  | { kind: 'list'; entry: Shape; minimum: number }
  | { kind: 'record'; value: Shape }
  | { kind: 'scalar'; type: ScalarType; options: readonly string[] };

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

/** A fast exact check: true only for values that the zod schema accepts (a false asks zod for the reasons). */
export type Check = (value: unknown) => boolean;

const DECIMAL = /^-?\d+(\.\d+)?$/;
const checks = new Map<DocumentType, Check>();

export function documentCheck(type: DocumentType): Check {
  const known = checks.get(type);
  if (known) return known;
  const check = compileCheck(documentShape(type));
  checks.set(type, check);
  return check;
}

function compileCheck(shape: Shape): Check {
  if (shape.kind === 'scalar') return scalarCheck(shape.type, shape.options);
  if (shape.kind === 'record') {
    const value = compileCheck(shape.value);
    return (record) => typeof record === 'object' && record !== null && Object.values(record).every(value);
  }
  if (shape.kind === 'list') {
    const entry = compileCheck(shape.entry);
    const { minimum } = shape;
    return (list) => {
      if (!Array.isArray(list) || list.length < minimum) return false;
      for (const value of list) if (!entry(value)) return false;
      return true;
    };
  }
  const names = [...shape.fields.keys()];
  const required = names.filter((name) => shape.fields.get(name)?.optional === false);
  const fields = new Map(names.map((name) => [name, compileCheck(shape.fields.get(name)!.shape)]));
  return (value) => {
    if (typeof value !== 'object' || value === null) return false;
    const object = value as Record<string, unknown>;
    for (const name of required) if (object[name] === undefined) return false;
    for (const name in object) {
      const field = object[name];
      if (field === undefined) continue;
      const check = fields.get(name);
      if (check === undefined || !check(field)) return false;
    }
    return true;
  };
}

function scalarCheck(type: ScalarType, options: readonly string[]): Check {
  switch (type) {
    case 'text':
      return (value) => typeof value === 'string' && value.length > 0;
    case 'decimal':
      return (value) => typeof value === 'string' && DECIMAL.test(value);
    case 'enum': {
      const known: ReadonlySet<unknown> = new Set(options);
      return (value) => known.has(value);
    }
    case 'integer':
      // 1 or more satisfies positive and nonnegative alike; anything else is zod's to judge.
      return (value) => typeof value === 'number' && Number.isSafeInteger(value) && value > 0;
    case 'boolean':
      return (value) => typeof value === 'boolean';
    case 'unit':
      return (value) => typeof value === 'string' && /^[A-Z0-9]{1,3}$/.test(value);
    case 'currency':
      return (value) => typeof value === 'string' && /^[A-Z]{3}$/.test(value);
    case 'date':
      return memberOf(date);
    case 'instant':
      return memberOf(instant);
  }
}

/** Dates repeat a lot within a document: the last accepted one is remembered. */
function memberOf(schema: z.ZodType): Check {
  let last: unknown;
  return (value) => {
    if (value === last && last !== undefined) return true;
    if (!schema.safeParse(value).success) return false;
    last = value;
    return true;
  };
}
