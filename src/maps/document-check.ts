import type * as z from 'zod';
import { isDecimal } from '../common/decimal.ts';
import type { DocumentType } from '../documents/document.ts';
import { date, instant } from '../documents/primitives.ts';
import { makeFunction, mayGenerate } from '../common/generated-function.ts';
import { documentShape, type ScalarType, type Shape } from './document-shape.ts';

/** A fast exact check: true only for values that the zod schema accepts (a false asks zod for the reasons). */
export type Check = (value: unknown) => boolean;

const checks = new Map<DocumentType, Check>();

export function documentCheck(type: DocumentType): Check {
  const known = checks.get(type);
  if (known) return known;
  const check = compileCheck(documentShape(type));
  checks.set(type, check);
  return check;
}

/** A check that is compiled when it is used first. */
export function checkOf(shape: Shape | undefined): Check {
  let check: Check | undefined = shape === undefined ? () => true : undefined;
  return (value) => (check ??= compileCheck(shape!))(value);
}

/** The check as one generated function, or as functions that call one another: see compile/field-access.ts. */
export function compileCheck(shape: Shape, generate = mayGenerate): Check {
  return generate ? new CheckGenerator().generate(shape) : interpretCheck(shape);
}

function interpretCheck(shape: Shape): Check {
  if (shape.kind === 'anything') return (value) => value !== undefined;
  if (shape.kind === 'scalar') return scalarCheck(shape.type, shape.options);
  if (shape.kind === 'record') return recordCheck(interpretCheck(shape.value));
  if (shape.kind === 'list') {
    const entry = interpretCheck(shape.entry);
    const { minimum } = shape;
    return (list) => Array.isArray(list) && list.length >= minimum && list.every(entry);
  }
  const fields = [...shape.fields].map(
    ([name, { shape: field, optional }]) => [name, interpretCheck(field), optional] as const,
  );
  return (value) => {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
    const object = value as Record<string, unknown>;
    let others = Object.keys(object).length;
    for (const [name, check, optional] of fields) {
      const field = object[name];
      if (field === undefined && optional) continue;
      if (!check(field)) return false;
      others--;
    }
    return others === 0 || shape.open === true;
  };
}

function recordCheck(value: Check): Check {
  return (record) => typeof record === 'object' && record !== null && Object.values(record).every(value);
}

/** Writes the check of a shape as source text; what is more than a look at a value is a function of `checks`. */
class CheckGenerator {
  readonly #checks: Check[] = [];
  #names = 0;

  generate(shape: Shape): Check {
    const look = this.#body(shape, 'value');
    const names = this.#checks.map((_, i) => `const check${i} = checks[${i}];\n`).join('');
    const body = `${names}return (value) => {\n${look}return true;\n};`;
    return makeFunction(['checks'], body)(...([this.#checks] as never[])) as Check;
  }

  #body(shape: Shape, value: string): string {
    switch (shape.kind) {
      case 'scalar':
        if (shape.type === 'text')
          return `if (typeof ${value} !== 'string' || ${value} === '') return false;\n`;
        return this.#call(scalarCheck(shape.type, shape.options), value);
      case 'anything':
        return `if (${value} === undefined) return false;\n`;
      case 'record':
        return this.#call(interpretCheck(shape), value);
      case 'list': {
        const entry = this.#name();
        const length = `if (!Array.isArray(${value}) || ${value}.length < ${shape.minimum}) return false;\n`;
        const isChecked = shape.entry.kind !== 'anything';
        return isChecked
          ? `${length}for (const ${entry} of ${value}) {\n${this.#body(shape.entry, entry)}}\n`
          : length;
      }
      case 'object':
        return this.#objectBody(shape, value);
    }
  }

  #call(check: Check, value: string): string {
    this.#checks.push(check);
    return `if (!check${this.#checks.length - 1}(${value})) return false;\n`;
  }

  #objectBody({ fields, open }: Extract<Shape, { kind: 'object' }>, object: string): string {
    const others = this.#name();
    let body = `if (typeof ${object} !== 'object' || ${object} === null || Array.isArray(${object})) return false;\n`;
    if (!open) body += `let ${others} = 0; for (const name in ${object}) ${others}++;\n`;
    for (const [name, { shape, optional }] of fields) {
      const field = this.#name();
      const test = this.#body(shape, field) + (open ? '' : `${others}--;\n`);
      body += `const ${field} = ${object}[${JSON.stringify(name)}];\n`;
      body += optional ? `if (${field} !== undefined) {\n${test}}\n` : test;
    }
    return open ? body : `${body}if (${others} !== 0) return false;\n`;
  }

  #name(): string {
    return `v${this.#names++}`;
  }
}

function scalarCheck(type: ScalarType, options: readonly string[]): Check {
  switch (type) {
    case 'text':
      return (value) => typeof value === 'string' && value.length > 0;
    case 'decimal':
      return (value) => typeof value === 'string' && isDecimal(value);
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
      return remember((value) => /^[A-Z0-9]{1,3}$/.test(value));
    case 'currency':
      return remember((value) => /^[A-Z]{3}$/.test(value));
    case 'date':
      return memberOf(date);
    case 'instant':
      return memberOf(instant);
  }
}

function memberOf(schema: z.ZodType): Check {
  return remember((value) => schema.safeParse(value).success);
}

/** Dates, units and currencies repeat a lot within a document: the last accepted one is remembered. */
function remember(accepts: (value: string) => boolean): Check {
  let last: string | undefined;
  return (value) => {
    if (typeof value !== 'string') return false;
    if (value === last) return true;
    if (!accepts(value)) return false;
    last = value;
    return true;
  };
}
